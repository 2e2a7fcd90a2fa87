"""Reading: a balance and a statement while the table grows, and the proof of everything beside bare streaming."""

import hashlib
import math
import random
import time
from collections.abc import Callable

from django.db import connection

from bench.books import AT, LINES_EACH, Measure, holder, measure, seconds
from creditbank.ledger.books import balance_of
from creditbank.ledger.models import PassbookLine
from creditbank.ledger.store import COLUMNS
from creditbank.ledger.verify import verify

SAMPLES, ROUNDS = 500, 9
Latencies = dict[str, tuple[float, float]]


def latencies() -> Latencies:
    """Milliseconds, p50 and p99 over five hundred random holders, warm.

    Each is asked in every one of nine rounds, and his quickest answer counts: a machine that does other work takes a
    question now and then from the processor for longer than a hundred answers take, and that is not the table's doing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM book")
        holders = int(cursor.fetchone()[0])
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    questions: dict[str, Callable[[int], object]] = {
        "balance": lambda i: balance_of(holder(i)),
        "50-line statement": lambda i: list(PassbookLine.objects.of(holder(i))[:50]),
    }
    chooses = random.Random(7)
    asked = chooses.sample(range(holders), min(SAMPLES, holders))
    found = {}
    for name, ask in questions.items():
        quickest = dict.fromkeys(asked, math.inf)
        for _ in range(ROUNDS):
            # In another order each time: garbage is collected every so many questions, and would meet the same ones.
            chooses.shuffle(asked)
            for number in asked:
                quickest[number] = min(quickest[number], _milliseconds(ask, number))
        taken = sorted(quickest.values())
        found[name] = taken[len(taken) // 2], taken[len(taken) * 99 // 100]
    return found


def _milliseconds(ask: Callable[[int], object], number: int) -> float:
    began = time.perf_counter()
    ask(number)
    return (time.perf_counter() - began) * 1_000


def measures(early: Latencies, late: Latencies, small: int, large: int) -> list[Measure]:
    """Latency in the large table beside the same in the small one."""
    found = []
    for name, (p50, p99) in late.items():
        for which, value, before in (("p50", p50, early[name][0]), ("p99", p99, early[name][1])):
            what = f"{name}, {which}, {large * LINES_EACH:,} lines"
            aim = 1.3 if which == "p99" else None
            found.append(measure(what, value, "ms", f"at {small * LINES_EACH:,} lines", before, aim=aim))
    return found


def verify_measures() -> list[Measure]:
    """The proof beside streaming the same rows through SHA-256."""
    reports = []
    taken = seconds(lambda: reports.append(verify(at=AT)))
    (report,) = reports
    assert report.problem is None, report.problem
    bare = seconds(_stream_and_hash)
    return [measure("verify", report.lines / taken, "lines/s", "streaming + SHA-256", report.lines / bare)]


def _stream_and_hash() -> None:
    select = f"SELECT {COLUMNS} FROM passbook_line ORDER BY holder_id, seq"
    digest = b""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY ({select}) TO STDOUT (FORMAT BINARY)") as copy:
                for part in copy:
                    digest = hashlib.sha256(digest + bytes(part)).digest()
            return
        cursor.execute(select)
        while rows := cursor.fetchmany(2_000):
            for row in rows:
                digest = hashlib.sha256(digest + repr(row).encode()).digest()
