"""One line in two round trips to PostgreSQL: statements prepared once for a connection, in binary, several in one trip.

The first trip begins, locks the book, then reads; the second writes and commits. They stay the statements of
:mod:`store`, one after the other: the read begins after the lock is granted, and sees what it waited for. Only a
posting outside any transaction goes this way; a transaction of Django's own could not be begun together with its first
statement. Faults and observers that Django puts round a statement are round each trip.
"""

import select
import struct
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import Connection, OperationalError
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, Format, PipelineStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

from creditbank.ledger.canonical import PACKERS, from_days, from_microseconds, packable
from creditbank.ledger.lines import Balance, BookState, Line
from creditbank.ledger.retrying import UNPREPARED_STATES
from creditbank.ledger.store import INSERT, LAST, LOCK_POSTGRESQL, NO_LINE, SELECT, BookRow, LastLine

Follow = Callable[[BookRow | None, LastLine, Line | None], Line]


class Step(NamedTuple):
    """A prepared statement and its values, packed."""

    name: bytes
    values: Sequence[bytes | None] = ()


BEGIN: Final = Step(b"passbook_begin")
COMMIT: Final = Step(b"passbook_commit")
_LOCK, _LAST, _CLOSED, _INSERT = b"passbook_lock", b"passbook_last", b"passbook_closed", b"passbook_insert"


def _numbered(sql: str) -> bytes:
    first, *rest = sql.split("%s")
    return (first + "".join(f"${number}{part}" for number, part in enumerate(rest, 1))).encode()


_STATEMENTS: Final = {
    BEGIN.name: b"BEGIN ISOLATION LEVEL READ COMMITTED",
    COMMIT.name: b"COMMIT",
    _LOCK: _numbered(LOCK_POSTGRESQL),
    _LAST: _numbered(LAST),
    _CLOSED: _numbered(f"{SELECT} AND seq = %s"),
    _INSERT: _numbered(INSERT),
}
# Whether the statements are prepared on a connection; False: a pooler hands its statements to changing servers.
_prepared: Final[WeakKeyDictionary[Connection[tuple[object, ...]], bool]] = WeakKeyDictionary()


def usable() -> BaseDatabaseWrapper | None:
    """The connection by which a posting made now may go this way: on PostgreSQL, outside any transaction; else None.

    What is asked of it is asked of the connection itself: Django's proxy looks it up anew for each attribute.
    """
    ours = connections[DEFAULT_DB_ALIAS]
    if ours.vendor != "postgresql" or ours.in_atomic_block:
        return None
    ours.close_if_health_check_failed()
    ours.ensure_connection()
    return ours if ours.get_autocommit() and _prepared.get(ours.connection, True) else None


def append(ours: BaseDatabaseWrapper, holder_id: UUID, closes: int | None, follow: Follow) -> Line:
    """Lock the book, read how it stands and the line ``closes``, write the line that ``follow`` makes of it; commit.

    Whatever is raised, by the engine or by ``follow``, nothing is written and the connection is outside a transaction.
    """
    pgconn = prepared(ours)
    trip = _Trip(pgconn, ours)
    cursor = CursorWrapper(trip, ours)
    holder = holder_id.bytes
    steps = [BEGIN, Step(_LOCK, [holder]), Step(_LAST, [holder])]
    if closes is not None:
        steps.append(Step(_CLOSED, [holder, closes.to_bytes(4, "big")]))
    try:
        cursor.execute("lock and read", steps)
        _begun, book, last, *closed = trip.results
        line = follow(_book(book), _last(last), _line(closed[0]) if closed else None)
        cursor.execute("insert and commit", [insertion(line), COMMIT])
    except BaseException:
        _roll_back(ours, pgconn)
        raise
    return line


def insertion(line: Line) -> Step:
    """The step that writes ``line``."""
    packed = [None if value is None else pack(value) for pack, value in zip(PACKERS, packable(line), strict=True)]
    return Step(_INSERT, [*packed, line.hash])


def prepared(ours: BaseDatabaseWrapper) -> PGconn:
    """The connection below Django's, with the statements prepared on it."""
    raw: Connection[tuple[object, ...]] = ours.connection
    if raw not in _prepared:
        with ours.wrap_database_errors:
            for name, sql in _STATEMENTS.items():
                _check(raw.pgconn.prepare(name, sql))
        _prepared[raw] = True
    return raw.pgconn


def run(pgconn: PGconn, steps: Sequence[Step]) -> list[PGresult]:
    """Send the steps together and wait for all answers; after a step that fails the engine passes over the rest.

    Raises the error of the step that failed, as psycopg's.
    """
    pgconn.enter_pipeline_mode()
    for name, values in steps:
        pgconn.send_query_prepared(name, values, [Format.BINARY] * len(values), Format.BINARY)
    pgconn.pipeline_sync()
    results: list[PGresult] = []
    ended = False
    while True:
        # To ask for a result that is not there yet would block every thread of the process.
        if pgconn.is_busy():
            _wait(pgconn)
        result = pgconn.get_result()
        if result is None:
            # Nothing more of this step; told twice, nothing more at all.
            if ended:
                raise OperationalError("The connection broke between two answers.")
            ended = True
            continue
        ended = False
        if result.status == ExecStatus.PIPELINE_SYNC:
            break
        results.append(result)
    pgconn.exit_pipeline_mode()
    for result in results:
        if result.status not in _FINE:
            _check(result)
    return results


def _wait(pgconn: PGconn) -> None:
    waiting = select.poll()
    while pgconn.is_busy():
        waiting.register(pgconn.socket, select.POLLIN | (select.POLLOUT if pgconn.flush() else 0))
        waiting.poll()
        pgconn.consume_input()


class _Trip:
    """As much of a cursor as Django's wrapper needs to carry steps."""

    def __init__(self, pgconn: PGconn, ours: BaseDatabaseWrapper) -> None:
        self._pgconn = pgconn
        self._ours = ours
        self.results: list[PGresult] = []

    def execute(self, _name: str, steps: Sequence[Step]) -> None:
        try:
            self.results = run(self._pgconn, steps)
        except Exception as error:
            if getattr(error, "sqlstate", None) in UNPREPARED_STATES:
                _prepared[self._ours.connection] = False
            raise


_FINE: Final = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


def _check(result: PGresult) -> None:
    if result.status not in _FINE:
        raise error_from_result(result)


def _roll_back(ours: BaseDatabaseWrapper, pgconn: PGconn) -> None:
    """Leave the connection outside a transaction, or leave no connection."""
    if pgconn.status == ConnStatus.OK and pgconn.pipeline_status == PipelineStatus.OFF:
        if pgconn.transaction_status in {TransactionStatus.INTRANS, TransactionStatus.INERROR}:
            pgconn.exec_(b"ROLLBACK")
        if pgconn.transaction_status == TransactionStatus.IDLE:
            return
    ours.close()


def _book(result: PGresult) -> BookRow | None:
    return BookRow(BookState(_number(result, 0)), result.get_value(0, 1)) if result.ntuples else None


def _last(result: PGresult) -> LastLine:
    if not result.ntuples:
        return NO_LINE
    cells = [result.get_value(0, column) or b"" for column in range(9)]
    seq, *amounts, recorded_at, line_hash = _LAST_LINE.unpack(b"".join(cells))
    return LastLine(seq, Balance._make(amounts), from_microseconds(recorded_at), line_hash)


# Of the columns of LAST, none of which is ever NULL.
_LAST_LINE: Final = struct.Struct(">iqqqqqqq32s")


def _line(result: PGresult) -> Line | None:
    if not result.ntuples:
        return None
    cells = [result.get_value(0, column) for column in range(len(Line._fields))]
    numbers = [None if cell is None else int.from_bytes(cell, "big", signed=True) for cell in cells[2:22]]
    recorded_at, occurred_on = numbers[7], numbers[12]
    assert recorded_at is not None
    return Line._make(
        (
            *(UUID(bytes=cells[0]), UUID(bytes=cells[1])),
            *numbers[:7],
            from_microseconds(recorded_at),
            *numbers[8:12],
            None if occurred_on is None else from_days(occurred_on),
            *numbers[13:],
            cells[22],
        )
    )


def _number(result: PGresult, column: int) -> int:
    value = result.get_value(0, column)
    assert value is not None
    return int.from_bytes(value, "big", signed=True)
