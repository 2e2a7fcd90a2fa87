"""The error sheet goes out, is mended row by row, and comes back into the file that it was made from."""

import io
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from creditbank.audit.models import AuditRecord
from creditbank.errors import Conflict, InvalidInput, NotAllowed, NotFound
from creditbank.evaluation import checks
from creditbank.evaluation.actions import (
    check_file,
    error_sheet,
    mend_return,
    replace_file,
    submit_return,
    upload_return,
)
from creditbank.evaluation.columns import COLUMNS, INDEX_OF
from creditbank.evaluation.models import CreditReturn, ReturnFinding, ReturnRow
from creditbank.evaluation.reader import open_return
from creditbank.evaluation.sheets import MARK_HEADING
from creditbank.files.actions import open_plain
from tests.cast import AT, Cast, pupil
from tests.evaluation.books import xlsx_bytes
from tests.evaluation.returns import csv_file, row, uploaded

Change = Callable[[Worksheet], object]
CREDITS = INDEX_OF["credits"] + 1


def nothing(page: Worksheet) -> None:
    """Leave the sheet as it is."""


def mended(cast: Cast, found: CreditReturn, change: Change = nothing) -> io.BytesIO:
    """The error sheet of a return after a clerk worked on it."""
    book = openpyxl.load_workbook(io.BytesIO(error_sheet(actor=cast.clerk, at=AT, number=found.number)))
    change(book.worksheets[0])
    out = io.BytesIO()
    book.save(out)
    return out


def send(cast: Cast, found: CreditReturn, sheet: io.BytesIO, *, drop_missing: bool = False) -> CreditReturn:
    return mend_return(
        actor=cast.clerk, at=AT, number=found.number, stream=sheet, filename="改.xlsx", drop_missing=drop_missing
    )


def refused(cast: Cast, found: CreditReturn, sheet: io.BytesIO) -> InvalidInput:
    """The refusal of a sheet; the file and its findings stay as they were."""
    with pytest.raises(InvalidInput) as caught:
        send(cast, found, sheet)
    after = CreditReturn.objects.get(pk=found.pk)
    assert (after.file_sha256, after.state, after.rows_faulty) == (found.file_sha256, "faulty", found.rows_faulty)
    return caught.value


@pytest.fixture
def faulty(cast: Cast) -> CreditReturn:
    """Three good rows and two bad ones, in rows 3 and 5."""
    second = pupil("陈小满", sequence=996)
    rows = [row(cast.student if number < 3 else second, f"M-{number}") for number in range(1, 6)]
    rows[1]["credits"] = "x"
    rows[3]["earned_on"] = "昨天"
    return uploaded(cast, *rows)


def fix_both(page: Worksheet) -> None:
    page.cell(2, CREDITS, "2.00")
    page.cell(3, INDEX_OF["earned_on"] + 1, "2026-03-01")


def test_mended_rows_go_back_to_their_places_and_the_good_ones_stay(cast: Cast, faulty: CreditReturn) -> None:
    after = send(cast, faulty, mended(cast, faulty, fix_both))
    assert (after.number, after.state, after.rows_total, after.rows_faulty) == (faulty.number, "ready", 5, 0)
    assert list(ReturnRow.objects.order_by("row_number").values_list("row_number", "achievement_number")) == [
        (number + 1, f"M-{number}") for number in range(1, 6)
    ]
    assert after.file is not None
    assert after.file_name == "申报-mended.csv"
    with open_plain(after.file) as stream:
        again = open_return(stream, after.file_name)
        assert again.header.extra_titles == ()
    assert submit_return(actor=cast.clerk, at=AT, number=after.number).state == "submitted"
    noted = AuditRecord.objects.get(action="return.mend")
    assert (noted.subject_id, noted.refs["rows"]) == (faulty.number, 2)


def test_what_is_still_wrong_is_found_again_in_the_same_row(cast: Cast, faulty: CreditReturn) -> None:
    after = send(cast, faulty, mended(cast, faulty, lambda page: page.cell(2, CREDITS, "2.00")))
    assert (after.state, after.rows_faulty) == ("faulty", 1)
    assert list(after.findings.values_list("row_number", "code")) == [(5, "date-unreadable")]
    assert send(cast, after, mended(cast, after, lambda page: page.cell(2, 12, "2026-03-01"))).state == "ready"


def test_a_row_that_was_deleted_from_the_sheet_is_left_out_only_on_purpose(cast: Cast, faulty: CreditReturn) -> None:
    def drop_first(page: Worksheet) -> None:
        fix_both(page)
        page.delete_rows(2)

    error = refused(cast, faulty, mended(cast, faulty, drop_first))
    assert (error.reason, error.data["count"], error.data["rows"]) == ("mend-rows-missing", 1, "3")
    after = send(cast, faulty, mended(cast, faulty, drop_first), drop_missing=True)
    assert (after.state, after.rows_total) == ("ready", 4)
    assert list(ReturnRow.objects.order_by("row_number").values_list("row_number", flat=True)) == [2, 4, 5, 6]


def mark_column(page: Worksheet) -> int:
    return next(cell.column for cell in page[1] if cell.value == MARK_HEADING)


def swap_rows(page: Worksheet) -> None:
    mark = str(page.cell(2, mark_column(page)).value)
    page.cell(2, mark_column(page), "4" + mark[1:])


def clear_mark(page: Worksheet) -> None:
    page.cell(3, mark_column(page), "")


def twice(page: Worksheet) -> None:
    page.cell(3, mark_column(page), page.cell(2, mark_column(page)).value)


def scribble(page: Worksheet) -> None:
    page.cell(2, mark_column(page), "3")


def no_column(page: Worksheet) -> None:
    page.delete_cols(mark_column(page))


def lost_column(page: Worksheet) -> None:
    page.delete_cols(INDEX_OF["remark"] + 1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (swap_rows, "mend-mark-changed"),
        (scribble, "mend-mark-changed"),
        (clear_mark, "mend-row-unmarked"),
        (twice, "mend-row-twice"),
        (no_column, "mend-no-marks"),
        (lost_column, "mend-columns-missing"),
    ],
)
def test_a_sheet_that_was_tampered_with_is_refused(
    cast: Cast, faulty: CreditReturn, change: Change, reason: str
) -> None:
    assert refused(cast, faulty, mended(cast, faulty, change)).reason == reason


def test_a_sheet_of_another_return_or_of_the_file_before_is_refused(cast: Cast, faulty: CreditReturn) -> None:
    other = uploaded(cast, row(cast.student, "N-1", credits="y"))
    assert refused(cast, faulty, mended(cast, other)).reason == "mend-other-file"
    old = mended(cast, faulty, fix_both)
    again = replace_file(
        actor=cast.clerk,
        at=AT,
        number=faulty.number,
        stream=csv_file(row(cast.student, "M-9", credits="z")),
        filename="b.csv",
    )
    assert refused(cast, again, old).reason == "mend-other-file"


def test_the_same_bytes_in_another_return_do_not_take_the_sheet(cast: Cast, faulty: CreditReturn) -> None:
    twin_file = csv_file(row(cast.student, "T-1", credits="x"))
    first, second = (
        upload_return(actor=cast.clerk, at=AT, institution=cast.school, stream=twin_file, filename="t.csv")
        for _ in range(2)
    )
    assert first.file_sha256 == second.file_sha256
    assert refused(cast, second, mended(cast, first)).reason == "mend-mark-changed"


def test_an_error_sheet_is_no_whole_file(cast: Cast, faulty: CreditReturn) -> None:
    with pytest.raises(InvalidInput) as caught:
        replace_file(
            actor=cast.clerk, at=AT, number=faulty.number, stream=mended(cast, faulty, fix_both), filename="b.xlsx"
        )
    assert caught.value.reason == "mend-not-whole"


def test_only_a_clerk_of_the_institution_mends_and_only_before_submission(cast: Cast, faulty: CreditReturn) -> None:
    sheet = mended(cast, faulty, fix_both)
    for who, refusal in ((cast.other_clerk, NotFound), (cast.outsider, NotFound), (cast.approver, NotAllowed)):
        with pytest.raises(refusal):
            mend_return(actor=who, at=AT, number=faulty.number, stream=sheet, filename="改.xlsx")
    submit_return(actor=cast.clerk, at=AT, number=send(cast, faulty, sheet).number)
    with pytest.raises(Conflict):
        send(cast, faulty, sheet)


def test_an_excel_file_keeps_its_dates_and_a_formula_stays_a_finding(cast: Cast) -> None:
    titles = [column.name for column in COLUMNS]
    good, bad = row(cast.student, "X-1"), row(cast.student, "X-2", credits="x")
    out = xlsx_bytes([["说明", "", ""], titles, *([each.get(c.key, "") for c in COLUMNS] for each in (good, bad))])
    book = openpyxl.load_workbook(out)
    book.worksheets[0].cell(3, INDEX_OF["earned_on"] + 1, 46082)
    book.worksheets[0].cell(3, INDEX_OF["remark"] + 1).value = "=见附件"
    book.worksheets[0].cell(3, INDEX_OF["remark"] + 1).data_type = "s"
    stream = io.BytesIO()
    book.save(stream)
    found = upload_return(actor=cast.clerk, at=AT, institution=cast.school, stream=stream, filename="表.xlsx")
    assert (found.rows_total, found.rows_faulty) == (2, 1), list(found.findings.values_list("code", "column"))

    def formula(page: Worksheet) -> None:
        page.cell(2, CREDITS, "=1+1")

    after = send(cast, found, mended(cast, found, formula))
    assert list(after.findings.values_list("row_number", "code")) == [(4, "formula")]
    kept = ReturnRow.objects.get()
    assert (kept.row_number, kept.occurred_on.isoformat(), kept.remark) == (3, "2026-03-01", "=见附件")


def test_every_finding_is_kept_counted_and_on_the_sheet(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "SHOWN_FINDINGS", 3)
    monkeypatch.setattr(checks, "PAGE_ROWS", 7)
    student = pupil("陈小满", sequence=996)
    rows = [row(student, f"F-{number}", credits="x", domain="?") for number in range(30)]
    shown = check_file(csv_file(*rows), filename="a.csv", institution=cast.school, at=AT)
    assert (len(shown.findings), shown.counts.total()) == (3, 60)
    found = uploaded(cast, *rows)
    kept = ReturnFinding.objects.filter(credit_return=found)
    assert kept.count() == sum(found.findings_by_code.values()) == 60
    page = openpyxl.load_workbook(mended(cast, found)).worksheets[0]
    assert page.max_row == 31


def test_a_check_stops_where_findings_have_no_end_and_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MOST_FINDINGS", 10)
    monkeypatch.setattr(checks, "PAGE_ROWS", 4)
    found = uploaded(cast, *(row(cast.student, f"E-{number}", credits="x") for number in range(50)))
    assert found.findings_by_code["too-many-findings"] == 1
    assert (found.state, found.rows_total) == ("faulty", 12)
    last = found.findings.order_by("-id").first()
    assert last is not None
    assert (last.code, last.row_number) == ("too-many-findings", 14)
    with pytest.raises(Conflict) as caught:
        send(cast, found, mended(cast, found))
    assert caught.value.reason == "file-not-read"
