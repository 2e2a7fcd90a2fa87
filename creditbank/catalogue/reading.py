"""Which price counts on a day, for one product or for all."""

from datetime import date

from creditbank.catalogue.models import Price, PriceSchedule

PriceKey = tuple[str, str]


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
