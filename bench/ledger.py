"""How fast the books are, on both engines."""

from bench.books import Measure
from bench.engines import on_each_engine


def run(quick: bool) -> list[Measure]:
    """The measures of the ledger on SQLite and on PostgreSQL; ``quick`` takes a small part of the lines."""
    return on_each_engine("bench.books_run", quick)
