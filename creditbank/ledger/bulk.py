"""Posting a reviewed return: many earns, in chunks, each its own transaction, resumable to the line.

Entries are sorted by holder (the biggest single gain: neighbours share pages of table and index) and cut at holder
borders; a caller who has them sorted already lets them be walked, and no more than a chunk is held in memory. A
chunk's lines, its ``posting_chunk`` row and whatever ``after_chunk`` writes are one transaction: after a crash the
same call goes on behind the last committed chunk, nothing lost and nothing twice. Duplicates are looked for only when
the engine meets one: the chunk is rolled back, filtered and written again.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from creditbank.ledger.batches import begin_batch, find_batch, finish_batch, finished_chunks, record_chunk
from creditbank.ledger.errors import AmountOutOfRange, BatchDiffers, SamePerson
from creditbank.ledger.lines import MAX_AMOUNT_HUNDREDTHS, BookState, Line
from creditbank.ledger.many import (
    Constants,
    Entry,
    PostedEntry,
    Ready,
    Reverses,
    Standing,
    lines_by_source,
    lock_and_read,
    reverses_of,
    write_earns,
)
from creditbank.ledger.retrying import retrying, violated

CHUNK_LINES: Final = {"postgresql": 4000, "sqlite": 2000}
# Another writer on SQLite polls for the lock; without a gap between chunks it may never find it free.
PAUSE_SECONDS: Final = {"postgresql": 0.0, "sqlite": 0.008}


class Unposted(NamedTuple):
    """An entry that got no line. ``field`` is the first fact in which it differs from what was posted before (None: it
    is the same, a duplicate); ``code`` is ``duplicate``, ``conflict``, ``book-missing``, ``book-not-open``,
    ``revision-out-of-order``, or ``refused`` (one of the last three, in an earlier run); ``seq`` is the line that has
    its source.
    """

    entry: Entry
    code: str
    field: str | None = None
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class ChunkPosted:
    """What one transaction did, as handed to ``after_chunk`` before it commits."""

    batch_id: int
    chunk_no: int
    posted: Sequence[PostedEntry]
    unposted: Sequence[Unposted]


@dataclass(slots=True)
class BatchReport:
    """What became of a batch, over all runs of it: every entry is in ``lines`` or in ``unposted``."""

    batch_id: int
    lines: int = 0
    amount: int = 0
    unposted: list[Unposted] = field(default_factory=list)
    resumed_chunks: int = 0

    def of(self, code: str) -> list[Unposted]:
        """The unposted entries of one code."""
        return [each for each in self.unposted if each.code == code]


Walk = Callable[[], Iterable[Entry]]
"""Begins to read the entries, in ascending order of their holders; the same ones each time."""

Progress = Callable[[int, int], None]
AfterChunk = Callable[[ChunkPosted], None]


def post_batch(
    entries: Iterable[Entry] | Walk,
    *,
    subject: str,
    institution_id: int,
    actor_id: int,
    approver_id: int,
    policy_version: int,
    at: datetime,
    chunk_lines: int | None = None,
    progress: Progress | None = None,
    after_chunk: AfterChunk | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> BatchReport:
    """Post every entry as an earn; call it again with the same entries and subject to go on after a crash.

    A walk is read twice, once to know what there is and once to post it; other entries are sorted in memory.
    ``subject`` names the batch once and for all (``return:SB-2026-000123``). ``progress(done, total)`` counts entries.
    Raises SamePerson, AmountOutOfRange, BatchDiffers (the subject was begun with other entries), Busy.
    """
    if actor_id == approver_id:
        raise SamePerson
    walk = _ready(entries)
    begun = find_batch(subject)
    size = begun.chunk_size if begun is not None else chunk_lines or CHUNK_LINES[connection.vendor]
    content = _content(walk(), size)
    batch = begin_batch(
        subject=subject,
        institution_id=institution_id,
        lines=content.lines,
        amount=content.amount,
        digest=content.digest,
        chunk_size=size,
        at=at,
    )
    if batch.chunk_size != size:
        # Another runner began it a moment ago, with chunks of another size.
        content = _content(walk(), batch.chunk_size)
    constants = Constants(batch.batch_id, institution_id, actor_id, approver_id, policy_version, at)
    report = BatchReport(batch.batch_id)
    finished = finished_chunks(batch.batch_id)
    done = 0
    for chunk_no, chunk in enumerate(_chunks(walk(), batch.chunk_size)):
        if content.marks[chunk_no : chunk_no + 1] != [_mark(chunk)]:
            raise BatchDiffers(subject=subject)
        if chunk_no in finished:
            report.resumed_chunks += 1
            _report_finished(report, chunk, constants, finished[chunk_no])
        else:
            _report(report, _Chunk(constants, chunk_no, chunk, after_chunk).post())
            pause(PAUSE_SECONDS[connection.vendor])
        done += len(chunk)
        if progress is not None:
            progress(done, content.lines)
    if done != content.lines:
        raise BatchDiffers(subject=subject)
    finish_batch(batch.batch_id, at=at)
    return report


def _report(report: BatchReport, chunk: ChunkPosted) -> None:
    report.lines += len(chunk.posted)
    report.amount += sum(each.entry.amount for each in chunk.posted)
    report.unposted += chunk.unposted


def _report_finished(report: BatchReport, chunk: Sequence[Ready], constants: Constants, lines: int) -> None:
    if lines == len(chunk):
        report.lines += lines
        report.amount += sum(entry.amount for _, _, entry in chunk)
        return
    posted, unposted = _found(chunk, constants)
    _report(report, ChunkPosted(constants.batch_id, -1, posted, unposted))


class _Content(NamedTuple):
    """What a batch consists of; the digest tells a batch that goes on from one that has other content: 32 bytes.

    ``marks`` has one for each chunk: a walk that gives other entries the second time is stopped before it writes them.
    """

    lines: int
    amount: int
    digest: bytes
    marks: list[bytes]


def _ready(entries: Iterable[Entry] | Walk) -> Callable[[], Iterable[Ready]]:
    """The entries made ready and in order, to be read as often as wanted."""
    if callable(entries):
        walk = entries
        return lambda: _in_order(map(_made_ready, walk()))
    ordered = sorted(map(_made_ready, entries), key=itemgetter(0))
    return lambda: ordered


def _made_ready(entry: Entry) -> Ready:
    return entry.holder_id.int, entry.source.int.to_bytes(16, "big"), entry


def _in_order(ready: Iterable[Ready]) -> Iterator[Ready]:
    before = -1
    for each in ready:
        if each[0] < before:
            raise ValueError("the entries of a walk come in the order of their holders")
        before = each[0]
        yield each


def _content(ready: Iterable[Ready], size: int) -> _Content:
    digest, marks = hashlib.sha256(), []
    lines = total = 0
    for chunk in _chunks(ready, size):
        amounts = [entry.amount for _, _, entry in chunk]
        if min(amounts) <= 0 or max(amounts) > MAX_AMOUNT_HUNDREDTHS:
            raise AmountOutOfRange(amount_hundredths=min(amounts) if min(amounts) <= 0 else max(amounts))
        lines += len(amounts)
        total += sum(amounts)
        packed = _packed(chunk)
        digest.update(packed)
        marks.append(hashlib.sha256(packed).digest())
    return _Content(lines, total, digest.digest(), marks)


def _mark(chunk: Sequence[Ready]) -> bytes:
    return hashlib.sha256(_packed(chunk)).digest()


def _packed(chunk: Sequence[Ready]) -> bytes:
    return b"".join([holder.to_bytes(16, "big") + source + b"%016x" % entry.amount for holder, source, entry in chunk])


def _chunks(ordered: Iterable[Ready], size: int) -> Iterator[list[Ready]]:
    chunk: list[Ready] = []
    for _holder, group in groupby(ordered, key=itemgetter(0)):
        lines = list(group)
        if chunk and len(chunk) + len(lines) > size:
            yield chunk
            chunk = []
        chunk += lines
    if chunk:
        yield chunk


class _Chunk:
    """One chunk on its way into the books."""

    def __init__(
        self, constants: Constants, chunk_no: int, ready: Sequence[Ready], after_chunk: AfterChunk | None
    ) -> None:
        self.constants = constants
        self.chunk_no = chunk_no
        self.ready = ready
        self.after_chunk = after_chunk

    def post(self) -> ChunkPosted:
        """Write the chunk; when it meets what is posted already, filter and write it again."""
        ready, known = _without_repeats(self.ready)
        while True:
            try:
                return retrying(partial(self._write, ready, known))
            except IntegrityError as error:
                if violated(error) == "posting_chunk_pkey":
                    # Another runner of the same batch has committed this chunk.
                    posted, unposted = _found(self.ready, self.constants)
                    return ChunkPosted(self.constants.batch_id, self.chunk_no, posted, unposted)
                if violated(error) != "passbook_line_source":
                    raise
                remaining, stored = _without_stored(ready, self.constants)
                if not stored:
                    raise
                ready, known = remaining, [*known, *stored]

    def _write(self, ready: Sequence[Ready], known: Sequence[Unposted]) -> ChunkPosted:
        batch_id, at = self.constants.batch_id, self.constants.at
        with transaction.atomic(), connection.cursor() as cursor:
            holders = dict.fromkeys([holder for holder, _, _ in ready])
            standings = lock_and_read(cursor, holders)
            reverses = reverses_of(cursor, ready)
            postable, refused = _postable(ready, standings, reverses, len(standings) < len(holders))
            amount = sum([entry.amount for _, _, entry in postable])
            record_chunk(cursor, batch_id, self.chunk_no, lines=len(postable), amount=amount, at=at)
            posted = write_earns(cursor, self.constants, postable, standings, reverses)
            chunk = ChunkPosted(batch_id, self.chunk_no, posted, [*known, *refused])
            if self.after_chunk is not None:
                self.after_chunk(chunk)
            return chunk


def _without_repeats(ready: Sequence[Ready]) -> tuple[Sequence[Ready], list[Unposted]]:
    """Of entries with one source in one book, the first counts."""
    if len({source for _, source, _ in ready}) == len(ready):
        return ready, []
    firsts: dict[tuple[int, bytes], Ready] = {}
    repeats = []
    for each in ready:
        first = firsts.setdefault(each[:2], each)
        if first is not each:
            repeats.append(_compared(each[2], first[2], None))
    return list(firsts.values()), repeats


def _without_stored(ready: Sequence[Ready], constants: Constants) -> tuple[list[Ready], list[Unposted]]:
    stored = _stored(ready)
    remaining, known = [], []
    for each in ready:
        entry = each[2]
        line = stored.get((entry.holder_id, entry.source))
        if line is None:
            remaining.append(each)
        else:
            known.append(_compared(entry, line, constants.institution_id))
    return remaining, known


def _postable(
    ready: Sequence[Ready], standings: dict[int, Standing], reverses: Reverses, missing: bool
) -> tuple[Sequence[Ready], list[Unposted]]:
    revised = [entry for _, _, entry in ready if entry.previous_source is not None]
    if not missing and not revised and _all_open(standings):
        return ready, []
    postable, refused = [], []
    for each in ready:
        holder, _source, entry = each
        standing = standings.get(holder)
        if standing is None:
            refused.append(Unposted(entry, "book-missing"))
        elif standing.state != _OPEN:
            refused.append(Unposted(entry, "book-not-open"))
        elif entry.previous_source is not None and (entry.holder_id, entry.previous_source) not in reverses:
            refused.append(Unposted(entry, "revision-out-of-order"))
        else:
            postable.append(each)
    return postable, refused


_OPEN: Final = int(BookState.OPEN)


def _all_open(standings: dict[int, Standing]) -> bool:
    return all(standing.state == _OPEN for standing in standings.values())


def _found(ready: Sequence[Ready], constants: Constants) -> tuple[list[PostedEntry], list[Unposted]]:
    """What became of the entries of a chunk that was committed before."""
    stored = _stored(ready)
    posted, unposted = [], []
    seen: set[tuple[UUID, UUID]] = set()
    for _holder, _source, entry in ready:
        key = (entry.holder_id, entry.source)
        line = stored.get(key)
        if line is None:
            unposted.append(Unposted(entry, "refused"))
        elif line.batch_id == constants.batch_id and key not in seen:
            posted.append(PostedEntry(entry, line.seq))
        else:
            unposted.append(_compared(entry, line, constants.institution_id))
        seen.add(key)
    return posted, unposted


def _stored(ready: Sequence[Ready]) -> dict[tuple[UUID, UUID], Line]:
    with connection.cursor() as cursor:
        return lines_by_source(cursor, [(entry.holder_id, entry.source) for _, _, entry in ready])


_FACTS: Final = ("amount", "domain", "stage", "occurred_on")


def _compared(entry: Entry, other: Entry | Line, institution_id: int | None) -> Unposted:
    seq = other.seq if isinstance(other, Line) else None
    if isinstance(other, Line) and other.institution_id != institution_id:
        return Unposted(entry, "conflict", "institution_id", seq)
    for fact in _FACTS:
        if getattr(entry, fact) != getattr(other, fact):
            return Unposted(entry, "conflict", fact, seq)
    return Unposted(entry, "duplicate", None, seq)
