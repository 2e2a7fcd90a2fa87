"""Price schedules at the office (I-8): drafted by one, published by another, taken back with a reason."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from creditbank.catalogue.actions import (
    draft_schedule,
    publish_schedule,
    put_allotment,
    put_price,
    remove_price,
    withdraw_schedule,
)
from creditbank.catalogue.importing import import_prices
from creditbank.catalogue.models import Price, PriceSchedule, ScheduleState
from creditbank.catalogue.price_sheet import COLUMNS, Problem, terms_of, write_price_sheet
from creditbank.errors import CreditBankError, InvalidInput
from creditbank.portals.downloads import XLSX, file_response
from creditbank.portals.export import Column, export_response
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.office.access import READERS, Desk, Role, office_page, show
from creditbank.portals.office.frame import done, refuse_beside
from creditbank.portals.office.price_forms import AllotmentForm, PriceForm, ReasonForm, ScheduleForm, SheetForm
from creditbank.portals.office.schedule_page import find, price_form, schedule_page
from creditbank.portals.office.tables import Cell, Head, show_list
from creditbank.redemption.actions import cancel_price

WRITERS: Final = (Role.REVIEWER, Role.DECIDER, Role.ADMIN)


@require_safe
@office_page(*READERS)
def prices(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every schedule, the latest first."""
    listing = make_listing(
        request.GET,
        PriceSchedule.objects.select_related("drafted_by", "published_by"),
        search=lambda rows, words: rows.filter(title__icontains=words) | rows.filter(number__icontains=words),
        filters=(Filter("state", _("状态"), ScheduleState.choices, lambda rows, value: rows.filter(state=value)),),
    )
    if listing.export:
        return export_response(listing.export, COLUMNS_OF_LIST, listing.rows, filename="price-schedules")
    items = (_("增补的产品"), reverse("office:items"))
    buttons = [(_("拟一份价目表"), reverse("office:schedule_new"))] if desk.may(*WRITERS) else []
    return show_list(
        request,
        desk,
        "prices",
        title=_("价目表"),
        listing=listing,
        heads=_HEADS,
        cells=_cells,
        placeholder=_("名称、编号"),
        note=_("公布以后不再改动；新的价目表从它的第一天起代替旧的，逐条计算。"),
        extra={"buttons": [*buttons, items]},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(*WRITERS)
def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Begin a draft."""
    form, status = ScheduleForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                made = draft_schedule(actor=desk.acting(*WRITERS), at=desk.at, **form.cleaned_data)
            except CreditBankError as error:
                status = refuse_beside(form, error)
            else:
                return done(request, _("草案已建好，请写价目。"), name="schedule", args=(made.number,))
    return show(request, desk, "price_schedule_new", "prices", {"form": form}, status=status)


@require_safe
@office_page(*READERS)
def schedule(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """One schedule with its prices, and what may be done with it."""
    return schedule_page(request, desk, find(number))


@require_POST
@office_page(*WRITERS)
def put(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Write one price of the draft."""
    found = find(number)
    form, status = price_form(found, request.POST.dict()), 400
    if form.is_valid():
        try:
            put_price(actor=desk.acting(*WRITERS), schedule=found, terms=terms_of(form.texts()), at=desk.at)
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            return done(request, _("价目已写入草案。"), name="schedule", args=(number,))
    return schedule_page(request, desk, found, form=form, status=status)


@require_POST
@office_page(*WRITERS)
def remove(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Take one price out of the draft."""
    asked = request.POST.get("price", "")
    price = Price.objects.filter(schedule=find(number), pk=int(asked)).first() if _is_id(asked) else None
    if price is None:
        raise InvalidInput("请选择要去掉的价目。", field="price")
    remove_price(actor=desk.acting(*WRITERS), price=price, at=desk.at)
    return done(request, _("已从草案中去掉。"), name="schedule", args=(number,))


@require_POST
@office_page(*WRITERS)
def allot(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Set seats or money of the draft."""
    found = find(number)
    form, status = AllotmentForm(request.POST), 400
    if form.is_valid():
        given = form.cleaned_data
        try:
            put_allotment(
                actor=desk.acting(*WRITERS),
                schedule=found,
                code=given["code"],
                title=given["title"],
                unit=given["unit"],
                total=form.whole(),
                at=desk.at,
            )
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            return done(request, _("名额或经费已写入草案。"), name="schedule", args=(number,))
    return schedule_page(request, desk, found, allotment=form, status=status)


@require_POST
@office_page(*WRITERS)
def bring(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Read a table of prices into the draft; with a wrong row nothing is written, and every one is named."""
    found = find(number)
    form, status = SheetForm(request.POST, request.FILES), 400
    problems: tuple[Problem, ...] = ()
    if form.is_valid():
        data = form.cleaned_data["file"].read()
        try:
            brought = import_prices(actor=desk.acting(*WRITERS), schedule=found, data=data, at=desk.at)
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            if not brought.problems:
                words = _("已写入 %(count)s 条价目。") % {"count": brought.written}
                return done(request, words, name="schedule", args=(number,))
            problems = brought.problems
    return schedule_page(request, desk, found, sheet=form, problems=problems, status=status)


@require_safe
@office_page(*READERS)
def sheet(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The prices as an Excel table, to be kept or to be changed and read in again."""
    found = find(number)
    return file_response(write_price_sheet(found.prices.select_related("seats", "budget")), f"{number}.xlsx", XLSX)


@require_POST
@office_page(Role.DECIDER)
def publish(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Publish the draft, as somebody who wrote none of it."""
    publish_schedule(actor=desk.acting(Role.DECIDER), schedule=find(number), at=desk.at)
    return done(request, _("价目表已公布。"), name="schedule", args=(number,))


@require_POST
@office_page(Role.DECIDER)
def withdraw(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Take a published schedule back, with a reason."""
    found = find(number)
    form, status = ReasonForm(request.POST), 400
    if form.is_valid():
        try:
            withdraw_schedule(
                actor=desk.acting(Role.DECIDER), schedule=found, reason=form.cleaned_data["reason"], at=desk.at
            )
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            return done(request, _("价目表已撤下；已经提交的申请照常办理。"), name="schedule", args=(number,))
    return schedule_page(request, desk, found, reason=form, status=status)


@require_POST
@office_page(Role.DECIDER)
def call_off(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Call one published price off: every running redemption of it is undone."""
    found = find(number)
    asked = request.POST.get("price", "")
    price = found.prices.select_related("schedule").filter(pk=int(asked)).first() if _is_id(asked) else None
    if price is None:
        raise InvalidInput("请选择要取消的产品。", field="price")
    made = cancel_price(
        actor=desk.acting(Role.DECIDER), price=price, reason=request.POST.get("reason", "")[:500], at=desk.at
    )
    words = _("已取消，学分和名额全部退回。") if made.done_at else _("已取消；冻结户口的申请在解冻以后退回。")
    return done(request, words, name="schedule", args=(number,))


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16


_HEADS: Final = (
    Head(gettext_lazy("价目表")),
    Head(gettext_lazy("状态")),
    Head(gettext_lazy("从哪天起"), "num"),
    Head(gettext_lazy("到哪天止"), "num"),
)


def _cells(row: PriceSchedule) -> tuple[Cell, ...]:
    return (
        Cell(row.title, sub=row.number, name="schedule", args=(row.number,)),
        Cell(row.get_state_display(), state=row.state),
        Cell(row.starts_on.isoformat(), css="num"),
        Cell(row.ends_on.isoformat() if row.ends_on else "—", css="num"),
    )


COLUMNS_OF_LIST: Final[tuple[Column[PriceSchedule], ...]] = (
    Column(gettext_lazy("编号"), lambda row: row.number),
    Column(gettext_lazy("名称"), lambda row: row.title),
    Column(gettext_lazy("状态"), lambda row: row.get_state_display()),
    Column(gettext_lazy("从哪天起"), lambda row: row.starts_on),
    Column(gettext_lazy("到哪天止"), lambda row: row.ends_on),
    Column(gettext_lazy("公布时间"), lambda row: row.published_at),
)
assert set(PriceForm.base_fields) <= set(COLUMNS), "the form says what the table says"
