"""The only module that writes the books: plain SQL for both engines, rows as NamedTuples. It decides nothing.

PostgreSQL reads COMMITTED: the book row is locked first, then the last line is read by a statement of its own, which
sees what the one before us committed. On SQLite a writing transaction is alone from its BEGIN IMMEDIATE on.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

from creditbank.ledger.canonical import NO_HASH
from creditbank.ledger.lines import EMPTY, Balance, BookState, Line

COLUMNS: Final = ", ".join(Line._fields)
Cell = str | int | bytes | date | datetime | UUID | None


class BookRow(NamedTuple):
    """A book as locked."""

    state: BookState
    salt: bytes | None


class LastLine(NamedTuple):
    """What the next line follows from; ``seq`` 0 for an empty book."""

    seq: int
    balance: Balance
    recorded_at: datetime | None
    hash: bytes


NO_LINE: Final = LastLine(0, EMPTY, None, NO_HASH)


@cache
def _sqlite() -> bool:
    # Asked several times for each line; a process has one engine.
    return connection.vendor == "sqlite"


def stored_id(value: UUID) -> Cell:
    """A UUID as the engine stores it."""
    return value.hex if _sqlite() else value


def stored_moment(value: datetime) -> Cell:
    """A moment as the engine stores it: on SQLite as Django writes it, UTC without a zone."""
    return str(value.astimezone(UTC).replace(tzinfo=None)) if _sqlite() else value


def read_id(value: Cell) -> UUID:
    """A UUID from the engine."""
    return value if isinstance(value, UUID) else UUID(hex=str(value))


def read_moment(value: Cell) -> datetime:
    """A moment from the engine, aware."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value)).replace(tzinfo=UTC)


def read_day(value: Cell) -> date | None:
    """A date from the engine."""
    return value if isinstance(value, date) or value is None else date.fromisoformat(str(value))


def read_bytes(value: Cell) -> bytes:
    """Bytes from the engine."""
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise TypeError("not bytes")
    return bytes(value)


def lock_book(cursor: CursorWrapper, holder_id: UUID) -> BookRow | None:
    """Lock the holder's book until the transaction ends; None if there is none."""
    cursor.execute(_LOCK_SQLITE if _sqlite() else LOCK_POSTGRESQL, [stored_id(holder_id)])
    return _book(cursor.fetchone())


def last_line(cursor: CursorWrapper, holder_id: UUID) -> LastLine:
    """How the holder's book stands."""
    cursor.execute(LAST, [stored_id(holder_id)])
    return _last(cursor.fetchone())


def lock_and_read(
    cursor: CursorWrapper, holder_id: UUID, closes: int | None
) -> tuple[BookRow | None, LastLine, Line | None]:
    """Lock the book, then read its last line and the line ``closes``, in one round trip where the engine is remote.

    Each of the statements sees what was committed before it began, so the second sees what the lock waited for.
    """
    holder = stored_id(holder_id)
    if _sqlite():
        book = lock_book(cursor, holder_id)
        closed = None if closes is None else line_where(cursor, holder_id, "seq", closes)
        return book, last_line(cursor, holder_id), closed
    cursor.execute(
        f"{LOCK_POSTGRESQL}; {LAST}" + ("" if closes is None else f"; {SELECT} AND seq = %s"),
        [holder, holder] if closes is None else [holder, holder, holder, closes],
    )
    book = _book(cursor.fetchone())
    cursor.nextset()
    last = _last(cursor.fetchone())
    if closes is None:
        return book, last, None
    cursor.nextset()
    row = cursor.fetchone()
    return book, last, None if row is None else from_row(row)


_LOCK_SQLITE: Final = "SELECT state, salt FROM book WHERE holder_id = %s"
LOCK_POSTGRESQL: Final = f"{_LOCK_SQLITE} FOR NO KEY UPDATE"
LAST: Final = """SELECT seq, available, held, spent, expired, owed, earned, recorded_at, hash
FROM passbook_line WHERE holder_id = %s ORDER BY seq DESC LIMIT 1"""
SELECT: Final = f"SELECT {COLUMNS} FROM passbook_line WHERE holder_id = %s"


def _book(row: Sequence[Cell] | None) -> BookRow | None:
    if row is None:
        return None
    state, salt = row
    assert isinstance(state, int)
    return BookRow(BookState(state), None if salt is None else read_bytes(salt))


def _last(row: Sequence[Cell] | None) -> LastLine:
    if row is None:
        return NO_LINE
    seq, *amounts, recorded_at, last_hash = row
    assert isinstance(seq, int)
    return LastLine(seq, Balance._make(amounts), read_moment(recorded_at), read_bytes(last_hash))


def to_row(line: Line) -> list[Cell]:
    """The line as parameters of an INSERT."""
    cells: list[Cell] = list(line)
    if _sqlite():
        cells[0], cells[1] = line.holder_id.hex, line.source.hex
        cells[9] = stored_moment(line.recorded_at)
        cells[14] = None if line.occurred_on is None else line.occurred_on.isoformat()
    return cells


def from_row(row: Sequence[Cell]) -> Line:
    """A line from the columns of :data:`COLUMNS`."""
    cells = list(row)
    cells[0], cells[1] = read_id(row[0]), read_id(row[1])
    cells[9], cells[14], cells[22] = read_moment(row[9]), read_day(row[14]), read_bytes(row[22])
    return Line._make(cells)


INSERT: Final = f"INSERT INTO passbook_line ({COLUMNS}) VALUES ({', '.join(['%s'] * len(Line._fields))})"


def insert_line(cursor: CursorWrapper, line: Line) -> None:
    """Write one line."""
    cursor.execute(INSERT, to_row(line))


def line_where(cursor: CursorWrapper, holder_id: UUID, column: str, value: Cell) -> Line | None:
    """The holder's line by one of its keys: ``seq``, ``source`` or ``closes``."""
    cursor.execute(f"{SELECT} AND {column} = %s", [stored_id(holder_id), value])
    row = cursor.fetchone()
    return None if row is None else from_row(row)


def lines_of(cursor: CursorWrapper, holder_id: UUID) -> list[Line]:
    """All lines of a book, in order."""
    cursor.execute(f"{SELECT} ORDER BY seq", [stored_id(holder_id)])
    return [from_row(row) for row in cursor.fetchall()]
