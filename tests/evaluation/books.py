"""Files for the reader's tests, built on the spot: workbooks, delimited text, zips and XML of any shape."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date

from xlsxwriter import Workbook

from creditbank.evaluation.columns import COLUMNS
from creditbank.people.identity_documents import resident_id

TODAY = date(2026, 11, 23)
TITLES = [column.name for column in COLUMNS]
NUMBER = resident_id("110101", date(2012, 5, 6), 997)
VALUES: Mapping[str, str] = {
    "姓名": "林知夏",
    "证件类型": "居民身份证",
    "证件号码": NUMBER,
    "成果编号": "CG-0001",
    "活动代码": "ZJ01",
    "成果名称": "科技校本课程",
    "五育": "智",
    "环节": "教",
    "取得日期": "2026-03-01",
    "学分": "2.00",
}
SHEET_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
SHEET_TAIL = "</sheetData></worksheet>"
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"'
    ' Target="{target}"/></Relationships>'
)
_BOOK = (
    '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)


def row_of(**changes: str) -> list[str]:
    """A good row in the order of the template, with some columns changed."""
    values = {**VALUES, **changes}
    return [values.get(title, "") for title in TITLES]


def csv_bytes(rows: Sequence[Sequence[str]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """The rows as delimited text."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_bytes(rows: Sequence[Sequence[str]], sheet: str = "申报单") -> io.BytesIO:
    """The rows as an .xlsx of shared strings."""
    out = io.BytesIO()
    with Workbook(out) as book:
        page = book.add_worksheet(sheet)
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
    return out


def inline_cell(reference: str, text: str) -> str:
    """A cell with its text inside."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def inline_row(number: int, texts: Sequence[str]) -> str:
    """A row of cells A, B, C … with their texts inside."""
    cells = "".join(inline_cell(f"{chr(65 + at)}{number}", text) for at, text in enumerate(texts))
    return f'<row r="{number}">{cells}</row>'


def raw_xlsx(sheet_xml: str | bytes, others: Mapping[str, str | bytes] | None = None) -> io.BytesIO:
    """An .xlsx whose single sheet is exactly this XML; ``others`` adds or replaces parts."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELS.format(kind="officeDocument", target="xl/workbook.xml"),
        "xl/workbook.xml": _BOOK,
        "xl/_rels/workbook.xml.rels": _RELS.format(kind="worksheet", target="worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": sheet_xml,
        **(others or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out
