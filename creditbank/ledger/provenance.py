"""Which achievements paid for this? First in, first out, computed from the lines, never stored. Pure.

A hold takes the oldest credits that are free. What comes back (release, refund, restore) keeps its origin. When an
earn is reversed, what was used of it is covered by the oldest free credits of other earns; what nobody covers is the
debt, and the next inflow covers it first, the oldest use before the newer.
"""

from collections.abc import Iterable
from typing import NamedTuple

from creditbank.ledger.lines import Kind, Line


class Portion(NamedTuple):
    """Hundredths that the earn of line ``earn_seq`` paid; None: nobody has paid them yet, they are owed."""

    earn_seq: int | None
    amount: int


class Provenance(NamedTuple):
    """``uses``: what paid for each open hold, settle (net of its refund) and expiry, by its seq; ``free``: by earn."""

    uses: dict[int, list[Portion]]
    free: dict[int, int]


def trace(lines: Iterable[Line]) -> Provenance:
    """Read a whole book, in order, and say where its credits went."""
    origins = _Origins()
    for line in lines:
        origins.add(line)
    uses = {
        seq: [Portion(earn, amount) for earn, amount in parts.items()] for seq, parts in origins.uses.items() if parts
    }
    return Provenance(uses, {seq: amount for seq, amount in sorted(origins.free.items()) if amount})


def paid_by(lines: Iterable[Line], seq: int) -> list[Portion]:
    """What paid for the hold, settle or expiry of line ``seq``; empty if it was given back whole."""
    return trace(lines).uses.get(seq, [])


_Parts = dict[int | None, int]


class _Origins:
    """Free credits by earn, and used ones by use and earn; the key None in a use is what is owed."""

    def __init__(self) -> None:
        self.free: dict[int, int] = {}
        self.uses: dict[int, _Parts] = {}

    def add(self, line: Line) -> None:
        """Follow one line."""
        kind, closes = Kind(line.kind), line.closes
        if kind is Kind.EARN:
            self._flow_in({line.seq: line.amount})
        elif kind in (Kind.HOLD, Kind.EXPIRE):
            self.uses[line.seq] = self._take(line.amount)
        elif closes is None:
            raise ValueError(f"Line {line.seq} ends nothing.")
        elif kind is Kind.SETTLE:
            self.uses[line.seq] = self.uses.pop(closes)
        elif kind is Kind.REVERSE:
            self._reverse(closes)
        else:
            self._flow_in(self._give_back(closes, line.amount))

    def _take(self, amount: int) -> _Parts:
        taken: _Parts = {}
        for seq in sorted(self.free):
            part = min(self.free[seq], amount)
            if part:
                taken[seq] = part
                self.free[seq] -= part
                amount -= part
        return taken

    def _give_back(self, use: int, amount: int) -> dict[int, int]:
        """Take ``amount`` out of a use: first what nobody paid, then the newest earns."""
        parts, back = self.uses[use], dict[int, int]()
        for earn in sorted(parts, key=lambda earn: (earn is not None, -(earn or 0))):
            part = min(parts[earn], amount)
            parts[earn] -= part
            amount -= part
            if not parts[earn]:
                del parts[earn]
            if part and earn is not None:
                back[earn] = part
        return back

    def _reverse(self, earn: int) -> None:
        self.free.pop(earn, None)
        for parts in self.uses.values():
            if lost := parts.pop(earn, 0):
                parts[None] = parts.get(None, 0) + lost
        rest, self.free = self.free, {}
        self._flow_in(rest)

    def _flow_in(self, parts: dict[int, int]) -> None:
        """Cover what is owed, the oldest use first; what is left is free."""
        for earn in sorted(parts):
            amount = parts[earn]
            for use in sorted(self.uses):
                owed = self.uses[use]
                part = min(owed.get(None, 0), amount)
                if part:
                    owed[earn] = owed.get(earn, 0) + part
                    owed[None] -= part
                    amount -= part
                    if not owed[None]:
                        del owed[None]
            self.free[earn] = self.free.get(earn, 0) + amount
