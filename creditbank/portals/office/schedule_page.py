"""One price schedule on its page: the prices, the forms of a draft, and why a button is shut."""

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from creditbank.catalogue.items import law_on
from creditbank.catalogue.models import AllotmentUnit, Price, PriceSchedule, ScheduleState
from creditbank.catalogue.price_sheet import COLUMNS, Problem
from creditbank.portals.labels import spoken
from creditbank.portals.offer_words import CLASS_WORDS
from creditbank.portals.office.access import Desk, Role, show
from creditbank.portals.office.price_forms import (
    AllotmentForm,
    PriceForm,
    ReasonForm,
    SheetForm,
    kept_texts,
)
from creditbank.redemption.models import PriceCancellation

PER_PAGE = 500


def find(number: str) -> PriceSchedule:
    """The schedule with this number; 404 for none."""
    rows = PriceSchedule.objects.select_related("drafted_by", "published_by", "withdrawn_by")
    found = rows.filter(number=number).first()
    if found is None:
        raise Http404
    return found


def price_form(schedule: PriceSchedule, data: Mapping[str, str] | None = None, kept: Price | None = None) -> PriceForm:
    """The form of one price, with what the draft's prices may draw from; filled from a price that is there."""
    codes: dict[str, list[str]] = {AllotmentUnit.SEATS: [], AllotmentUnit.FEN: []}
    for allotment in schedule.allotments.all():
        codes[allotment.unit].append(allotment.code)
    texts = kept_texts(kept) if kept else {}
    law = law_on(schedule.starts_on)
    return PriceForm(law, codes[AllotmentUnit.SEATS], codes[AllotmentUnit.FEN], data, **texts)


def schedule_page(
    request: HttpRequest,
    desk: Desk,
    found: PriceSchedule,
    *,
    form: PriceForm | None = None,
    allotment: AllotmentForm | None = None,
    sheet: SheetForm | None = None,
    reason: ReasonForm | None = None,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """The page of a schedule; a form that was refused keeps what was written."""
    prices = list(found.prices.select_related("seats", "budget")[:PER_PAGE])
    chosen = next((each for each in prices if str(each.pk) == request.GET.get("edit")), None)
    law = law_on(found.starts_on)
    writes = found.state == ScheduleState.DRAFT and desk.may(Role.REVIEWER, Role.DECIDER, Role.ADMIN)
    context: dict[str, object] = {
        "schedule": found,
        "rows": [(each, _product(law.products.get(each.product), each), _class(each)) for each in prices],
        "allotments": list(found.allotments.all()),
        "writes": writes,
        "form": form or (price_form(found, kept=chosen) if writes else None),
        "allotment_form": allotment or AllotmentForm(),
        "sheet_form": sheet or SheetForm(),
        "reason_form": reason or ReasonForm(),
        "called_off": set(PriceCancellation.objects.filter(price__schedule=found).values_list("price_id", flat=True)),
        "problems": [(each.row, COLUMNS.get(each.field, ""), _said(each)) for each in problems],
        "publishes": found.state == ScheduleState.DRAFT and desk.decider,
        "withdraws": found.state == ScheduleState.PUBLISHED and desk.decider,
        "shut": _shut(desk, found, bool(prices)),
    }
    return show(request, desk, "price_schedule", "prices", context, status=status)


def _product(product: object, price: Price) -> str:
    name = getattr(product, "name", None)
    return spoken(name) if name is not None else price.product


def _class(price: Price) -> str:
    return str(CLASS_WORDS[price.price_class]) if price.price_class else ""


def _said(problem: Problem) -> str:
    words = gettext(problem.message)
    return words % problem.data if problem.data else words


def _shut(desk: Desk, found: PriceSchedule, has_prices: bool) -> str:
    """Why this decider can't publish or withdraw; empty when she can."""
    if found.state == ScheduleState.DRAFT:
        if desk.person_id in found.writer_ids:
            return _("写价目表的人不能自己公布，请由另一位同事办理。")
        if not has_prices:
            return _("价目表里还没有价目。")
        return _("开始日期已经过去，请改成今天或以后。") if found.starts_on < desk.today else ""
    if found.state == ScheduleState.PUBLISHED and found.published_by_id == desk.person_id:
        return _("公布价目表的人不能自己撤下，请由另一位同事办理。")
    return ""
