"""A schedule is drafted by one, published by another, never changed after, and the newest one counts."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from creditbank.audit.models import AuditRecord
from creditbank.catalogue.actions import (
    draft_schedule,
    publish_schedule,
    put_allotment,
    put_price,
    remove_price,
    withdraw_schedule,
)
from creditbank.catalogue.models import Allotment, Price, PriceSchedule
from creditbank.catalogue.reading import price_on, prices_on
from creditbank.errors import Conflict, InvalidInput, NotAllowed
from creditbank.people.models import OfficeRole
from creditbank.people.rights import appoint_office
from tests.cast import AT, actor, person
from tests.catalogue.stage import STARTS, TRIP, Stage, set_stage
from tests.everybody import Everybody

pytestmark = pytest.mark.django_db
HARBIN = ("visit.harbin", "half")


@pytest.fixture
def stage(everybody: Everybody) -> Stage:
    return set_stage(everybody.actor("reviewer"), everybody.actor("decider"))


def another_decider(everybody: Everybody) -> Any:
    someone = person("核准乙")
    appoint_office(actor=everybody.actor("admin"), at=AT, person=someone, role=OfficeRole.Role.DECIDER)
    return actor(someone, "decider")


def test_a_draft_is_no_price_and_a_published_one_is_from_its_first_day(stage: Stage) -> None:
    assert price_on(STARTS, *HARBIN) is None
    stage.published()
    assert price_on(STARTS - timedelta(days=1), *HARBIN) is None
    assert price_on(STARTS, *HARBIN) == stage.price
    assert AuditRecord.objects.filter(action="publish-prices", subject_id=stage.schedule.number).count() == 1


def test_whoever_wrote_a_line_of_it_does_not_publish_it(everybody: Everybody, stage: Stage) -> None:
    put_price(
        actor=everybody.actor("decider"), schedule=stage.schedule, terms=replace(TRIP, price_class="subsidised"), at=AT
    )
    with pytest.raises(NotAllowed):
        publish_schedule(actor=everybody.actor("decider"), schedule=stage.schedule, at=AT)
    with pytest.raises(NotAllowed):
        publish_schedule(actor=everybody.actor("reviewer"), schedule=stage.schedule, at=AT)
    publish_schedule(actor=another_decider(everybody), schedule=stage.schedule, at=AT)


@pytest.mark.parametrize("role", ["public", "student", "guardian", "clerk", "approver", "auditor", "hotline"])
def test_nobody_outside_the_office_drafts_or_publishes(everybody: Everybody, stage: Stage, role: str) -> None:
    with pytest.raises(NotAllowed):
        draft_schedule(actor=everybody.actor(role), title="甲", starts_on=STARTS, at=AT)
    with pytest.raises(NotAllowed):
        put_price(actor=everybody.actor(role), schedule=stage.schedule, terms=TRIP, at=AT)
    with pytest.raises(NotAllowed):
        publish_schedule(actor=everybody.actor(role), schedule=stage.schedule, at=AT)


def test_a_published_schedule_is_never_changed(stage: Stage) -> None:
    stage.published()
    with pytest.raises(Conflict):
        put_price(actor=stage.writer, schedule=stage.schedule, terms=TRIP, at=AT)
    with pytest.raises(Conflict):
        remove_price(actor=stage.writer, price=stage.price, at=AT)
    with pytest.raises(Conflict):
        put_allotment(
            actor=stage.writer, schedule=stage.schedule, code="harbin", title="", unit="seats", total=99, at=AT
        )
    assert Allotment.objects.get(code="harbin").total == 2


def test_a_schedule_that_begins_in_the_past_or_is_empty_is_not_published(everybody: Everybody, stage: Stage) -> None:
    with pytest.raises(Conflict):
        publish_schedule(actor=stage.publisher, schedule=stage.schedule, at=AT + timedelta(days=2))
    empty = draft_schedule(actor=stage.writer, title="空", starts_on=STARTS, at=AT)
    with pytest.raises(Conflict):
        publish_schedule(actor=stage.publisher, schedule=empty, at=AT)


def test_the_newest_schedule_counts_price_by_price(everybody: Everybody, stage: Stage) -> None:
    put_price(actor=stage.writer, schedule=stage.schedule, terms=replace(TRIP, price_class="subsidised"), at=AT)
    stage.published()
    later = draft_schedule(actor=stage.writer, title="下一期", starts_on=STARTS + timedelta(days=10), at=AT)
    terms = replace(TRIP, credits_hundredths=70_00, seats="", budget="")
    put_price(actor=stage.writer, schedule=later, terms=terms, at=AT)
    publish_schedule(actor=stage.publisher, schedule=later, at=AT)
    day = STARTS + timedelta(days=10)
    asked = {key: price.credits_hundredths for key, price in prices_on(day).items()}
    assert asked == {HARBIN: 70_00, ("visit.harbin", "subsidised"): 60_00}
    before = price_on(day - timedelta(days=1), *HARBIN)
    assert before is not None
    assert before.credits_hundredths == 60_00


def test_a_withdrawn_schedule_counts_no_more_and_says_why(everybody: Everybody, stage: Stage) -> None:
    stage.published()
    with pytest.raises(NotAllowed):
        withdraw_schedule(actor=stage.publisher, schedule=stage.schedule, reason="写错了", at=AT)
    other = another_decider(everybody)
    with pytest.raises(InvalidInput):
        withdraw_schedule(actor=other, schedule=stage.schedule, reason=" ", at=AT)
    withdraw_schedule(actor=other, schedule=stage.schedule, reason="写错了", at=AT)
    assert price_on(STARTS, *HARBIN) is None
    assert PriceSchedule.objects.get().reason == "写错了"


def test_a_price_ends_with_its_schedule(stage: Stage) -> None:
    PriceSchedule.objects.update(ends_on=STARTS + timedelta(days=1))
    stage.published()
    assert price_on(STARTS + timedelta(days=1), *HARBIN) is not None
    assert price_on(STARTS + timedelta(days=2), *HARBIN) is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"product": "certificate.athlete.3", "price_class": ""}, "product"),
        ({"product": "visit.atlantis"}, "product"),
        ({"price_class": ""}, "price_class"),
        ({"price_class": "double"}, "price_class"),
        ({"credits_hundredths": 0}, "credits"),
        ({"credits_hundredths": 10_000_001}, "credits"),
        ({"cash_part_fen": 0}, "cash_part"),
        ({"price_class": "full"}, "cash_part"),
        ({"product": "scholarship.100", "price_class": "", "cash_part_fen": 0}, "charge"),
        ({"opens_on": STARTS}, "closes_on"),
        ({"opens_on": STARTS, "closes_on": STARTS - timedelta(days=1)}, "closes_on"),
        ({"opens_on": STARTS, "closes_on": STARTS, "happens_on": date(2026, 3, 1)}, "happens_on"),
        ({"from_age": 12, "to_age": 11}, "to_age"),
        ({"places": ("2",)}, "places"),
        ({"institutions": ("SL-NOWHERE",)}, "institutions"),
        ({"seats": "moscow"}, "seats"),
        ({"budget": "harbin"}, "budget"),
    ],
)
def test_a_price_that_cannot_stand_is_refused_with_its_field(stage: Stage, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        put_price(actor=stage.writer, schedule=stage.schedule, terms=replace(TRIP, **changes), at=AT)
    assert refused.value.data["field"] == field
    assert Price.objects.count() == 1
