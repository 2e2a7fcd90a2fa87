"""A schedule with one priced trip, two seats and a budget, for the tests of the catalogue and of what takes from it."""

from dataclasses import dataclass, replace
from datetime import date

from creditbank.audit.actor import Actor
from creditbank.catalogue.actions import draft_schedule, publish_schedule, put_allotment, put_price
from creditbank.catalogue.models import Price, PriceSchedule
from creditbank.catalogue.terms import PriceTerms
from tests.cast import AT

STARTS = date(2026, 3, 2)
TRIP = PriceTerms(
    product="visit.harbin",
    price_class="half",
    credits_hundredths=60_00,
    cash_part_fen=800_00,
    charge_fen=800_00,
    seats="harbin",
    budget="trips",
)


@dataclass(frozen=True)
class Stage:
    """The draft, and who may do what with it."""

    schedule: PriceSchedule
    price: Price
    writer: Actor
    publisher: Actor

    def published(self) -> "Stage":
        """The same, published."""
        publish_schedule(actor=self.publisher, schedule=self.schedule, at=AT)
        return replace(self, schedule=PriceSchedule.objects.get(pk=self.schedule.pk))


def set_stage(writer: Actor, publisher: Actor, *, seats: int = 2, budget_fen: int = 10_000_00) -> Stage:
    """A draft with a half-price trip to Harbin."""
    schedule = draft_schedule(actor=writer, title="示例价目", starts_on=STARTS, at=AT, is_sample=True)
    for code, unit, total in (("harbin", "seats", seats), ("trips", "fen", budget_fen)):
        put_allotment(actor=writer, schedule=schedule, code=code, title=code, unit=unit, total=total, at=AT)
    price = put_price(actor=writer, schedule=schedule, terms=TRIP, at=AT)
    return Stage(schedule, price, writer, publisher)
