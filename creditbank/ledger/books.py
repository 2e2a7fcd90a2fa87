"""Books themselves: opened, frozen, closed, erased. None of this moves a credit."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from creditbank.ledger.errors import BookMissing, BookNotOpen
from creditbank.ledger.lines import Balance, BookState, Line
from creditbank.ledger.retrying import retrying
from creditbank.ledger.store import BookRow, last_line, line_where, lines_of, lock_book, stored_id, stored_moment

SALT_BYTES = 32


def open_book(holder_id: UUID, *, at: datetime) -> bool:
    """Open the holder's book; False if there is one already (whatever its state)."""
    return open_books([holder_id], at=at) == 1


def open_books(holder_ids: Iterable[UUID], *, at: datetime) -> int:
    """Open a book for each holder that has none; how many were opened."""
    rows = [
        (stored_id(each), BookState.OPEN.value, secrets.token_bytes(SALT_BYTES), stored_moment(at))
        for each in sorted(set(holder_ids))
    ]

    def write() -> int:
        opened = 0
        with transaction.atomic(), connection.cursor() as cursor:
            for row in rows:
                cursor.execute(
                    "INSERT INTO book (holder_id, state, salt, opened_at) VALUES (%s, %s, %s, %s) "
                    "ON CONFLICT (holder_id) DO NOTHING",
                    row,
                )
                opened += cursor.rowcount
        return opened

    return retrying(write)


def lock_books(holder_ids: Iterable[UUID]) -> dict[UUID, BookState]:
    """Lock several books in the one order that everybody keeps (by id); the caller's transaction holds the locks.

    Raises BookMissing.
    """
    states = {}
    with connection.cursor() as cursor:
        for holder_id in sorted(set(holder_ids)):
            states[holder_id] = _locked(lock_book(cursor, holder_id)).state
    return states


def freeze_book(holder_id: UUID) -> None:
    """Let nothing but a merge into the book. Raises BookMissing, BookNotOpen if it is closed."""
    _change_state(holder_id, BookState.FROZEN)


def unfreeze_book(holder_id: UUID) -> None:
    """Open a frozen book again. Raises BookMissing, BookNotOpen if it is closed."""
    _change_state(holder_id, BookState.OPEN)


def close_book(holder_id: UUID) -> None:
    """Close the book for good; its lines stay. Raises BookMissing."""
    _change_state(holder_id, BookState.CLOSED)


def erase_salt(holder_id: UUID) -> None:
    """Close the book and forget its salt: from then on no guess about a line can be confirmed. Raises BookMissing.

    No line is touched; the hashes can never be recomputed again, and ``verify`` says how many books that concerns.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        _locked(lock_book(cursor, holder_id))
        cursor.execute(
            "UPDATE book SET state = %s, salt = NULL WHERE holder_id = %s",
            [BookState.CLOSED.value, stored_id(holder_id)],
        )


def book_state(holder_id: UUID) -> BookState | None:
    """The state of the holder's book; None if there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT state FROM book WHERE holder_id = %s", [stored_id(holder_id)])
        row = cursor.fetchone()
    return None if row is None else BookState(row[0])


def balance_of(holder_id: UUID) -> Balance:
    """How the book stands now; all zero for an empty or missing book."""
    with connection.cursor() as cursor:
        return last_line(cursor, holder_id).balance


def line_at(holder_id: UUID, seq: int) -> Line | None:
    """One line of the book."""
    with connection.cursor() as cursor:
        return line_where(cursor, holder_id, "seq", seq)


def line_by_source(holder_id: UUID, source: UUID) -> Line | None:
    """The line that this source caused in the holder's book."""
    with connection.cursor() as cursor:
        return line_where(cursor, holder_id, "source", stored_id(source))


def line_ending(holder_id: UUID, seq: int) -> Line | None:
    """The line that ended line ``seq``; None while it is open."""
    with connection.cursor() as cursor:
        return line_where(cursor, holder_id, "closes", seq)


def all_lines(holder_id: UUID) -> list[Line]:
    """Every line of the book, in order."""
    with connection.cursor() as cursor:
        return lines_of(cursor, holder_id)


def _change_state(holder_id: UUID, state: BookState) -> None:
    def write() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            book = _locked(lock_book(cursor, holder_id))
            if book.state == state:
                return
            if book.state is BookState.CLOSED:
                raise BookNotOpen(state=book.state.name)
            cursor.execute("UPDATE book SET state = %s WHERE holder_id = %s", [state.value, stored_id(holder_id)])

    retrying(write)


def _locked(book: BookRow | None) -> BookRow:
    if book is None:
        raise BookMissing
    return book
