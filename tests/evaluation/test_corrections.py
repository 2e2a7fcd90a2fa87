"""A credit is corrected by a reversal of two persons and a new revision; attainments follow."""

import pytest

from creditbank.audit.models import AuditRecord
from creditbank.errors import Conflict, InvalidInput, NotAllowed, NotFound
from creditbank.evaluation.actions import (
    ask_reversal,
    check_file,
    confirm_honour,
    confirm_skill,
    decide_reversal,
    honours_awaiting_office,
    refuse_honour,
    skills_awaiting_office,
)
from creditbank.evaluation.models import Honour, ReturnRow, RowReversal, SkillCertificate
from creditbank.evaluation.reading import reversals_awaiting_office
from creditbank.ledger.books import all_lines, balance_of
from creditbank.ledger.lines import Kind, Reason
from creditbank.messages.models import InboxMessage
from tests.cast import AT, Cast
from tests.evaluation.returns import csv_file, honour, posted, row, skill

NOTE = "取得日期填错了"


def reversed_row(cast: Cast, **only: str) -> RowReversal:
    request = ask_reversal(
        actor=cast.clerk, at=AT, row=ReturnRow.objects.get(**only), reason=Reason.CORRECTED, note=NOTE
    )
    return decide_reversal(actor=cast.reviewer, at=AT, request=request, accept=True)


def test_a_correction_is_a_reversal_and_a_second_revision(cast: Cast) -> None:
    posted(cast, row(cast.student, "A-1"))
    request = reversed_row(cast)
    assert (request.state, request.row.state) == ("done", "posted")
    assert ReturnRow.objects.get().state == "reversed"
    assert balance_of(cast.student.holder_id).earned == 0
    again = row(cast.student, "A-1", earned_on="2026-02-27")
    result = check_file(csv_file(again), filename="a.csv", institution=cast.school, at=AT)
    assert (result.is_clean, dict(result.counts)) == (True, {"corrected-again": 1})
    posted(cast, again)
    first, undone, second = all_lines(cast.student.holder_id)
    assert [first.kind, undone.kind, second.kind] == [Kind.EARN, Kind.REVERSE, Kind.EARN]
    assert (undone.reason, undone.actor_id, undone.approver_id) == (
        Reason.CORRECTED,
        cast.clerk.person_id,
        cast.reviewer.person_id,
    )
    assert second.closes == undone.seq
    assert ReturnRow.objects.get(state="posted").revision == 2
    third = row(cast.student, "A-1", earned_on="2026-02-26")
    result = check_file(csv_file(third), filename="a.csv", institution=cast.school, at=AT)
    assert dict(result.counts) == {"credited-differently": 1}


def test_two_persons_reverse_and_neither_reported_it(cast: Cast) -> None:
    posted(cast, row(cast.student, "A-1"))
    line = ReturnRow.objects.get()
    for outsider in (cast.other_clerk, cast.outsider):
        with pytest.raises(NotFound):
            ask_reversal(actor=outsider, at=AT, row=line, reason=Reason.CORRECTED, note=NOTE)
    with pytest.raises(NotAllowed):
        ask_reversal(actor=cast.reviewer, at=AT, row=line, reason=Reason.CORRECTED, note=NOTE)
    with pytest.raises(InvalidInput):
        ask_reversal(actor=cast.clerk, at=AT, row=line, reason=Reason.MERGED, note=NOTE)
    with pytest.raises(InvalidInput):
        ask_reversal(actor=cast.clerk, at=AT, row=line, reason=Reason.CORRECTED, note="错")
    request = ask_reversal(actor=cast.clerk, at=AT, row=line, reason=Reason.CORRECTED, note=NOTE)
    assert reversals_awaiting_office() == [request]
    with pytest.raises(Conflict):
        ask_reversal(actor=cast.approver, at=AT, row=line, reason=Reason.CORRECTED, note=NOTE)
    for wrong in (cast.clerk, cast.approver, cast.outsider):
        with pytest.raises(NotAllowed):
            decide_reversal(actor=wrong, at=AT, request=request, accept=True)
    with pytest.raises(InvalidInput):
        decide_reversal(actor=cast.reviewer, at=AT, request=request, accept=False)
    refused = decide_reversal(actor=cast.reviewer, at=AT, request=request, accept=False, note="证明不足，不予冲正")
    assert refused.state == "refused"
    assert balance_of(cast.student.holder_id).earned == 200
    with pytest.raises(Conflict):
        decide_reversal(actor=cast.second_reviewer, at=AT, request=request, accept=True)
    assert reversed_row(cast).state == "done"
    with pytest.raises(Conflict):
        ask_reversal(actor=cast.clerk, at=AT, row=line, reason=Reason.CORRECTED, note=NOTE)


def test_the_student_and_the_guardian_are_told_and_the_reason_is_not_in_the_audit(cast: Cast) -> None:
    posted(cast, row(cast.student, "A-1"))
    reversed_row(cast)
    told = InboxMessage.objects.filter(template="evaluation.reversed").values_list("person_id", flat=True)
    assert set(told) == {cast.student.account.student.person_id, cast.guardian.pk}
    records = AuditRecord.objects.filter(subject_kind="return-row")
    assert [each.action for each in records.order_by("id")] == ["reversal.ask", "reversal.done"]
    assert {each.holder_id for each in records} == {cast.student.holder_id}
    assert NOTE not in str(list(records.values()))


def test_a_reversed_skill_row_frees_its_levels_and_ends_its_certificate(cast: Cast) -> None:
    posted(cast, skill(cast.student, "S-1", 3, "30.00"), confirm_attainments=True)
    posted(cast, skill(cast.student, "S-2", 5, "20.00"), confirm_attainments=True)
    reversed_row(cast, achievement_number="S-1")
    assert [each.state for each in SkillCertificate.objects.order_by("id")] == ["withdrawn", "confirmed"]
    result = check_file(
        csv_file(skill(cast.student, "S-3", 6, "40.00")), filename="a.csv", institution=cast.school, at=AT
    )
    assert result.is_clean


def test_a_reversed_honour_counts_no_more(cast: Cast) -> None:
    posted(cast, honour(cast.student, "H-1"))
    reversed_row(cast)
    assert Honour.objects.get().state == "withdrawn"


def test_the_office_confirms_each_attainment_once(cast: Cast) -> None:
    posted(cast, skill(cast.student, "S-1", 3, "30.00"), honour(cast.student, "H-1"))
    (waiting,), (place,) = skills_awaiting_office(), honours_awaiting_office()
    for wrong in (cast.clerk, cast.approver, cast.outsider):
        with pytest.raises(NotAllowed):
            confirm_skill(actor=wrong, at=AT, skill=waiting)
    assert confirm_skill(actor=cast.reviewer, at=AT, skill=waiting).state == "confirmed"
    assert refuse_honour(actor=cast.reviewer, at=AT, honour=place).state == "withdrawn"
    with pytest.raises(Conflict):
        confirm_skill(actor=cast.second_reviewer, at=AT, skill=waiting)
    with pytest.raises(Conflict):
        confirm_honour(actor=cast.second_reviewer, at=AT, honour=place)
    assert (skills_awaiting_office(), honours_awaiting_office()) == ([], [])
    actions = AuditRecord.objects.filter(subject_kind__in=("skill", "honour")).order_by("id")
    assert [each.action for each in actions] == ["skill.confirmed", "honour.withdrawn"]
