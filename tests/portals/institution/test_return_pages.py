"""A return through the pages: upload, mend, submit, approve, follow, correct."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from creditbank.evaluation.actions import review_return
from creditbank.evaluation.findings import FINDING_KINDS
from creditbank.evaluation.models import CreditReturn, ReturnFinding, ReturnRow, RowReversal
from creditbank.evaluation.posting import post_return
from creditbank.evaluation.receipts import verify_receipt
from creditbank.institutions.actions import appoint_staff
from creditbank.portals.institution.finding_groups import GROUPS
from creditbank.vault.signing import public_keys
from tests.cast import AT, person_of
from tests.evaluation.returns import posted, row, uploaded
from tests.everybody import Everybody
from tests.portals.institution.desks import at, html, sheet, upload


@pytest.fixture
def clerk(everybody: Everybody) -> Client:
    return everybody.at_door("clerk")


@pytest.fixture
def approver(everybody: Everybody) -> Client:
    return everybody.at_door("approver")


def good(everybody: Everybody, number: str = "A-1") -> dict[str, str]:
    return row(everybody.cast.student, number)


def state_of(number: str) -> str:
    return CreditReturn.objects.get(number=number).state


def test_a_file_goes_all_the_way_through_the_pages(everybody: Everybody, clerk: Client, approver: Client) -> None:
    number = upload(clerk, good(everybody))
    page = html(clerk.get(at("returns", number)))
    assert "没有问题，可以提交" in page
    assert clerk.post(at("returns", number, "submit")).status_code == 302
    assert state_of(number) == "submitted"
    assert approver.post(at("returns", number, "approve")).status_code == 302
    assert state_of(number) == "approved"
    review_return(actor=everybody.actor("reviewer"), at=AT, number=number, verdict="accept")
    assert "正在入账" in html(clerk.get(at("returns", number)))
    assert post_return(CreditReturn.objects.get(number=number).pk, at=AT)
    page = html(clerk.get(at("returns", number)))
    assert "全部办完" in page
    assert everybody.actor("reviewer").name in page
    assert "已入账" in html(clerk.get(at("returns", number, "rows")))


def test_what_is_wrong_is_told_by_row_and_column_without_the_number(everybody: Everybody, clerk: Client) -> None:
    wrong = everybody.cast.student.number[:-1] + ("0" if everybody.cast.student.number[-1] != "0" else "1")
    number = upload(clerk, good(everybody), row(everybody.cast.student, "A-2", document_number=wrong))
    page = html(clerk.get(at("returns", number)))
    assert "第 3 行" in page
    assert "证件号码" in page
    assert "校验位不符" in page
    assert "请对照证件逐位核对" in page
    assert wrong not in page
    assert "还不能提交" in page
    assert at("returns", number, "submit") not in page
    book = clerk.get(at("returns", number) + "errors.xlsx")
    assert book.status_code == 200
    assert book.content.startswith(b"PK")
    assert clerk.post(at("returns", number, "submit"), follow=True).status_code == 200
    assert state_of(number) == "faulty"


def test_findings_are_narrowed_by_group_severity_and_row(everybody: Everybody, clerk: Client) -> None:
    late = row(everybody.cast.student, "A-1", earned_on="26.3.1")
    odd = row(everybody.cast.student, "A-2", domain="德智")
    page = at("returns", upload(clerk, late, odd))
    assert "第 2 行" in html(clerk.get(page))
    by_group = html(clerk.get(page, {"group": "domain"}))
    assert "第 3 行" in by_group
    assert "第 2 行" not in by_group
    by_row = html(clerk.get(page, {"q": "2"}))
    assert "第 2 行" in by_row
    assert "第 3 行" not in by_row
    assert "没有符合的问题" in html(clerk.get(page, {"severity": "notice"}))


def test_every_kind_of_finding_stands_in_one_group() -> None:
    codes = [code for group in GROUPS for code in group.codes]
    assert sorted(codes) == sorted(FINDING_KINDS)


def test_a_mended_file_takes_the_place_of_the_bad_one(everybody: Everybody, clerk: Client) -> None:
    number = upload(clerk, row(everybody.cast.student, "A-1", credits="x"))
    assert state_of(number) == "faulty"
    assert clerk.post(at("returns", number, "replace"), {"file": sheet(good(everybody))}).status_code == 302
    assert state_of(number) == "ready"
    assert ReturnFinding.objects.count() == 0
    assert clerk.post(at("returns", number, "recheck")).status_code == 302


def test_a_file_that_is_no_return_is_refused_beside_the_field(clerk: Client) -> None:
    missing = html(clerk.post(at("returns", "new"), {}), 400)
    assert "请选择要上传的" in missing
    other = SimpleUploadedFile("图.csv", b"%PDF-1.4 nothing", "text/csv")
    assert 'aria-invalid="true"' in html(clerk.post(at("returns", "new"), {"file": other}), 400)
    assert CreditReturn.objects.count() == 0


def test_a_file_past_the_limit_is_dropped_with_the_reason(everybody: Everybody, clerk: Client) -> None:
    with override_settings(UPLOAD_MAX_BYTES=200):
        page = html(clerk.post(at("returns", "new"), {"file": sheet(good(everybody))}), 400)
    assert "没有上传" in page
    assert CreditReturn.objects.count() == 0


def test_a_file_that_is_too_long_for_memory_is_taken_all_the_same(everybody: Everybody, clerk: Client) -> None:
    with override_settings(FILE_UPLOAD_MAX_MEMORY_SIZE=100):
        number = upload(clerk, good(everybody))
    assert state_of(number) == "ready"


def test_who_filled_it_in_cannot_approve_it_and_reads_why(everybody: Everybody, clerk: Client) -> None:
    cast = everybody.cast
    number = upload(clerk, good(everybody))
    clerk.post(at("returns", number, "submit"))
    assert "角色是经办" in html(clerk.get(at("returns", number)))
    assert clerk.post(at("returns", number, "approve")).status_code == 403
    appoint_staff(actor=cast.admin, at=AT, institution=cast.school, person=person_of(cast.clerk), role="approver")
    page = html(clerk.get(at("returns", number)))
    assert "须由另一位审批人员办理" in page
    assert "/approve/" not in page
    assert clerk.post(at("returns", number, "approve")).status_code == 403
    assert state_of(number) == "submitted"


def test_the_approver_sends_back_with_a_reason_only(everybody: Everybody, clerk: Client, approver: Client) -> None:
    number = upload(clerk, good(everybody))
    clerk.post(at("returns", number, "submit"))
    short = html(approver.post(at("returns", number, "send-back"), {"reason": "错"}), 400)
    assert ">\n错</textarea>" in short
    assert state_of(number) == "submitted"
    sent = approver.post(at("returns", number, "send-back"), {"reason": "第 2 行的日期与通知不一致"})
    assert sent.status_code == 302
    assert "第 2 行的日期与通知不一致" in html(clerk.get(at("returns", number)))
    assert clerk.post(at("returns", number, "submit")).status_code == 302
    assert "第 2 次提交" in html(clerk.get(at("returns", number, "receipt")))


def test_a_clerk_withdraws_and_an_approver_alone_does_not(
    everybody: Everybody, clerk: Client, approver: Client
) -> None:
    number = upload(clerk, good(everybody))
    assert approver.post(at("returns", number, "withdraw")).status_code == 403
    assert clerk.post(at("returns", number, "withdraw")).status_code == 302
    assert state_of(number) == "withdrawn"
    assert clerk.post(at("returns", number, "submit"), follow=True).status_code == 200
    assert state_of(number) == "withdrawn"


def test_the_receipt_is_a_page_a_pdf_and_a_json_that_verifies(everybody: Everybody, clerk: Client) -> None:
    number = upload(clerk, good(everybody))
    assert clerk.get(at("returns", number, "receipt")).status_code == 404
    clerk.post(at("returns", number, "submit"))
    sha = CreditReturn.objects.get(number=number).file_sha256
    assert sha in html(clerk.get(at("returns", number, "receipt")))
    signed = clerk.get(at("returns", number) + "receipt-1.json").content
    assert verify_receipt(signed, public_keys()).genuine
    assert json.loads(signed)["payload"]["file_sha256"] == sha
    assert clerk.get(at("returns", number) + "receipt-1.pdf").content.startswith(b"%PDF")
    assert clerk.get(at("returns", number) + "receipt-2.pdf").status_code == 404


def test_progress_is_asked_for_again_until_the_work_ends(everybody: Everybody, clerk: Client) -> None:
    credit_return = uploaded(everybody.cast, good(everybody))
    CreditReturn.objects.update(state="checking", rows_checked=7)
    running = clerk.get(at("returns", credit_return.number, "progress"))
    assert "hx-get" in html(running)
    assert "已检查 7 行" in running.content.decode()
    assert "HX-Refresh" not in running
    page = html(clerk.get(at("returns", credit_return.number)))
    assert '<noscript><meta http-equiv="refresh"' in page
    CreditReturn.objects.update(state="ready")
    assert clerk.get(at("returns", credit_return.number, "progress"))["HX-Refresh"] == "true"


def test_a_credited_row_is_asked_back_with_a_coded_reason_once(everybody: Everybody, clerk: Client) -> None:
    number = posted(everybody.cast, good(everybody)).number
    page = at("returns", number, "rows", 2)
    assert "提交冲正申请" in html(clerk.get(page))
    refused = html(clerk.post(page, {"reason": "", "note": "多记了"}), 400)
    assert "请选择原因" in refused
    assert "多记了</textarea>" in refused
    assert clerk.post(page, {"reason": "1", "note": "证书上的等级抄错了一级"}).status_code == 302
    asked = RowReversal.objects.get()
    assert (asked.reason, asked.state, asked.asked_by_id) == (1, "asked", everybody.actor("clerk").person_id)
    assert "请等待管理小组审核" in html(clerk.get(page))
    assert clerk.post(page, {"reason": "1", "note": "再来一次也不行的"}).status_code == 409
    assert RowReversal.objects.count() == 1


def test_what_a_file_says_is_never_run(everybody: Everybody, clerk: Client) -> None:
    hostile = "<script>alert(1)</script>"
    bad = row(everybody.cast.student, "A-1", activity_code=hostile, title=hostile, remark=hostile)
    sent = clerk.post(at("returns", "new"), {"file": sheet(bad, name="<img src=x onerror=alert(1)>.csv")})
    assert sent.status_code == 302
    page = html(clerk.get(str(sent["Location"])))
    assert "&lt;script&gt;" in page
    assert hostile not in page
    assert "<img src=x" not in page
    fine = posted(everybody.cast, row(everybody.cast.student, "A-2", title=hostile, remark=hostile, evidence=hostile))
    for path in (at("returns", fine.number, "rows"), at("returns", fine.number, "rows", 2)):
        assert hostile not in html(clerk.get(path))
    assert hostile not in html(clerk.get(at("returns")))
    ReturnRow.objects.get(credit_return=fine, title=hostile)


def test_the_list_is_searched_filtered_and_exported(everybody: Everybody, clerk: Client) -> None:
    ready = upload(clerk, good(everybody))
    faulty = upload(clerk, row(everybody.cast.student, "A-2", credits="x"))
    clerk.get(at())  # takes the notices of the uploads away
    listed = html(clerk.get(at("returns"), {"state": "faulty"}))
    assert faulty in listed
    assert ready not in listed
    assert ready in html(clerk.get(at("returns"), {"q": ready}))
    assert clerk.get(at("returns"), {"format": "xlsx"}).content.startswith(b"PK")
    csv = clerk.get(at("returns"), {"format": "csv", "state": "ready"}).content.decode("utf-8-sig")
    assert ready in csv
    assert faulty not in csv


def test_a_message_leads_to_the_return_of_ones_own_institution_only(everybody: Everybody, clerk: Client) -> None:
    number = upload(clerk, good(everybody))
    assert clerk.get(f"/institution/returns/{number}/")["Location"] == at("returns", number)
    assert everybody.at_door("other_clerk").get(f"/institution/returns/{number}/").status_code == 404


def test_the_template_is_a_workbook(clerk: Client) -> None:
    response = clerk.get(at("returns") + "template.xlsx")
    assert response.content.startswith(b"PK")
    assert re.search(r'filename="[a-z-]+\.xlsx"', response["Content-Disposition"])
