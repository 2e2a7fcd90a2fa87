"""What an account may redeem today, and what is missing for the rest: the same ``decide`` for every product."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from creditbank.catalogue.items import law_on
from creditbank.catalogue.models import Price
from creditbank.catalogue.reading import PriceKey, price_on, prices_on
from creditbank.clock import today
from creditbank.errors import InvalidInput, Refused
from creditbank.people.models import Account
from creditbank.policy.codes import Route
from creditbank.policy.decide import decide
from creditbank.policy.decision import Decision
from creditbank.policy.law import Law
from creditbank.policy.registry import Product
from creditbank.redemption.facts import Gathered, gather
from creditbank.rulebook.reading import version_on


@dataclass(frozen=True, slots=True)
class ClassDecision:
    """A priced product in one class (empty where it has none): the price of the day and the decision by it."""

    price_class: str
    price: Price
    decision: Decision


@dataclass(frozen=True, slots=True)
class PricedStanding:
    """A product of Article 11 for one account: its published classes, the one that covers most first."""

    product: Product
    classes: tuple[ClassDecision, ...]

    @property
    def best(self) -> ClassDecision | None:
        """The best class open to her now."""
        return next((each for each in self.classes if each.decision.eligible), None)

    @property
    def following(self) -> ClassDecision | None:
        """The class to reach next: the one above the best; with none open, the one that lacks least."""
        shut = [each for each in self.classes if not each.decision.eligible]
        if not shut:
            return None
        best = self.best
        if best is None:
            return min(reversed(shut), key=lambda each: len(each.decision.unmet))
        above = self.classes[: self.classes.index(best)]
        return above[-1] if above else None

    def in_class(self, price_class: str) -> ClassDecision | None:
        """The decision in one class; ``None`` while it has no price."""
        return next((each for each in self.classes if each.price_class == price_class), None)


def decision_for(
    account: Account, product: str, at: datetime, *, route: str | None = None, price_class: str | None = None
) -> Decision:
    """The decision about one product for an account, as of the civil date of ``at`` (I-14).

    Raises ``InvalidInput`` for a product, route or class that does not exist, ``Refused`` for one without a price.
    """
    on = today(at)
    law = law_on(on)
    chosen = product_of(law, product)
    known = gather(account, on, whereabouts=not chosen.is_certificate)
    if chosen.is_certificate:
        return decide(chosen.code, known.facts, on, law, route=certificate_route(route), account=known.account)
    price = offered_price(chosen, on, price_class)
    return decide_price(known, chosen, price, on, law)


def certificate_decisions(account: Account, at: datetime) -> list[Decision]:
    """The decisions about every certificate of the law, in the law's order; the facts are gathered once."""
    on = today(at)
    return _certificates(gather(account, on), on, version_on(on))


def standings(account: Account, at: datetime) -> tuple[list[Decision], list[PricedStanding]]:
    """What the account may redeem today: every certificate, and every other product with its published classes.

    The facts are gathered once, and the prices read at once, however many products there are.
    """
    on = today(at)
    law = law_on(on)
    known = gather(account, on, whereabouts=True)
    return _certificates(known, on, law), _priced(known, on, law)


def priced_standing(account: Account, product: str, at: datetime) -> PricedStanding:
    """The same for one product of Article 11."""
    on = today(at)
    law = law_on(on)
    chosen = product_of(law, product)
    prices = prices_on(on, products=(chosen.code,))
    return _standing(gather(account, on, whereabouts=True), chosen, prices, on, law)


def product_of(law: Law, code: str) -> Product:
    """A product of the law with its added items."""
    product = law.products.get(code)
    if product is None:
        raise InvalidInput("没有这个产品。", field="product")
    return product


def offered_price(product: Product, on: date, price_class: str | None) -> Price:
    """The price that counts on a day. Raises ``InvalidInput`` for a wrong class, ``Refused`` while it has none."""
    wanted = price_class or ""
    if wanted not in (product.classes or ("",)):
        raise InvalidInput("请选择价位：全价、半价或补贴价。", field="price_class", clause=product.clause)
    price = price_on(on, product.code, wanted)
    if price is None:
        raise Refused("这个产品的学分价目还没有公布，暂不能兑换。", clause=product.clause, field="product")
    return price


def decide_price(known: Gathered, product: Product, price: Price, on: date, law: Law) -> Decision:
    """Decide a product by its price of the day, over facts that are gathered already."""
    return decide(
        product.code,
        known.facts,
        on,
        law,
        price_class=price.price_class or None,
        offer=price.offer(),
        account=known.account,
    )


def _certificates(known: Gathered, on: date, law: Law) -> list[Decision]:
    return [
        decide(product.code, known.facts, on, law, account=known.account)
        for product in law.products.values()
        if product.is_certificate
    ]


def _priced(known: Gathered, on: date, law: Law) -> list[PricedStanding]:
    prices = prices_on(on)
    others = [product for product in law.products.values() if not product.is_certificate]
    return [_standing(known, product, prices, on, law) for product in others]


def _standing(
    known: Gathered, product: Product, prices: Mapping[PriceKey, Price], on: date, law: Law
) -> PricedStanding:
    found = [(each, prices.get((product.code, each))) for each in product.classes or ("",)]
    return PricedStanding(
        product,
        tuple(
            ClassDecision(each, price, decide_price(known, product, price, on, law))
            for each, price in found
            if price is not None
        ),
    )


def certificate_route(text: str | None) -> Route | None:
    """The route asked for, or ``None`` for the better one."""
    if not text:
        return None
    if text not in tuple(Route):
        raise InvalidInput("途径只有“技能”和“冠军”两种。", field="route")
    return Route(text)
