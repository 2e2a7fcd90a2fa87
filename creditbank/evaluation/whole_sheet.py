"""A sheet as calamine reads it: held as a whole, whatever way its XML is written. See ``streamed_sheet`` for the other.

The sheet is looked over first (see ``sheet_scan``), because calamine lays it out as a full rectangle. Texts come as
they are; numbers as the digits that Excel shows (15 significant); dates of both epochs as ISO text. Cells of a merged
range are filled from its first cell. Formula cells keep their stored value and are marked.
"""

import datetime
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import BinaryIO, TypeVar, cast
from zipfile import ZipInfo

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from creditbank.evaluation.archive import part_blocks, shown_part
from creditbank.evaluation.limits import Limits
from creditbank.evaluation.merges import MergeFiller, OverlappingMergesError
from creditbank.evaluation.raw_rows import DATE, DURATION, FORMULA, NUMBER, TRUTH, RawRow
from creditbank.evaluation.refusals import refusal
from creditbank.evaluation.sheet_rows import Layout
from creditbank.evaluation.sheet_scan import SheetFacts, check_text_sum, look_over, text_lengths
from creditbank.evaluation.sources import Source

Cell = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta
T = TypeVar("T")


def by_calamine(call: Callable[[], T]) -> T:
    """The outcome of a call into calamine; InvalidInput when it fails, whatever way."""
    try:
        return call()
    except (CalamineError, OSError, ValueError, OverflowError) as problem:
        raise refusal("damaged", "xlsx", place="xlsx") from problem
    except BaseException as problem:
        # A panic inside the Rust library arrives as a BaseException of its own, which no other name can catch.
        if type(problem).__name__ != "PanicException":
            raise
        raise refusal("damaged", "xlsx", place="xlsx") from problem


class WholeWorkbook:
    """Opens sheets with calamine; the workbook itself is opened with the first of them."""

    def __init__(self, source: Source, texts: ZipInfo | None, limits: Limits) -> None:
        self._source = source
        self._texts = texts
        self._limits = limits
        self._opened: CalamineWorkbook | None = None

    def sheet(self, name: str, part: ZipInfo) -> "WholeSheet":
        """A sheet, once it was looked over. InvalidInput when it is too large in any way, or damaged."""
        place = shown_part(name)
        with self._source.opened() as stream:
            blocks = part_blocks(stream, part)
            facts = look_over(blocks, place, self._limits)
            if self._texts is not None:
                lengths = text_lengths(part_blocks(stream, self._texts)())
                check_text_sum(facts, lengths, blocks, place, self._limits)
            workbook = self._workbook()
            return WholeSheet(by_calamine(lambda: workbook.get_sheet_by_name(name)), facts, self._limits)

    def _workbook(self) -> CalamineWorkbook:
        if self._opened is None:
            with self._source.opened() as stream:
                self._opened = by_calamine(lambda: CalamineWorkbook.from_filelike(stream))
        return self._opened


class WholeSheet:
    """One sheet, held by calamine."""

    def __init__(self, sheet: CalamineSheet, facts: SheetFacts, limits: Limits) -> None:
        self._sheet = sheet
        self._facts = facts
        self._limits = limits

    def first_rows(self) -> list[tuple[int, list[str]]]:
        """The rows among which the header is looked for."""
        left = self._sheet.start[1] if self._sheet.start else 0
        rows = islice(_cells_of(self._sheet), self._limits.header_rows)
        return [(number, [""] * left + [_text_and_type(cell)[0] for cell in row]) for number, row in enumerate(rows, 1)]

    def rows(self, layout: Layout) -> Iterator[RawRow]:
        """The rows below the header that have content of their own."""
        sheet = self._sheet
        left = [""] * (sheet.start[1] if sheet.start else 0)
        ranges = [merged for merged in sheet.merged_cell_ranges or () if merged[0][0] >= layout.header.row_number]
        filler: MergeFiller[Cell] | None = MergeFiller(ranges, sheet.width + len(left)) if ranges else None
        formulas = self._facts.formulas
        for number, cells in enumerate(_cells_of(sheet), 1):
            if number <= layout.header.row_number:
                continue
            row: list[Cell] = [*left, *cells] if left else cells
            blank = row.count("") == len(row)
            if filler is not None:
                fill_row(filler, number, row, sheet.name)
            raw = None if blank else _raw_row(number, row, formulas.get(number, 0), layout)
            if raw is not None:
                yield raw


def _cells_of(sheet: CalamineSheet) -> Iterator[list[Cell]]:
    rows = by_calamine(sheet.iter_rows)
    while (row := by_calamine(lambda: next(rows, None))) is not None:
        yield row


def fill_row(filler: MergeFiller[T], number: int, row: list[T], sheet: str) -> None:
    """Fill a row (1-based) where ranges are merged; InvalidInput where too many of them lie one upon another."""
    try:
        filler.fill(number - 1, row)
    except OverlappingMergesError as problem:
        raise refusal("too-many-merges", sheet, sheet=sheet) from problem


def _raw_row(number: int, row: list[Cell], formulas: int, layout: Layout) -> RawRow | None:
    types: dict[int, str] = {}
    for at, cell in enumerate(row):
        if cell.__class__ is not str:
            row[at], types[at] = _text_and_type(cell)
    if formulas:
        types.update((position, FORMULA) for position in layout.index_at if formulas >> position & 1)
    return layout.raw_row(number, cast("list[str]", row), types)


# Typed, because 1, 1.0 and True are one key otherwise.
@lru_cache(maxsize=4096, typed=True)
def _text_and_type(cell: Cell) -> tuple[str, str]:
    if isinstance(cell, str):
        return cell, ""
    if isinstance(cell, bool):
        return ("TRUE" if cell else "FALSE"), TRUTH
    if isinstance(cell, int | float):
        return number_text(cell), NUMBER
    if isinstance(cell, datetime.datetime):
        return (cell.isoformat(" ") if cell.time() != datetime.time() else cell.date().isoformat()), DATE
    if isinstance(cell, datetime.date):
        return cell.isoformat(), DATE
    return str(cell), DURATION


def number_text(value: float) -> str:
    """The digits that Excel shows: 15 significant, whole numbers without a point."""
    if abs(value) < 1e15 and value == int(value):
        return str(int(value))
    return f"{value:.15g}"


def read_whole(stream: BinaryIO) -> list[list[Cell]]:
    """The cells of the first sheet of a small workbook of our own making."""
    stream.seek(0)
    return list(_cells_of(by_calamine(lambda: CalamineWorkbook.from_filelike(stream).get_sheet_by_index(0))))
