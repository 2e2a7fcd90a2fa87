"""Posting one line: earn, hold, release, settle, refund, reverse, expire, restore.

Each verb locks the book, reads its last line, computes the next and writes it: three statements, and a commit; on
PostgreSQL in two round trips (see :mod:`pipeline`). It runs in the caller's transaction if one is open (lock order:
redemption row, books by id, scarce rows by id), else in its own, which it does again when another was faster (see
:mod:`retrying`). Posting the same cause again gives the first answer again with ``fresh=False``; the same cause with
other facts raises SourceClash and names the field.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Final
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper

from creditbank.errors import CreditBankError
from creditbank.ledger import pipeline
from creditbank.ledger.canonical import sealed
from creditbank.ledger.errors import (
    AlreadyEnded,
    BookMissing,
    BookNotOpen,
    FactMissing,
    LineMissing,
    RevisionOutOfOrder,
    SamePerson,
    SourceClash,
    WrongLine,
)
from creditbank.ledger.lines import (
    ENDS,
    NEEDS_APPROVER,
    NEEDS_REASON,
    BookState,
    Domain,
    Kind,
    Line,
    Reason,
    Stage,
    after,
    ending_fault,
)
from creditbank.ledger.retrying import retrying, violated
from creditbank.ledger.source import ending_source, source_digest
from creditbank.ledger.store import BookRow, LastLine, insert_line, line_where, lock_and_read, stored_id


@dataclass(frozen=True, slots=True)
class Posted:
    """The line, and whether this call wrote it (``fresh``) or an earlier one had."""

    line: Line
    fresh: bool


@dataclass(frozen=True, slots=True)
class Achievement:
    """What causes an earn: the institution's number of it, and the revision of the report (from 1)."""

    institution_id: int
    number: str
    revision: int = 1

    @property
    def source(self) -> UUID:
        """The digest under which the earn is stored."""
        return source_digest(self.institution_id, self.number, self.revision)

    @property
    def previous_source(self) -> UUID | None:
        """The digest of the revision before."""
        return source_digest(self.institution_id, self.number, self.revision - 1) if self.revision > 1 else None


@dataclass(frozen=True, slots=True)
class Draft:
    """A line before its place in the book is known. ``closes`` is known, or found from ``previous_source``."""

    holder_id: UUID
    kind: Kind
    amount: int | None  # None: as much as the line that it ends
    actor_id: int
    at: datetime
    source: UUID | None = None  # None: follows from the line that it ends
    closes: int | None = None
    previous_source: UUID | None = None
    approver_id: int | None = None
    reason: Reason | None = None
    institution_id: int | None = None
    domain: Domain | None = None
    stage: Stage | None = None
    occurred_on: date | None = None
    policy_version: int | None = None
    into_frozen: bool = False  # only a merge or a split writes into a frozen book


def post_earn(
    holder_id: UUID,
    *,
    achievement: Achievement,
    amount: int,
    domain: Domain,
    stage: Stage,
    occurred_on: date,
    actor_id: int,
    approver_id: int,
    policy_version: int,
    at: datetime,
) -> Posted:
    """Credit ``amount`` hundredths for an achievement; what the holder owes is paid first (M-4).

    Raises BookMissing, BookNotOpen, SamePerson, AmountOutOfRange, RevisionOutOfOrder, SourceClash.
    """
    return post(
        Draft(
            holder_id,
            Kind.EARN,
            amount,
            actor_id,
            at,
            source=achievement.source,
            previous_source=achievement.previous_source,
            approver_id=approver_id,
            institution_id=achievement.institution_id,
            domain=domain,
            stage=stage,
            occurred_on=occurred_on,
            policy_version=policy_version,
        )
    )


def reverse(holder_id: UUID, earn_seq: int, *, reason: Reason, actor_id: int, approver_id: int, at: datetime) -> Posted:
    """Take back an earn, whole; what is no longer available is owed.

    Raises LineMissing, WrongLine, AlreadyEnded, SamePerson, RestoreFirst, BookMissing, BookNotOpen.
    """
    return post(
        Draft(holder_id, Kind.REVERSE, None, actor_id, at, closes=earn_seq, approver_id=approver_id, reason=reason)
    )


def hold(
    holder_id: UUID, *, source: UUID, amount: int, actor_id: int, at: datetime, policy_version: int | None = None
) -> Posted:
    """Set ``amount`` aside; ``source`` is ``action_source("hold", number of the redemption)``.

    Raises InsufficientCredits, HolderOwes, SourceClash, BookMissing, BookNotOpen, AmountOutOfRange.
    """
    return post(Draft(holder_id, Kind.HOLD, amount, actor_id, at, source=source, policy_version=policy_version))


def release(holder_id: UUID, hold_seq: int, *, actor_id: int, at: datetime, reason: Reason | None = None) -> Posted:
    """Give a hold back, whole. Raises LineMissing, WrongLine, AlreadyEnded (it was settled), BookNotOpen."""
    return post(Draft(holder_id, Kind.RELEASE, None, actor_id, at, closes=hold_seq, reason=reason))


def settle(holder_id: UUID, hold_seq: int, *, actor_id: int, at: datetime, approver_id: int | None = None) -> Posted:
    """Spend a hold, whole. Raises LineMissing, WrongLine, AlreadyEnded (it was released), SamePerson, BookNotOpen."""
    return post(Draft(holder_id, Kind.SETTLE, None, actor_id, at, closes=hold_seq, approver_id=approver_id))


def refund(
    holder_id: UUID,
    settle_seq: int,
    *,
    amount: int,
    reason: Reason,
    actor_id: int,
    approver_id: int,
    at: datetime,
) -> Posted:
    """Give back what was spent, once, up to the settle. Raises as :func:`reverse`."""
    return post(
        Draft(holder_id, Kind.REFUND, amount, actor_id, at, closes=settle_seq, approver_id=approver_id, reason=reason)
    )


def expire(
    holder_id: UUID, *, source: UUID, amount: int, actor_id: int, at: datetime, policy_version: int | None = None
) -> Posted:
    """Let ``amount`` expire (only under the alternative reading of I-11). Raises as :func:`hold`."""
    return post(Draft(holder_id, Kind.EXPIRE, amount, actor_id, at, source=source, policy_version=policy_version))


def restore(holder_id: UUID, expire_seq: int, *, reason: Reason, actor_id: int, at: datetime) -> Posted:
    """Bring expired credits back, whole. Raises LineMissing, WrongLine, AlreadyEnded, BookNotOpen."""
    return post(Draft(holder_id, Kind.RESTORE, None, actor_id, at, closes=expire_seq, reason=reason))


def post(draft: Draft) -> Posted:
    """Write the line that ``draft`` asks for, or find it written; the verbs above are the usual way in."""
    _check_persons_and_reason(draft)
    return retrying(lambda: _attempt(draft))


_WHERE_CLASHED: Final = frozenset({"passbook_line_source", "passbook_line_closes"})


def _attempt(draft: Draft) -> Posted:
    try:
        if draft.previous_source is None and (ours := pipeline.usable()):
            return Posted(pipeline.append(ours, draft.holder_id, draft.closes, partial(_following, draft)), fresh=True)
        with transaction.atomic(), connection.cursor() as cursor:
            return Posted(_append(cursor, draft), fresh=True)
    except IntegrityError as error:
        if violated(error) not in _WHERE_CLASHED:
            raise
        return _again(draft, error)
    except CreditBankError as refusal:
        # A repeated call must not be refused because its first run took the credits.
        return _again(draft, refusal)


def _append(cursor: CursorWrapper, draft: Draft) -> Line:
    found, last, closed = lock_and_read(cursor, draft.holder_id, draft.closes)
    if draft.previous_source is not None:
        _writable(found, draft)
        closed = _reverse_of(cursor, draft.holder_id, draft.previous_source)
    line = _following(draft, found, last, closed)
    insert_line(cursor, line)
    return line


def _following(draft: Draft, found: BookRow | None, last: LastLine, closed: Line | None) -> Line:
    """The next line of a book that stands so; ``closed`` is the line that it ends, as found."""
    book = _writable(found, draft)
    if draft.closes is not None and closed is None:
        raise LineMissing(seq=draft.closes)
    amount = draft.amount if draft.amount is not None or closed is None else closed.amount
    if amount is None:
        raise FactMissing(field="amount")
    if closed is not None and (fault := ending_fault(draft.kind, amount, closed.kind, closed.amount)):
        raise WrongLine(field=fault)
    return sealed(_line(draft, amount, closed, last), last.hash, book.salt or b"")


def _writable(book: BookRow | None, draft: Draft) -> BookRow:
    if book is None:
        raise BookMissing
    if book.state is not BookState.OPEN and not (draft.into_frozen and book.state is BookState.FROZEN):
        raise BookNotOpen(state=book.state.name)
    return book


def _reverse_of(cursor: CursorWrapper, holder_id: UUID, source: UUID) -> Line:
    earn = line_where(cursor, holder_id, "source", stored_id(source))
    ending = None if earn is None else line_where(cursor, holder_id, "closes", earn.seq)
    if ending is None or ending.kind != Kind.REVERSE:
        raise RevisionOutOfOrder
    return ending


def _line(draft: Draft, amount: int, closed: Line | None, last: LastLine) -> Line:
    source = draft.source or (ending_source(draft.kind, closed.source) if closed is not None else None)
    if source is None:
        raise FactMissing(field="source")
    return Line(
        *(draft.holder_id, source, amount),
        *after(last.balance, draft.kind, amount),
        # Two clocks may differ; in a book time never runs back.
        recorded_at=max(draft.at, last.recorded_at or draft.at),
        seq=last.seq + 1,
        closes=None if closed is None else closed.seq,
        batch_id=None,
        institution_id=draft.institution_id,
        occurred_on=draft.occurred_on,
        actor_id=draft.actor_id,
        approver_id=draft.approver_id,
        policy_version=draft.policy_version,
        kind=int(draft.kind),
        domain=None if draft.domain is None else int(draft.domain),
        stage=None if draft.stage is None else int(draft.stage),
        reason=None if draft.reason is None else int(draft.reason),
        hash=b"",
    )


def _again(draft: Draft, error: Exception) -> Posted:
    """The first answer again, if this cause was posted before; else the error."""
    with connection.cursor() as cursor:
        stored = None
        if draft.source is not None:
            stored = line_where(cursor, draft.holder_id, "source", stored_id(draft.source))
        elif draft.closes is not None:
            stored = line_where(cursor, draft.holder_id, "closes", draft.closes)
    if stored is None or (draft.source is None and ENDS.get(Kind(stored.kind)) != ENDS[draft.kind]):
        raise error
    if draft.source is None and stored.kind != draft.kind:
        raise AlreadyEnded(field="closes", by_kind=Kind(stored.kind).name, by_seq=stored.seq) from error
    if field := differing_field(stored, draft):
        raise SourceClash(field=field, seq=stored.seq) from error
    return Posted(stored, fresh=False)


_FACTS: Final[tuple[tuple[str, Callable[[Draft], int | date | None]], ...]] = (
    ("kind", lambda draft: int(draft.kind)),
    ("institution_id", lambda draft: draft.institution_id),
    ("domain", lambda draft: draft.domain),
    ("stage", lambda draft: draft.stage),
    ("occurred_on", lambda draft: draft.occurred_on),
    ("reason", lambda draft: draft.reason),
)


def differing_field(stored: Line, draft: Draft) -> str | None:
    """The first fact in which the draft differs from what is stored; who, when and in which batch are no facts."""
    if draft.amount is not None and stored.amount != draft.amount:
        return "amount"
    for field, wanted in _FACTS:
        if getattr(stored, field) != wanted(draft):
            return field
    return None


def _check_persons_and_reason(draft: Draft) -> None:
    if draft.approver_id == draft.actor_id:
        raise SamePerson
    if draft.kind in NEEDS_APPROVER and draft.approver_id is None:
        raise FactMissing(field="approver_id")
    if draft.kind in NEEDS_REASON and draft.reason is None:
        raise FactMissing(field="reason")
