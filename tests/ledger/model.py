"""A tiny model of a book, written without looking at the ledger: signed numbers and sets, nothing else."""

from dataclasses import dataclass, field

from creditbank.ledger.errors import (
    AlreadyEnded,
    HolderOwes,
    InsufficientCredits,
    RestoreFirst,
    RevisionOutOfOrder,
    SourceClash,
    WrongLine,
)
from creditbank.ledger.lines import Balance

Refusal = type[Exception]


@dataclass(slots=True)
class Item:
    """Something that a line started: an earn, a hold, a settle or an expiry."""

    amount: int
    kind: str
    ended_by: str = ""
    refunded: int = 0


@dataclass(slots=True)
class Model:
    """One book. Each verb answers with the refusal that the ledger must give, or None; ``lines`` counts the lines."""

    net: int = 0
    held: int = 0
    spent: int = 0
    expired: int = 0
    earned: int = 0
    lines: int = 0
    items: dict[int, Item] = field(default_factory=dict)
    achievements: dict[tuple[str, int], int] = field(default_factory=dict)

    @property
    def balance(self) -> Balance:
        """As the ledger says it."""
        return Balance(max(self.net, 0), self.held, self.spent, self.expired, max(-self.net, 0), self.earned)

    def earn(self, number: str, revision: int, amount: int) -> Refusal | None:
        """Credit an achievement, unless its revision is there or the one before is not reversed."""
        if (number, revision) in self.achievements:
            stored = self.items[self.achievements[number, revision]]
            return None if stored.amount == amount else SourceClash
        if revision > 1:
            before = self.achievements.get((number, revision - 1))
            if before is None or self.items[before].ended_by != "reverse":
                return RevisionOutOfOrder
        self.net += amount
        self.earned += amount
        self.achievements[number, revision] = self._start("earn", amount)
        return None

    def start(self, kind: str, amount: int) -> Refusal | None:
        """Hold or let expire."""
        if self.net < 0:
            return HolderOwes
        if self.net < amount:
            return InsufficientCredits
        self.net -= amount
        self.held += amount if kind == "hold" else 0
        self.expired += amount if kind == "expire" else 0
        self._start(kind, amount)
        return None

    def end(self, seq: int, by: str, amount: int | None = None) -> Refusal | None:
        """End line ``seq``."""
        item = self.items.get(seq)
        wanted = {"reverse": "earn", "release": "hold", "settle": "hold", "refund": "settle", "restore": "expire"}[by]
        if item is None or item.kind != wanted:
            return WrongLine
        if item.ended_by:
            same = item.ended_by == by
            return None if same and amount in (None, item.refunded) else (SourceClash if same else AlreadyEnded)
        if amount is not None and amount > item.amount:
            return WrongLine
        if by == "reverse" and self.net - item.amount < -(self.held + self.spent):
            return RestoreFirst
        self._end(item, by, item.amount if amount is None else amount)
        return None

    def _end(self, item: Item, by: str, amount: int) -> None:
        item.ended_by = by
        item.refunded = amount
        self.net += {"reverse": -amount, "settle": 0}.get(by, amount)
        self.earned -= amount if by == "reverse" else 0
        self.held -= amount if by in ("release", "settle") else 0
        self.expired -= amount if by == "restore" else 0
        self.spent += {"settle": amount, "refund": -amount}.get(by, 0)
        self._start("settle" if by == "settle" else "ending", amount)

    def _start(self, kind: str, amount: int) -> int:
        self.lines += 1
        self.items[self.lines] = Item(amount, kind)
        return self.lines
