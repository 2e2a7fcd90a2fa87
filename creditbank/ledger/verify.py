"""Proves the books: streams every line and stops at the first that is wrong.

Checked: gapless numbers · balances are the running sum · the table's checks, read back · each line ended at most once
and by the right kind and amount · open holds add up to ``held`` · the chain of hashes · maker ≠ checker · totals of
batches · every redemption's hold exists, every hold has its redemption, none is open past its deadline. What belongs
to redemptions is handed down by the caller. It computes with the same pure arithmetic as posting, a second time.

A chain proves that nothing inside it was changed; that the newest lines of a book were cut off shows only where a
batch or a redemption remembers them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from creditbank.errors import CreditBankError
from creditbank.ledger.canonical import NO_HASH, Seal
from creditbank.ledger.lines import (
    EMPTY,
    ENDS,
    NEEDS_APPROVER,
    NEEDS_REASON,
    Balance,
    Domain,
    Kind,
    Reason,
    Stage,
    after,
    ending_fault,
)
from creditbank.ledger.stream import StoredLine, snapshot, stored_lines

PROGRESS_LINES: Final = 20_000


@dataclass(frozen=True, slots=True)
class HoldFact:
    """What a redemption says of its hold: the line, its amount, the line that ended it, and until when it may be open.

    ``deadline`` is None while the clock does not run (the office has the case).
    """

    holder_id: UUID
    hold_seq: int
    amount: int
    end_seq: int | None
    deadline: datetime | None


@dataclass(frozen=True, slots=True)
class Problem:
    """The first thing that is wrong, and where: a line of a book, or a batch."""

    code: str
    detail: str
    holder_id: UUID | None = None
    seq: int | None = None
    batch_id: int | None = None


@dataclass(slots=True)
class Report:
    """What was read, and the first problem; None means that the books are sound.

    ``erased_books`` have lost their salt on purpose: all of their lines but the hashes are checked.
    """

    lines: int = 0
    books: int = 0
    erased_books: int = 0
    batches: int = 0
    holds: int = 0
    problem: Problem | None = None


class _BrokenError(Exception):
    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


HoldFacts = Callable[[], Iterable[HoldFact]]
_HoldKey = tuple[bytes, int]


def verify(
    *, at: datetime, hold_facts: HoldFacts | None = None, progress: Callable[[int], None] | None = None
) -> Report:
    """Read all books in one snapshot. ``hold_facts`` is called inside it; without it, redemptions are not compared.

    ``progress`` gets the number of lines read, every 20,000. Memory grows with redemptions, batches and the longest
    book, not with lines.
    """
    report = Report()
    with snapshot():
        facts = None if hold_facts is None else {(fact.holder_id.bytes, fact.hold_seq): fact for fact in hold_facts()}
        batches = _BatchTotals()
        report.problem = _verify_lines(report, batches, facts, at, progress)
        if report.problem is None and facts:
            lost = next(iter(facts.values()))
            report.problem = Problem("hold-missing", "redemption without its hold", lost.holder_id, lost.hold_seq)
        if report.problem is None:
            report.problem = batches.problem()
        report.batches = batches.count
    return report


def _verify_lines(
    report: Report,
    batches: "_BatchTotals",
    facts: dict[_HoldKey, HoldFact] | None,
    at: datetime,
    progress: Callable[[int], None] | None,
) -> Problem | None:
    book: _Book | None = None
    try:
        for line in stored_lines():
            if book is None or line.holder != book.holder:
                if book is not None:
                    book.finish(facts, at)
                book = _Book(line)
                report.books += 1
                report.erased_books += line.salt is None
            book.add(line)
            batches.add(line)
            report.lines += 1
            report.holds += line.kind == Kind.HOLD
            if progress is not None and report.lines % PROGRESS_LINES == 0:
                progress(report.lines)
        if book is not None:
            book.finish(facts, at)
    except _BrokenError as broken:
        assert book is not None
        return Problem(broken.code, broken.detail, UUID(bytes=book.holder), book.looking_at)
    return None


class _Book:
    """One book as it is read."""

    def __init__(self, first: StoredLine) -> None:
        self.holder = first.holder
        self.seq = 0
        self.balance: Balance = EMPTY
        self.hash = NO_HASH
        self.seal = None if first.salt is None else Seal(first.salt)
        self.recorded = first.recorded
        self.open_holds = 0
        self.amounts: dict[int, tuple[int, int]] = {}
        self.endings: dict[int, tuple[int, int | None]] = {}
        self.looking_at = first.seq

    def add(self, line: StoredLine) -> None:
        """Check the next line against the book so far."""
        self.looking_at = line.seq
        if line.state is None:
            raise _BrokenError("book-missing")
        if line.seq != self.seq + 1:
            raise _BrokenError("gap", f"line {self.seq + 1} is missing")
        if line.recorded < self.recorded:
            raise _BrokenError("time-ran-back")
        kind = _checked_kind(line)
        self._check_ending(line, kind)
        self._check_balance(line, kind)
        if self.seal is not None and self.seal.chained(self.hash, line.seq, line.packed) != line.hash:
            raise _BrokenError("hash")
        self.seq, self.hash, self.recorded, self.balance = line.seq, line.hash, line.recorded, line.balance
        self.amounts[line.seq] = (line.kind, line.amount)

    def _check_balance(self, line: StoredLine, kind: Kind) -> None:
        try:
            expected = after(self.balance, kind, line.amount)
        except CreditBankError as refusal:
            raise _BrokenError("balance", refusal.reason) from refusal
        if expected != line.balance:
            names = [name for name in Balance._fields if getattr(expected, name) != getattr(line, name)]
            raise _BrokenError("balance", " ".join(names))
        if kind is Kind.HOLD:
            self.open_holds += line.amount
        elif kind in (Kind.RELEASE, Kind.SETTLE):
            self.open_holds -= line.amount
        if self.open_holds != line.held:
            raise _BrokenError("held", "open holds do not add up")

    def _check_ending(self, line: StoredLine, kind: Kind) -> None:
        if line.closes is None:
            if kind in ENDS:
                raise _BrokenError("closes", "nothing is ended")
            return
        if kind not in ENDS and kind is not Kind.EARN:
            raise _BrokenError("closes", "this kind ends nothing")
        closed = self.amounts.get(line.closes)
        if closed is None:
            raise _BrokenError("closes", "the ended line does not exist")
        if line.closes in self.endings:
            raise _BrokenError("ended-twice", f"line {line.closes}")
        if fault := ending_fault(kind, line.amount, *closed):
            raise _BrokenError("closes", fault)
        self.endings[line.closes] = (line.seq, line.reason)

    def finish(self, facts: dict[_HoldKey, HoldFact] | None, at: datetime) -> None:
        """Compare the holds of the whole book with their redemptions."""
        if facts is None:
            return
        for seq, (kind, amount) in self.amounts.items():
            if kind == Kind.HOLD:
                self.looking_at = seq
                self._compare(facts.pop((self.holder, seq), None), seq, amount, at)

    def _compare(self, fact: HoldFact | None, seq: int, amount: int, at: datetime) -> None:
        ending, reason = self.endings.get(seq, (None, None))
        if fact is None:
            if not self._moved(ending, reason):
                raise _BrokenError("redemption-missing", "hold without a redemption")
        elif fact.amount != amount:
            raise _BrokenError("redemption-amount", f"the redemption says {fact.amount}")
        elif fact.end_seq != ending:
            raise _BrokenError("redemption-end", f"the redemption says {fact.end_seq}, the book {ending}")
        elif ending is None and fact.deadline is not None and fact.deadline < at:
            raise _BrokenError("hold-overdue", "open past its deadline")

    def _moved(self, ending: int | None, reason: int | None) -> bool:
        """A hold that a merge or split carried into another book has its redemption there."""
        while ending is not None:
            if reason in (Reason.MERGED, Reason.SPLIT):
                return True
            ending, reason = self.endings.get(ending, (None, None))
        return False


_KINDS: Final = {int(kind): kind for kind in Kind}
_DOMAINS: Final = frozenset(int(domain) for domain in Domain)
_STAGES: Final = frozenset(int(stage) for stage in Stage)


def _checked_kind(line: StoredLine) -> Kind:
    """The kind of a line that carries what its kind needs and nothing else."""
    kind = _KINDS.get(line.kind)
    if kind is None:
        raise _BrokenError("kind", str(line.kind))
    if line.approver_id == line.actor_id or (line.approver_id is None and kind in NEEDS_APPROVER):
        raise _BrokenError("two-persons")
    if line.reason is None and kind in NEEDS_REASON:
        raise _BrokenError("reason")
    if kind is Kind.EARN:
        if line.domain not in _DOMAINS or line.stage not in _STAGES:
            raise _BrokenError("earn-facts", "domain or stage")
        if line.institution_id is None or line.occurred is None:
            raise _BrokenError("earn-facts", "institution or date")
    elif (line.institution_id, line.domain, line.stage, line.occurred) != (None, None, None, None):
        raise _BrokenError("earn-facts", "on a line that is no earn")
    return kind


class _BatchTotals:
    """Lines and hundredths by batch, as read, against what the chunks say."""

    def __init__(self) -> None:
        self.read: dict[int, tuple[int, int]] = {}
        self.count = 0

    def add(self, line: StoredLine) -> None:
        if line.batch_id is not None:
            lines, amount = self.read.get(line.batch_id, (0, 0))
            self.read[line.batch_id] = (lines + 1, amount + line.amount)

    def problem(self) -> Problem | None:
        """The first batch whose chunks say something else than the lines."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT b.id, b.lines, b.amount, coalesce(sum(c.lines), 0), coalesce(sum(c.amount), 0) "
                "FROM posting_batch b LEFT JOIN posting_chunk c ON c.batch_id = b.id "
                "GROUP BY b.id, b.lines, b.amount ORDER BY b.id"
            )
            for batch_id, asked_lines, asked_amount, lines, amount in cursor.fetchall():
                self.count += 1
                found = self.read.pop(batch_id, (0, 0))
                if found != (int(lines), int(amount)):
                    detail = f"chunks say {lines} lines and {amount}, the books {found[0]} and {found[1]}"
                    return Problem("batch-totals", detail, batch_id=batch_id)
                if lines > asked_lines or amount > asked_amount:
                    return Problem("batch-totals", "more was posted than asked", batch_id=batch_id)
        for batch_id in self.read:
            return Problem("batch-missing", "lines of a batch that does not exist", batch_id=batch_id)
        return None
