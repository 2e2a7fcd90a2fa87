"""Bulk posting beside the fastest way the engine has to take the same rows into the same, already filled table."""

import shutil
import sqlite3
from pathlib import Path

from django.db import connection, transaction

from bench.books import AT, DAY, LINES_EACH, Measure, holder, measure, seconds
from creditbank.ledger.books import open_books
from creditbank.ledger.bulk import post_batch
from creditbank.ledger.many import Entry
from creditbank.ledger.source import action_source
from creditbank.ledger.store import COLUMNS, INSERT

ROUND_LINES = 5


def fill(start: int, end: int) -> None:
    """Fifty lines for each of the holders ``start`` to ``end``, posted in bulk."""
    for first in range(start, end, 2_000):
        last = min(first + 2_000, end)
        open_books((holder(i) for i in range(first, last)), at=AT)
        post(_entries(first, last, LINES_EACH, "fill"), f"fill:{first}")
    if connection.vendor == "postgresql":
        _vacuum()


def post(entries: list[Entry], subject: str) -> None:
    """One return."""
    report = post_batch(entries, subject=subject, institution_id=7, actor_id=1, approver_id=2, policy_version=1, at=AT)
    assert report.lines == len(entries)


def _entries(start: int, end: int, lines: int, kind: str) -> list[Entry]:
    return [
        Entry(holder(i), action_source(kind, i, k), 100 + k, 1 + k % 5, 1 + k % 3, DAY, 0)
        for k in range(lines)
        for i in range(start, end)
    ]


def measures(holders: int, rounds: int) -> list[Measure]:
    """Lines a second, the best of the rounds for both sides."""
    ours = limit = 0.0
    for number in range(rounds):
        entries = _entries(0, holders, ROUND_LINES, f"round-{number}")
        subject = f"round:{number}"
        if connection.vendor == "sqlite":
            before = Path(str(connection.settings_dict["NAME"]) + ".before")
            _checkpoint()
            shutil.copy(str(connection.settings_dict["NAME"]), before)
        taken = seconds(lambda: post(entries, subject))  # noqa: B023 # called at once
        ours = max(ours, len(entries) / taken)
        bare = _sqlite_executemany(before, subject) if connection.vendor == "sqlite" else _copy_again(subject)
        limit = max(limit, len(entries) / bare)
    what = "executemany" if connection.vendor == "sqlite" else "COPY"
    return [measure("bulk posting", ours, "lines/s", f"sorted {what} of the same rows", limit, aim=0.5)]


def _rows_of(subject: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM posting_batch WHERE subject = %s", [subject])
        batch_id = int(cursor.fetchone()[0])
    return f"FROM passbook_line WHERE batch_id = {batch_id}"


def _copy_again(subject: str) -> float:
    """Take the rows of a batch out, clean the table up, and COPY the same bytes back, sorted, in one transaction."""
    rows = _rows_of(subject)
    with connection.cursor() as cursor:
        with cursor.cursor.copy(
            f"COPY (SELECT {COLUMNS} {rows} ORDER BY holder_id, seq) TO STDOUT (FORMAT BINARY)"
        ) as copy:
            data = b"".join(bytes(part) for part in copy)
        with transaction.atomic():
            # Triggers rest only for taking the rows out again.
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(f"DELETE {rows}")
        _vacuum()

        def copy_in() -> None:
            with (
                transaction.atomic(),
                cursor.cursor.copy(f"COPY passbook_line ({COLUMNS}) FROM STDIN (FORMAT BINARY)") as copy,
            ):
                for start in range(0, len(data), 1 << 16):
                    copy.write(data[start : start + (1 << 16)])

        return seconds(copy_in)


def _sqlite_executemany(before: Path, subject: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} {_rows_of(subject)} ORDER BY holder_id, seq")
        rows = cursor.fetchall()
    raw = sqlite3.connect(before, isolation_level=None)
    raw.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")

    def insert() -> None:
        raw.execute("BEGIN IMMEDIATE")
        raw.executemany(INSERT.replace("%s", "?"), rows)
        raw.execute("COMMIT")

    taken = seconds(insert)
    raw.close()
    return taken


def _checkpoint() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE passbook_line")
        cursor.execute("CHECKPOINT")
