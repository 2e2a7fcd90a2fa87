"""Rows to a file that a spreadsheet opens: Excel or CSV, so that no cell can act as a formula."""

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Generic, TypeVar

import xlsxwriter
from django.http import HttpResponse
from django.utils.functional import Promise

from creditbank.clock import CIVIL_ZONE

Row = TypeVar("Row")
Cell = str | int | date | datetime | Promise | None
FORMATS = ("xlsx", "csv")
ROW_LIMIT = 100_000
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """A column of an export: its heading and what it takes from a row (credits as a decimal string)."""

    heading: str | Promise
    value: Callable[[Row], Cell]


def export_response(kind: str, columns: Sequence[Column[Row]], rows: Iterable[Row], *, filename: str) -> HttpResponse:
    """A download of ``rows``; ``kind`` is ``xlsx`` or ``csv``, ``filename`` has no ending and nothing personal."""
    content = _xlsx(columns, rows) if kind == "xlsx" else _csv(columns, rows)
    response = HttpResponse(content, content_type=_XLSX if kind == "xlsx" else "text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _xlsx(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> bytes:
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_formulas": False, "in_memory": True})
    sheet = book.add_worksheet()
    heading = book.add_format({"bold": True, "bottom": 1})
    for index, column in enumerate(columns):
        sheet.write_string(0, index, str(column.heading), heading)
    for number, row in enumerate(_bounded(rows), start=1):
        for index, column in enumerate(columns):
            sheet.write_string(number, index, _text(column.value(row)))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(columns) - 1, 0), 18)
    book.close()
    return target.getvalue()


def _csv(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> bytes:
    target = StringIO()
    writer = csv.writer(target)
    writer.writerow([_harmless(str(column.heading)) for column in columns])
    for row in _bounded(rows):
        writer.writerow([_harmless(_text(column.value(row))) for column in columns])
    return target.getvalue().encode("utf-8-sig")


def _bounded(rows: Iterable[Row]) -> Iterable[Row]:
    for number, row in enumerate(rows):
        if number >= ROW_LIMIT:
            return
        yield row


def _text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(CIVIL_ZONE).strftime("%Y-%m-%d %H:%M:%S")
    return str(value)


def _harmless(text: str) -> str:
    """A quote before text that a spreadsheet would run; a plain number keeps its sign."""
    return f"'{text}" if text.startswith(_ACTIVE) and not _NUMBER.fullmatch(text) else text
