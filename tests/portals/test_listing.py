"""Lists: search, filters in the URL, pages, and an export that cannot act."""

from collections.abc import Sequence
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from creditbank.portals.export import Column, export_response
from creditbank.portals.listing import Filter, Listing, make_listing

ROWS = [f"{'甲' if number % 2 else '乙'}{number}" for number in range(60)]
KINDS = (("a", "甲"), ("b", "乙"))


def _search(rows: Sequence[str], words: str) -> Sequence[str]:
    return [row for row in rows if words in row]


def _of_kind(rows: Sequence[str], kind: str) -> Sequence[str]:
    return [row for row in rows if row.startswith(dict(KINDS)[kind])]


def _listing(**asked: str) -> Listing[Sequence[str]]:
    return make_listing(asked, ROWS, search=_search, filters=(Filter("kind", "类", KINDS, _of_kind),), per_page=10)


def test_a_list_is_narrowed_by_search_and_filter_together() -> None:
    assert list(_listing(q="1", kind="a").rows) == [row for row in ROWS if "1" in row and row[0] == "甲"]


def test_every_link_keeps_what_was_asked() -> None:
    assert _listing(q="1 2&", kind="a", page="2").url(page=3) == "?q=1+2%26&kind=a&page=3"


def test_an_unknown_filter_value_means_all_and_an_unknown_page_the_nearest() -> None:
    listing = _listing(kind="zzz", page="99")
    assert len(listing.rows) == 60
    assert listing.page.number == 6
    assert not listing.narrowed


def test_only_known_formats_are_exported() -> None:
    assert _listing(format="csv").export == "csv"
    assert _listing(format="exe").export == ""


COLUMNS: tuple[Column[str], ...] = (Column("值", lambda row: row), Column("=头", lambda row: None))
ACTIVE = ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "-30.00", "文字"]


def test_a_csv_cell_cannot_act_as_a_formula_and_a_number_stays_one() -> None:
    text = export_response("csv", COLUMNS, ACTIVE, filename="x").content.decode("utf-8-sig")
    assert [line.split(",")[0] for line in text.splitlines()] == [
        "值",
        "'=1+1",
        "'+cmd",
        "'-2+3",
        "'@SUM(A1)",
        "'\t=1",
        "-30.00",
        "文字",
    ]


def test_an_excel_cell_is_text_and_no_formula() -> None:
    content = export_response("xlsx", COLUMNS, ACTIVE, filename="x").content
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == ["值", *ACTIVE]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_is_a_download_that_no_cache_keeps(kind: str) -> None:
    response = export_response(kind, COLUMNS, ["a"], filename="list")
    assert response["Content-Disposition"] == f'attachment; filename="list.{kind}"'
    assert "no-store" in response["Cache-Control"]
