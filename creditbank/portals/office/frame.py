"""A case on its page: beside it, on wide screens, the list it was opened from; after a decision back to the list."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from creditbank.clock import CIVIL_ZONE
from creditbank.errors import CreditBankError
from creditbank.people.assignments import holders_of, workers
from creditbank.people.models import Person
from creditbank.portals.failures import STATUS_OF, error_words
from creditbank.portals.listing import Filter, Listing, make_listing
from creditbank.portals.office.access import Desk, show
from creditbank.portals.office.jobs import jobs_of
from creditbank.portals.office.work import BANDS, KINDS, Ref, WorkList, sources_for
from creditbank.rulebook.clause_names import clause_label

PER_PAGE: Final = 14
_KEPT: Final = ("kind", "age", "sort", "who", "q", "page")
_ORDERS: Final = (("oldest", gettext_lazy("等待最久")),)
_HOLDERS: Final = (("mine", gettext_lazy("我的")), ("free", gettext_lazy("没有人办理")))


@dataclass(frozen=True, slots=True)
class Pane:
    """A case as it is shown: its template, its context, and its place in the list (``source:row``)."""

    template: str
    key: str
    title: str
    context: Mapping[str, object]


def work_listing(request: HttpRequest, desk: Desk) -> Listing[WorkList]:
    """The list as the address asks for it."""
    return make_listing(
        request.GET,
        WorkList(sources_for(desk.roles), desk.at, worker=desk.person_id),
        search=lambda rows, words: replace(rows, words=words),
        filters=(
            Filter("kind", _("类别"), KINDS, lambda rows, value: rows.of_kind(value)),
            Filter(
                "age",
                _("等待"),
                tuple((code, label) for code, label, _first, _last in BANDS),
                lambda rows, value: replace(rows, band=value),
            ),
            Filter(
                "sort",
                _("排序"),
                _ORDERS,
                lambda rows, value: replace(rows, order=value),
            ),
            Filter("who", _("由谁办"), _HOLDERS, lambda rows, value: replace(rows, who=value)),
        ),
        per_page=PER_PAGE,
    )


def work_context(request: HttpRequest, desk: Desk, listing: Listing[WorkList]) -> dict[str, object]:
    """What the list needs: its lines, its tabs and bands, and what the address asked for."""
    chosen = {item.name: item.value for item in listing.filters}
    page = listing.page
    refs = [ref for ref in page if isinstance(ref, Ref)]
    return {
        "listing": listing,
        "jobs": jobs_of(refs, desk),
        "chosen": chosen,
        "orders": _ORDERS,
        "whose": _HOLDERS,
        "colleagues": [each for each in workers(desk.at) if each.pk != desk.person_id] if desk.officer else [],
        "kept": kept_query(request),
        "here": reverse("office:inbox"),
        "newer": listing.url(page=page.previous_page_number()) if page.has_previous() else "",
        "older": listing.url(page=page.next_page_number()) if page.has_next() else "",
        "bands": [(code, label) for code, label, _first, _last in BANDS],
    }


def holder_context(desk: Desk, key: str) -> dict[str, object]:
    """Who has the case ``source:row`` that is shown, and whether this desk may take it or put it back."""
    source, _colon, row = key.partition(":")
    holder = holders_of([(source, int(row))]).get((source, int(row))) if row.isdecimal() else None
    mine = holder is not None and holder.pk == desk.person_id
    return {
        "holder": holder,
        "holder_mine": mine,
        "may_take": desk.officer and holder is None,
        "may_release": desk.officer and holder is not None and (mine or desk.decider),
    }


def kept_query(request: HttpRequest) -> str:
    """The part of the address that keeps the list as it was: with its question mark, or empty."""
    parts = {name: request.GET[name][:80] for name in _KEPT if request.GET.get(name)}
    return "?" + urlencode(parts) if parts else ""


def case_page(request: HttpRequest, desk: Desk, pane: Pane, current: str, *, status: int = 200) -> HttpResponse:
    """The page of one case."""
    listing = work_listing(request, desk)
    context = {**work_context(request, desk, listing), "pane": pane, "on_case": True, **pane.context}
    context.update(holder_context(desk, pane.key))
    return show(request, desk, "case", current, context, status=status)


def refuse_beside(form: forms.Form, error: CreditBankError) -> int:
    """Write a refusal beside the field it names, with its clause, and return the status of the answer."""
    words = error_words(error)
    if error.clause:
        words = _("%(words)s（依据：%(clause)s）") % {"words": words, "clause": clause_label(error.clause)}
    field = error.data.get("field")
    form.add_error(field if isinstance(field, str) and field in form.fields else None, words)
    return STATUS_OF.get(type(error).code, 400)


def done(request: HttpRequest, words: str, *, name: str = "inbox", args: tuple[str | int, ...] = ()) -> HttpResponse:
    """After a decision: say so, and back to the list as it was."""
    messages.success(request, words)
    return HttpResponseRedirect(reverse(f"office:{name}", args=args) + kept_query(request))


def who_when(person: Person | None, at: datetime | None) -> str:
    """A person and a moment on one line; empty without both."""
    moment = at.astimezone(CIVIL_ZONE).strftime("%m-%d %H:%M") if at else ""
    return " ".join(part for part in (person.name if person else "", moment) if part)
