"""The export of one's own data: everything, for the student and her guardian alone, without the number of a paper."""

import json
from datetime import timedelta

import pytest

from creditbank.audit.models import AuditRecord
from creditbank.errors import NotFound
from creditbank.people.access import grant_access, reveal_personal_data
from creditbank.policy.loading import shipped_law
from creditbank.records.own_data import export_own_data
from tests.cast import AT, person_of
from tests.records.books import HOSTILE, Lived
from tests.redemption.stage import Stage12

LAW = shipped_law()


def exported(stage: Stage12, who: str = "student") -> str:
    actor = stage.student if who == "student" else stage.guardian
    return export_own_data(actor=actor, account=stage.account, law=LAW, at=AT + timedelta(days=1))


@pytest.mark.parametrize("who", ["student", "guardian"])
def test_the_student_and_her_guardian_get_everything(stage: Stage12, lived: Lived, who: str) -> None:
    data = json.loads(exported(stage, who))
    assert data["student"]["name"] == "林知夏"
    assert data["account"]["cards"][0]["card_number"] == stage.cast.student.card
    assert data["balance"]["available"] == "15.00"
    assert [line["seq"] for line in data["lines"]] == list(range(1, 7))
    assert HOSTILE in {line["title"] for line in data["lines"]}
    assert data["redemptions"][0]["decision"]["outcome"] == "eligible"
    assert data["certificates"][0]["number"] == lived.certificate.number
    assert data["consents"][0]["purpose"] == "redemption"
    assert data["wording"]["zh"] == LAW.wording["record-use"].text.zh


def test_the_number_of_an_identity_paper_is_not_in_it(stage: Stage12, lived: Lived) -> None:
    assert stage.cast.student.number not in exported(stage)


def test_looks_of_officers_are_in_it(stage: Stage12) -> None:
    reviewer = stage.cast.reviewer
    grant_access(
        actor=stage.decider,
        at=AT,
        student=stage.account.student,
        grantee=person_of(reviewer),
        purpose="核对成绩",
        starts=AT,
        ends=AT + timedelta(days=3),
    )
    reveal_personal_data(actor=reviewer, at=AT, student=stage.account.student, fields=["birth_date"])
    (look,) = json.loads(exported(stage))["looks"]
    assert (look["who"], look["fields"]) == ("审核甲", ["birth_date"])


def test_nobody_else_gets_it(stage: Stage12) -> None:
    for actor in (stage.cast.outsider, stage.cast.clerk, stage.cast.reviewer, stage.cast.admin):
        with pytest.raises(NotFound):
            export_own_data(actor=actor, account=stage.account, law=LAW, at=AT)


def test_the_export_is_in_the_audit(stage: Stage12) -> None:
    exported(stage, "guardian")
    made = AuditRecord.objects.get(action="records.export")
    assert (made.holder_id, made.actor_id) == (stage.account.holder_id, stage.guardian.person_id)
