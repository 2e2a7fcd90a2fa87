"""What the catalogue offers of a product, and whom it is for (I-8): values, and their strict reading."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from creditbank.policy.amounts import format_hundredths
from creditbank.policy.reader import Reader
from creditbank.policy.registry import Product
from creditbank.policy.text import Json

OLDEST: Final = 150
COUNTY: Final = re.compile(r"[0-9]{6}")
# A province, a city or a county: the beginning of every code within it.
REGION: Final = re.compile(r"[0-9]{2}(?:[0-9]{2}){0,2}")


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom an offer is for (I-8): complete years from and to, county codes or their beginnings, member institutions.

    ``None`` and empty mean everyone. Each of the limits that are given must be kept.
    """

    from_age: int | None = None
    to_age: int | None = None
    places: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """What the catalogue knows of a product, in hundredths; ``None`` means not published, or not limited."""

    price_hundredths: int | None = None
    cash_part_hundredths: int | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    seats: int | None = None
    budget_hundredths: int | None = None
    audience: Audience = Audience()


def offer_to_json(offer: Offer) -> dict[str, Json]:
    """The offer as the contract writes it, to be stored with the decision it made; see :func:`parse_offer`."""
    amounts = (
        ("price", offer.price_hundredths),
        ("cash_part", offer.cash_part_hundredths),
        ("budget", offer.budget_hundredths),
    )
    found: dict[str, Json] = {name: format_hundredths(value) for name, value in amounts if value is not None}
    if offer.opens_on and offer.closes_on:
        found["window"] = {"from": offer.opens_on.isoformat(), "to": offer.closes_on.isoformat()}
    if offer.seats is not None:
        found["seats"] = offer.seats
    if offer.audience != Audience():
        found["audience"] = _audience_to_json(offer.audience)
    return found


def parse_offer(reader: Reader, product: Product) -> Offer:
    """What the catalogue offers; the price and the age of a certificate stand in the Rules and are refused here."""
    priced = () if product.is_certificate else ("price", "cash_part", "audience")
    fields = reader.fields((), (*priced, "window", "seats", "budget"))
    window = fields["window"].fields(("from", "to")) if "window" in fields else {}
    opens_on = window["from"].day() if window else None
    closes_on = window["to"].day() if window else None
    if opens_on and closes_on and closes_on < opens_on:
        raise window["to"].refuse("应不早于 from", "expected a date not before `from`")
    return Offer(
        price_hundredths=fields["price"].hundredths() if "price" in fields else None,
        cash_part_hundredths=fields["cash_part"].hundredths() if "cash_part" in fields else None,
        opens_on=opens_on,
        closes_on=closes_on,
        seats=fields["seats"].integer(0) if "seats" in fields else None,
        budget_hundredths=fields["budget"].hundredths() if "budget" in fields else None,
        audience=_audience(fields["audience"]) if "audience" in fields else Audience(),
    )


def read_place(reader: Reader, form: re.Pattern[str]) -> str:
    """A code of GB/T 2260 in the form asked for."""
    if not isinstance(reader.value, str) or not form.fullmatch(reader.value):
        raise reader.refuse("应为行政区划代码，如 230102", "expected a county code like 230102")
    return reader.value


def read_texts(reader: Reader | None) -> tuple[str, ...]:
    """A list of strings; empty when it is not given."""
    return tuple(item.text() for item in reader.items()) if reader else ()


def _audience(reader: Reader) -> Audience:
    fields = reader.fields((), ("from_age", "to_age", "places", "institutions"))
    from_age = fields["from_age"].integer(0, OLDEST) if "from_age" in fields else None
    return Audience(
        from_age=from_age,
        to_age=fields["to_age"].integer(from_age or 0, OLDEST) if "to_age" in fields else None,
        places=tuple(read_place(item, REGION) for item in fields["places"].items()) if "places" in fields else (),
        institutions=read_texts(fields.get("institutions")),
    )


def _audience_to_json(audience: Audience) -> dict[str, Json]:
    ages = (("from_age", audience.from_age), ("to_age", audience.to_age))
    lists = (("places", audience.places), ("institutions", audience.institutions))
    found: dict[str, Json] = {name: age for name, age in ages if age is not None}
    return found | {name: list(values) for name, values in lists if values}
