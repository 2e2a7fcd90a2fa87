"""What an account may redeem today, and what is missing for the rest: the same ``decide`` for every certificate."""

from datetime import datetime

from creditbank.clock import today
from creditbank.errors import InvalidInput, Refused
from creditbank.people.models import Account
from creditbank.policy.codes import Route
from creditbank.policy.decide import decide
from creditbank.policy.decision import Decision
from creditbank.policy.law import Law
from creditbank.redemption.facts import gather
from creditbank.rulebook.reading import version_on


def decision_for(account: Account, product: str, at: datetime, *, route: str | None = None) -> Decision:
    """The decision about one certificate for an account, as of the civil date of ``at`` (I-14).

    Raises ``InvalidInput`` for a product or route that does not exist, ``Refused`` for a product without a price.
    """
    on = today(at)
    law = version_on(on)
    known = gather(account, on)
    return decide(
        certificate_product(law, product), known.facts, on, law, route=certificate_route(route), account=known.account
    )


def certificate_decisions(account: Account, at: datetime) -> list[Decision]:
    """The decisions about every certificate of the law, in the law's order; the facts are gathered once."""
    on = today(at)
    law = version_on(on)
    known = gather(account, on)
    return [
        decide(product.code, known.facts, on, law, account=known.account)
        for product in law.products.values()
        if product.is_certificate
    ]


def certificate_product(law: Law, code: str) -> str:
    """The code of a product that can be redeemed now: a certificate. Others wait for a published price (I-8)."""
    product = law.products.get(code)
    if product is None:
        raise InvalidInput("没有这个产品。", field="product")
    if not product.is_certificate:
        raise Refused("这个产品的学分价目还没有公布，暂不能兑换。", clause=product.clause, field="product")
    return code


def certificate_route(text: str | None) -> Route | None:
    """The route asked for, or ``None`` for the better one."""
    if not text:
        return None
    if text not in tuple(Route):
        raise InvalidInput("途径只有“技能”和“冠军”两种。", field="route")
    return Route(text)
