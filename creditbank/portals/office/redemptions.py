"""Redemptions at the office: the register, the review by one person, the decision by another (M-4, M-7)."""

from functools import partial
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from creditbank.errors import CreditBankError
from creditbank.people.access import reveal_personal_data
from creditbank.portals.export import Column, export_response
from creditbank.portals.labels import format_credits
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.office.access import READERS, Desk, Role, office_page
from creditbank.portals.office.frame import case_page, done, refuse_beside
from creditbank.portals.office.redemption_case import AdviceForm, FulfilForm, VerdictForm, find, redemption_pane
from creditbank.portals.office.reveal import RevealForm, shown_fields
from creditbank.portals.office.sight import shown_student
from creditbank.portals.office.tables import Cell, Head, show_list
from creditbank.records.entries import product_name
from creditbank.redemption.actions import (
    accept_priced,
    accept_redemption,
    fulfil_redemption,
    record_no_show,
    refuse_redemption,
    review_redemption,
)
from creditbank.redemption.models import Redemption, RedemptionQuerySet, RedemptionState


@require_safe
@office_page(*READERS)
def redemptions(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every application, newest first."""
    rows = Redemption.objects.select_related("account__student__person", "policy_version")
    listing = make_listing(
        request.GET,
        rows.defer("policy_version__law", "decision", "facts"),
        search=_search,
        filters=(Filter("state", _("状态"), RedemptionState.choices, lambda found, value: found.filter(state=value)),),
    )
    if listing.export:
        return export_response(listing.export, COLUMNS, listing.rows, filename="redemptions")
    return show_list(
        request,
        desk,
        "redemptions",
        title=_("兑换"),
        listing=listing,
        heads=_HEADS,
        cells=partial(_cells, desk),
        placeholder=_("申请号"),
    )


@require_safe
@office_page(*READERS)
def page(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """One application, to be reviewed or decided."""
    return case_page(request, desk, redemption_pane(desk, find(number)), "redemptions")


@require_POST
@office_page(Role.REVIEWER)
def review(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The first of the two persons gives her advice."""
    found = find(number)
    form, status = AdviceForm(request.POST), 400
    if form.is_valid():
        try:
            review_redemption(actor=desk.acting(Role.REVIEWER), redemption=found, at=desk.at, **form.cleaned_data)
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            return done(request, _("%(number)s 已审核，等另一位同事决定。") % {"number": found.number})
    return case_page(request, desk, redemption_pane(desk, find(number), advice=form), "redemptions", status=status)


@require_POST
@office_page(Role.DECIDER)
def decide(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The second of the two persons decides: the certificate is issued, or everything held goes back."""
    found = find(number)
    form, status = VerdictForm(request.POST, priced=found.price_id is not None), 400
    if form.is_valid():
        given, actor = form.cleaned_data, desk.acting(Role.DECIDER)
        try:
            if given["verdict"] == "accept" and found.price_id is not None:
                accept_priced(actor=actor, redemption=found, at=desk.at)
                return done(request, _("%(number)s 已通过，等待履行。") % {"number": found.number})
            if given["verdict"] == "accept":
                made = accept_redemption(actor=actor, redemption=found, issuer=given["issuer"], at=desk.at)
                words = _("%(number)s 已通过，证书 %(certificate)s 已颁发。")
                return done(request, words % {"number": found.number, "certificate": made.number})
            refuse_redemption(actor=actor, redemption=found, reason=given["reason"], at=desk.at)
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            return done(request, _("%(number)s 没有通过，冻结的学分已退回。") % {"number": found.number})
    return case_page(request, desk, redemption_pane(desk, find(number), verdict=form), "redemptions", status=status)


@require_POST
@office_page(Role.REVIEWER)
def fulfil(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Record that an accepted product was given, with its proof, or that nobody came."""
    found = find(number)
    form, status = FulfilForm(request.POST), 400
    if form.is_valid():
        given, actor = form.cleaned_data, desk.acting(Role.REVIEWER)
        try:
            if given["fulfilment"] == RedemptionState.NO_SHOW:
                record_no_show(actor=actor, redemption=found, note=given["proof"], at=desk.at)
            else:
                fulfil_redemption(actor=actor, redemption=found, at=desk.at, **given)
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            return done(request, _("%(number)s 的结果已登记。") % {"number": found.number})
    return case_page(request, desk, redemption_pane(desk, find(number), fulfil=form), "redemptions", status=status)


@require_POST
@office_page(Role.REVIEWER, Role.DECIDER)
def reveal(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Show asked fields in clear for this open case; the look is recorded, and the family can read of it."""
    found = find(number)
    form, status = RevealForm(request.POST), 400
    clear: list[tuple[str, str]] = []
    if form.is_valid():
        try:
            values = reveal_personal_data(
                actor=desk.acting(Role.REVIEWER, Role.DECIDER),
                at=desk.at,
                student=found.account.student,
                fields=form.cleaned_data["asked"],
                case_ref=found.number,
            )
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            clear, status = shown_fields(values), 200
    pane = redemption_pane(desk, found, reveal=form, clear=clear)
    return case_page(request, desk, pane, "redemptions", status=status)


def _search(found: RedemptionQuerySet, words: str) -> RedemptionQuerySet:
    return found.filter(number__icontains=words)


_HEADS: Final = (
    Head(gettext_lazy("申请")),
    Head(gettext_lazy("学生")),
    Head(gettext_lazy("状态")),
    Head(gettext_lazy("学分"), "num"),
    Head(gettext_lazy("申请日期"), "num"),
)


def _cells(desk: Desk, row: Redemption) -> tuple[Cell, ...]:
    return (
        Cell(product_name(row), sub=row.number, name="redemption", args=(row.number,)),
        Cell(shown_student(row.account.student, desk.today)),
        Cell(row.get_state_display(), state=row.state),
        Cell(format_credits(row.credits_hundredths), css="num"),
        Cell(row.applied_on.isoformat(), css="num"),
    )


COLUMNS: Final[tuple[Column[Redemption], ...]] = (
    Column(gettext_lazy("申请号"), lambda row: row.number),
    Column(gettext_lazy("产品"), product_name),
    Column(gettext_lazy("状态"), lambda row: row.get_state_display()),
    Column(gettext_lazy("学分"), lambda row: format_credits(row.credits_hundredths)),
    Column(gettext_lazy("申请日期"), lambda row: row.applied_on),
    Column(gettext_lazy("审核时间"), lambda row: row.reviewed_at),
    Column(gettext_lazy("决定时间"), lambda row: row.decided_at),
)
