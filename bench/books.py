"""What the measures of the books share: how a figure stands beside its limit, whose books they are, and when."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

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
