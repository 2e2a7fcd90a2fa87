"""Items that the office adds to the open lists (等, M-11.0): proposed by one person, agreed by another."""

from functools import partial
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from creditbank.catalogue.actions import add_item, agree_item
from creditbank.catalogue.models import AddedItem
from creditbank.errors import CreditBankError
from creditbank.portals.export import Column, export_response
from creditbank.portals.labels import spoken
from creditbank.portals.listing import make_listing
from creditbank.portals.office.access import READERS, Desk, Role, office_page, show
from creditbank.portals.office.frame import done, refuse_beside
from creditbank.portals.office.price_forms import ItemForm
from creditbank.portals.office.prices import WRITERS
from creditbank.portals.office.tables import Cell, Head, show_list


@require_safe
@office_page(*READERS)
def items(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every added item."""
    listing = make_listing(
        request.GET,
        AddedItem.objects.select_related("added_by", "agreed_by"),
        search=lambda rows, words: rows.filter(name_zh__icontains=words) | rows.filter(code__icontains=words),
    )
    if listing.export:
        return export_response(listing.export, COLUMNS, listing.rows, filename="added-items")
    buttons = [(_("提出一项产品"), reverse("office:item_new"))] if desk.may(*WRITERS) else []
    return show_list(
        request,
        desk,
        "prices",
        title=_("增补的产品"),
        listing=listing,
        heads=_HEADS,
        cells=partial(_cells, desk),
        placeholder=_("名称、代码"),
        note=_("办法写“等”的地方可以增补；另一位核准人确认以后才算数，有了公布的价目才能兑换。"),
        extra={"buttons": buttons},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(*WRITERS)
def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Propose an item."""
    form, status = ItemForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            given = form.cleaned_data
            amount = int(given["slug"]) if given["group"] == "scholarship" and _is_amount(given["slug"]) else None
            try:
                add_item(
                    actor=desk.acting(*WRITERS),
                    at=desk.at,
                    amount_yuan=amount,
                    **{**given, "classes": tuple(given["classes"])},
                )
            except CreditBankError as error:
                status = refuse_beside(form, error)
            else:
                return done(request, _("已提出，等另一位核准人确认。"), name="items")
    return show(request, desk, "item_new", "prices", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD"])
@office_page(*READERS)
def item(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One item; a second person agrees here."""
    found = _found(pk)
    shut = _("提出的人不能自己确认，请由另一位同事办理。") if found.added_by_id == desk.person_id else ""
    return show(request, desk, "item", "prices", {"item": found, "shut": shut})


@require_POST
@office_page(Role.DECIDER)
def agree(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Let the item count."""
    agree_item(actor=desk.acting(Role.DECIDER), item=_found(pk), at=desk.at)
    return done(request, _("已确认，从所写的日期起算数。"), name="items")


def _found(pk: int) -> AddedItem:
    found = AddedItem.objects.select_related("added_by", "agreed_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _is_amount(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 9


_HEADS: Final = (
    Head(gettext_lazy("产品")),
    Head(gettext_lazy("状态")),
    Head(gettext_lazy("从哪天起"), "num"),
)


def _name(row: AddedItem) -> str:
    return spoken({"zh": row.name_zh, "en": row.name_en})


def _cells(desk: Desk, row: AddedItem) -> tuple[Cell, ...]:
    agreed = row.agreed_by_id is not None
    return (
        Cell(_name(row), sub=row.code, name="item", args=(row.pk,)),
        Cell(_("已确认") if agreed else _("待确认"), tone="ok" if agreed else "warn"),
        Cell(row.since.isoformat(), css="num"),
    )


COLUMNS: Final[tuple[Column[AddedItem], ...]] = (
    Column(gettext_lazy("代码"), lambda row: row.code),
    Column(gettext_lazy("名称"), _name),
    Column(gettext_lazy("从哪天起"), lambda row: row.since),
    Column(gettext_lazy("确认时间"), lambda row: row.agreed_at),
)
