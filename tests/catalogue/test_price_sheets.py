"""A table of prices goes out as Excel and comes back the same; of a table with a wrong row nothing is written."""

import io
import zipfile

import pytest
import xlsxwriter

from creditbank.catalogue.importing import import_prices
from creditbank.catalogue.models import Price
from creditbank.catalogue.price_sheet import COLUMNS, read_price_sheet, write_price_sheet
from creditbank.errors import Conflict, InvalidInput
from tests.cast import AT
from tests.catalogue.stage import TRIP, Stage, set_stage
from tests.everybody import Everybody

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(everybody: Everybody) -> Stage:
    return set_stage(everybody.actor("reviewer"), everybody.actor("decider"))


def sheet(*rows: dict[str, str | float]) -> bytes:
    """An .xlsx with our headings and these rows, by column key."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet()
    for column, (key, title) in enumerate(COLUMNS.items()):
        page.write(0, column, title)
        for number, row in enumerate(rows, start=1):
            page.write(number, column, row.get(key, ""))
    book.close()
    return target.getvalue()


def test_what_goes_out_comes_back_the_same(stage: Stage) -> None:
    data = write_price_sheet(Price.objects.all())
    reading = read_price_sheet(data)
    assert [row.terms for row in reading.rows] == [TRIP]
    assert {(each.code, each.total) for each in reading.rows[0].allotments} == {("harbin", 2), ("trips", 10_000_00)}
    assert import_prices(actor=stage.writer, schedule=stage.schedule, data=data, at=AT).written == 1
    assert Price.objects.count() == 1


def test_a_scholarship_with_its_budget_is_written(stage: Stage) -> None:
    row: dict[str, str | float] = {"product": "scholarship.1000", "credits": 200, "charge": "1000.00"}
    done = import_prices(
        actor=stage.writer,
        schedule=stage.schedule,
        data=sheet(
            {**row, "budget": "grants", "budget_total": 5000, "opens_on": "2026-03-02", "closes_on": "2026-06-30"}
        ),
        at=AT,
    )
    assert (done.written, done.problems) == (1, ())
    price = Price.objects.get(product="scholarship.1000")
    assert (price.credits_hundredths, price.budget and price.budget.total) == (200_00, 5_000_00)


def test_every_wrong_row_is_named_and_nothing_is_written(stage: Stage) -> None:
    good: dict[str, str | float] = {"product": "scholarship.1000", "credits": 200, "charge": 1000}
    rows: list[dict[str, str | float]] = [
        good,
        {**good, "product": "no.such"},
        {**good, "credits": "很多"},
        {**good, "product": "scholarship.2000", "opens_on": "三月"},
        good,
        {**good, "product": "scholarship.2000", "charge": 999},
        {**good, "product": "visit.harbin", "price_class": "三折"},
    ]
    done = import_prices(actor=stage.writer, schedule=stage.schedule, data=sheet(*rows), at=AT)
    assert [(problem.row, problem.field) for problem in done.problems] == [
        (3, "product"),
        (4, "credits"),
        (5, "opens_on"),
        (6, "product"),
        (7, "charge"),
        (8, "price_class"),
    ]
    assert done.written == 0
    assert list(Price.objects.values_list("product", flat=True)) == ["visit.harbin"]


def test_one_code_with_two_totals_is_wrong(stage: Stage) -> None:
    row: dict[str, str | float] = {"credits": 200, "price_class": "full", "seats": "a", "seats_total": 2}
    rows: list[dict[str, str | float]] = [
        {**row, "product": "visit.harbin"},
        {**row, "product": "visit.beijing", "seats_total": 3},
    ]
    done = import_prices(actor=stage.writer, schedule=stage.schedule, data=sheet(*rows), at=AT)
    assert [(problem.row, problem.field) for problem in done.problems] == [(3, "seats_total")]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"a,b,c", b"\x00" * 100])
def test_what_is_no_workbook_is_refused(stage: Stage, data: bytes) -> None:
    with pytest.raises(InvalidInput):
        import_prices(actor=stage.writer, schedule=stage.schedule, data=data, at=AT)


def test_a_sheet_that_would_unfold_far_is_refused_unread() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", '<c r="A1"/><c r="XFD1048576"/>')
    with pytest.raises(InvalidInput):
        read_price_sheet(target.getvalue())


def test_a_published_schedule_takes_no_table(stage: Stage) -> None:
    published = stage.published()
    with pytest.raises(Conflict):
        import_prices(actor=stage.writer, schedule=published.schedule, data=sheet(), at=AT)
