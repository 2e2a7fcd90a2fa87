"""Reading .xlsx: the archive is checked, the sheet with our header is found, its rows are cut into our columns.

A sheet is read as a stream where it is written the usual way (``streamed_sheet``), else by calamine (``whole_sheet``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import BinaryIO, Final
from zipfile import ZipInfo

from creditbank.evaluation.archive import part_blocks, read_directory, shown_part, whole_part
from creditbank.evaluation.limits import Limits
from creditbank.evaluation.number_styles import NumberStyles
from creditbank.evaluation.raw_rows import (
    NUMBER,
    NUMBER_1904,
    Header,
    Note,
    RawRow,
    find_header,
    no_header,
)
from creditbank.evaluation.refusals import refusal
from creditbank.evaluation.shared_texts import SharedTexts, UnusualError, read_texts
from creditbank.evaluation.sheet_rows import Layout, Sheet
from creditbank.evaluation.sheet_scan import SheetFacts, check_text_sum, text_lengths
from creditbank.evaluation.sources import Source
from creditbank.evaluation.streamed_sheet import StreamedSheet
from creditbank.evaluation.whole_sheet import WholeWorkbook
from creditbank.evaluation.workbook import SheetEntry, counts_from_1904, sheet_entries

_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_TEXTS: Final = "xl/sharedstrings.xml"
_STYLES: Final = "xl/styles.xml"
# A cell that points at a shared text takes no fewer: <c r="A1" t="s"><v>0</v></c>.
_SHORTEST_CELL_BYTES: Final = 29


@dataclass(frozen=True, slots=True)
class XlsxTable:
    """The sheet that holds the return: its name, its header, its rows."""

    name: str
    sheet: Sheet
    header: Header
    notes: tuple[Note, ...]
    limits: Limits
    number_type: str = NUMBER

    def rows(self) -> Iterator[RawRow]:
        """The rows below the header, blank ones left out."""
        most = self.limits.xlsx_rows
        rows = self.sheet.rows(Layout(self.header, self.number_type, self.limits))
        yield from islice(rows, most)
        if next(rows, None) is not None:
            raise refusal("too-many-rows-xlsx", self.name, sheet=self.name, limit=most)


def open_xlsx(source: Source, limits: Limits) -> XlsxTable:
    """The first visible sheet with our header. Raises InvalidInput for everything that can't be read."""
    with source.opened() as stream:
        book = _Book(source, stream, limits)
    names = [entry.name for entry in book.entries if entry.is_shown_table]
    shown = [entry for entry in book.entries if entry.is_shown_table]
    if len(book.entries) > limits.xlsx_sheets:
        raise refusal("too-many-sheets", "xlsx", limit=limits.xlsx_sheets)
    for at, entry in enumerate(shown):
        part = book.parts.get(entry.part)
        if part is None:
            raise refusal("damaged", entry.name, place=shown_part(entry.name))
        sheet, header = book.open_sheet(entry.name, part)
        if header is not None:
            notes = _notes(entry.name, names, at)
            return XlsxTable(entry.name, sheet, header, notes, limits, NUMBER_1904 if book.epoch_1904 else NUMBER)
    raise no_header(limits)


class _Book:
    """The workbook: what its sheets share."""

    def __init__(self, source: Source, stream: BinaryIO, limits: Limits) -> None:
        self.parts = read_directory(stream, limits)
        if _WORKBOOK not in self.parts:
            raise _other_archive(self.parts)
        workbook_xml, relations_xml, styles_xml = (
            whole_part(stream, self.parts[name], limits) if name in self.parts else b""
            for name in (_WORKBOOK, _RELATIONS, _STYLES)
        )
        self.entries = sheet_entries(workbook_xml, relations_xml)
        self.epoch_1904 = counts_from_1904(workbook_xml)
        self._source = source
        self._limits = limits
        _check_shared_size(self.parts.get(_TEXTS), self.entries, limits)
        self._styles = NumberStyles(styles_xml)
        self._texts = _texts_of(stream, self.parts.get(_TEXTS))
        self._whole = WholeWorkbook(source, self.parts.get(_TEXTS), limits)

    def open_sheet(self, name: str, part: ZipInfo) -> tuple[Sheet, Header | None]:
        """A sheet, the quickest way in which it can be read, and our header in it if it has one."""
        whole = partial(self._whole.sheet, name, part)
        sheet: Sheet
        if self._texts is not None:
            try:
                self._check_text_sum(self._texts, part, shown_part(name))
                sheet = StreamedSheet(
                    self._source,
                    part,
                    self._texts.texts,
                    self._styles,
                    epoch_1904=self.epoch_1904,
                    limits=self._limits,
                    place=name,
                    whole=whole,
                )
                return sheet, find_header(sheet.first_rows(), self._limits)
            except UnusualError:
                pass
        sheet = whole()
        return sheet, find_header(sheet.first_rows(), self._limits)

    def _check_text_sum(self, texts: SharedTexts, part: ZipInfo, place: str) -> None:
        """Refuse a sheet whose cells could point at too much text, if they do; only then all of them are counted."""
        most_cells = part.file_size // _SHORTEST_CELL_BYTES
        if most_cells * texts.longest > self._limits.xlsx_text_bytes:
            with self._source.opened() as stream:
                lengths = text_lengths(part_blocks(stream, self.parts[_TEXTS])())
                check_text_sum(SheetFacts(most_cells), lengths, part_blocks(stream, part), place, self._limits)


def _check_shared_size(part: ZipInfo | None, entries: Sequence[SheetEntry], limits: Limits) -> None:
    if part is not None and part.file_size > limits.xlsx_shared_bytes:
        name = entries[0].name if entries else "xlsx"
        raise refusal("too-much-text", name, sheet=name)


def _texts_of(stream: BinaryIO, part: ZipInfo | None) -> SharedTexts | None:
    """The shared texts; None if they are written in an unusual way."""
    if part is None:
        return SharedTexts([], 0)
    try:
        return read_texts(part_blocks(stream, part)())
    except UnusualError:
        # Whoever reads it then holds it: it must be sound to its end.
        for _ in part_blocks(stream, part)():
            pass
        return None


def _notes(name: str, names: list[str], at: int) -> tuple[Note, ...]:
    others = names[:at] + names[at + 1 :]
    return (Note("sheet-read", name), Note("sheets-unread", "、".join(others))) if others else ()


def _other_archive(parts: dict[str, ZipInfo]) -> Exception:
    if "xl/workbook.bin" in parts:
        return refusal("not-a-table", "zip", kind=".xlsb")
    if any(name.startswith("word/") for name in parts):
        return refusal("not-a-table", "zip", kind="Word")
    if "content.xml" in parts:
        return refusal("not-a-table", "zip", kind="OpenDocument")
    return refusal("not-a-table", "zip", kind="ZIP")
