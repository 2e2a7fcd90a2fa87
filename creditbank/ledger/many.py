"""Set-wise SQL for bulk posting: how many books stand, and writing many earns at once. It decides nothing.

PostgreSQL answers with one byte string for all holders and takes the lines by binary COPY; each line is packed once,
for its hash and for the COPY. SQLite reads rows and takes them by ``executemany``.
"""

import gc
import hashlib
import json
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor

from creditbank.ledger.canonical import (
    COPY_HEADER,
    COPY_TRAILER,
    FIELD_COUNT,
    HASH_LENGTH_PREFIX,
    NO_HASH,
    Seal,
    days,
    from_microseconds,
    microseconds,
)
from creditbank.ledger.lines import Kind, Line, inflow
from creditbank.ledger.store import COLUMNS, INSERT, Cell, from_row, read_moment, stored_id, stored_moment


class Entry(NamedTuple):
    """An earn to be posted in bulk. ``amount`` in hundredths; ``reference`` is the caller's own (the id of its row);
    ``previous_source`` is the source of the revision before, which must be reversed, and None for the first.
    """

    holder_id: UUID
    source: UUID
    amount: int
    domain: int
    stage: int
    occurred_on: date
    reference: int
    previous_source: UUID | None = None


class PostedEntry(NamedTuple):
    """An entry and the number of its line."""

    entry: Entry
    seq: int


# An entry made ready once for sorting, hashing and packing: its holder as a number, its source as bytes. Plain tuples
# and numbers, because UUIDs compare and hash in Python.
Ready = tuple[int, bytes, Entry]


class Constants(NamedTuple):
    """What all lines of a batch have in common."""

    batch_id: int
    institution_id: int
    actor_id: int
    approver_id: int
    policy_version: int
    at: datetime


class Standing(NamedTuple):
    """How a locked book stands; ``recorded`` in microseconds since 2000, ``seq`` 0 for an empty book."""

    state: int
    salt: bytes
    seq: int
    available: int
    held: int
    spent: int
    expired: int
    owed: int
    earned: int
    recorded: int
    hash: bytes


_LONG_AGO: Final = -(2**62)
_STANDING: Final = struct.Struct(">16sh32siqqqqqqq32s")
_READ_POSTGRESQL: Final = f"""
SELECT string_agg(uuid_send(b.holder_id) || int2send(b.state) || coalesce(b.salt, '\\x{"00" * 32}'::bytea)
    || int4send(coalesce(l.seq, 0)) || int8send(coalesce(l.available, 0)) || int8send(coalesce(l.held, 0))
    || int8send(coalesce(l.spent, 0)) || int8send(coalesce(l.expired, 0)) || int8send(coalesce(l.owed, 0))
    || int8send(coalesce(l.earned, 0)) || coalesce(timestamptz_send(l.recorded_at), int8send({_LONG_AGO}))
    || coalesce(l.hash, '\\x{"00" * 32}'::bytea), ''::bytea)
FROM book b LEFT JOIN LATERAL (
    SELECT * FROM passbook_line WHERE holder_id = b.holder_id ORDER BY seq DESC LIMIT 1) l ON true
WHERE b.holder_id = ANY(%s::uuid[])"""
# One counted statement takes all locks, in the order of the ids that everybody keeps.
_LOCK_POSTGRESQL: Final = """SELECT count(*) FROM (
    SELECT FROM book WHERE holder_id = ANY(%s::uuid[]) ORDER BY holder_id FOR NO KEY UPDATE) AS locked"""
_READ_SQLITE: Final = """
SELECT b.holder_id, b.state, b.salt, l.seq, l.available, l.held, l.spent, l.expired, l.owed, l.earned, l.recorded_at,
    l.hash
FROM json_each(%s) j JOIN book b ON b.holder_id = j.value LEFT JOIN passbook_line l
ON l.holder_id = b.holder_id AND l.seq = (SELECT max(seq) FROM passbook_line m WHERE m.holder_id = b.holder_id)"""


def lock_and_read(cursor: CursorWrapper, holders: Iterable[int]) -> dict[int, Standing]:
    """Lock the books and say how they stand; a holder without a book is missing from the answer."""
    wanted = [f"{holder:032x}" for holder in holders]
    if connection.vendor == "sqlite":
        cursor.execute(_READ_SQLITE, [json.dumps(wanted)])
        return {int(row[0], 16): _standing(row[1:]) for row in cursor.fetchall()}
    array = "{" + ",".join(wanted) + "}"
    cursor.execute(_LOCK_POSTGRESQL, [array])
    cursor.execute(_READ_POSTGRESQL, [array])
    row = cursor.fetchone()
    packed = b"" if row is None or row[0] is None else bytes(row[0])
    return {int.from_bytes(each[0], "big"): Standing._make(each[1:]) for each in _STANDING.iter_unpack(packed)}


def _standing(row: Sequence[Cell]) -> Standing:
    state, salt, seq, *balance, recorded_at, last_hash = row
    if seq is None:
        return Standing(_integer(state), _bytes(salt), 0, 0, 0, 0, 0, 0, 0, _LONG_AGO, NO_HASH)
    amounts = [_integer(each) for each in balance]
    recorded = microseconds(read_moment(recorded_at))
    return Standing._make([_integer(state), _bytes(salt), _integer(seq), *amounts, recorded, _bytes(last_hash)])


def _integer(value: Cell) -> int:
    if not isinstance(value, int):
        raise TypeError("not an integer")
    return value


def _bytes(value: Cell) -> bytes:
    return value if isinstance(value, bytes) else bytes(32)


Reverses = dict[tuple[UUID, UUID], int]


def reverses_of(cursor: CursorWrapper, ready: Sequence[Ready]) -> Reverses:
    """For each entry of a later revision: the seq of the reverse that ended the revision before, if it did."""
    keys = [(each.holder_id, each.previous_source) for _, _, each in ready if each.previous_source is not None]
    found = {}
    for holder_id, source in keys:
        # Corrections are rare: one look-up each.
        cursor.execute(
            "SELECT r.seq FROM passbook_line e JOIN passbook_line r ON r.holder_id = e.holder_id AND r.closes = e.seq "
            "WHERE e.holder_id = %s AND e.source = %s AND r.kind = 2",
            [stored_id(holder_id), stored_id(source)],
        )
        row = cursor.fetchone()
        if row is not None:
            found[holder_id, source] = int(row[0])
    return found


_BY_SOURCE: Final = {
    "postgresql": f"SELECT {COLUMNS} FROM passbook_line JOIN unnest(%s::uuid[], %s::uuid[]) AS asked (h, s) "
    "ON holder_id = h AND source = s",
    # CROSS: what is asked for leads, and the lines are found by their index. Otherwise SQLite reads one list for each
    # of the other, and the table for each of the two.
    "sqlite": f"SELECT {COLUMNS} FROM json_each(%s) asked CROSS JOIN passbook_line "
    "ON holder_id = substr(asked.value, 1, 32) AND source = substr(asked.value, 33)",
}


def lines_by_source(cursor: CursorWrapper, keys: Sequence[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], Line]:
    """The stored lines with these (holder, source)."""
    found = {}
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        if connection.vendor == "sqlite":
            cursor.execute(_BY_SOURCE["sqlite"], [json.dumps([holder.hex + source.hex for holder, source in part])])
        else:
            cursor.execute(_BY_SOURCE["postgresql"], [[each[i].hex for each in part] for i in (0, 1)])
        for row in cursor.fetchall():
            line = from_row(row)
            found[line.holder_id, line.source] = line
    return found


# An entry in its place: how the book stood before, what differs from line to line, and the bytes. A plain tuple:
# entry, before, seq, closes, available, owed, earned, recorded, packed, hash.
_Earn = tuple[Entry, Standing, int, int | None, int, int, int, int, bytes, bytes]

# The canonical bytes of an earn in the pieces that change together: for the batch, the book, the line.
_HOLDER: Final = struct.Struct(">hi16si").pack
_BUCKETS: Final = struct.Struct(">iqiqiq").pack
_MONEY: Final = struct.Struct(">iqiq").pack
_PLACE: Final = struct.Struct(">iqiqiqii").pack
_CLOSES: Final = struct.Struct(">ii").pack
_NO_CLOSES: Final = struct.pack(">i", -1)
_TAIL: Final = struct.Struct(">iqiiiiiiiiihihihihi").pack


def _earns(
    constants: Constants, ready: Sequence[Ready], standings: dict[int, Standing], reverses: Reverses
) -> Iterator[_Earn]:
    """Every entry as the next line of its holder's book, chained and packed. The loop that decides the speed."""
    batch_id, institution_id, actor_id, approver_id, policy_version, at = constants
    started, kind, sha256, join = microseconds(at), int(Kind.EARN), hashlib.sha256, b"".join
    tails: dict[tuple[date, int, int], bytes] = {}
    for number, group in groupby(ready, key=itemgetter(0)):
        before = standings[number]
        _state, salt, seq, available, held, spent, expired, owed, earned, recorded, previous = before
        recorded = max(recorded, started)
        holder = _HOLDER(FIELD_COUNT, 16, number.to_bytes(16, "big"), 16)
        buckets = _BUCKETS(8, held, 8, spent, 8, expired)
        mac = Seal(salt).mac
        for _number, source, entry in group:
            holder_id, _source, amount, domain, stage, day, _reference, previous_source = entry
            seq += 1
            available, owed = inflow(available, owed, amount) if owed else (available + amount, 0)
            earned += amount
            tail = tails.get((day, domain, stage))
            if tail is None:
                tail = tails[day, domain, stage] = _TAIL(
                    8, batch_id, 4, institution_id, 4, days(day), 4, actor_id, 4, approver_id,
                    2, policy_version, 2, kind, 2, domain, 2, stage, -1,
                )  # fmt: skip
            closes, closing = None, _NO_CLOSES
            if previous_source is not None:
                closes = reverses[holder_id, previous_source]
                closing = _CLOSES(4, closes)
            money, place = _MONEY(8, amount, 8, available), _PLACE(8, owed, 8, earned, 8, recorded, 4, seq)
            packed = join((holder, source, money, buckets, place, closing, tail))
            previous = sha256(previous + mac(seq) + packed).digest()
            yield entry, before, seq, closes, available, owed, earned, recorded, packed, previous


def write_earns(
    cursor: CursorWrapper,
    constants: Constants,
    ready: Sequence[Ready],
    standings: dict[int, Standing],
    reverses: Reverses,
) -> list[PostedEntry]:
    """Write the entries, sorted by holder, as the next lines of books that are locked; IntegrityError on a clash."""
    earns = _earns(constants, ready, standings, reverses)
    with _collector_at_rest():
        if connection.vendor == "sqlite":
            return _write_sqlite(cursor, constants, earns)
        with connection.wrap_database_errors:
            return _write_postgresql(cursor.cursor, earns)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """No collection of garbage for the length of a chunk: it would walk over all entries again and again for nothing,
    a tenth of the time, because no cycles are made here.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


_COPY: Final = f"COPY passbook_line ({COLUMNS}) FROM STDIN (FORMAT BINARY)"
# Blocks of this size keep the server busy with one while the next is packed.
_BLOCK_LINES: Final = 64


def _write_postgresql(cursor: Cursor, earns: Iterator[_Earn]) -> list[PostedEntry]:
    posted = []
    with cursor.copy(_COPY) as copy:
        parts = [COPY_HEADER]
        for entry, _before, seq, _closes, _available, _owed, _earned, _recorded, packed, line_hash in earns:
            parts += (packed, HASH_LENGTH_PREFIX, line_hash)
            posted.append(PostedEntry(entry, seq))
            if len(parts) > 3 * _BLOCK_LINES:
                copy.write(b"".join(parts))
                parts.clear()
        copy.write(b"".join([*parts, COPY_TRAILER]))
    return posted


def _write_sqlite(cursor: CursorWrapper, constants: Constants, earns: Iterator[_Earn]) -> list[PostedEntry]:
    posted = []
    rows: list[tuple[Cell, ...]] = []
    batch_id, institution_id, actor_id, approver_id, policy_version, _at = constants
    kind = int(Kind.EARN)
    moments: dict[int, Cell] = {}
    for entry, before, seq, closes, available, owed, earned, recorded, _packed, line_hash in earns:
        posted.append(PostedEntry(entry, seq))
        if recorded not in moments:
            moments[recorded] = stored_moment(from_microseconds(recorded))
        row: tuple[Cell, ...] = (
            entry.holder_id.hex, entry.source.hex, entry.amount, available, before.held, before.spent,
            before.expired, owed, earned, moments[recorded], seq, closes, batch_id, institution_id,
            entry.occurred_on.isoformat(), actor_id, approver_id, policy_version, kind, entry.domain,
            entry.stage, None, line_hash,
        )  # fmt: skip
        rows.append(row)
    cursor.executemany(INSERT, rows)
    return posted
