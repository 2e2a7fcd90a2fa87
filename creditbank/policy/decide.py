"""The one question of the bank: may this person have this product on this day, and if not, what is missing?

Pure: the law, the facts and the date are arguments. Both routes of a certificate are always judged; the one to report
is chosen as the contract says.
"""

from datetime import date

from creditbank.errors import Unavailable
from creditbank.policy.codes import REQUIREMENT_CODES, Route
from creditbank.policy.decision import Decision, Judgement
from creditbank.policy.facts import Account, Facts, Question, parse_price_class, parse_product, parse_route
from creditbank.policy.law import Law
from creditbank.policy.offers import Offer
from creditbank.policy.reader import Reader
from creditbank.policy.rules import ASKING, RULES
from creditbank.policy.rules.case import Case
from creditbank.policy.rules.holdings import choose_honour, is_used


def decide(
    product: str,
    facts: Facts,
    on: date,
    law: Law,
    *,
    price_class: str | None = None,
    route: Route | str | None = None,
    offer: Offer | None = None,
    account: Account | None = None,
) -> Decision:
    """Decide one product for one person on one day under one version of the law.

    ``route`` fixes the route of a certificate; ``None`` reports the better one. ``offer`` and ``account`` are what the
    catalogue and the people part know; without an offer, a product of Article 11 has no price.
    Raises ``InvalidInput`` for a product, class or route that the version does not have there, and ``Unavailable`` for
    a version whose rules this program does not know.
    """
    known = parse_product(Reader(product, "product"), law)
    parse_price_class(None if price_class is None else Reader(price_class, "class"), known)
    fixed = parse_route(Reader(route, "route"), known)
    routes: tuple[Route | None, ...] = (Route.SKILL, Route.CHAMPION) if known.is_certificate else (None,)
    judged = [_judge(Case(law, known, facts, on, each, offer, account)) for each in routes]
    reported = next((judgement for judgement in judged if judgement.route is fixed), None) or _better(judged)
    others = tuple(judgement for judgement in judged if judgement is not reported)
    return Decision(product=product, policy_version=law.code, judgement=reported, alternatives=others)


def decide_question(question: Question, law: Law) -> Decision:
    """Decide a question that was read from the public contract."""
    return decide(
        question.product,
        question.facts,
        question.on,
        law,
        price_class=question.price_class,
        route=question.route,
        offer=question.offer,
        account=question.account,
    )


def honour_to_use(product: str, facts: Facts, on: date, law: Law) -> int | None:
    """The place in ``facts.honours`` of the unused honour that the champion route of a certificate would use.

    ``None`` where there is none. It is the one that the decision looked at. Raises ``InvalidInput`` as :func:`decide`.
    """
    known = parse_product(Reader(product, "product"), law)
    if not known.is_certificate:
        return None
    case = Case(law, known, facts, on, Route.CHAMPION, None, None)
    honour = choose_honour(case)
    return None if honour is None or is_used(case, honour) else facts.honours.index(honour)


def _better(judged: list[Judgement]) -> Judgement:
    """Eligible before not; then the fewer credits, or the fewer unmet requirements; ties to the first, ``skill``."""
    eligible = [judgement for judgement in judged if judgement.eligible]
    if eligible:
        return min(eligible, key=lambda judgement: judgement.asked_hundredths or 0)
    return min(judged, key=lambda judgement: len(judgement.unmet))


def _judge(case: Case) -> Judgement:
    rule_set = "priced" if case.route is None else f"certificate-{case.route.value}"
    names = case.law.rules[rule_set]
    if any(name not in RULES and name not in ASKING for name in names):
        raise Unavailable("本程序不认识这一版本的规则。")
    asked = [ASKING[name](case) for name in names if name in ASKING]
    found = [requirement for name in names if name in RULES and (requirement := RULES[name](case)) is not None]
    found.sort(key=lambda requirement: REQUIREMENT_CODES.index(requirement.code))
    return Judgement(case.route, asked[0] if asked else None, tuple(found))
