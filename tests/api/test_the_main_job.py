"""The bank's main job over the API alone: a school's file becomes a certificate that a stranger can check."""

from django.test import Client

from creditbank import clock
from creditbank.evaluation.actions import post_return
from creditbank.evaluation.models import CreditReturn
from creditbank.evaluation.receipts import verify_receipt
from creditbank.institutions.models import Institution
from creditbank.vault.signing import public_keys
from tests.api.callers import Callers
from tests.api.calling import call, code_of, send_file
from tests.evaluation.returns import csv_file, row
from tests.everybody import Everybody
from tests.redemption.stage import ATHLETE, Stage12, make_ready


def test_a_return_becomes_a_certificate_that_a_stranger_can_check(callers: Callers) -> None:
    everybody = callers.everybody
    _make_almost_ready(everybody)
    number = _school_reports(callers)
    _office_reviews(everybody, number)
    account = _student_reads(everybody, number)
    redemption = _guardian_applies(everybody, account)
    certificate, check_code = _office_decides(everybody, redemption)
    _stranger_checks(everybody, certificate, check_code)


def _make_almost_ready(everybody: Everybody) -> None:
    """The student lacks one of the 120.00 credits; the other school issues certificates."""
    cast = everybody.cast
    Institution.objects.filter(pk=cast.other_school.pk).update(issues_certificates=True)
    stage = Stage12(
        cast=cast,
        decider=everybody.actor("decider"),
        issuer=cast.other_school,
        student=everybody.actor("student"),
        guardian=everybody.actor("guardian"),
    )
    make_ready(stage, stage.account, 11900)


def _school_reports(callers: Callers) -> str:
    everybody, cast = callers.everybody, callers.everybody.cast
    system, clerk, approver = Client(), everybody.at_door("clerk"), everybody.at_door("approver")
    key = {"Authorization": f"Bearer {callers.key}"}
    checked = send_file(system, "POST", "/returns/check", csv_file(row(cast.student, "A-1")), key).json()
    assert (checked["clean"], checked["credits"], checked["findings"]) == (True, "2.00", [])
    assert not CreditReturn.objects.exists()
    faulty = send_file(system, "POST", "/returns", csv_file(row(cast.student, "A-1", credits="9")), key)
    number = str(faulty.json()["number"])
    assert (faulty.status_code, faulty.json()["state"]) == (201, "faulty")
    assert call(system, "GET", f"/returns/{number}/findings", headers=key).json()["items"][0]["row"] == 2
    assert code_of(call(system, "POST", f"/returns/{number}/submit", {}, key)) == "return-state"
    mended = send_file(system, "PUT", f"/returns/{number}/file", csv_file(row(cast.student, "A-1")), key)
    assert (mended.status_code, mended.json()["state"]) == (200, "ready")
    assert [each["number"] for each in call(clerk, "GET", "/returns").json()["items"]] == [number]
    assert call(clerk, "POST", f"/returns/{number}/submit").json()["state"] == "submitted"
    receipt = call(system, "GET", f"/returns/{number}/receipt", headers=key)
    assert verify_receipt(receipt.content, public_keys()).genuine
    assert receipt.json()["key_id"] == call(Client(), "GET", "/keys").json()["current"]
    assert call(system, "GET", f"/returns/{number}/receipt.pdf", headers=key).content.startswith(b"%PDF")
    assert code_of(call(system, "POST", f"/returns/{number}/approve", headers=key)) == "person-needed"
    assert code_of(call(clerk, "POST", f"/returns/{number}/approve")) == "not-staff"
    assert call(approver, "POST", f"/returns/{number}/approve").json()["state"] == "approved"
    return number


def _office_reviews(everybody: Everybody, number: str) -> None:
    reviewer = everybody.at_door("reviewer")
    assert call(reviewer, "POST", f"/returns/{number}/review", {"verdict": "accept"}).json()["state"] == "accepted"
    assert post_return(CreditReturn.objects.get(number=number).pk, at=clock.now())
    shown = call(reviewer, "GET", f"/returns/{number}").json()
    assert (shown["state"], shown["credits"], shown["rows"]["posted"]) == ("posted", "2.00", 1)


def _student_reads(everybody: Everybody, number: str) -> str:
    student = everybody.at_door("student")
    (own,) = call(student, "GET", "/accounts").json()
    account = str(own["account"])
    assert (own["seen_as"], own["credits"]["available"]) == ("self", "121.00")
    newest, *_older = call(student, "GET", f"/accounts/{account}/statement").json()["items"]
    assert (newest["change"], newest["return_number"], newest["institution"]) == ("2.00", number, "石景山示例学校")
    page = call(student, "GET", f"/accounts/{account}/statement?limit=1").json()
    rest = call(student, "GET", f"/accounts/{account}/statement?limit=1&before={page['next_before']}").json()
    assert (rest["items"][0]["change"], rest["next_before"]) == ("119.00", None)
    for name, begins in (("pdf", b"%PDF"), ("xlsx", b"PK")):
        answer = call(student, "GET", f"/accounts/{account}/statement.{name}")
        assert answer.content.startswith(begins)
    return account


def _guardian_applies(everybody: Everybody, account: str) -> str:
    student, guardian = everybody.at_door("student"), everybody.at_door("guardian")
    (decision,) = call(student, "GET", f"/redemptions/eligibility/{account}?product={ATHLETE}").json()
    assert decision["outcome"] == "eligible"
    words = {each["purpose"]: each["version"] for each in call(Client(), "GET", "/texts").json()}
    wish = {"account": account, "product": ATHLETE, "text_version": words["redemption"]}
    made = call(guardian, "POST", "/redemptions", wish)
    assert (made.status_code, made.json()["state"], made.json()["credits"]) == (201, "held", "120.00")
    assert call(student, "GET", "/accounts").json()[0]["credits"]["held"] == "120.00"
    assert call(student, "POST", "/redemptions", wish).status_code in {409, 422}
    return str(made.json()["number"])


def _office_decides(everybody: Everybody, redemption: str) -> tuple[str, str]:
    reviewer, decider = everybody.at_door("reviewer"), everybody.at_door("decider")
    assert call(reviewer, "POST", f"/redemptions/{redemption}/accept", {"issuer": "HEBX"}).status_code == 403
    advised = call(reviewer, "POST", f"/redemptions/{redemption}/review", {"advice": "accept", "note": "材料齐全"})
    assert advised.status_code == 200
    issued = call(decider, "POST", f"/redemptions/{redemption}/accept", {"issuer": "HEBX"}).json()
    assert issued["redemption"]["state"] == "issued"
    return issued["certificate"], issued["check_code"]


def _stranger_checks(everybody: Everybody, certificate: str, check_code: str) -> None:
    stranger = Client()
    checked = call(stranger, "POST", "/certificates/check", {"number": certificate, "code": check_code}).json()
    assert (checked["number"], checked["state"]) == (certificate, "valid")
    wrong = call(stranger, "POST", "/certificates/check", {"number": certificate, "code": "AAAAAAAAAA"})
    assert (wrong.status_code, code_of(wrong)) == (404, "not-found")
    (own,) = call(everybody.at_door("student"), "GET", "/certificates").json()
    assert (own["number"], own["check_code"]) == (certificate, check_code)
    paper = call(everybody.at_door("guardian"), "GET", f"/certificates/{certificate}.pdf")
    assert paper.content.startswith(b"%PDF")
