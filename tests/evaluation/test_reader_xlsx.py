"""Reading returns from .xlsx: what real programs write."""

import io
from datetime import date, datetime

import openpyxl
import pytest
from xlsxwriter import Workbook

from creditbank.errors import InvalidInput
from creditbank.evaluation.canonical import parse_date_number
from creditbank.evaluation.limits import Limits
from creditbank.evaluation.reader import ReturnFile, open_return
from creditbank.evaluation.rows import RowChecker
from tests.evaluation.books import (
    SHEET_HEAD,
    SHEET_TAIL,
    TITLES,
    TODAY,
    inline_row,
    raw_xlsx,
    row_of,
    xlsx_bytes,
)


def read(stream: io.BytesIO) -> ReturnFile:
    return open_return(stream, "申报.xlsx")


def dates_of(file: ReturnFile) -> list[date]:
    drafts = [RowChecker(TODAY).check_row(raw).draft for raw in file.rows()]
    return [draft.earned_on for draft in drafts if draft is not None]


def test_shared_strings_are_read_with_the_row_numbers_that_excel_shows() -> None:
    rows = list(read(xlsx_bytes([TITLES, row_of(), row_of(姓名="陈星河")])).rows())
    assert [(raw.number, raw.text("name")) for raw in rows] == [(2, "林知夏"), (3, "陈星河")]


def test_inline_strings_of_a_streaming_writer_are_read() -> None:
    out = io.BytesIO()
    with Workbook(out, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        for at, row in enumerate([TITLES, row_of()]):
            page.write_row(at, 0, row)
    assert [raw.text("title") for raw in read(out).rows()] == ["科技校本课程"]


def test_a_workbook_of_openpyxl_is_read() -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(TITLES)
    page.append(row_of())
    out = io.BytesIO()
    book.save(out)
    assert [raw.number for raw in read(out).rows()] == [2]


def test_cells_without_references_and_with_prefixes_are_read() -> None:
    plain = SHEET_HEAD + inline_row(1, TITLES) + inline_row(2, row_of()) + SHEET_TAIL
    without = "".join(f"<c t='inlineStr'><is><t>{text}</t></is></c>" for text in row_of())
    assert len(list(read(raw_xlsx(plain)).rows())) == 1
    unplaced = SHEET_HEAD + inline_row(1, TITLES) + f"<row>{without}</row>" + SHEET_TAIL
    assert [raw.text("domain") for raw in read(raw_xlsx(unplaced)).rows()] == ["智"]
    prefixed = plain.replace("<worksheet xmlns=", "<x:worksheet xmlns:x=").replace("</worksheet", "</x:worksheet")
    for name in ("sheetData", "row", "c", "is", "t"):
        prefixed = prefixed.replace(f"<{name}>", f"<x:{name}>").replace(f"<{name} ", f"<x:{name} ")
        prefixed = prefixed.replace(f"</{name}>", f"</x:{name}>")
    assert [raw.text("domain") for raw in read(raw_xlsx(prefixed)).rows()] == ["智"]


@pytest.mark.parametrize("epoch_1904", [False, True])
def test_dates_of_both_epochs_are_the_same_day(epoch_1904: bool) -> None:
    out = io.BytesIO()
    with Workbook(out, {"date_1904": epoch_1904}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, TITLES)
        style = book.add_format({"num_format": "yyyy/m/d"})
        for row, style_or_none in ((1, style), (2, None)):
            page.write_row(row, 0, row_of(成果编号=f"CG-{row}"))
            page.write_datetime(row, TITLES.index("取得日期"), datetime(2026, 3, 1), style_or_none)  # noqa: DTZ001
    assert dates_of(read(out)) == [date(2026, 3, 1), date(2026, 3, 1)]
    assert parse_date_number("46082") == date(2026, 3, 1)


def test_merged_cells_are_filled_from_the_first() -> None:
    out = io.BytesIO()
    with Workbook(out) as book:
        page = book.add_worksheet()
        page.merge_range(0, 0, 0, 5, "2026 年学分申报单")
        page.write_row(1, 0, TITLES)
        for row in range(2, 5):
            page.write_row(row, 0, row_of(成果编号=f"CG-{row}"))
        page.merge_range(2, 0, 4, 0, "林知夏")
        page.merge_range(2, TITLES.index("五育"), 3, TITLES.index("五育"), "体")
    file = read(out)
    assert file.header.row_number == 2
    assert [(raw.number, raw.text("name"), raw.text("domain")) for raw in file.rows()] == [
        (3, "林知夏", "体"),
        (4, "林知夏", "体"),
        (5, "林知夏", "智"),
    ]


def test_blank_rows_between_and_behind_are_left_out_but_counted() -> None:
    blank = [""] * len(TITLES)
    out = io.BytesIO()
    with Workbook(out) as book:
        page = book.add_worksheet()
        for at, row in enumerate([TITLES, row_of(), blank, row_of(成果编号="CG-2")]):
            page.write_row(at, 0, row)
        for at in range(4, 3000):
            page.write_blank(at, 0, None, book.add_format({"bold": True}) if at == 4 else None)
    assert [raw.number for raw in read(out).rows()] == [2, 4]


def test_formatted_empty_rows_to_the_end_of_the_sheet_are_no_rows() -> None:
    sheet = SHEET_HEAD + inline_row(1, TITLES) + inline_row(2, row_of())
    sheet += '<row r="1048576"><c r="A1048576" s="0"/><c r="XFD1048576" s="0"/></row>' + SHEET_TAIL
    assert [raw.number for raw in read(raw_xlsx(sheet)).rows()] == [2]


def test_reordered_and_extra_columns_are_found_by_their_headings() -> None:
    titles = ["班级", *reversed(TITLES)]
    file = read(xlsx_bytes([titles, ["三班", *reversed(row_of())]]))
    (raw,) = file.rows()
    assert (raw.text("name"), raw.text("credits"), raw.extra) == ("林知夏", "2.00", ("三班",))
    assert [(note.code, note.detail) for note in file.notes] == [("columns-ignored", "班级")]


def test_headings_may_carry_stars_spaces_and_full_width_letters() -> None:
    titles = [f" {title} ＊" if title == "姓名" else f"*{title}（必填）" for title in TITLES]
    assert [raw.text("name") for raw in read(xlsx_bytes([titles, row_of()])).rows()] == ["林知夏"]


def test_the_first_visible_sheet_with_our_header_is_read_and_the_others_are_named() -> None:
    out = io.BytesIO()
    with Workbook(out) as book:
        book.add_worksheet("说明").write_string(0, 0, "请先读我")
        hidden = book.add_worksheet("旧数据")
        hidden.write_row(0, 0, TITLES)
        hidden.hide()
        page = book.add_worksheet("三月")
        page.write_row(0, 0, TITLES)
        page.write_row(1, 0, row_of())
    file = read(out)
    assert file.detail == "三月"
    assert [(note.code, note.detail) for note in file.notes] == [("sheet-read", "三月"), ("sheets-unread", "说明")]


def test_a_table_that_does_not_begin_in_the_first_column_is_read() -> None:
    rows = [["", "", *TITLES], ["", "", *row_of()]]
    out = io.BytesIO()
    with Workbook(out) as book:
        page = book.add_worksheet()
        for at, row in enumerate(rows):
            page.write_row(at + 3, 0, row)
    assert [(raw.number, raw.text("name")) for raw in read(out).rows()] == [(5, "林知夏")]


def test_a_header_that_stands_again_further_down_is_no_row() -> None:
    assert [raw.number for raw in read(xlsx_bytes([TITLES, row_of(), TITLES, row_of(成果编号="2")])).rows()] == [2, 4]


def test_numbers_come_as_the_digits_that_excel_shows() -> None:
    out = io.BytesIO()
    with Workbook(out) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, TITLES)
        for row, number in enumerate((2, 2.5, 0.1 + 0.2), start=1):
            page.write_row(row, 0, row_of())
            page.write_number(row, TITLES.index("学分"), number)
    assert [raw.text("credits") for raw in read(out).rows()] == ["2", "2.5", "0.3"]


def test_formula_cells_and_numeric_identifiers_are_findings_of_their_cell() -> None:
    out = io.BytesIO()
    with Workbook(out) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, TITLES)
        page.write_row(1, 0, row_of())
        page.write_formula(1, TITLES.index("学分"), "=1+1", None, "2")
        page.write_row(2, 0, row_of(成果编号="CG-2"))
        page.write_number(2, TITLES.index("证件号码"), 110101201205069967)
        page.write_number(2, TITLES.index("成果编号"), 17)
    checker = RowChecker(TODAY)
    first, second = [checker.check_row(raw) for raw in read(out).rows()]
    assert [(finding.column, finding.code) for finding in first.findings] == [("credits", "formula")]
    assert [(finding.column, finding.code) for finding in second.findings] == [
        ("document_number", "numeric-identifier"),
        ("achievement_number", "numeric-identifier"),
    ]
    assert "丢失" in second.findings[0].sentences()[0]
    assert second.draft is None


@pytest.mark.parametrize("formula", ["<f>1+1</f>", "<f t='shared' si='0'/>", "<!-- c --><f>1+1</f>", "\n <f\n>1+1</f>"])
def test_a_formula_is_found_however_it_is_written(formula: str) -> None:
    cells = (
        inline_row(2, row_of())
        .replace("</row>", f'<c r="S2">{formula}<v>2</v></c></row>')
        .replace('<c r="S2" t="inlineStr"><is><t></t></is></c>', "")
    )
    (raw,) = read(raw_xlsx(SHEET_HEAD + inline_row(1, TITLES) + cells + SHEET_TAIL)).rows()
    assert raw.types == {18: "formula"}


def test_a_sheet_longer_than_the_limit_advises_csv() -> None:
    rows = [TITLES, *[row_of(成果编号=str(at)) for at in range(12)]]
    file = open_return(xlsx_bytes(rows), "a.xlsx", Limits(xlsx_rows=10))
    with pytest.raises(InvalidInput, match="CSV") as refused:
        list(file.rows())
    assert refused.value.reason == "too-many-rows-xlsx"


def test_missing_duplicate_and_absent_headings_are_refused_by_name() -> None:
    for titles, reason, word in (
        ([title for title in TITLES if title != "学分"], "columns-missing", "学分"),
        ([*TITLES, "五育"], "columns-duplicate", "五育"),
        ([title for title in TITLES if title not in ("证件号码", "素质教育卡号")], "identity-missing", "证件号码"),
        (["甲", "乙", "丙"], "header-missing", "姓名"),
    ):
        with pytest.raises(InvalidInput, match=word) as refused:
            read(xlsx_bytes([titles, row_of()]))
        assert refused.value.reason == reason
        assert refused.value.data["field"]
