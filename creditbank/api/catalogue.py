"""``/catalogue``: what each product asks today, for everybody; schedules drafted and published by the office."""

from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import File, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from creditbank import clock
from creditbank.api.answers import Paging
from creditbank.api.callers import PersonCaller, caller, caller_as
from creditbank.api.idempotency import once
from creditbank.api.policy import Words
from creditbank.api.problems import FAULTS, Problem
from creditbank.catalogue.actions import draft_schedule, publish_schedule, withdraw_schedule
from creditbank.catalogue.importing import import_prices
from creditbank.catalogue.items import law_on
from creditbank.catalogue.models import PriceSchedule
from creditbank.catalogue.reading import Listed, catalogue_on
from creditbank.errors import NotFound
from creditbank.people.rights import require_office
from creditbank.policy.amounts import format_hundredths

router = Router(tags=["catalogue"], auth=PersonCaller())
OFFICES: Final = ("reviewer", "decider", "admin")


class PriceOut(Schema):
    """What a product asks in one class; credits and yuan as decimal strings. Without a price: ``null`` (待公布)."""

    credits: str
    cash_part: str
    opens_on: date | None
    closes_on: date | None
    happens_on: date | None
    seats_left: int | None
    from_age: int | None
    to_age: int | None
    places: list[str]
    institutions: list[str]
    note: str
    schedule: str
    is_sample: bool


class ListedOut(Schema):
    """A product in one class (``null`` where it has none), with the price that counts today."""

    product: str
    name: Words
    group: str
    price_class: str | None
    clause: str
    interpretation: str
    price: PriceOut | None


class CataloguePage(Schema):
    """A page of the catalogue, in the order of the law."""

    items: list[ListedOut]
    total: int


class ScheduleGiven(Schema):
    """A new draft: its name and its days."""

    title: str = Field(min_length=1, max_length=120)
    starts_on: date
    ends_on: date | None = None


class ScheduleOut(Schema):
    """A price schedule as the office sees it."""

    number: str
    title: str
    state: str
    starts_on: date
    ends_on: date | None
    prices: int


class SchedulePage(Schema):
    """A page of schedules, the latest first."""

    items: list[ScheduleOut]
    total: int


class WrongRow(Schema):
    """A row of a table that can't be taken."""

    row: int
    field: str
    detail: str


class ImportedOut(Schema):
    """How many prices were written; with a wrong row nothing was."""

    written: int
    problems: list[WrongRow]


class Withdrawal(Schema):
    """Why the schedule is taken back."""

    reason: str = Field(max_length=500)


@router.get("", auth=None, response={200: CataloguePage, FAULTS: Problem}, summary="兑换目录 · The catalogue")
def catalogue(request: HttpRequest, paging: Query[Paging], group: str = "") -> CataloguePage:
    """Every product of Article 11 in each class, with the price that counts today; certificates stand in the law."""
    rows = [row for row in _today() if not group or row.product.group == group]
    page = rows[paging.offset : paging.offset + paging.limit]
    return CataloguePage(items=[_listed(row) for row in page], total=len(rows))


# Before "/{product}", which would take it for a product.
@router.get("/schedules", response={200: SchedulePage, FAULTS: Problem}, summary="价目表列表 · List schedules")
def list_schedules(request: HttpRequest, paging: Query[Paging]) -> SchedulePage:
    """Every schedule, for people of the office."""
    require_office(caller(request), *OFFICES, "auditor", at=clock.now())
    rows = PriceSchedule.objects.all()
    return SchedulePage(
        items=[_schedule(each) for each in rows[paging.offset : paging.offset + paging.limit]], total=rows.count()
    )


@router.post("/schedules", response={201: ScheduleOut, FAULTS: Problem}, summary="拟价目表 · Draft a schedule")
def draft(request: HttpRequest, given: ScheduleGiven) -> HttpResponse:
    """Begin an empty draft."""
    actor, at = caller_as(request, "reviewer"), clock.now()
    require_office(actor, *OFFICES, at=at)
    return once(request, 201, lambda: _schedule(draft_schedule(actor=actor, at=at, **given.dict())))


@router.post(
    "/schedules/{number}/prices", response={200: ImportedOut, FAULTS: Problem}, summary="导入价目 · Import prices"
)
def bring(request: HttpRequest, number: str, file: File[UploadedFile]) -> HttpResponse:
    """Write an Excel table of prices into the draft, whole or not at all; every wrong row is named."""
    actor, at = caller_as(request, "reviewer"), clock.now()
    found = _found(request, number)

    def change() -> ImportedOut:
        done = import_prices(actor=actor, schedule=found, data=file.read(), at=at)
        wrong = [
            WrongRow(row=each.row, field=each.field, detail=each.message % each.data if each.data else each.message)
            for each in done.problems
        ]
        return ImportedOut(written=done.written, problems=wrong)

    return once(request, 200, change)


@router.post(
    "/schedules/{number}/publish", response={200: ScheduleOut, FAULTS: Problem}, summary="公布价目表 · Publish"
)
def publish(request: HttpRequest, number: str) -> HttpResponse:
    """Publish a draft as a decider who wrote none of it."""
    actor, found, at = caller_as(request, "decider"), _found(request, number), clock.now()
    return once(request, 200, lambda: _schedule(publish_schedule(actor=actor, schedule=found, at=at)))


@router.post(
    "/schedules/{number}/withdraw", response={200: ScheduleOut, FAULTS: Problem}, summary="撤下价目表 · Withdraw"
)
def withdraw(request: HttpRequest, number: str, given: Withdrawal) -> HttpResponse:
    """Take a published schedule back; running applications go on."""
    actor, found, at = caller_as(request, "decider"), _found(request, number), clock.now()
    return once(
        request, 200, lambda: _schedule(withdraw_schedule(actor=actor, schedule=found, reason=given.reason, at=at))
    )


@router.get(
    "/{product}", auth=None, response={200: list[ListedOut], FAULTS: Problem}, summary="一个产品的价目 · One product"
)
def show(request: HttpRequest, product: str) -> list[ListedOut]:
    """One product in each of its classes."""
    rows = [_listed(row) for row in _today() if row.product.code == product]
    if not rows:
        raise NotFound("没有这个产品。")
    return rows


def _today() -> list[Listed]:
    on = clock.today()
    return catalogue_on(on, law_on(on))


def _found(request: HttpRequest, number: str) -> PriceSchedule:
    require_office(caller(request), *OFFICES, "auditor", at=clock.now())
    found = PriceSchedule.objects.filter(number=number).first()
    if found is None:
        raise NotFound("没有这份价目表。")
    return found


def _schedule(row: PriceSchedule) -> ScheduleOut:
    return ScheduleOut(
        number=row.number,
        title=row.title,
        state=row.state,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        prices=row.prices.count(),
    )


def _listed(row: Listed) -> ListedOut:
    price = row.price
    shown = price and PriceOut(
        credits=format_hundredths(price.credits_hundredths),
        cash_part=format_hundredths(price.cash_part_fen),
        opens_on=price.opens_on,
        closes_on=price.closes_on,
        happens_on=price.happens_on,
        seats_left=price.seats.left if price.seats else None,
        from_age=price.from_age,
        to_age=price.to_age,
        places=list(price.places),
        institutions=list(price.institutions),
        note=price.note,
        schedule=price.schedule.number,
        is_sample=price.schedule.is_sample,
    )
    return ListedOut(
        product=row.product.code,
        name=Words(zh=row.product.name.zh, en=row.product.name.en),
        group=row.product.group,
        price_class=row.price_class or None,
        clause=row.product.clause,
        interpretation="I-8",
        price=shown or None,
    )
