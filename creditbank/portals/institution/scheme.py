"""The scheme of evaluation in force (评价方案): what each activity earns here, with its caps."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from creditbank.institutions.models import ItemKind, SchemeItem
from creditbank.institutions.scheme_book import scheme_in_force
from creditbank.portals.export import Column, export_response
from creditbank.portals.institution.access import Desk, desk_page, show
from creditbank.portals.labels import DOMAINS, domain_mark, format_credits, level_words, stage_mark
from creditbank.portals.listing import Filter, make_listing

Items = QuerySet[SchemeItem]


@require_safe
@desk_page
def scheme(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every activity of the scheme that decides today."""
    found = scheme_in_force(desk.institution, desk.today)
    items = SchemeItem.objects.filter(scheme=found) if found else SchemeItem.objects.none()
    domains = [(str(number), mark.label) for number, mark in enumerate(DOMAINS, start=1)]
    listing = make_listing(
        request.GET,
        items,
        search=lambda rows, words: rows.filter(Q(activity_code__icontains=words) | Q(name__icontains=words)),
        filters=(
            Filter("domain", _("五育"), domains, lambda rows, value: rows.filter(domain=int(value))),
            Filter("kind", _("类别"), ItemKind.choices, lambda rows, value: rows.filter(kind=value)),
        ),
        per_page=50,
    )
    if listing.export and found:
        return export_response(listing.export, COLUMNS, listing.rows, filename=f"scheme-{desk.code}")
    return show(request, desk, "scheme", "scheme", {"scheme": found, "listing": listing})


def _credits(amount: int | None) -> str:
    return "" if amount is None else format_credits(amount)


def _mark(item: SchemeItem) -> str:
    mark = domain_mark(item.domain)
    return str(mark.label) if mark else ""


def _stage(item: SchemeItem) -> str:
    mark = stage_mark(item.stage)
    return str(mark.label) if mark else ""


COLUMNS: tuple[Column[SchemeItem], ...] = (
    Column(_("活动代码"), lambda item: item.activity_code),
    Column(_("活动"), lambda item: item.name),
    Column(_("类别"), lambda item: item.get_kind_display()),
    Column(_("五育"), _mark),
    Column(_("环节"), _stage),
    Column(_("级别"), lambda item: level_words(item.level)),
    Column(_("名次"), lambda item: item.place or ""),
    Column(_("学分"), lambda item: _credits(item.amount_hundredths)),
    Column(_("每次最多"), lambda item: _credits(item.most_hundredths)),
    Column(_("每学期上限"), lambda item: _credits(item.cap_term_hundredths)),
    Column(_("每名学生上限"), lambda item: _credits(item.cap_student_hundredths)),
)
