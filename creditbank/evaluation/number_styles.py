"""Which styles of a workbook make a number a date: asked of calamine itself, in a small workbook with the same styles.

So both ways of reading a sheet agree on every number format.
"""

import datetime
import io
import zipfile
from typing import Final

from creditbank.evaluation.raw_rows import DATE, NUMBER
from creditbank.evaluation.shared_texts import UnusualError
from creditbank.evaluation.whole_sheet import read_whole

_MOST_STYLES: Final = 4_000
_SAMPLE_DAY: Final = 46_082
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_PARTS: Final = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="S" sheetId="1" r:id="r"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


class NumberStyles:
    """The styles of one workbook, asked for when the first styled number is met."""

    def __init__(self, styles_xml: bytes) -> None:
        self._xml = styles_xml
        self._types: list[str] | None = None

    def type_of(self, style: int | None) -> str:
        """NUMBER or DATE. UnusualError for a style that makes it anything else, or that is not there."""
        if style is None or not self._xml:
            return NUMBER
        if self._types is None:
            self._types = _ask(self._xml)
        if style >= len(self._types) or not self._types[style]:
            raise UnusualError
        return self._types[style]


def _ask(styles_xml: bytes) -> list[str]:
    """The type of each style; empty for a duration and the like."""
    count = min(styles_xml.count(b"<xf"), _MOST_STYLES)
    rows = "".join(f'<row r="{at + 1}"><c r="A{at + 1}" s="{at}"><v>{_SAMPLE_DAY}</v></c></row>' for at in range(count))
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in {**_PARTS, "xl/worksheets/sheet1.xml": sheet}.items():
            archive.writestr(name, content)
        archive.writestr("xl/styles.xml", styles_xml)
    return [_type_of(row[0]) for row in read_whole(stream)]


def _type_of(cell: object) -> str:
    if isinstance(cell, datetime.date) and not isinstance(cell, datetime.datetime):
        return DATE
    return NUMBER if isinstance(cell, float | int) else ""
