"""Every stored line in the order of books and numbers, with the very bytes that were hashed.

PostgreSQL streams its binary COPY, whose tuples are the canonical bytes already; SQLite streams rows, packed here.
Memory stays flat, whatever the size of the table.
"""

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Final, NamedTuple, cast

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor

from creditbank.ledger.canonical import COPY_HEADER, FIELD_COUNT, PackedValue, days, microseconds, pack_values
from creditbank.ledger.lines import Balance, Line
from creditbank.ledger.store import Cell, read_moment


class StoredLine(NamedTuple):
    """A line as it lies in the table: ids as bytes, ``recorded`` in microseconds and ``occurred`` in days since 2000.

    ``salt`` and ``state`` are those of its book: ``state`` None means that there is no book, ``salt`` None that it was
    erased. ``packed`` are the canonical bytes.
    """

    holder: bytes
    source: bytes
    amount: int
    available: int
    held: int
    spent: int
    expired: int
    owed: int
    earned: int
    recorded: int
    seq: int
    closes: int | None
    batch_id: int | None
    institution_id: int | None
    occurred: int | None
    actor_id: int
    approver_id: int | None
    policy_version: int | None
    kind: int
    domain: int | None
    stage: int | None
    reason: int | None
    hash: bytes
    salt: bytes | None
    state: int | None
    packed: bytes

    @property
    def balance(self) -> Balance:
        """How the book stands after this line."""
        return Balance(*self[3:9])


@contextmanager
def snapshot() -> Iterator[None]:
    """All reads inside see one state of the database, and no writer waits for them."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # Not Django's atomic: that would begin as a writer and let nobody post.
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield


_COLUMNS: Final = ", ".join([f"l.{name}" for name in Line._fields]) + ", b.salt, b.state"
_SELECT: Final = (
    f"SELECT {_COLUMNS} FROM passbook_line l LEFT JOIN book b ON b.holder_id = l.holder_id ORDER BY l.holder_id, l.seq"
)


def stored_lines() -> Iterator[StoredLine]:
    """Stream every line. On PostgreSQL the connection can do nothing else meanwhile."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            yield from _from_rows(cursor)
        else:
            with connection.wrap_database_errors:
                yield from _from_copy(cursor.cursor)


def _from_rows(cursor: CursorWrapper) -> Iterator[StoredLine]:
    cursor.execute(_SELECT)
    while rows := cursor.fetchmany(2000):
        for row in rows:
            yield _from_row(row)


def _from_row(row: tuple[Cell, ...]) -> StoredLine:
    values = list(cast("tuple[PackedValue, ...]", row))
    values[0], values[1] = bytes.fromhex(str(row[0])), bytes.fromhex(str(row[1]))
    values[9], values[14] = _moment(row[9]), None if row[14] is None else _day(row[14])
    return StoredLine._make((*values, pack_values(tuple(values[:22]))))


# Lines of a batch have their moment in common, and days are few.
@lru_cache(maxsize=4096)
def _moment(text: Cell) -> int:
    return microseconds(read_moment(text))


@lru_cache(maxsize=4096)
def _day(text: Cell) -> int:
    return days(date.fromisoformat(str(text)))


# The eleven leading columns are never NULL: one struct that skips their lengths. The lengths are in the hashed bytes.
_HEAD: Final = struct.Struct(">2x4x16s4x16s" + "4xq" * 8 + "4xi")
_TAIL_FORMATS: Final = (*"iqiiiihhhhh", "32s", "32s", "h")
_LENGTH: Final = struct.Struct(">i")
_COUNT: Final = struct.pack(">h", FIELD_COUNT)
_HASH_FIELD: Final = 11


def _from_copy(cursor: Cursor) -> Iterator[StoredLine]:
    with cursor.copy(f"COPY ({_SELECT}) TO STDOUT (FORMAT BINARY)") as copy:
        for message in copy:
            data = bytes(message)
            if data.startswith(COPY_HEADER):
                data = data[len(COPY_HEADER) :]
            # The server sends one message for each line, and a trailer of two bytes.
            if len(data) > 2:
                yield _from_tuple(data)


class _Layout(NamedTuple):
    """How the columns after the head lie in a tuple, which depends on what is NULL; unpacks them in one step."""

    tail: struct.Struct
    lengths: tuple[int, ...]
    lengths_of: Callable[[tuple[int | bytes | None, ...]], tuple[int, ...]]
    values_of: Callable[[tuple[int | bytes | None, ...]], tuple[int | bytes | None, ...]]
    end_of_packed: int


# Layouts met so far, by the length of the tuple: few, because a kind of line always has the same columns.
_LAYOUTS: Final[dict[int, list[_Layout]]] = {}


def _from_tuple(data: bytes) -> StoredLine:
    known = _LAYOUTS.setdefault(len(data), [])
    for layout in known:
        unpacked = (*layout.tail.unpack_from(data, _HEAD.size), None)
        if layout.lengths_of(unpacked) == layout.lengths:
            packed = _COUNT + data[2 : layout.end_of_packed]
            return StoredLine._make((*_HEAD.unpack_from(data), *layout.values_of(unpacked), packed))
    known.append(_layout_of(data))
    return _from_tuple(data)


def _layout_of(data: bytes) -> _Layout:
    """Walk through a tuple of a kind not met before."""
    form, place, end_of_packed = ">", _HEAD.size, 0
    lengths: list[int] = []
    where: list[int | None] = []
    count = 0
    for number, each in enumerate(_TAIL_FORMATS):
        (length,) = _LENGTH.unpack_from(data, place)
        if number == _HASH_FIELD:
            end_of_packed = place
        there = length >= 0
        lengths.append(length)
        where.append(count + 1 if there else None)
        form += "i" + each if there else "i"
        count += 1 + there
        place += 4 + max(length, 0)
    length_places = [0]
    for value_place in where[:-1]:
        length_places.append(length_places[-1] + (1 if value_place is None else 2))
    # The place behind the last unpacked value holds None.
    values_of = itemgetter(*[count if value_place is None else value_place for value_place in where])
    return _Layout(struct.Struct(form), tuple(lengths), itemgetter(*length_places), values_of, end_of_packed)
