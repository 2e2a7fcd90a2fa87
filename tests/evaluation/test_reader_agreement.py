"""Two ways of reading a sheet, one result: the stream gives cell for cell what calamine gives, or leaves it to it."""

import io
import tracemalloc
from datetime import date, datetime
from typing import Final
from zipfile import ZipInfo

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from creditbank.errors import InvalidInput
from creditbank.evaluation import xlsx
from creditbank.evaluation.raw_rows import RawRow
from creditbank.evaluation.reader import open_return
from creditbank.evaluation.whole_sheet import WholeSheet, WholeWorkbook
from tests.evaluation.books import SHEET_HEAD, SHEET_TAIL, TITLES, inline_row, raw_xlsx, row_of

Value = str | int | float | bool | datetime | date | None
Fields = tuple[int, tuple[str, ...], dict[int, str], tuple[str, ...]]

_DATE: Final = TITLES.index("取得日期")
_CREDITS: Final = TITLES.index("学分")
_FORMATS: Final = (
    "General",
    "0.00",
    "@",
    "yyyy-mm-dd",
    'yyyy"年"m"月"d"日";@',
    "[$-804]yyyy/m/d",
    "h:mm",
    "[h]:mm:ss",
    "",
)
_SHARED: Final = "xl/sharedStrings.xml"


def rows_of(stream: io.BytesIO) -> list[Fields] | str:
    """Every row as it was read, or why none was."""
    try:
        return [_fields(raw) for raw in open_return(stream, "a.xlsx").rows()]
    except InvalidInput as problem:
        return problem.reason


def _fields(raw: RawRow) -> Fields:
    return raw.number, raw.cells, dict(raw.types), raw.extra


def both_ways(stream: io.BytesIO) -> tuple[list[Fields] | str, bool]:
    """The rows, which are the same both ways; and whether the whole file went through the stream."""
    streamed = rows_of(stream)
    opened: list[str] = []
    real = WholeWorkbook.sheet

    def sheet(self: WholeWorkbook, name: str, part: ZipInfo) -> WholeSheet:
        opened.append(name)
        return real(self, name, part)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WholeWorkbook, "sheet", sheet)
        assert rows_of(stream) == streamed
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xlsx, "_texts_of", lambda stream, part: None)
        assert rows_of(stream) == streamed
    return streamed, not opened


def read_through_stream(stream: io.BytesIO) -> list[Fields]:
    """The rows of a file that is written the usual way."""
    rows, usual = both_ways(stream)
    assert usual
    assert not isinstance(rows, str)
    return rows


texts = st.text(st.sampled_from([*"甲乙丙 \u3000\tAa1_x<>&\"';=\n", "\U00020000", "é"]), max_size=12) | st.sampled_from(
    ["_x0041_", "a_x000D_", "&amp;", "<t>"]
)
values = st.one_of(
    texts,
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.1 + 0.2, 1e15, 1e-7, 46082, 46082.5, 0.5, 59, 2.5]),
    st.booleans(),
    st.none(),
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),  # noqa: DTZ001 (a cell has no time zone)
    st.dates(date(1954, 11, 1), date(2170, 1, 1)),
    st.just("=1+1"),
)
rows_of_values = st.lists(st.lists(values, max_size=len(TITLES) + 2), max_size=8)
merges = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 20), st.integers(0, 3), st.integers(0, 3)), max_size=3)


@given(rows_of_values, st.booleans(), st.booleans(), st.sampled_from(_FORMATS))
@settings(max_examples=60)
def test_workbooks_of_xlsxwriter_are_read_the_same(
    rows: list[list[Value]], streaming: bool, epoch_1904: bool, number_format: str
) -> None:
    out = io.BytesIO()
    options = {"constant_memory": streaming, "date_1904": epoch_1904, "default_date_format": "yyyy-mm-dd"}
    with Workbook(out, {**options, "nan_inf_to_errors": True, "strings_to_urls": False}) as book:
        page = book.add_worksheet()
        style = book.add_format({"num_format": number_format} if number_format else {})
        page.write_row(0, 0, TITLES)
        for at, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    page.write(at, column, value)
                else:
                    page.write(at, column, value, style if number_format else None)
    both_ways(out)


@given(rows_of_values, merges, st.sampled_from(_FORMATS))
@settings(max_examples=60)
def test_workbooks_of_openpyxl_are_read_the_same(
    rows: list[list[Value]], merged: list[tuple[int, int, int, int]], number_format: str
) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(TITLES)
    for at, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            if value is None:
                continue
            cell = page.cell(at, column)
            cell.value = value
            if number_format and not isinstance(value, date):
                cell.number_format = number_format
    for top, left, height, width in merged:
        page.merge_cells(start_row=top, start_column=left + 1, end_row=top + height, end_column=left + width + 1)
    out = io.BytesIO()
    book.save(out)
    both_ways(out)


@given(st.lists(st.tuples(st.integers(0, 4_000), st.sampled_from(list(b"<>/\"= rcfvst!&\0A19'"))), max_size=6))
@settings(max_examples=150)
def test_a_damaged_sheet_is_read_the_same_or_through_calamine(changes: list[tuple[int, int]]) -> None:
    sheet = bytearray((SHEET_HEAD + inline_row(1, TITLES) + inline_row(2, row_of()) + SHEET_TAIL).encode())
    for at, value in changes:
        sheet[at % len(sheet)] = value
    streamed = rows_of(raw_xlsx(bytes(sheet)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xlsx, "_texts_of", lambda stream, part: None)
        whole = rows_of(raw_xlsx(bytes(sheet)))
    # What stands behind the rows or on their elements is not looked at by the stream.
    assert streamed == whole or isinstance(whole, str)


def many_rows(count: int, last: str = "") -> io.BytesIO:
    """A usual sheet; ``last`` stands behind its rows."""
    rows = "".join(inline_row(at, row_of(成果编号=f"CG-{at}")) for at in range(2, count + 2))
    return raw_xlsx(SHEET_HEAD + inline_row(1, TITLES) + rows + last + SHEET_TAIL)


def test_what_real_programs_write_goes_through_the_stream() -> None:
    out = io.BytesIO()
    with Workbook(out) as book:
        page = book.add_worksheet()
        style = book.add_format({"num_format": "yyyy-mm-dd"})
        page.write_row(0, 0, TITLES, book.add_format({"bold": True}))
        for at in range(1, 200):
            page.write_row(at, 0, row_of(成果编号=f"CG-{at}"))
            page.write_datetime(at, _DATE, datetime(2026, 3, 1), style)  # noqa: DTZ001
            page.write_number(at, _CREDITS, 2.5)
    rows = read_through_stream(out)
    assert len(rows) == 199
    assert rows[0][1][_DATE] == "2026-03-01"
    assert rows[0][2] == {_DATE: "date", _CREDITS: "number"}


def test_rich_texts_and_phonetic_notes_go_through_the_stream() -> None:
    texts = [*(f'<si><t>{title}</t><phoneticPr fontId="1" type="noConversion"/></si>' for title in TITLES)]
    texts.append('<si><r><t>林</t></r><r><rPr><b/><sz val="11"/></rPr><t xml:space="preserve"> 知夏</t></r></si>')
    texts.append("<si><t>A &amp; B &lt;甲&gt;</t></si>")
    header = "".join(f'<c r="{chr(65 + at)}1" s="0" t="s"><v>{at}</v></c>' for at in range(len(TITLES)))
    row = '<c r="A2" t="s"><v>19</v></c><c r="G2" t="s" s="0"><v>20</v></c><c r="H2" s="0"/>'
    sheet = f'<row r="1" spans="1:19" ht="15">{header}</row><row r="2">{row}</row><row r="3" ht="9"/>'
    file = raw_xlsx(SHEET_HEAD + sheet + SHEET_TAIL, {_SHARED: f'<sst count="2">{"".join(texts)}</sst>'})
    ((number, cells, types, _),) = read_through_stream(file)
    assert (number, cells[0], cells[6], types) == (2, "林 知夏", "A & B <甲>", {})


def test_calamine_takes_over_at_the_first_unusual_row() -> None:
    unusual = '<row r="12"><c r="A12" t="inlineStr"><is><t>甲</t></is></c><!-- c --></row>'
    rows, usual = both_ways(many_rows(10, unusual))
    assert not usual
    assert [row[0] for row in rows if not isinstance(row, str)] == list(range(2, 13))


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A12"><is><t>x</t></is></c>',
        '<c r="A12" t="inlineStr"><is><t>a&#65;_x0041_</t></is></c>',
        '<c r="A12" t="inlineStr"><is><t>a\r\nb</t></is></c>',
        '<c r="B12"><v>1</v></c><c r="A12"><v>2</v></c>',
        '<c r="A13"><v>1</v></c>',
        '<c r="a12"><v>1</v></c>',
        '<c r="A12" t="e"><v>#N/A</v></c>',
        '<c r="A12" t="d"><v>2026-03-01</v></c>',
        '<c r="A12" t="b"><v>true</v></c>',
        '<c r="A12"><v> 1 </v></c>',
        '<c r="A12" t="s"><v>7</v></c>',
        '<c r="A12" cm="1"><v>7</v></c>',
        "<c r='A12'><v>7</v></c>",
        '<x:c r="A12"><x:v>7</x:v></x:c>',
        '<c r="A12"><v><![CDATA[7]]></v></c>',
        '<c r="XFD12"><v>7</v></c>',
    ],
)
def test_what_is_unusual_is_left_to_calamine(cell: str) -> None:
    _, usual = both_ways(many_rows(10, f'<row r="12">{cell}</row>'))
    assert not usual


def test_rows_of_any_shape_are_matched_as_wholes() -> None:
    rows = [
        row_of(成果编号=str(at), 备注="有" * (at % 2), 佐证="有" * (at % 3), 名次=str(at % 5)) for at in range(2, 300)
    ]
    cells = "".join(
        inline_row(at, row).replace("<is><t></t></is>", "<is><t></t></is>") for at, row in enumerate(rows, 2)
    )
    file = raw_xlsx(SHEET_HEAD + inline_row(1, TITLES) + cells + SHEET_TAIL)
    assert [list(row[1]) for row in read_through_stream(file)] == rows


def test_a_formula_is_marked_in_the_stream_too() -> None:
    shared = (
        """<row r="12"><c r="A12" t="str"><f t='shared' si='0'/><v>甲</v></c><c r="M12"><f>1+1</f><v>2</v></c></row>"""
    )
    rows = read_through_stream(many_rows(10, shared))
    assert rows[-1][2] == {0: "formula", _CREDITS: "formula"}


def test_the_memory_of_the_stream_does_not_grow_with_the_rows() -> None:
    peaks = []
    for count in (500, 5_000):
        stream = many_rows(count)
        tracemalloc.start()
        file = open_return(stream, "a.xlsx")
        assert sum(1 for _ in file.rows()) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 4 << 20
    assert peaks[1] < 3 * peaks[0]
