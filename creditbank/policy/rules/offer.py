"""What the catalogue and the people part know: when, how many, at whose cost; and what is in force (I-14)."""

from creditbank.policy.amounts import format_hundredths
from creditbank.policy.codes import AccountState
from creditbank.policy.decision import Requirement
from creditbank.policy.rules.case import Case, Finding, state


def in_force_2021_03(case: Case) -> Requirement:
    """No product before its text is in force: the Measures for Article 11, the Rules for certificates (I-14)."""
    since = case.product.since
    clause = "R-P" if case.product.is_certificate else "M-P"
    finding = Finding("in-force", case.on >= since, clause, "I-14", need=since.isoformat(), have=case.on.isoformat())
    return state(case, finding, date=since.isoformat())


def window_2021_03(case: Case) -> Requirement | None:
    """The days on which applications are taken, both ends included; listed only where the offer has a window."""
    offer = case.offer
    if offer is None or offer.opens_on is None or offer.closes_on is None:
        return None
    over = case.on > offer.closes_on
    opens, closes = offer.opens_on.isoformat(), offer.closes_on.isoformat()
    finding = Finding(
        "window",
        met=offer.opens_on <= case.on <= offer.closes_on,
        clause=case.product.clause,
        interpretation="I-8",
        need=f"{opens}/{closes}",
        have=case.on.isoformat(),
        words="unmet-over" if over else None,
        close_words="close-over" if over else "close",
    )
    return state(case, finding, **{"from": opens, "to": closes})


def seats_2021_03(case: Case) -> Requirement | None:
    """At least one seat left; listed only where the offer counts seats."""
    if case.offer is None or case.offer.seats is None:
        return None
    left = case.offer.seats
    gap = str(max(0, 1 - left))
    finding = Finding("seats", left > 0, case.product.clause, "I-8", need="1", have=str(left), gap=gap)
    return state(case, finding)


def budget_2021_03(case: Case) -> Requirement | None:
    """Yuan left for the product: the tier of a scholarship, else anything above 0; listed only with a budget."""
    if case.offer is None or case.offer.budget_hundredths is None:
        return None
    need, left = (case.product.amount_yuan or 0) * 100, case.offer.budget_hundredths
    finding = Finding(
        "budget",
        met=left >= need and left > 0,
        clause=case.product.clause,
        interpretation="I-8",
        need=format_hundredths(need) if need else None,
        have=format_hundredths(left),
        gap=format_hundredths(max(0, need - left)) if need else None,
    )
    return state(case, finding)


def account_open_2021_03(case: Case) -> Requirement | None:
    """The account must be open (M-4); listed only where its state is given."""
    if case.account is None:
        return None
    have = case.account.state
    finding = Finding("account-open", have is AccountState.OPEN, "M-4", need=AccountState.OPEN.value, have=have.value)
    return state(case, finding)
