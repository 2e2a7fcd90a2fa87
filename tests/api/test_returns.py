"""A school's own system hands in a return by key; persons approve and review it; outsiders learn nothing."""

from io import BytesIO

import openpyxl
import pytest

from creditbank.evaluation.columns import INDEX_OF
from creditbank.evaluation.models import CreditReturn
from creditbank.evaluation.posting import post_return
from creditbank.evaluation.receipts import verify_receipt
from creditbank.ledger.books import balance_of
from creditbank.vault.signing import public_keys
from tests.api.callers import Callers, post, sent_file
from tests.api.calling import code_of, send_file
from tests.evaluation.returns import row

pytestmark = pytest.mark.django_db


def handed_in(callers: Callers, number: str = "A-1") -> str:
    client = callers.system(callers.key)
    response = client.post("/api/v1/returns", {"file": sent_file(row(callers.everybody.cast.student, number))})
    assert response.status_code == 201, response.content
    assert response.json()["state"] == "ready"
    return str(response.json()["number"])


def test_a_return_goes_from_the_schools_system_to_the_passbook(callers: Callers) -> None:
    number, system = handed_in(callers), callers.system(callers.key)
    assert post(system, f"/returns/{number}/submit").json()["state"] == "submitted"
    receipt = system.get(f"/api/v1/returns/{number}/receipt")
    assert verify_receipt(receipt.content, public_keys()).genuine
    assert system.get(f"/api/v1/returns/{number}/receipt.pdf").content.startswith(b"%PDF")
    assert post(system, f"/returns/{number}/approve").json()["code"] == "person-needed"
    people = callers.everybody
    assert post(people.at_door("approver"), f"/returns/{number}/approve").json()["state"] == "approved"
    reviewed = post(people.at_door("reviewer"), f"/returns/{number}/review", {"verdict": "accept"})
    assert reviewed.json()["state"] == "accepted"
    assert post_return(CreditReturn.objects.get(number=number).pk)
    assert balance_of(people.cast.student.holder_id).available == 200
    shown = system.get(f"/api/v1/returns/{number}").json()
    assert (shown["state"], shown["credits"], shown["rows"]["posted"]) == ("posted", "2.00", 1)
    rows = system.get(f"/api/v1/returns/{number}/rows").json()
    assert (rows["total"], rows["items"][0]["student"]) == (1, "林**")


def test_a_credited_row_is_taken_back_by_two_persons(callers: Callers) -> None:
    number, system, people = handed_in(callers), callers.system(callers.key), callers.everybody
    post(system, f"/returns/{number}/submit")
    post(people.at_door("approver"), f"/returns/{number}/approve")
    post(people.at_door("reviewer"), f"/returns/{number}/review", {"verdict": "accept"})
    post_return(CreditReturn.objects.get(number=number).pk)
    line = CreditReturn.objects.get(number=number).rows.get().row_number
    asked = post(system, f"/returns/{number}/rows/{line}/reversal", {"reason": "corrected", "note": "学分填写有误"})
    assert asked.status_code == 201, asked.content
    decided = post(people.at_door("reviewer"), f"/reversals/{asked.json()['id']}/decide", {"accept": True})
    assert (decided.json()["state"], decided.json()["reason"]) == ("done", "corrected")
    assert balance_of(people.cast.student.holder_id).available == 0


def test_a_check_stores_nothing_and_names_every_finding(callers: Callers) -> None:
    wrong = row(callers.everybody.cast.student, "A-1", credits="9.00")
    response = callers.system(callers.key).post("/api/v1/returns/check", {"file": sent_file(wrong)})
    assert response.status_code == 200, response.content
    found = response.json()
    assert (found["clean"], found["rows_faulty"]) == (False, 1)
    assert found["findings"][0]["mend"]
    assert not CreditReturn.objects.exists()


def test_a_mended_file_takes_the_place_of_a_faulty_one(callers: Callers) -> None:
    system, pupil = callers.system(callers.key), callers.everybody.cast.student
    made = system.post("/api/v1/returns", {"file": sent_file(row(pupil, "A-1", credits="9.00"))}).json()
    assert made["state"] == "faulty"
    found = system.get(f"/api/v1/returns/{made['number']}/findings").json()
    assert found["kept"] == sum(found["counts"].values()) > 0
    assert system.get(f"/api/v1/returns/{made['number']}/error-sheet.xlsx").content.startswith(b"PK")
    boundary = "edge"
    body = (
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="b.csv"\r\n'
            "Content-Type: text/csv\r\n\r\n"
        ).encode()
        + sent_file(row(pupil, "A-1")).read()
        + f"\r\n--{boundary}--\r\n".encode()
    )
    mended = system.put(
        f"/api/v1/returns/{made['number']}/file", body, content_type=f"multipart/form-data; boundary={boundary}"
    )
    assert (mended.status_code, mended.json()["state"]) == (200, "ready"), mended.content


def test_mended_rows_go_back_into_the_file(callers: Callers) -> None:
    system, pupil = callers.system(callers.key), callers.everybody.cast.student
    rows = row(pupil, "A-1"), row(pupil, "A-2", credits="9.00")
    number = system.post("/api/v1/returns", {"file": sent_file(*rows)}).json()["number"]
    book = openpyxl.load_workbook(BytesIO(system.get(f"/api/v1/returns/{number}/error-sheet.xlsx").content))
    book.worksheets[0].cell(2, INDEX_OF["credits"] + 1, "2.00")
    sheet = BytesIO()
    book.save(sheet)
    mended = send_file(system, "POST", f"/returns/{number}/mend", sheet)
    assert (mended.status_code, mended.json()["state"], mended.json()["rows"]["total"]) == (200, "ready", 2), (
        mended.content
    )
    assert code_of(send_file(system, "POST", f"/returns/{number}/mend", sheet)) == "mend-other-file"


def test_another_schools_key_finds_no_return(callers: Callers) -> None:
    number, other = handed_in(callers), callers.system(callers.other_key)
    for path in ("", "/findings", "/rows", "/receipt", "/receipt.pdf", "/error-sheet.xlsx"):
        assert other.get(f"/api/v1/returns/{number}{path}").status_code == 404, path
    assert other.get("/api/v1/returns").json() == {"items": [], "total": 0}
    assert post(other, f"/returns/{number}/submit").status_code == 404
    foreign = other.post(
        "/api/v1/returns?institution=SJSX", {"file": sent_file(row(callers.everybody.cast.student, "B"))}
    )
    assert foreign.status_code == 403


def test_a_file_is_asked_for_by_name(callers: Callers) -> None:
    response = callers.system(callers.key).post("/api/v1/returns", {"other": "x"})
    assert (response.status_code, response.json()["code"]) == (400, "file-required")
    assert callers.everybody.at_door("public").get("/api/v1/returns/template.xlsx").content.startswith(b"PK")
