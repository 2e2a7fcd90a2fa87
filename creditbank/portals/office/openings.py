"""Applications for an account at the office: checked against the original, cleared of duplicates, opened or refused."""

from functools import partial
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from creditbank.clock import today
from creditbank.errors import Conflict, CreditBankError
from creditbank.institutions.actions import open_account_and_enrol
from creditbank.institutions.models import Institution
from creditbank.people.account_creation import Opened
from creditbank.people.cards import active_card
from creditbank.people.logins import code_in_use
from creditbank.people.models import AccountOpening
from creditbank.people.names import mask_name
from creditbank.people.opening_review import check_identity, refuse_opening, resolve_duplicate
from creditbank.people.opening_sight import reveal_application
from creditbank.portals.downloads import asked_language, pdf_response
from creditbank.portals.export import Column, export_response
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.office.access import READERS, Desk, Role, office_page, show
from creditbank.portals.office.frame import case_page, done, refuse_beside, who_when
from creditbank.portals.office.opening_case import (
    CheckForm,
    OpeningRefusalForm,
    ResolutionForm,
    State,
    duplicate_pane,
    find_duplicate,
    find_opening,
    opening_pane,
)
from creditbank.portals.office.reveal import RevealForm, shown_fields
from creditbank.portals.office.sight import shown_applicant
from creditbank.portals.office.tables import Cell, Head, show_list
from creditbank.printing.documents import OpeningSlip, OpeningSlips
from creditbank.printing.rendering import render


@require_safe
@office_page(*READERS)
def openings(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every application, newest first."""
    listing = make_listing(
        request.GET,
        AccountOpening.objects.order_by("-submitted_at", "-id"),
        search=lambda rows, words: rows.filter(number__icontains=words) | rows.filter(institution_code__iexact=words),
        filters=(
            Filter("state", _("状态"), State.choices, lambda rows, value: rows.filter(state=value)),
            Filter("way", _("来源"), AccountOpening.Way.choices, lambda rows, value: rows.filter(way=value)),
        ),
    )
    if listing.export:
        return export_response(listing.export, COLUMNS, listing.rows, filename="openings")
    return show_list(
        request,
        desk,
        "openings",
        title=_("开户"),
        listing=listing,
        heads=_HEADS,
        cells=partial(_cells, desk),
        placeholder=_("申请号、单位代码"),
    )


@require_safe
@office_page(*READERS)
def page(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """One application."""
    return case_page(request, desk, opening_pane(desk, find_opening(number)), "openings")


@require_POST
@office_page(Role.REVIEWER)
def check(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Record that the original was seen."""
    found = find_opening(number)
    form, status = CheckForm(request.POST), 400
    if form.is_valid():
        try:
            check_identity(actor=desk.acting(Role.REVIEWER), at=desk.at, opening=found, **form.cleaned_data)
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            return done(request, _("%(number)s 已登记核对原件。") % {"number": number}, name="opening", args=(number,))
    return case_page(request, desk, opening_pane(desk, find_opening(number), check=form), "openings", status=status)


@require_POST
@office_page(Role.REVIEWER)
def reveal(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Show asked fields in clear, to compare them with the original."""
    found = find_opening(number)
    form, status = RevealForm(request.POST), 400
    clear: list[tuple[str, str]] = []
    if form.is_valid():
        try:
            values = reveal_application(
                actor=desk.acting(Role.REVIEWER), at=desk.at, opening=found, fields=form.cleaned_data["asked"]
            )
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            clear, status = shown_fields(values), 200
    pane = opening_pane(desk, found, reveal=form, clear=clear)
    return case_page(request, desk, pane, "openings", status=status)


@require_POST
@office_page(Role.REVIEWER)
def refuse(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Refuse with a reason; what the application held is emptied."""
    found = find_opening(number)
    form, status = OpeningRefusalForm(request.POST), 400
    if form.is_valid():
        try:
            refuse_opening(actor=desk.acting(Role.REVIEWER), at=desk.at, opening=found, **form.cleaned_data)
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            return done(request, _("%(number)s 没有通过，所填资料已清除。") % {"number": number})
    return case_page(request, desk, opening_pane(desk, find_opening(number), refusal=form), "openings", status=status)


@require_POST
@office_page(Role.REVIEWER)
def approve(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Open the account; the answer is the slip with its one-time codes, which are shown nowhere else."""
    found = find_opening(number)
    form, status = OpeningRefusalForm({}), 409
    try:
        opened = open_account_and_enrol(actor=desk.acting(Role.REVIEWER), at=desk.at, opening=found)
    except CreditBankError as error:
        form.errors.clear()
        status = refuse_beside(form, error)
        return case_page(
            request, desk, opening_pane(desk, find_opening(number), refusal=form), "openings", status=status
        )
    return show(request, desk, "opening_slip", "openings", _slip_context(desk, found, opened))


@require_POST
@office_page(Role.REVIEWER)
def slip(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The slip as PDF, made from the codes that the page before still shows; Conflict when they are not live."""
    found = find_opening(number)
    if found.account is None:
        raise _slip_gone()
    codes = [request.POST.get(name, "")[:40] for name in ("student_code", "guardian_code")]
    live = [(text, code_in_use(found.account, text, desk.at)) for text in codes if text]
    card = active_card(found.account)
    if not live or card is None or any(code is None for _text, code in live):
        raise _slip_gone()
    institution = Institution.objects.filter(code=found.institution_code).first()
    slips = tuple(
        OpeningSlip(
            opening_number=found.number,
            masked_name=_whose(mask_name(code.person.name), student=code.person_id == found.account.student.person_id),
            institution_name=institution.name if institution else "—",
            card_number=card.card_number,
            activation_code=text,
            opened_on=today(found.account.opened_at),
            valid_until=today(code.expires_at),
        )
        for text, code in live
        if code is not None
    )
    sheet = OpeningSlips(
        printed_at=desk.at,
        lang=asked_language(),
        login_address=settings.SITE_URL + reverse("public:activate"),
        slips=slips,
    )
    return pdf_response(render(sheet), f"slip-{found.number}", inline=False)


def _whose(name: str, *, student: bool) -> str:
    """Father and child have one family name: the slip says whose code it is."""
    return (_("%(name)s（学生）") if student else _("%(name)s（监护人）")) % {"name": name}


@require_safe
@office_page(*READERS)
def duplicate(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """A suspected duplicate."""
    return case_page(request, desk, duplicate_pane(desk, find_duplicate(pk)), "openings")


@require_POST
@office_page(Role.REVIEWER)
def resolve(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Say whether the two are one."""
    case = find_duplicate(pk)
    form, status = ResolutionForm(request.POST), 400
    if form.is_valid():
        try:
            resolve_duplicate(
                actor=desk.acting(Role.REVIEWER),
                at=desk.at,
                case=case,
                same_person=form.cleaned_data["same_person"] == "yes",
                reason=form.cleaned_data["reason"],
            )
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            number = case.opening.number
            return done(request, _("核查结论已登记。"), name="opening", args=(number,))
    return case_page(request, desk, duplicate_pane(desk, find_duplicate(pk), form=form), "openings", status=status)


def _slip_gone() -> Conflict:
    return Conflict("凭条只能在开户后马上打印；激活码已失效或不是这个户口的。", code="slip-gone")


def _slip_context(desk: Desk, found: AccountOpening, opened: Opened) -> dict[str, object]:
    return {
        "opening": found,
        "opened": opened,
        "name": shown_applicant(found, desk.today),
        "valid_until": today(opened.student_code.expires_at),
    }


_HEADS: Final = (
    Head(gettext_lazy("申请")),
    Head(gettext_lazy("状态")),
    Head(gettext_lazy("证件")),
    Head(gettext_lazy("来源")),
    Head(gettext_lazy("提交时间"), "num"),
)


def _cells(desk: Desk, row: AccountOpening) -> tuple[Cell, ...]:
    return (
        Cell(shown_applicant(row, desk.today), sub=row.number, name="opening", args=(row.number,)),
        Cell(row.get_state_display(), state=row.state),
        Cell(row.get_document_kind_display()),
        Cell(row.institution_code or row.get_way_display()),
        Cell(who_when(None, row.submitted_at), css="num"),
    )


COLUMNS: Final[tuple[Column[AccountOpening], ...]] = (
    Column(gettext_lazy("申请号"), lambda row: row.number),
    Column(gettext_lazy("状态"), lambda row: row.get_state_display()),
    Column(gettext_lazy("证件"), lambda row: row.get_document_kind_display()),
    Column(gettext_lazy("来源"), lambda row: row.get_way_display()),
    Column(gettext_lazy("单位代码"), lambda row: row.institution_code),
    Column(gettext_lazy("提交时间"), lambda row: row.submitted_at),
    Column(gettext_lazy("核对时间"), lambda row: row.checked_at),
    Column(gettext_lazy("办结时间"), lambda row: row.decided_at),
)
