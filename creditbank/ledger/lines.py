"""One line of a passbook, and the arithmetic by which it follows from the line before. Pure.

Each kind moves ``amount`` between two places. ``available - owed`` is one signed balance: what flows in pays ``owed``
first, and a holder who owes can neither hold nor expire. Amounts are hundredths of a credit.
"""

from datetime import date, datetime
from enum import IntEnum
from typing import Final, NamedTuple
from uuid import UUID

from creditbank.ledger.errors import AmountOutOfRange, HolderOwes, InsufficientCredits, RestoreFirst, WrongLine

# The sum of a book stays far below an int8, whatever is posted.
MAX_AMOUNT_HUNDREDTHS: Final = 10**13
SYSTEM_ACTOR_ID: Final = 0


class Kind(IntEnum):
    """What a line does."""

    EARN = 1
    REVERSE = 2
    HOLD = 3
    RELEASE = 4
    SETTLE = 5
    REFUND = 6
    EXPIRE = 7
    RESTORE = 8


class Domain(IntEnum):
    """五育."""

    MORAL = 1
    INTELLECTUAL = 2
    PHYSICAL = 3
    AESTHETIC = 4
    LABOUR = 5


class Stage(IntEnum):
    """教 练 赛."""

    TEACHING = 1
    PRACTICE = 2
    COMPETITION = 3


class Reason(IntEnum):
    """Why a line ends another one; ``CORRECTED`` and ``WITHDRAWN_BY_INSTITUTION`` are the usual reversals."""

    CORRECTED = 1
    WITHDRAWN_BY_INSTITUTION = 2
    CREDITED_TWICE = 3
    FRAUD = 4
    COMPLAINT_DECISION = 5
    REDEMPTION_UNDONE = 6
    MERGED = 7
    SPLIT = 8
    WITHDRAWN_BY_APPLICANT = 9
    REFUSED = 10
    DEADLINE_PASSED = 11
    OTHER = 99


class BookState(IntEnum):
    """An open book takes every line, a frozen one only those of a merge, a closed one none."""

    OPEN = 1
    FROZEN = 2
    CLOSED = 3


class Balance(NamedTuple):
    """How a book stands, in hundredths of a credit."""

    available: int
    held: int
    spent: int
    expired: int
    owed: int
    earned: int


EMPTY: Final = Balance(0, 0, 0, 0, 0, 0)

# kind → the kind of the line that it ends.
ENDS: Final = {
    Kind.REVERSE: Kind.EARN,
    Kind.RELEASE: Kind.HOLD,
    Kind.SETTLE: Kind.HOLD,
    Kind.REFUND: Kind.SETTLE,
    Kind.RESTORE: Kind.EXPIRE,
}
NEEDS_APPROVER: Final = frozenset({Kind.EARN, Kind.REVERSE, Kind.REFUND})
NEEDS_REASON: Final = frozenset({Kind.REVERSE, Kind.REFUND, Kind.RESTORE})


class Line(NamedTuple):
    """A line as stored, columns in the order of the table; ``hash`` chains it to the one before."""

    holder_id: UUID
    source: UUID
    amount: int
    available: int
    held: int
    spent: int
    expired: int
    owed: int
    earned: int
    recorded_at: datetime
    seq: int
    closes: int | None
    batch_id: int | None
    institution_id: int | None
    occurred_on: date | None
    actor_id: int
    approver_id: int | None
    policy_version: int | None
    kind: int
    domain: int | None
    stage: int | None
    reason: int | None
    hash: bytes

    @property
    def balance(self) -> Balance:
        """How the book stands after this line."""
        return Balance(self.available, self.held, self.spent, self.expired, self.owed, self.earned)


def after(before: Balance, kind: Kind, amount: int) -> Balance:
    """How the book stands after a line of ``kind`` over ``amount``; refuses what the book does not bear.

    Raises AmountOutOfRange, InsufficientCredits, HolderOwes, RestoreFirst, WrongLine (a bucket would fall below zero).
    """
    if not 0 < amount <= MAX_AMOUNT_HUNDREDTHS:
        raise AmountOutOfRange(amount_hundredths=amount)
    available, held, spent, expired, owed, earned = before
    if kind in (Kind.HOLD, Kind.EXPIRE):
        if owed:
            raise HolderOwes(owed_hundredths=owed)
        if amount > available:
            raise InsufficientCredits(needed_hundredths=amount, available_hundredths=available)
        available -= amount
    elif kind is Kind.REVERSE:
        taken = min(amount, available)
        available, owed, earned = available - taken, owed + amount - taken, earned - amount
    elif kind is not Kind.SETTLE:
        available, owed = inflow(available, owed, amount)
    held += _HELD.get(kind, 0) * amount
    spent += _SPENT.get(kind, 0) * amount
    expired += _EXPIRED.get(kind, 0) * amount
    earned += amount if kind is Kind.EARN else 0
    if min(held, spent, expired, earned) < 0:
        raise WrongLine(field="amount")
    if owed > held + spent:
        # Only expired credits can be missing here: they come back first, then the earn is reversed.
        raise RestoreFirst(expired_hundredths=expired)
    return Balance(available, held, spent, expired, owed, earned)


def inflow(available: int, owed: int, amount: int) -> tuple[int, int]:
    """What is available and owed when ``amount`` flows in: the debt is paid first."""
    if not owed:
        return available + amount, 0
    paid = min(amount, owed)
    return available + amount - paid, owed - paid


_HELD: Final = {Kind.HOLD: 1, Kind.RELEASE: -1, Kind.SETTLE: -1}
_SPENT: Final = {Kind.SETTLE: 1, Kind.REFUND: -1}
_EXPIRED: Final = {Kind.EXPIRE: 1, Kind.RESTORE: -1}


def ending_fault(kind: Kind, amount: int, closed_kind: int, closed_amount: int) -> str | None:
    """The field in which a line does not fit the line it ends (``closes`` or ``amount``); None when it fits.

    Everything ends whole, but for a refund, which may give back less than was spent, and an earn of a later revision,
    which ends the reverse of the revision before and may have any amount.
    """
    wanted = Kind.REVERSE if kind is Kind.EARN else ENDS.get(kind)
    if closed_kind != wanted:
        return "closes"
    if kind is Kind.EARN or (kind is Kind.REFUND and amount <= closed_amount):
        return None
    return None if amount == closed_amount else "amount"
