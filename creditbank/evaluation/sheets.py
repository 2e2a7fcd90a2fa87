"""The two spreadsheets that go out: the template of a return, and the rows with findings back to who sent them.

Every cell is written as text, so nothing in it can become a formula or a link. The error sheet holds what the
institution itself supplied, ID numbers too; it goes to that institution only and is never kept.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import BinaryIO, Final

from django.utils.translation.trans_null import gettext_noop
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from creditbank.evaluation.canonical import LEVELS, SUBJECTS
from creditbank.evaluation.cell_texts import cell_text
from creditbank.evaluation.columns import COLUMNS, EXAMPLE_MARK, INDEX_OF, Column
from creditbank.evaluation.findings import Finding
from creditbank.evaluation.raw_rows import RawRow
from creditbank.evaluation.reader import ReturnFile
from creditbank.people.identity_documents import resident_id

Translate = Callable[[str], str]

SHEET_NAME: Final = gettext_noop("申报单")
HELP_SHEET_NAME: Final = gettext_noop("填写说明")
FINDINGS_HEADING: Final = gettext_noop("校验问题")
ROW_HEADING: Final = gettext_noop("原行号")
MARK_HEADING: Final = "行标记（请勿改动） Row mark"
REQUIRED_WORD: Final = gettext_noop("必填")
OPTIONAL_WORD: Final = gettext_noop("选填")
MORE_ROWS: Final = gettext_noop("后面还有有问题的行，改好这些后再次校验。")

_LISTED_ROWS: Final = 10_000
MOST_SHEET_ROWS: Final = 200_000
_SAFE: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_CHOICES: Final = {
    "document_kind": (
        "居民身份证",
        "港澳台居民居住证",
        "港澳居民来往内地通行证",
        "台湾居民来往大陆通行证",
        "外国人永久居留身份证",
        "护照",
        "学籍号",
    ),
    "domain": ("德", "智", "体", "美", "劳"),
    "stage": ("教", "练", "赛"),
    "level": tuple(LEVELS),
    "skill_subject": tuple(names[0] for names in SUBJECTS.values()),
}
_EXAMPLE: Final = {
    "name": "林知夏",
    "document_kind": "居民身份证",
    "document_number": resident_id("110101", date(2012, 5, 6), 996),
    "achievement_number": "SL-2026-0001",
    "activity_code": "JN-ROB",
    "title": "机器人技能三级",
    "domain": "智",
    "stage": "练",
    "earned_on": "2026-03-01",
    "credits": "30.00",
    "skill_subject": "机器人技能",
    "skill_level": "3",
    "issuer": "示例机器人协会",
    "certificate_number": "SL-ZS-0001",
    "remark": EXAMPLE_MARK,
}


def neutral_text(text: str) -> str:
    """A text for a CSV cell that a spreadsheet will not take for a formula: a quote before = + - @ and controls."""
    return f"'{text}" if text.startswith(_RISKY) else text


def write_template(stream: BinaryIO, translate: Translate = str) -> None:
    """Write the empty return as .xlsx: headings with notes, lists to choose from, text cells, one example row."""
    with Workbook(stream, _SAFE) as book:
        sheet = book.add_worksheet(SHEET_NAME)
        text = book.add_format({"num_format": "@"})
        example = book.add_format({"num_format": "@", "italic": True, "font_color": "#6B7280", "bg_color": "#F3F4F6"})
        sheet.freeze_panes(1, 1)
        for at, column in enumerate(COLUMNS):
            sheet.set_column(at, at, _width(column), text)
            sheet.write_string(0, at, column.name, book.add_format(_heading(column.required)))
            sheet.write_comment(0, at, translate(column.help), {"x_scale": 1.6})
            sheet.write_string(1, at, _EXAMPLE.get(column.key, ""), example)
            if column.key in _CHOICES:
                rule = {"validate": "list", "source": list(_CHOICES[column.key]), "ignore_blank": True}
                sheet.data_validation(1, at, _LISTED_ROWS, at, rule)
        _write_help(book, translate)


def write_error_sheet(
    stream: BinaryIO,
    file: ReturnFile,
    findings: Iterable[Finding],
    *,
    every_row: bool = False,
    mark: Callable[[int], str] | None = None,
    translate: Translate = str,
) -> int:
    """Write the rows of a file back as .xlsx, bad cells coloured, with what is wrong and how to mend it beside them.

    Only rows with findings unless ``every_row``. ``findings`` come in the order of the rows and are read as they are
    written, so memory stays flat. ``mark`` gives what proves to which row of which file a row belongs. Returns the
    number of rows written (200,000 at most, then it says so). The rows can be mended in place and handed in again: the
    added columns are no columns of a return.
    """
    told = _ByRow(findings)
    with Workbook(stream, {**_SAFE, "constant_memory": True}) as book:
        writer = _ErrorSheet(book, file, translate, mark)
        for raw in file.rows():
            if writer.written == MOST_SHEET_ROWS:
                writer.write_more()
                break
            here = told.of(raw.number)
            if every_row or here:
                writer.write(raw, here)
        return writer.written


class _ByRow:
    """Findings in the order of rows, handed out row by row as the file's rows pass."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._rest: Iterator[Finding] = iter(findings)
        self._next = next(self._rest, None)

    def of(self, row: int) -> list[Finding]:
        """The findings of this row; those of rows before it have had their turn."""
        found: list[Finding] = []
        while self._next is not None and self._next.row <= row:
            if self._next.row == row:
                found.append(self._next)
            self._next = next(self._rest, None)
        return found


class _ErrorSheet:
    """The sheet while it is written, row by row."""

    def __init__(
        self, book: Workbook, file: ReturnFile, translate: Translate, mark: Callable[[int], str] | None
    ) -> None:
        self.written = 0
        self._translate = translate
        self._mark = mark
        self._sheet: Worksheet = book.add_worksheet(SHEET_NAME)
        self._keys = file.header.keys_in_order()
        extra = file.header.extra_titles
        self._findings_at = len(self._keys) + len(extra)
        self._text: Format = book.add_format({"num_format": "@"})
        self._bad: Format = book.add_format({"num_format": "@", "bg_color": "#FDE2E1", "font_color": "#9B1C1C"})
        self._note: Format = book.add_format({"text_wrap": True, "font_color": "#9B1C1C", "valign": "top"})
        self._write_header(book, [COLUMNS[INDEX_OF[key]].name for key in self._keys], list(extra))

    def _write_header(self, book: Workbook, names: list[str], extra: list[str]) -> None:
        sheet = self._sheet
        for at, key in enumerate(self._keys):
            sheet.set_column(at, at, _width(COLUMNS[INDEX_OF[key]]))
        sheet.set_column(self._findings_at, self._findings_at, 60)
        sheet.freeze_panes(1, 1)
        added = [self._translate(FINDINGS_HEADING), self._translate(ROW_HEADING)]
        if self._mark is not None:
            # The same in every language: it is looked for when the sheet comes back.
            added.append(MARK_HEADING)
            sheet.set_column(self._findings_at + 2, self._findings_at + 2, 36)
        for at, name in enumerate([*names, *extra, *added]):
            sheet.write_string(0, at, name, book.add_format(_heading(False)))

    def write(self, raw: RawRow, findings: list[Finding]) -> None:
        """One row with its findings."""
        self.written += 1
        row, sheet = self.written, self._sheet
        bad = {finding.column for finding in findings if finding.severity == "error"}
        for at, key in enumerate(self._keys):
            sheet.write_string(row, at, cell_text(raw, key), self._bad if key in bad else self._text)
        for at, text in enumerate(raw.extra, start=len(self._keys)):
            sheet.write_string(row, at, text, self._text)
        said = "\n".join(self._said(finding) for finding in findings)
        sheet.write_string(row, self._findings_at, said[:32_000], self._note)
        sheet.write_string(row, self._findings_at + 1, str(raw.number))
        if self._mark is not None:
            sheet.write_string(row, self._findings_at + 2, self._mark(raw.number), self._text)

    def write_more(self) -> None:
        """Say that there are more rows than were written."""
        self._sheet.write_string(self.written + 1, self._findings_at, self._translate(MORE_ROWS), self._note)

    def _said(self, finding: Finding) -> str:
        message, mend = finding.sentences(self._translate)
        return f"{message} {mend}"


def _write_help(book: Workbook, translate: Translate) -> None:
    sheet = book.add_worksheet(HELP_SHEET_NAME)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 8)
    sheet.set_column(2, 2, 80)
    bold = book.add_format({"bold": True})
    for row, column in enumerate(COLUMNS):
        sheet.write_string(row, 0, column.name, bold)
        sheet.write_string(row, 1, translate(REQUIRED_WORD if column.required else OPTIONAL_WORD))
        sheet.write_string(row, 2, translate(column.help))


def _heading(required: bool) -> dict[str, str | bool]:
    colour = "#1F4E79" if required else "#6B7280"
    return {"bold": True, "font_color": "#FFFFFF", "bg_color": colour, "num_format": "@"}


def _width(column: Column) -> int:
    if column.personal and column.exact:
        return 24
    return 28 if column.max_chars > 100 else 16
