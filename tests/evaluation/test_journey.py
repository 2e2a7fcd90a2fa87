"""From a file to the passbook: three persons stand between, each step is recorded, everybody is told."""

import json
from base64 import b64decode

import pytest

from creditbank.audit.models import AuditRecord
from creditbank.errors import Conflict, InvalidInput, NotAllowed, NotFound
from creditbank.evaluation.actions import (
    approve_return,
    post_return,
    replace_file,
    review_return,
    send_back_return,
    submit_return,
    upload_return,
    withdraw_return,
)
from creditbank.evaluation.models import CreditReturn, Honour, ReturnRow, SkillCertificate
from creditbank.evaluation.reading import return_for, returns_visible_to
from creditbank.evaluation.receipts import latest_receipt, receipt_json, receipt_pdf, verify_receipt
from creditbank.institutions.actions import appoint_staff, create_api_key, set_institution_state
from creditbank.institutions.actions.keys import authenticate_api_key
from creditbank.ledger.books import all_lines, balance_of
from creditbank.ledger.lines import Kind
from creditbank.messages.models import InboxMessage
from creditbank.people.access import may_see_student
from creditbank.people.models import OfficeRole
from creditbank.people.rights import appoint_office
from creditbank.vault.signing import public_keys
from tests.cast import AT, Cast, actor, person, person_of, pupil
from tests.evaluation.returns import accepted, csv_file, honour, posted, row, skill, submitted, uploaded


def templates_of(person_id: int | None) -> list[str]:
    assert person_id is not None
    return list(InboxMessage.objects.filter(person_id=person_id).order_by("id").values_list("template", flat=True))


def test_a_clean_return_ends_in_the_passbook(cast: Cast) -> None:
    credit_return = posted(
        cast, row(cast.student, "A-1"), skill(cast.student, "A-2", 3, "30.00"), honour(cast.student, "A-3")
    )
    assert (credit_return.state, credit_return.rows_posted, credit_return.amount_hundredths) == ("posted", 3, 5200)
    assert balance_of(cast.student.holder_id).available == 5200
    line = all_lines(cast.student.holder_id)[0]
    assert (line.kind, line.institution_id, line.batch_id) == (Kind.EARN, cast.school.pk, credit_return.batch_id)
    assert (line.actor_id, line.approver_id) == (cast.clerk.person_id, cast.reviewer.person_id)
    assert set(ReturnRow.objects.values_list("state", flat=True)) == {"posted"}
    certificate = SkillCertificate.objects.get()
    assert (certificate.subject, certificate.level, certificate.state) == ("robotics", 3, "reported")
    place = Honour.objects.get()
    assert (place.scope, place.discipline, place.place, place.state) == ("exchange", "robotics", 1, "reported")


def test_every_step_is_recorded_and_the_right_persons_are_told(cast: Cast) -> None:
    credit_return = posted(cast, row(cast.student, "A-1"))
    actions = AuditRecord.objects.filter(subject_kind="return").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["return.upload", "return.submitted", "return.approved", "return.accepted", "return.posted"]
    assert templates_of(cast.approver.person_id) == ["evaluation.submitted", "evaluation.posted"]
    assert templates_of(cast.reviewer.person_id) == ["evaluation.approved"]
    assert templates_of(cast.clerk.person_id) == ["evaluation.posted"]
    assert templates_of(cast.student.account.student.person_id) == ["evaluation.credited"]
    assert templates_of(cast.guardian.pk) == ["evaluation.credited"]
    assert cast.student.number not in str(list(AuditRecord.objects.values())) + str(list(InboxMessage.objects.values()))
    assert not post_return(credit_return.pk, at=AT)
    assert templates_of(cast.guardian.pk) == ["evaluation.credited"]


def test_the_reviewer_may_confirm_what_was_attained_with_the_return(cast: Cast) -> None:
    posted(cast, skill(cast.student, "A-2", 3, "30.00"), honour(cast.student, "A-3"), confirm_attainments=True)
    certificate, place = SkillCertificate.objects.get(), Honour.objects.get()
    assert {certificate.state, place.state} == {"confirmed"}
    assert {certificate.decided_by_id, place.decided_by_id} == {cast.reviewer.person_id}


def test_a_return_may_name_students_by_card(cast: Cast) -> None:
    by_card = row(cast.student, "A-1", document_kind="", document_number="", card_number=cast.student.card)
    posted(cast, by_card)
    assert balance_of(cast.student.holder_id).available == 200


def test_the_receipt_verifies_and_a_changed_one_does_not(cast: Cast) -> None:
    credit_return = submitted(cast, row(cast.student, "A-1"))
    receipt = latest_receipt(credit_return)
    assert receipt is not None
    content = receipt_json(receipt)
    verdict = verify_receipt(content, public_keys())
    assert verdict.genuine
    assert verdict.payload["return"] == credit_return.number
    assert (verdict.payload["rows"], verdict.payload["credits"]) == (1, "2.00")
    assert verdict.payload["file_sha256"] == credit_return.file_sha256
    forged = json.loads(content)
    forged["payload"]["credits"] = "3.00"
    assert verify_receipt(json.dumps(forged).encode(), public_keys()).reason == "signature-wrong"
    assert verify_receipt(content, {}).reason == "key-unknown"
    assert len(b64decode(json.loads(content)["signature"])) == 64
    for nonsense in (b"", b"{}", b"[1]", b'{"payload": 1, "signature": "", "key_id": "x"}', b"\xff\xfe"):
        with pytest.raises(InvalidInput):
            verify_receipt(nonsense, public_keys())
    assert receipt_pdf(receipt).startswith(b"%PDF")


def test_nobody_is_two_of_the_three_persons(cast: Cast) -> None:
    for role in ("clerk", "approver"):
        somebody = person_of(cast.clerk if role == "approver" else cast.approver)
        appoint_staff(actor=cast.admin, at=AT, institution=cast.school, person=somebody, role=role)
    for both in (cast.clerk, cast.approver):
        appoint_office(actor=cast.admin, at=AT, person=person_of(both), role=OfficeRole.Role.REVIEWER)
    number = submitted(cast, row(cast.student, "A-1")).number
    with pytest.raises(NotAllowed):
        approve_return(actor=cast.clerk, at=AT, number=number)
    approve_return(actor=cast.approver, at=AT, number=number)
    for same in (cast.clerk, cast.approver):
        with pytest.raises(NotAllowed) as refused:
            review_return(actor=same, at=AT, number=number, verdict="accept")
        assert refused.value.reason == "same-person"
    assert CreditReturn.objects.get(number=number).state == "approved"


def test_who_uploaded_may_not_approve_what_a_colleague_submits(cast: Cast) -> None:
    appoint_staff(actor=cast.admin, at=AT, institution=cast.school, person=person_of(cast.clerk), role="approver")
    number = uploaded(cast, row(cast.student, "A-1")).number
    submit_return(actor=cast.second_clerk, at=AT, number=number)
    with pytest.raises(NotAllowed):
        approve_return(actor=cast.clerk, at=AT, number=number)


def test_an_outsider_learns_nothing_and_moves_nothing(cast: Cast) -> None:
    number = submitted(cast, row(cast.student, "A-1")).number
    student = actor(cast.student.account.student.person, "student")
    for wrong in (cast.other_clerk, cast.outsider, student):
        with pytest.raises(NotFound) as hidden:
            return_for(wrong, number, at=AT)
        with pytest.raises(NotFound) as missing:
            return_for(wrong, "SB-2026-999999", at=AT)
        assert (hidden.value.reason, str(hidden.value)) == (missing.value.reason, str(missing.value))
        assert list(returns_visible_to(wrong, at=AT)) == []
        for act in (approve_return, submit_return, withdraw_return):
            with pytest.raises(NotFound):
                act(actor=wrong, at=AT, number=number)
        with pytest.raises(NotFound):
            review_return(actor=wrong, at=AT, number=number, verdict="accept")
        with pytest.raises(NotAllowed):
            upload_return(
                actor=wrong, at=AT, institution=cast.school, stream=csv_file(row(cast.student, "B")), filename="a.csv"
            )
    with pytest.raises(NotAllowed):
        approve_return(actor=cast.reviewer, at=AT, number=number)
    with pytest.raises(NotAllowed):
        send_back_return(actor=cast.clerk, at=AT, number=number, reason="这是经办自己退回")


def test_each_step_happens_once(cast: Cast) -> None:
    number = accepted(cast, row(cast.student, "A-1")).number
    for again in (submit_return, withdraw_return):
        with pytest.raises(Conflict):
            again(actor=cast.clerk, at=AT, number=number)
    with pytest.raises(Conflict):
        approve_return(actor=cast.approver, at=AT, number=number)
    with pytest.raises(Conflict):
        review_return(actor=cast.second_reviewer, at=AT, number=number, verdict="refuse", reason="来不及了，已通过")


def test_a_return_sent_back_is_mended_and_gets_a_second_receipt(cast: Cast) -> None:
    number = submitted(cast, row(cast.student, "A-1")).number
    with pytest.raises(InvalidInput):
        send_back_return(actor=cast.approver, at=AT, number=number, reason="错")
    send_back_return(actor=cast.approver, at=AT, number=number, reason="请补上第二项成果")
    better = csv_file(row(cast.student, "A-1"), row(cast.student, "A-2"))
    replace_file(actor=cast.clerk, at=AT, number=number, stream=better, filename="改.csv")
    again = submit_return(actor=cast.clerk, at=AT, number=number)
    assert again.rows_total == 2
    assert [each.serial for each in again.receipts.all()] == [1, 2]
    approve_return(actor=cast.approver, at=AT, number=number)
    back = review_return(actor=cast.reviewer, at=AT, number=number, verdict="send-back", reason="请核对取得日期")
    assert (back.state, back.reason) == ("sent-back", "请核对取得日期")
    assert "evaluation.sent-back" in templates_of(cast.clerk.person_id)
    submit_return(actor=cast.clerk, at=AT, number=number)
    approve_return(actor=cast.approver, at=AT, number=number)
    refused = review_return(actor=cast.reviewer, at=AT, number=number, verdict="refuse", reason="活动没有举行过")
    assert refused.state == "refused"
    assert balance_of(cast.student.holder_id).earned == 0


def test_a_withdrawn_return_frees_its_achievements(cast: Cast) -> None:
    number = submitted(cast, row(cast.student, "A-1")).number
    withdraw_return(actor=cast.clerk, at=AT, number=number)
    assert uploaded(cast, row(cast.student, "A-1")).state == "ready"


def test_a_suspended_institution_submits_nothing(cast: Cast) -> None:
    number = uploaded(cast, row(cast.student, "A-1")).number
    set_institution_state(actor=cast.admin, at=AT, institution=cast.school, state="suspended")
    with pytest.raises(NotAllowed):
        submit_return(actor=cast.clerk, at=AT, number=number)
    cast.school.refresh_from_db()
    with pytest.raises(NotAllowed):
        uploaded(cast, row(cast.student, "A-2"))


def test_a_schools_own_system_submits_within_its_scopes(cast: Cast) -> None:
    def system(*scopes: str) -> str:
        return create_api_key(
            actor=cast.approver,
            at=AT,
            institution=cast.school,
            label="教务系统",
            scopes=list(scopes),
            acts_for=person_of(cast.clerk),
        ).secret

    writer = authenticate_api_key(system("returns:write"), at=AT)
    number = uploaded(cast, row(cast.student, "A-1"), by=writer).number
    reader = authenticate_api_key(system("returns:read"), at=AT)
    with pytest.raises(NotAllowed):
        submit_return(actor=reader, at=AT, number=number)
    assert submit_return(actor=writer, at=AT, number=number).state == "submitted"
    with pytest.raises(NotAllowed):
        approve_return(actor=writer, at=AT, number=number)
    stranger = person("外人")
    assert list(returns_visible_to(actor(stranger, "api"), at=AT)) == []


def test_a_return_under_review_is_an_open_case_for_the_student_it_reports(cast: Cast) -> None:
    student, other = cast.student.account.student, pupil("周行简", sequence=997).account.student
    number = submitted(cast, row(cast.student, "A-1")).number
    assert not may_see_student(cast.reviewer, student, AT, case_ref=number)
    approve_return(actor=cast.approver, at=AT, number=number)
    assert may_see_student(cast.reviewer, student, AT, case_ref=number)
    assert not may_see_student(cast.reviewer, other, AT, case_ref=number)
    assert not may_see_student(cast.clerk, student, AT, case_ref=number)
