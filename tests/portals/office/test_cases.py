"""The office's cases from the list to the decision: who may act, who may not, and what is shown."""

import re

import pytest
from django.urls import reverse

from creditbank.audit.models import AuditRecord
from creditbank.certificates.models import Certificate
from creditbank.people.models import Account
from tests.portals.office.cases import Waiting
from tests.printing.reading import page_texts


def pages(waiting: Waiting) -> dict[str, str]:
    """The page of each case."""
    return {
        "return": reverse("office:return", args=[waiting.credit_return.number]),
        "rows": reverse("office:return_rows", args=[waiting.credit_return.number]),
        "opening": reverse("office:opening", args=[waiting.opening.number]),
        "redemption": reverse("office:redemption", args=[waiting.redemption.number]),
        "skill": reverse("office:skill", args=[waiting.skill.pk]),
        "honour": reverse("office:honour", args=[waiting.honour.pk]),
        "exam": reverse("office:exam", args=[waiting.exam.pk]),
        "reversal": reverse("office:reversal", args=[waiting.reversal.pk]),
    }


@pytest.mark.parametrize("role", ["reviewer", "decider", "auditor", "admin"])
def test_every_case_opens_for_those_who_read(waiting: Waiting, role: str) -> None:
    client = waiting.everybody.at_door(role)
    for name, address in pages(waiting).items():
        response = client.get(address)
        assert response.status_code == 200, name
        assert len(response.content) < 150_000, name
        body = response.content.decode()
        assert "<script>alert(1)" not in body, name
        assert waiting.everybody.cast.student.name not in body, name
        assert "周小满" not in body, name


def test_the_inbox_lists_every_kind_and_counts_it(waiting: Waiting) -> None:
    client = waiting.everybody.at_door("auditor")
    body = client.get("/office/").content.decode()
    for number in (waiting.credit_return.number, waiting.opening.number, waiting.redemption.number):
        assert number in body
    for kind in ("returns", "openings", "reviews", "attainments", "exams", "reversals"):
        assert client.get(f"/office/?kind={kind}&sort=oldest&age=overdue").status_code == 200
    assert client.get("/office/?format=xlsx").status_code == 200
    found = client.get(f"/office/?q={waiting.credit_return.number}").content.decode()
    assert waiting.credit_return.number in found
    assert waiting.opening.number not in found


def test_a_return_is_sent_back_only_with_a_reason(waiting: Waiting) -> None:
    client = waiting.everybody.at_door("reviewer")
    address = reverse("office:return_decide", args=[waiting.credit_return.number])
    refused = client.post(address, {"verdict": "send-back", "reason": "短"})
    assert refused.status_code == 400
    assert "请写到对方知道怎么改" in refused.content.decode()
    assert client.post(address, {"verdict": "send-back", "reason": "第一行缺少佐证材料"}).status_code == 302
    waiting.credit_return.refresh_from_db()
    assert waiting.credit_return.state == "sent-back"


def test_a_return_is_accepted(waiting: Waiting) -> None:
    client = waiting.everybody.at_door("reviewer")
    address = reverse("office:return_decide", args=[waiting.credit_return.number])
    assert client.post(address + "?kind=returns", {"verdict": "accept"}).headers["Location"] == "/office/?kind=returns"
    waiting.credit_return.refresh_from_db()
    assert waiting.credit_return.state == "accepted"


def test_a_redemption_takes_two_persons(waiting: Waiting) -> None:
    reviewer, decider = waiting.everybody.at_door("reviewer"), waiting.everybody.at_door("decider")
    number = waiting.redemption.number
    review, decide = (reverse(f"office:redemption_{step}", args=[number]) for step in ("review", "decide"))
    assert reviewer.post(decide, {"verdict": "accept", "issuer": waiting.issuer.code}).status_code == 404
    assert decider.post(decide, {"verdict": "accept", "issuer": waiting.issuer.code}).status_code == 409
    assert reviewer.post(review, {"advice": "refuse", "note": "短"}).status_code == 400
    assert reviewer.post(review, {"advice": "accept", "note": ""}).status_code == 302
    assert "建议通过" in decider.get(reverse("office:redemption", args=[number])).content.decode()
    assert decider.post(decide, {"verdict": "accept"}).status_code == 400
    assert decider.post(decide, {"verdict": "accept", "issuer": waiting.issuer.code}).status_code == 302
    assert Certificate.objects.get(redemption_number=number).issuer == waiting.issuer


def test_a_look_at_personal_data_is_recorded(waiting: Waiting) -> None:
    client = waiting.everybody.at_door("reviewer")
    address = reverse("office:redemption_reveal", args=[waiting.redemption.number])
    assert client.post(address, {}).status_code == 400
    body = client.post(address, {"asked": ["document_number"]}).content.decode()
    assert waiting.everybody.adult.number in body
    look = AuditRecord.objects.get(action="personal-data.reveal")
    assert (look.fields, look.refs["case"]) == (["document_number"], waiting.redemption.number)
    assert look.holder_id == waiting.everybody.adult.holder_id


def test_an_account_is_opened_by_two_reviewers_and_its_codes_shown_once(waiting: Waiting) -> None:
    from_door = waiting.everybody
    first = from_door.at_door("reviewer")
    number = waiting.opening.number
    revealed = first.post(reverse("office:opening_reveal", args=[number]), {"asked": ["name", "birth_date"]})
    assert "周小满" in revealed.content.decode()
    assert AuditRecord.objects.get(action="personal-data.reveal").subject_id == number
    checked = {"method": "original-seen", "guardian_proof": "household-register"}
    assert first.post(reverse("office:opening_check", args=[number]), checked).status_code == 302
    refused = first.post(reverse("office:opening_approve", args=[number]))
    assert refused.status_code == 403
    assert "须由不同的人办理" in refused.content.decode()
    second = from_door.at_door("second_reviewer")
    before = Account.objects.count()
    slip = second.post(reverse("office:opening_approve", args=[number]))
    assert slip.status_code == 200
    assert Account.objects.count() == before + 1
    code = slip.context["opened"].student_code.code
    assert code in slip.content.decode()
    assert code not in second.get(reverse("office:opening", args=[number])).content.decode()
    pdf = second.post(reverse("office:opening_slip", args=[number]), {"student_code": code})
    (text,) = page_texts(pdf.content)
    assert "**（学生）" in text
    login = re.search(r"http://127\.0\.0\.1:8000(/[a-z/]+)", text)
    assert login and second.get(login[1]).status_code == 200
    assert second.post(reverse("office:opening_slip", args=[number]), {"student_code": "X"}).status_code == 409


def test_attainments_results_and_reversals_are_decided(waiting: Waiting) -> None:
    reviewer, decider = waiting.everybody.at_door("reviewer"), waiting.everybody.at_door("decider")
    skill = reverse("office:skill_answer", args=[waiting.skill.pk])
    assert reviewer.post(skill, {"answer": "yes"}).status_code == 302
    assert reviewer.post(skill, {"answer": "yes"}).status_code == 409
    honour = reverse("office:honour_answer", args=[waiting.honour.pk])
    assert reviewer.post(honour, {"answer": "no"}).status_code == 302
    exam = reverse("office:exam_answer", args=[waiting.exam.pk])
    assert reviewer.post(exam, {"answer": "yes"}).status_code == 403
    assert decider.post(exam, {"answer": "yes"}).status_code == 302
    reversal = reverse("office:reversal_answer", args=[waiting.reversal.pk])
    assert reviewer.post(reversal, {"answer": "no", "note": ""}).status_code == 400
    assert reviewer.post(reversal, {"answer": "yes"}).status_code == 302
    for row in (waiting.skill, waiting.honour, waiting.exam, waiting.reversal):
        row.refresh_from_db()
    states = (waiting.skill.state, waiting.honour.state, waiting.exam.state, waiting.reversal.state)
    assert states == ("confirmed", "withdrawn", "confirmed", "done")


def test_a_result_is_recorded_by_card_number(waiting: Waiting) -> None:
    client = waiting.everybody.at_door("reviewer")
    given = {"card": "1234567890123", "family": "athlete", "score": "80", "taken_on": "2026-02-02"}
    wrong = client.post(reverse("office:exam_new"), given)
    assert wrong.status_code == 400
    assert "没有找到这张卡" in wrong.content.decode()
    right = {**given, "card": waiting.everybody.cast.student.card}
    assert client.post(reverse("office:exam_new"), right).status_code == 302
