"""Credits: how many a product asks, and whether the balance covers them (R-1.1 … R-4.2, M-11; I-1, I-2, I-6, I-8)."""

from creditbank.policy.amounts import format_hundredths, said_amount
from creditbank.policy.codes import Route
from creditbank.policy.decision import Requirement
from creditbank.policy.registry import Cited, value_on
from creditbank.policy.rules.case import Case, Finding, state


def asked_certificate_2021_09(case: Case) -> int | None:
    """Hundredths that redeeming a certificate debits: none where the amount is only a threshold (I-1)."""
    if case.law.reads("I-1") == "threshold" or not _credits_stand(case):
        return 0
    return _threshold(case).value


def asked_priced_2021_03(case: Case) -> int | None:
    """Hundredths that the published price asks; ``None`` while none is published (I-8)."""
    return case.offer.price_hundredths if case.offer else None


def credits_2021_09(case: Case) -> Requirement | None:
    """The certificate's 120 or 180 credits; not asked of champions unless I-2 is read otherwise."""
    if not _credits_stand(case):
        return None
    threshold = _threshold(case)
    limited = case.law.reads("I-6") == "earned-by-certificate" and case.route is Route.SKILL
    available = case.facts.available_hundredths
    have = min(available, _earned_by_certificate(case)) if limited else available
    return _compare(
        case,
        threshold.value,
        have,
        clause=threshold.clause,
        interpretation="I-6" if limited else "I-2" if case.route is Route.CHAMPION else threshold.interpretation,
        close_words="close-earned" if limited else "close",
    )


def credits_2021_03(case: Case) -> Requirement | None:
    """The published price of a product of Article 11; nothing to compare while none is published."""
    need = asked_priced_2021_03(case)
    if need is None:
        return None
    have = case.facts.available_hundredths
    return _compare(case, need, have, clause=case.product.clause, interpretation="I-8")


def price_published_2021_03(case: Case) -> Requirement:
    """A product of Article 11 needs a published price (I-8)."""
    price = asked_priced_2021_03(case)
    finding = Finding(
        "price-published",
        met=price is not None,
        clause=case.product.clause,
        interpretation="I-8",
        need=None if price is None else format_hundredths(price),
    )
    return state(case, finding, need=said_amount(price or 0))


def _compare(
    case: Case, need: int, have: int, *, clause: str, interpretation: str | None, close_words: str = "close"
) -> Requirement:
    gap = max(0, need - have)
    finding = Finding(
        "credits",
        met=gap == 0,
        clause=clause,
        interpretation=interpretation,
        need=format_hundredths(need),
        have=format_hundredths(have),
        gap=format_hundredths(gap),
        words="unmet-one" if gap == 100 else None,
        close_words=close_words,
    )
    return state(case, finding, need=said_amount(need), have=said_amount(have), gap=said_amount(gap))


def _credits_stand(case: Case) -> bool:
    return case.route is Route.SKILL or case.law.reads("I-2") == "certificate-only"


def _threshold(case: Case) -> Cited:
    threshold = value_on(case.family.credits, case.on)
    assert threshold is not None, "a family without credits is refused when the law is read"
    return threshold


def _earned_by_certificate(case: Case) -> int:
    """What the levels held in the family's subjects earned, at the credits of a level (I-7)."""
    per_level = case.law.value("credits_per_level", case.on).value
    return sum(case.facts.level(need.subject) for need in case.family.skills) * per_level
