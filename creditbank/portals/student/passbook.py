"""The passbook itself: the card, the figures, the lines with their source, what can be redeemed and what is missing."""

from collections.abc import Sequence
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from creditbank import clock
from creditbank.institutions.models import Enrolment
from creditbank.ledger.models import PassbookLine, PassbookLineQuerySet
from creditbank.people.cards import active_card
from creditbank.portals.export import export_response
from creditbank.portals.labels import DOMAINS
from creditbank.portals.listing import Filter, Listing, make_listing
from creditbank.portals.site import law_shown
from creditbank.portals.student.access import Reader, back_to, choose, reader_page, show
from creditbank.portals.student.holdings import certificates_of, shown
from creditbank.portals.student.mydata import text_columns
from creditbank.portals.student.offering import nearest, offers_of, running_of
from creditbank.records.entries import entries_of
from creditbank.records.passbook import DIRECTIONS, lines_of, search_lines, summary_of, with_domain
from creditbank.records.statement import USE, statement_headings, table_rows

PER_PAGE = 10
DIRECTION_CHOICES = (("in", _("入账")), ("redemption", _("冻结与兑换")), ("reversal", _("冲正与过期")))


@require_safe
@reader_page
def passbook(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The first page of the portal."""
    listing = listing_of(request, reader)
    if listing.export:
        rows = table_rows(listing.rows, law_shown().wording[USE].text)
        return export_response(listing.export, text_columns(statement_headings()), rows, filename="passbook")
    running = running_of(reader.account)
    offers = offers_of(reader.account, reader.at, running)
    near = nearest(offers)
    context: dict[str, object] = {
        "summary": summary_of(reader.holder_id),
        "card": active_card(reader.account),
        "enrolment": Enrolment.objects.filter(student=reader.account.student, until=None)
        .select_related("institution")
        .first(),
        "listing": listing,
        "entries": entries_of(cast("Sequence[PassbookLine]", list(listing.page))),
        "holding": [each for each in running.values() if each.hold_seq is not None],
        "offers": near,
        "offer_count": len(offers),
        "certificates": [shown(each) for each in certificates_of([reader.account])[:3]],
        "closest": next((each for each in near if each.missing), None),
    }
    return show(request, reader, "passbook", "passbook", context)


def listing_of(request: HttpRequest, reader: Reader) -> Listing[PassbookLineQuerySet]:
    """The lines as the address narrows them."""
    holder_id, law = reader.holder_id, law_shown()
    domains = [(str(number), mark.label) for number, mark in enumerate(DOMAINS, start=1)]
    return make_listing(
        request.GET,
        lines_of(holder_id),
        search=lambda lines, words: search_lines(lines, holder_id, words, law),
        filters=(
            Filter("domain", _("五育"), domains, lambda lines, value: with_domain(lines, holder_id, int(value))),
            Filter(
                "direction",
                _("收支"),
                DIRECTION_CHOICES,
                lambda lines, value: lines.filter(kind__in=[kind.value for kind in DIRECTIONS[value]]),
            ),
        ),
        per_page=PER_PAGE,
    )


@require_safe
@reader_page
def card(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The student card on a screen or on paper: its QR holds the number alone (M-5)."""
    return show(request, reader, "card", "card", {"card": active_card(reader.account), "today": clock.today(reader.at)})


@require_safe
@reader_page
def holders(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The passbooks that the reader may open."""
    return show(request, reader, "holders", "holders")


@require_POST
@reader_page
def choose_holder(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Open another passbook."""
    choose(request, reader, request.POST.get("holder", ""))
    return back_to("passbook")
