"""Makes and drops the tables of the books, by hand-written statements for each engine."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("passbook_line", "posting_chunk", "posting_batch", "book")


def statements(vendor: str) -> Iterator[str]:
    """The statements that make the tables on ``sqlite`` or ``postgresql``."""
    script = Path(__file__).with_name(f"ddl_{vendor}.sql").read_text("utf-8")
    if vendor == "postgresql":
        yield script
        return
    pending = ""
    for part in script.split(";"):
        pending += part + ";"
        if sqlite3.complete_statement(pending) and pending.strip(" \n;"):
            yield pending.strip()
            pending = ""


def create_tables(connection: BaseDatabaseWrapper) -> None:
    """Make the four tables with their keys, checks and triggers."""
    with connection.cursor() as cursor:
        for statement in statements(connection.vendor):
            cursor.execute(statement)


def drop_tables(connection: BaseDatabaseWrapper) -> None:
    """Drop them again: for a migration taken back, and for tests."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DROP TABLE {table}")
        if connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION passbook_line_continuity(); DROP FUNCTION passbook_refuse()")
