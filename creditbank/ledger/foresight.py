"""What a merge or a split would do, before anything is done: a dry run over the lines of both books. Writes nothing.

It follows :mod:`creditbank.ledger.merge` step by step, with numbers in place of postings; the tests hold the one
against the other.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from creditbank.ledger.books import all_lines, balance_of
from creditbank.ledger.lines import Balance, Kind, Line, Reason
from creditbank.ledger.merge import to_replay

# The facts of an earn that two books compare, in the order of the ledger.
_FACTS: Final = ("amount", "institution_id", "domain", "stage", "occurred_on")


@dataclass(frozen=True, slots=True)
class Twin:
    """An earn that both books have; ``field`` is the first fact in which they differ, empty if they agree."""

    line: Line
    stored: Line
    field: str


@dataclass(frozen=True, slots=True)
class Foresight:
    """What would be replayed, what would fall out, and how the receiving book stands before and after."""

    replayed: tuple[Line, ...]
    falls_out: tuple[Twin, ...]
    before: Balance
    after: Balance


@dataclass(slots=True)
class _Stand:
    """A book as it would stand; ``signed`` is what is available less what is owed."""

    signed: int
    held: int
    spent: int
    expired: int
    earned: int
    lent: int = 0

    def earn(self, amount: int) -> None:
        self.signed += amount
        self.earned += amount

    def hold(self, amount: int) -> None:
        """Hold; what is missing is lent, and given back at the end."""
        missing = max(amount - self.signed, 0)
        self.lent += missing
        self.signed += missing - amount
        self.held += amount

    def settle(self, amount: int) -> None:
        self.held -= amount
        self.spent += amount

    def expire(self, amount: int) -> bool:
        """Expire, if there is as much: what was owed may have been paid with it."""
        if self.signed < amount:
            return False
        self.signed -= amount
        self.expired += amount
        return True

    def balance(self) -> Balance:
        signed = self.signed - self.lent
        return Balance(max(signed, 0), self.held, self.spent, self.expired, max(-signed, 0), self.earned)


def foresee(giving: UUID, receiving: UUID, *, reason: Reason, seqs: Collection[int] | None = None) -> Foresight:
    """A dry run: of a merge, or with ``seqs`` of a split. Exact while nothing of the move has begun."""
    theirs = {line.source: line for line in all_lines(receiving) if line.kind == Kind.EARN}
    before = balance_of(receiving)
    stand = _Stand(before.available - before.owed, before.held, before.spent, before.expired, before.earned)
    replayed, twins = [], []
    for line in to_replay(all_lines(giving), reason):
        if seqs is not None and line.seq not in seqs:
            continue
        if line.kind == Kind.EARN and line.source in theirs:
            stored = theirs[line.source]
            twins.append(Twin(line, stored, _difference(line, stored)))
        elif _foresee_line(stand, line):
            replayed.append(line)
    return Foresight(tuple(replayed), tuple(twins), before, stand.balance())


def _foresee_line(stand: _Stand, line: Line) -> bool:
    kind = Kind(line.kind)
    if kind is Kind.EARN:
        stand.earn(line.amount)
    elif kind is Kind.EXPIRE:
        return stand.expire(line.amount)
    else:
        stand.hold(line.amount)
        if kind is Kind.SETTLE:
            stand.settle(line.amount)
    return True


def _difference(line: Line, stored: Line) -> str:
    return next((name for name in _FACTS if getattr(line, name) != getattr(stored, name)), "")
