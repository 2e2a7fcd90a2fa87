"""Reading .xlsx with calamine, after the archive and each sheet were looked over (see ``archive`` and ``sheet_scan``).

Texts come as they are; numbers as the digits that Excel shows (15 significant); dates of both epochs as ISO text. Cells
of a merged range are filled from its first cell. Formula cells keep their stored value and are marked.
"""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice
from typing import BinaryIO, Final, TypeVar, cast
from zipfile import ZipInfo

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from creditbank.evaluation.archive import blocks_of, plain_xml, read_directory, shown_part, whole_part
from creditbank.evaluation.columns import INDEX_OF
from creditbank.evaluation.limits import Limits
from creditbank.evaluation.merges import MergeFiller, OverlappingMergesError
from creditbank.evaluation.raw_rows import (
    DATE,
    DURATION,
    FORMULA,
    NUMBER,
    NUMBER_1904,
    TRUTH,
    Header,
    Note,
    RawRow,
    RowCutter,
    check_lengths,
    find_header,
    no_header,
)
from creditbank.evaluation.refusals import refusal
from creditbank.evaluation.sheet_scan import SheetFacts, check_text_sum, look_over, text_lengths
from creditbank.evaluation.workbook import counts_from_1904, sheet_parts

Cell = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta

_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_TEXTS: Final = "xl/sharedstrings.xml"
_STYLES: Final = "xl/styles.xml"
_EARNED_ON: Final = INDEX_OF["earned_on"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class XlsxTable:
    """The sheet that holds the return: its header, its rows, its formula cells."""

    sheet: CalamineSheet
    header: Header
    facts: SheetFacts
    notes: tuple[Note, ...]
    limits: Limits
    number_type: str = NUMBER

    def rows(self) -> Iterator[RawRow]:
        """The rows below the header, blank ones left out."""
        cutter = RowCutter(self.header)
        positions = _key_positions(self.header)
        count = 0
        for number, texts, types in _texts_of(self.sheet, self.header, self.limits):
            if cutter.repeats_header(texts):
                continue
            count += 1
            if count > self.limits.xlsx_rows:
                raise refusal("too-many-rows-xlsx", self.sheet.name, sheet=self.sheet.name, limit=self.limits.xlsx_rows)
            mask = self.facts.formulas.get(number)
            if mask:
                types.update((position, FORMULA) for position in positions if mask >> position & 1)
            known = {positions[at]: kind for at, kind in types.items() if at in positions} if types else types
            if known.get(_EARNED_ON) == NUMBER:
                known[_EARNED_ON] = self.number_type
            cells, extra = cutter.cut(texts)
            yield RawRow(number, cells, known, extra)


def open_xlsx(stream: BinaryIO, limits: Limits) -> XlsxTable:
    """The first visible sheet with our header. Raises InvalidInput for everything that can't be read."""
    parts = read_directory(stream, limits)
    if _WORKBOOK not in parts:
        raise _other_archive(parts)
    workbook_xml = whole_part(stream, parts[_WORKBOOK], limits)
    part_of = sheet_parts(
        workbook_xml,
        whole_part(stream, parts[_RELATIONS], limits) if _RELATIONS in parts else b"",
    )
    if _STYLES in parts:
        whole_part(stream, parts[_STYLES], limits)
    lengths = text_lengths(_blocks(stream, parts[_TEXTS])()) if _TEXTS in parts else None
    workbook = _calamine(lambda: CalamineWorkbook.from_filelike(_rewound(stream)))
    names = [
        meta.name
        for meta in workbook.sheets_metadata
        if meta.typ == SheetTypeEnum.WorkSheet and meta.visible == SheetVisibleEnum.Visible
    ]
    if len(workbook.sheets_metadata) > limits.xlsx_sheets:
        raise refusal("too-many-sheets", "xlsx", limit=limits.xlsx_sheets)
    for at, name in enumerate(names):
        part = parts.get(part_of.get(name, ""))
        if part is None:
            raise refusal("damaged", name, place=shown_part(name))
        blocks = _blocks(stream, part)
        facts = look_over(blocks, shown_part(name), limits)
        if lengths is not None:
            check_text_sum(facts, lengths, blocks, shown_part(name), limits)
        sheet = _calamine(partial(workbook.get_sheet_by_name, name))
        header = find_header(list(_first_rows(sheet, limits)), limits)
        if header is not None:
            number = NUMBER_1904 if counts_from_1904(workbook_xml) else NUMBER
            return XlsxTable(sheet, header, facts, _notes(name, names, at), limits, number)
    raise no_header(limits)


def _notes(name: str, names: list[str], at: int) -> tuple[Note, ...]:
    others = names[:at] + names[at + 1 :]
    return (Note("sheet-read", name), Note("sheets-unread", "、".join(others))) if others else ()


def _other_archive(parts: dict[str, ZipInfo]) -> Exception:
    if "xl/workbook.bin" in parts:
        return refusal("not-a-table", "zip", kind=" .xlsb ")
    if any(name.startswith("word/") for name in parts):
        return refusal("not-a-table", "zip", kind=" Word ")
    if "content.xml" in parts:
        return refusal("not-a-table", "zip", kind=" OpenDocument ")
    return refusal("not-a-table", "zip", kind=" ZIP ")


def _rewound(stream: BinaryIO) -> BinaryIO:
    stream.seek(0)
    return stream


def _blocks(stream: BinaryIO, part: ZipInfo) -> Callable[[], Iterator[bytes]]:
    return lambda: plain_xml(blocks_of(stream, part), shown_part(part.filename))


def _calamine(call: Callable[[], T]) -> T:
    try:
        return call()
    except (CalamineError, OSError, ValueError, OverflowError) as problem:
        raise refusal("damaged", "xlsx", place="xlsx") from problem
    except BaseException as problem:
        # A panic inside the Rust library arrives as a BaseException of its own, which no other name can catch.
        if type(problem).__name__ != "PanicException":
            raise
        raise refusal("damaged", "xlsx", place="xlsx") from problem


def _key_positions(header: Header) -> dict[int, int]:
    """Our column's index by the position in the file."""
    return {position: INDEX_OF[key] for key, position in header.position_of.items()}


def _first_rows(sheet: CalamineSheet, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    left = sheet.start[1] if sheet.start else 0
    for number, row in enumerate(islice(sheet.iter_rows(), limits.header_rows), 1):
        yield number, [""] * left + [_text_and_type(cell)[0] for cell in row]


def _texts_of(sheet: CalamineSheet, header: Header, limits: Limits) -> Iterator[tuple[int, list[str], dict[int, str]]]:
    """Number, texts and types (by position) of each row below the header that has content of its own."""
    left = [""] * (sheet.start[1] if sheet.start else 0)
    width = sheet.width + len(left)
    ranges = [merged for merged in sheet.merged_cell_ranges or () if merged[0][0] >= header.row_number]
    filler: MergeFiller[Cell] | None = MergeFiller(ranges, width) if ranges else None
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if number <= header.row_number:
            continue
        row: list[Cell] = [*left, *cells] if left else cells
        blank = row.count("") == len(row)
        if filler is not None:
            _fill(filler, number, row, sheet.name)
        if not blank:
            types: dict[int, str] = {}
            for at, cell in enumerate(row):
                if cell.__class__ is not str:
                    row[at], types[at] = _text_and_type(cell)
            texts = cast("list[str]", row)
            if len("".join(texts)) > limits.cell_chars:
                check_lengths(texts, number, limits)
            yield number, texts, types


def _fill(filler: MergeFiller[Cell], number: int, row: list[Cell], sheet: str) -> None:
    try:
        filler.fill(number - 1, row)
    except OverlappingMergesError as problem:
        raise refusal("too-many-merges", sheet, sheet=sheet) from problem


# Typed, because 1, 1.0 and True are one key otherwise.
@lru_cache(maxsize=4096, typed=True)
def _text_and_type(cell: Cell) -> tuple[str, str]:
    if isinstance(cell, str):
        return cell, ""
    if isinstance(cell, bool):
        return ("TRUE" if cell else "FALSE"), TRUTH
    if isinstance(cell, int | float):
        return _number_text(cell), NUMBER
    if isinstance(cell, datetime.datetime):
        return (cell.isoformat(" ") if cell.time() != datetime.time() else cell.date().isoformat()), DATE
    if isinstance(cell, datetime.date):
        return cell.isoformat(), DATE
    return str(cell), DURATION


def _number_text(value: float) -> str:
    """The digits that Excel shows: 15 significant, whole numbers without a point."""
    if abs(value) < 1e15 and value == int(value):
        return str(int(value))
    return f"{value:.15g}"
