"""Two books of one person become one; or one book, wrongly shared, becomes two. Lines are replayed, never moved.

The book that gives is frozen. Its open earns, expiries, holds and settles are replayed into the other under their own
sources, so that an achievement that both books have falls out by itself; then they are ended in the giving book, and a
merged book is closed. Every step is one posting into one book and answers a repetition with its first answer, so the
whole is resumed by calling it again. Holds and settles that the receiving book cannot pay for (both books spent the
same achievement) are bridged: an earn lends what is missing and is reversed at the end, which leaves the debt.

A refund ends its settle; a settle that was refunded in part therefore stays in the giving book, and what was not given
back stands there as spent and owed alike.
"""

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from creditbank.ledger.books import (
    all_lines,
    balance_of,
    book_state,
    close_book,
    freeze_book,
    line_by_source,
    unfreeze_book,
)
from creditbank.ledger.errors import HolderOwes, InsufficientCredits, SamePerson, SourceClash
from creditbank.ledger.lines import BookState, Domain, Kind, Line, Reason, Stage
from creditbank.ledger.moves import note_move
from creditbank.ledger.posting import Draft, post
from creditbank.ledger.source import action_source


class Moved(NamedTuple):
    """A line of the giving book and its replay in the receiving one."""

    from_seq: int
    to_seq: int
    kind: Kind


class FellOut(NamedTuple):
    """An earn that the receiving book has already; ``field`` is the fact in which they differ, None if they agree."""

    from_seq: int
    to_seq: int
    field: str | None


@dataclass(slots=True)
class MoveReport:
    """What was replayed, what fell out, and what the receiving book owes for it in the end (hundredths)."""

    moved: list[Moved] = field(default_factory=list)
    fell_out: list[FellOut] = field(default_factory=list)
    owed: int = 0


def merge_books(giving: UUID, receiving: UUID, *, actor_id: int, approver_id: int, at: datetime) -> MoveReport:
    """Bring everything that is open in ``giving`` into ``receiving`` and close ``giving``; call again to resume.

    Redemptions that point at a hold of ``giving`` are to be pointed at ``moved``. Raises BookMissing, BookNotOpen,
    SamePerson.
    """
    move = _Move(giving, receiving, Reason.MERGED, actor_id=actor_id, approver_id=approver_id, at=at)
    if book_state(giving) is not BookState.CLOSED:
        freeze_book(giving)
    note_move(giving, receiving, Reason.MERGED, at=at)
    move.run(lambda _line: True)
    close_book(giving)
    return move.report


def split_book(
    giving: UUID, receiving: UUID, seqs: Collection[int], *, actor_id: int, approver_id: int, at: datetime
) -> MoveReport:
    """Bring the lines ``seqs`` (earns, expiries, holds, settles) into ``receiving``; the giving book stays open.

    ``receiving`` is a book that never had these sources: after a merge, a fresh one. Call again to resume. Raises as
    :func:`merge_books`.
    """
    move = _Move(giving, receiving, Reason.SPLIT, actor_id=actor_id, approver_id=approver_id, at=at)
    wanted = frozenset(seqs)
    freeze_book(giving)
    note_move(giving, receiving, Reason.SPLIT, at=at)
    move.run(lambda line: line.seq in wanted)
    unfreeze_book(giving)
    return move.report


# In this order things are replayed, and in the opposite order they are ended.
_ENDED_BY: Final = {
    Kind.EARN: Kind.REVERSE,
    Kind.HOLD: Kind.RELEASE,
    Kind.SETTLE: Kind.REFUND,
    Kind.EXPIRE: Kind.RESTORE,
}
_ORDER: Final = list(_ENDED_BY)


def to_replay(lines: Collection[Line], reason: Reason) -> list[Line]:
    """The lines of a giving book that a move for ``reason`` brings over, in the order of their replay.

    What an earlier run of the same move has ended counts as open: its replay answers again.
    """
    endings = {line.closes: line for line in lines if line.closes is not None}
    chosen = [
        line
        for line in lines
        if line.kind in _ORDER and (line.seq not in endings or endings[line.seq].reason == reason)
    ]
    return sorted(chosen, key=lambda line: (_ORDER.index(Kind(line.kind)), line.seq))


class _Move:
    """One book into another; every step can be done again."""

    def __init__(
        self, giving: UUID, receiving: UUID, reason: Reason, *, actor_id: int, approver_id: int, at: datetime
    ) -> None:
        if actor_id == approver_id:
            raise SamePerson
        self.giving = giving
        self.receiving = receiving
        self.reason = reason
        self.actor_id = actor_id
        self.approver_id = approver_id
        self.at = at
        self.report = MoveReport()

    def run(self, wanted: Callable[[Line], bool]) -> None:
        """Replay what is wanted and open, pay back what was lent, end it in the giving book."""
        self.lines = {line.seq: line for line in all_lines(self.giving)}
        endings = {line.closes for line in self.lines.values() if line.closes is not None}
        chosen = [line for line in to_replay(self.lines.values(), self.reason) if wanted(line)]
        for line in chosen:
            self._replay(line, ended=line.seq in endings)
        for line in self.lines.values():
            lent = line_by_source(self.receiving, self._bridge(line)) if line.kind == Kind.HOLD else None
            if lent is not None:
                self._end(self.receiving, lent)
        for line in reversed(chosen):
            self._end(self.giving, line)
        self.report.owed = balance_of(self.receiving).owed

    def _replay(self, line: Line, *, ended: bool) -> None:
        kind = Kind(line.kind)
        if kind is Kind.EARN:
            self._replay_earn(line)
        elif kind is Kind.EXPIRE:
            if not ended:
                self._replay_expire(line)
        elif kind is Kind.HOLD:
            self._note(line, self._replay_hold(line))
        else:
            hold = self._replay_hold(self.lines[line.closes or 0])
            draft = replace(self._draft(Kind.SETTLE, self.receiving, None, closes=hold.seq), reason=None)
            self._note(line, post(draft).line)

    def _replay_earn(self, line: Line) -> None:
        draft = replace(self._earn(line, line.amount), source=line.source)
        try:
            self._note(line, post(draft).line)
        except SourceClash as clash:
            stored = line_by_source(self.receiving, line.source)
            field = str(clash.data["field"])
            # An original posting carries no reason; in everything else it agrees.
            self.report.fell_out.append(
                FellOut(line.seq, stored.seq if stored else 0, None if field == "reason" else field)
            )

    def _replay_hold(self, line: Line) -> Line:
        # Without the reason of the move: this hold has its redemption here, and the proof shall ask for it.
        draft = replace(self._draft(Kind.HOLD, self.receiving, line.amount, source=line.source), reason=None)
        try:
            return post(draft).line
        except (InsufficientCredits, HolderOwes):
            stands = balance_of(self.receiving)
            lent = replace(
                self._earn(self._any_earn(), line.amount - stands.available + stands.owed), source=self._bridge(line)
            )
            post(lent)
            return post(draft).line

    def _replay_expire(self, line: Line) -> None:
        draft = self._draft(Kind.EXPIRE, self.receiving, line.amount, source=line.source)
        # What the receiving book owed was paid with these credits: then they cannot expire any more.
        with suppress(InsufficientCredits, HolderOwes):
            self._note(line, post(draft).line)

    def _end(self, holder_id: UUID, line: Line) -> None:
        kind = _ENDED_BY[Kind(line.kind)]
        post(replace(self._draft(kind, holder_id, None, closes=line.seq), into_frozen=True))

    def _note(self, line: Line, replayed: Line) -> None:
        self.report.moved.append(Moved(line.seq, replayed.seq, Kind(line.kind)))

    def _any_earn(self) -> Line:
        return next(line for line in self.lines.values() if line.kind == Kind.EARN)

    def _bridge(self, line: Line) -> UUID:
        return action_source("bridge", self.giving.hex, line.source.hex)

    def _earn(self, line: Line, amount: int) -> Draft:
        assert line.domain is not None
        assert line.stage is not None
        return replace(
            self._draft(Kind.EARN, self.receiving, amount),
            institution_id=line.institution_id,
            domain=Domain(line.domain),
            stage=Stage(line.stage),
            occurred_on=line.occurred_on,
            policy_version=line.policy_version,
        )

    def _draft(
        self, kind: Kind, holder_id: UUID, amount: int | None, *, source: UUID | None = None, closes: int | None = None
    ) -> Draft:
        return Draft(
            holder_id,
            kind,
            amount,
            self.actor_id,
            self.at,
            source=source,
            closes=closes,
            approver_id=self.approver_id,
            reason=self.reason,
        )
