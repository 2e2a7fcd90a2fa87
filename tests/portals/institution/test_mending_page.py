"""The bad rows alone, by page: downloaded, mended, put back; and every finding can be paged through."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from creditbank.evaluation.columns import INDEX_OF
from creditbank.evaluation.models import CreditReturn
from tests.cast import pupil
from tests.evaluation.returns import row
from tests.everybody import Everybody
from tests.portals.institution.desks import at, html, sheet, upload

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def clerk(everybody: Everybody) -> Client:
    return everybody.at_door("clerk")


def error_sheet(clerk: Client, number: str, figure: str) -> SimpleUploadedFile:
    """The sheet of faulty rows with another figure of credits in its first row."""
    content = clerk.get(at("returns", number) + "errors.xlsx").getvalue()
    book = openpyxl.load_workbook(io.BytesIO(content))
    book.worksheets[0].cell(2, INDEX_OF["credits"] + 1, figure)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("改.xlsx", out.getvalue(), XLSX)


def test_the_mended_rows_are_uploaded_alone(everybody: Everybody, clerk: Client) -> None:
    student = everybody.cast.student
    number = upload(clerk, row(student, "A-1"), row(student, "A-2", credits="x"))
    page = html(clerk.get(at("returns", number)))
    assert "只改有问题的行" in page
    ids = [part.partition('"')[0] for part in page.split(' id="')[1:]]
    assert sorted(set(ids)) == sorted(ids)
    response = clerk.post(at("returns", number, "mend"), {"file": error_sheet(clerk, number, "2.00")})
    assert response.status_code == 302
    assert CreditReturn.objects.get().state == "ready"
    page = html(clerk.get(at("returns", number)))
    assert "改好的行已放回文件" in page
    assert "只改有问题的行" not in page


def test_a_wrong_sheet_is_refused_beside_its_field(everybody: Everybody, clerk: Client) -> None:
    number = upload(clerk, row(everybody.cast.student, "A-1", credits="x"))
    mend = at("returns", number, "mend")
    for sent, words in (
        (sheet(row(everybody.cast.student, "A-1")), "这不是从这份申报单下载的问题行表"),
        (None, "请选择要上传的"),
    ):
        page = html(clerk.post(mend, {"file": sent} if sent else {}), 400)
        assert words in page
        assert 'id="mend_file_error"' in page
    whole = html(clerk.post(at("returns", number, "replace"), {"file": error_sheet(clerk, number, "2.00")}), 400)
    assert "不能当作整份文件" in whole


def test_an_approver_and_a_stranger_do_not_mend(everybody: Everybody, clerk: Client) -> None:
    number = upload(clerk, row(everybody.cast.student, "A-1", credits="x"))
    mend, sent = at("returns", number, "mend"), error_sheet(clerk, number, "2.00")
    assert everybody.at_door("approver").post(mend, {"file": sent}).status_code == 403
    assert 'id="mend"' not in html(everybody.at_door("approver").get(at("returns", number)))
    assert everybody.at_door("other_clerk").post(mend, {"file": sent}).status_code == 404
    assert CreditReturn.objects.get().state == "faulty"


def test_every_finding_has_its_page(everybody: Everybody, clerk: Client) -> None:
    student = pupil("陈小满", sequence=996)
    number = upload(clerk, *(row(student, f"F-{each}", credits="x") for each in range(60)))
    first = html(clerk.get(at("returns", number)))
    assert "第 2 行" in first
    last = html(clerk.get(at("returns", number), {"page": "999"}))
    assert "第 61 行" in last
    assert "第 61 行" in html(clerk.get(at("returns", number), {"q": "61"}))
