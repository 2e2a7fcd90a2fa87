"""Which price counts on a day, for one product or for all."""

from dataclasses import dataclass
from datetime import date

from creditbank.catalogue.models import Price, PriceSchedule
from creditbank.policy.law import Law
from creditbank.policy.registry import Product

PriceKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Listed:
    """A product in one class (empty where it has none), and what it asks; no price: 待公布."""

    product: Product
    price_class: str
    price: Price | None

    def open_on(self, on: date) -> bool:
        """Whether it can be applied for on a day, as far as the catalogue knows."""
        offer = self.price.offer() if self.price else None
        if offer is None:
            return False
        within = offer.opens_on is None or offer.closes_on is None or offer.opens_on <= on <= offer.closes_on
        return within and offer.seats != 0 and offer.budget_hundredths != 0


def catalogue_on(on: date, law: Law) -> list[Listed]:
    """Every product of Article 11 in each of its classes, in the order of the law with its added items. Two queries."""
    prices = prices_on(on)
    return [
        Listed(product, price_class, prices.get((product.code, price_class)))
        for group in law.groups.values()
        for product in group.products
        for price_class in product.classes or ("",)
    ]


def prices_on(on: date, *, products: tuple[str, ...] = ()) -> dict[PriceKey, Price]:
    """By (product, class, empty where there are none): the price that counts on a day. Two queries.

    Of several schedules in force the newest counts, price by price. ``products`` limits the answer.
    """
    order = {schedule.pk: place for place, schedule in enumerate(PriceSchedule.objects.in_force(on))}
    rows = Price.objects.filter(schedule_id__in=order).select_related("seats", "budget", "schedule")
    if products:
        rows = rows.filter(product__in=products)
    found: dict[PriceKey, Price] = {}
    for price in sorted(rows, key=lambda row: -order[row.schedule_id]):
        found[price.product, price.price_class] = price
    return found


def price_on(on: date, product: str, price_class: str = "") -> Price | None:
    """The price of one product and class that counts on a day; ``None`` while it is not published (待公布)."""
    return prices_on(on, products=(product,)).get((product, price_class))
