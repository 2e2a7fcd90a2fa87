"""The template and the error sheet: text cells only, findings beside their rows, readable by our own reader."""

import io

import openpyxl

from creditbank.evaluation.columns import COLUMNS, INDEX_OF
from creditbank.evaluation.findings import Finding
from creditbank.evaluation.reader import open_return
from creditbank.evaluation.rows import RowChecker
from creditbank.evaluation.sheets import neutral_text, write_error_sheet, write_template
from tests.evaluation.books import TITLES, TODAY, csv_bytes, row_of


def test_the_template_has_headings_help_lists_text_cells_and_a_marked_example() -> None:
    out = io.BytesIO()
    write_template(out)
    book = openpyxl.load_workbook(out)
    page = book.worksheets[0]
    assert [cell.value for cell in page[1]] == TITLES
    assert all(cell.comment is not None for cell in page[1])
    lists = {str(rule.sqref)[0]: rule.formula1 for rule in page.data_validations.dataValidation}
    assert "居民身份证" in str(lists["B"])
    assert lists["H"] == '"德,智,体,美,劳"'
    assert page.column_dimensions["C"].width > 18
    assert page["C2"].number_format == "@"
    assert [cell.value for cell in book.worksheets[1]["A"]] == TITLES


def test_the_example_row_of_the_template_is_right_but_for_its_mark() -> None:
    out = io.BytesIO()
    write_template(out)
    (raw,) = open_return(out, "模板.xlsx").rows()
    checked = RowChecker(TODAY, {"robotics": 12}).check_row(raw)
    assert [finding.code for finding in checked.findings] == ["example-row"]


def error_sheet(every_row: bool = False) -> tuple[io.BytesIO, int]:
    rows = [
        ["班级", *TITLES],
        ["一班", *row_of()],
        ["=cmd|'/c calc'!A1", *row_of(成果编号="2", 学分="-1", 备注="+1+1", 成果名称="@SUM(A1)")],
        ["三班", *row_of(成果编号="3", 备注='=HYPERLINK("http://x")')],
    ]
    file = open_return(io.BytesIO(csv_bytes(rows)), "a.csv")
    checker = RowChecker(TODAY)
    findings: list[Finding] = [finding for raw in file.rows() for finding in checker.check_row(raw).findings]
    out = io.BytesIO()
    return out, write_error_sheet(out, file, findings, every_row=every_row)


def test_the_error_sheet_brings_back_the_rows_with_findings_coloured_and_explained() -> None:
    out, written = error_sheet()
    page = openpyxl.load_workbook(out).worksheets[0]
    values = [[cell.value for cell in row] for row in page.iter_rows()]
    assert written == 2
    assert values[0] == [*TITLES, "班级", "校验问题", "原行号"]
    assert [row[-1] for row in values[1:]] == ["3", "4"]
    assert "学分必须大于 0" in str(values[1][-2])
    assert "公式" in str(values[2][-2])
    credit = INDEX_OF["credits"] + 1
    assert page.cell(2, credit).fill.fgColor.rgb == "FFFDE2E1"
    assert page.cell(2, 1).fill.fgColor.rgb != "FFFDE2E1"


def test_nothing_in_the_error_sheet_is_a_formula_or_a_link() -> None:
    out, written = error_sheet(every_row=True)
    page = openpyxl.load_workbook(out).worksheets[0]
    assert written == 3
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
    assert "@SUM(A1)" in {cell.value for cell in cells}


def test_the_error_sheet_can_be_mended_and_handed_in_again() -> None:
    out, _ = error_sheet()
    again = open_return(out, "再次.xlsx")
    assert [column.key for column in COLUMNS if column.key not in again.header.position_of] == []
    assert [raw.text("achievement_number") for raw in again.rows()] == ["2", "3"]


def test_text_for_csv_is_made_harmless() -> None:
    assert [neutral_text(text) for text in ("=1", "+1", "-1", "@a", "\ta", "一", "1-1", "")] == [
        "'=1",
        "'+1",
        "'-1",
        "'@a",
        "'\ta",
        "一",
        "1-1",
        "",
    ]
