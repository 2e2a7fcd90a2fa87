"""The measures of one engine, run as a process: ``python -m bench.books SOCKET_DIRECTORY|- QUICK``; JSON on stdout."""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

import django

Measure = dict[str, str | float | None]

AT = datetime(2026, 9, 1, tzinfo=UTC)
DAY = date(2026, 6, 1)
LINES_EACH = 50


def measure(name: str, value: float, unit: str, limit_name: str, limit: float, *, aim: float | None = None) -> Measure:
    """One figure beside its limit; ``ratio`` is value / limit."""
    return {
        "name": name,
        "value": round(value, 1 if value >= 10 else 3),
        "unit": unit,
        "limit_name": limit_name,
        "limit_value": round(limit, 1 if limit >= 10 else 3),
        "ratio": round(value / limit, 2),
        "aim": aim,
    }


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one run."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def holder(number: int) -> UUID:
    """The holders of the bench; spread like random ones, so that neighbours in a return are no neighbours on disk."""
    return UUID(int=(number + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC835 % (1 << 128))


def main() -> None:
    """Fill, measure, print."""
    django.setup()
    from django.db import connection  # noqa: PLC0415 # Django is set up first

    from bench import books_bulk, books_reading, books_single  # noqa: PLC0415
    from creditbank.ledger.schema import create_tables  # noqa: PLC0415

    socket_directory, quick = sys.argv[1], sys.argv[2] == "1"
    create_tables(connection)
    small, large = (200, 1_000) if quick else (2_000, 20_000)
    books_bulk.fill(0, small)
    early = books_reading.latencies()
    books_bulk.fill(small, large)
    measures = [*books_reading.measures(early, books_reading.latencies(), small, large)]
    measures += books_bulk.measures(large, rounds=1 if quick else 3)
    measures += books_single.measures(large, None if socket_directory == "-" else socket_directory, quick)
    measures += books_reading.verify_measures()
    for each in measures:
        each["engine"] = connection.vendor
    json.dump(measures, sys.stdout)


if __name__ == "__main__":
    main()
