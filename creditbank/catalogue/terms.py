"""What a price says, as a value, and what may not be said (I-8)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from creditbank.errors import InvalidInput
from creditbank.policy.law import Law
from creditbank.policy.offers import COUNTY, REGION
from creditbank.policy.registry import Product

LARGEST_CREDITS: Final = 100_000_00
LARGEST_FEN: Final = 10_000_000_00
OLDEST: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTerms:
    """One price as it is drafted. ``seats`` and ``budget`` name allotments of the same schedule, or are empty."""

    product: str
    credits_hundredths: int
    price_class: str = ""
    cash_part_fen: int = 0
    charge_fen: int = 0
    opens_on: date | None = None
    closes_on: date | None = None
    happens_on: date | None = None
    seats: str = ""
    budget: str = ""
    from_age: int | None = None
    to_age: int | None = None
    places: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    note: str = ""


def check_terms(terms: PriceTerms, law: Law) -> Product:
    """The product that the terms are about, when they can stand; ``law`` is that of the schedule's first day.

    Raises ``InvalidInput`` naming the field: a certificate (its price stands in the Rules), an unknown product or
    class, a cash part for the full class or none for the half class, a scholarship that costs another sum than its
    own, a window or ages that end before they begin, a code of no place.
    """
    product = law.products.get(terms.product)
    if product is None or product.is_certificate:
        raise InvalidInput("价目表里没有这个产品；证书的学分由细则规定。", field="product", clause="M-11.0")
    if terms.price_class not in (product.classes or ("",)):
        raise InvalidInput("这个产品没有这种价位。", field="price_class", clause=product.clause)
    _check_money(terms, product)
    _check_days(terms)
    _check_audience(terms)
    return product


def _check_money(terms: PriceTerms, product: Product) -> None:
    if not 0 < terms.credits_hundredths <= LARGEST_CREDITS:
        raise InvalidInput("学分须大于 0，不超过 100000。", field="credits", clause="I-8")
    for field, fen in (("cash_part", terms.cash_part_fen), ("charge", terms.charge_fen)):
        if not 0 <= fen <= LARGEST_FEN:
            raise InvalidInput("金额须在 0 到 1000 万元之间。", field=field, clause="I-8")
    if terms.price_class in {"", "full"} and terms.cash_part_fen:
        raise InvalidInput("全价由学分支付全部费用，自付部分须为 0。", field="cash_part", clause="I-8")
    if terms.price_class in {"half", "subsidised"} and not terms.cash_part_fen:
        raise InvalidInput("半价和补贴价须写明自付部分。", field="cash_part", clause="I-8")
    if product.amount_yuan is not None and terms.charge_fen != product.amount_yuan * 100:
        raise InvalidInput("奖学金的支出须等于它的档位金额。", field="charge", clause=product.clause)


def _check_days(terms: PriceTerms) -> None:
    if (terms.opens_on is None) != (terms.closes_on is None):
        raise InvalidInput("申请期的开始和结束须一起写。", field="closes_on")
    if terms.opens_on and terms.closes_on and terms.closes_on < terms.opens_on:
        raise InvalidInput("申请期的结束不能早于开始。", field="closes_on")
    if terms.happens_on and terms.closes_on and terms.happens_on < terms.closes_on:
        raise InvalidInput("出行日期不能早于申请期结束。", field="happens_on")


def _check_audience(terms: PriceTerms) -> None:
    low, high = terms.from_age or 0, terms.to_age if terms.to_age is not None else OLDEST
    if not 0 <= low <= high <= OLDEST:
        raise InvalidInput("年龄范围有误。", field="to_age")
    for place in terms.places:
        if not REGION.fullmatch(place) and not COUNTY.fullmatch(place):
            raise InvalidInput("地区须写 2、4 或 6 位行政区划代码。", field="places")
