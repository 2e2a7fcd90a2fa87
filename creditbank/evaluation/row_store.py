"""Keeps the rows of a page and its findings: by COPY on PostgreSQL, by one prepared statement on SQLite; Django takes
far longer."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from operator import attrgetter, methodcaller
from typing import Final
from uuid import UUID

from django.db import connection

from creditbank.evaluation.checker import Creditable
from creditbank.evaluation.findings import Finding
from creditbank.evaluation.models import ReturnFinding, ReturnRow, RowState

_COLUMNS: Final = (
    "credit_return_id",
    "row_number",
    "account_id",
    "holder_id",
    "achievement_number",
    "revision",
    "source",
    "item_id",
    "title",
    "domain",
    "stage",
    "level",
    "place",
    "occurred_on",
    "term",
    "amount_hundredths",
    "skill_subject",
    "skill_level",
    "levels_mask",
    "issuer",
    "certificate_number",
    "evidence",
    "remark",
    "state",
)
_FINDING_COLUMNS: Final = ("credit_return_id", "row_number", "column", "code", "severity", "value", "params")
_VALUE_CHARS: Final = 80
_ON_SQLITE: Final[dict[type, Callable[[object], str]]] = {UUID: attrgetter("hex"), date: methodcaller("isoformat")}
Cell = str | int | date | UUID | None


def keep_rows(return_id: int, rows: Iterable[Creditable]) -> None:
    """Write rows of a return, in the caller's transaction."""
    _write(ReturnRow._meta.db_table, _COLUMNS, _cells(return_id, rows))


def keep_findings(return_id: int, findings: Iterable[Finding]) -> None:
    """Write findings of a return, in the caller's transaction."""
    _write(ReturnFinding._meta.db_table, _FINDING_COLUMNS, _finding_cells(return_id, findings))


def _write(table_name: str, names: tuple[str, ...], rows: Iterator[tuple[Cell, ...]]) -> None:
    table = connection.ops.quote_name(table_name)
    columns = ", ".join(connection.ops.quote_name(name) for name in names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for cells in rows:
                    copy.write_row(cells)
            return
        places = ", ".join(["%s"] * len(names))
        statement = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608 (names of our own columns)
        cursor.executemany(statement, [_as_sqlite(cells) for cells in rows])


def _finding_cells(return_id: int, findings: Iterable[Finding]) -> Iterator[tuple[Cell, ...]]:
    for finding in findings:
        params = json.dumps(dict(finding.params), ensure_ascii=False)
        value = finding.value[:_VALUE_CHARS]
        yield return_id, finding.row, finding.column, finding.code, finding.severity, value, params


def _cells(return_id: int, rows: Iterable[Creditable]) -> Iterator[tuple[Cell, ...]]:
    for found in rows:
        draft, item = found.draft, found.item
        yield (
            return_id,
            draft.row,
            found.account_id,
            found.holder_id,
            found.number,
            found.revision,
            found.source,
            item.id,
            draft.title,
            item.domain,
            item.stage,
            draft.level,
            draft.place,
            draft.earned_on,
            found.term,
            draft.amount_hundredths,
            draft.skill_subject,
            draft.skill_level,
            found.levels_mask,
            draft.issuer,
            draft.certificate_number,
            draft.evidence,
            draft.remark,
            RowState.CHECKED.value,
        )


def _as_sqlite(cells: tuple[Cell, ...]) -> list[Cell]:
    """As Django writes them there: UUIDs in 32 hexadecimal digits, dates as text."""
    return [_ON_SQLITE[cell.__class__](cell) if cell.__class__ in _ON_SQLITE else cell for cell in cells]
