"""Notices are shown for their term, then taken down; anyone objects, and an objection freezes its subject."""

from datetime import UTC, date, datetime, timedelta

import pytest

from creditbank.audit.actor import SYSTEM
from creditbank.audit.models import AuditRecord
from creditbank.errors import Conflict, InvalidInput, NotAllowed, NotFound
from creditbank.notices.actions import (
    Filed,
    LineDraft,
    NoticeDraft,
    decide_objection,
    end_notices,
    file_objection,
    follow_objection,
    publish_notice,
    read_objection,
    withdraw_notice,
)
from creditbank.notices.freezing import causes_of, freeze, lift
from creditbank.notices.models import Notice, NoticeKind, NoticeState, Objection, ObjectionState, TermUnit
from creditbank.notices.terms import Term
from tests.cast import AT
from tests.everybody import Everybody

pytestmark = pytest.mark.django_db
FIVE = Term(5, TermUnit.WORKING_DAYS)
SUBJECT = ("redemption", "DH-2026-000001")


def shown(term: Term = FIVE, *, at: datetime = AT) -> Notice:
    line = LineDraft(*SUBJECT, {"product": "visit.harbin", "who": "张*丰"})
    draft = NoticeDraft(
        kind=NoticeKind.REDEMPTIONS, title_zh="公示", title_en="Notice", clause="M-12", term=term, lines=[line]
    )
    return publish_notice(actor=SYSTEM, draft=draft, at=at)


def objected(notice: Notice) -> Filed:
    return file_objection(line=notice.lines.get(), text="这个人没有参加比赛。", contact="示例电话", at=AT)


def test_the_term_counts_working_days_and_not_the_day_of_publication() -> None:
    # 2026-09-28 is a Monday; the holiday lasts from 1 to 7 October, Saturday the 10th is worked.
    notice = shown(at=datetime(2026, 9, 28, 2, tzinfo=UTC))
    assert (notice.starts_on, notice.ends_on, notice.provisional) == (date(2026, 9, 28), date(2026, 10, 10), False)
    days = shown(Term(30, TermUnit.DAYS), at=datetime(2026, 9, 28, 2, tzinfo=UTC))
    assert days.ends_on == date(2026, 10, 28)


def test_a_notice_is_taken_down_on_the_day_after_its_last_and_its_names_go_with_it() -> None:
    notice = shown()
    assert end_notices(at=AT + timedelta(days=7)) == 0
    assert end_notices(at=AT + timedelta(days=8)) == 1
    notice.refresh_from_db()
    assert notice.state == NoticeState.ENDED
    assert notice.lines.get().shown == {}
    assert end_notices(at=AT + timedelta(days=9)) == 0
    assert AuditRecord.objects.filter(action="end-notice").count() == 1


def test_an_objection_freezes_its_subject_until_it_is_dismissed(everybody: Everybody) -> None:
    filed = objected(shown())
    assert causes_of(*SUBJECT) == [filed.objection.number]
    decide_objection(
        actor=everybody.actor("decider"), objection=filed.objection, upheld=False, reason="有参赛记录。", at=AT
    )
    assert causes_of(*SUBJECT) == []
    assert follow_objection(number=filed.objection.number, code=filed.code).reason == "有参赛记录。"


def test_what_is_upheld_stays_frozen(everybody: Everybody) -> None:
    filed = objected(shown())
    decide_objection(actor=everybody.actor("decider"), objection=filed.objection, upheld=True, reason="属实。", at=AT)
    assert causes_of(*SUBJECT) == [filed.objection.number]
    assert Objection.objects.get().state == ObjectionState.UPHELD
    with pytest.raises(Conflict):
        decide_objection(actor=everybody.actor("decider"), objection=filed.objection, upheld=False, reason="改", at=AT)


def test_each_cause_is_lifted_by_itself() -> None:
    freeze(*SUBJECT, cause="YY-1", at=AT)
    freeze(*SUBJECT, cause="TS-1", at=AT + timedelta(hours=1))
    freeze(*SUBJECT, cause="YY-1", at=AT + timedelta(hours=2))
    lift(*SUBJECT, cause="YY-1", at=AT + timedelta(hours=3))
    assert causes_of(*SUBJECT) == ["TS-1"]
    assert causes_of("redemption", "DH-2026-000002") == []


def test_the_text_and_the_contact_are_sealed_and_every_look_is_on_record(everybody: Everybody) -> None:
    filed = objected(shown())
    row = Objection.objects.get()
    assert "比赛".encode() not in bytes(row.text_encrypted)
    assert read_objection(actor=everybody.actor("reviewer"), objection=filed.objection, at=AT) == (
        "这个人没有参加比赛。",
        "示例电话",
    )
    assert AuditRecord.objects.filter(action="read-objection").count() == 1
    for role in ("public", "student", "clerk", "auditor", "hotline"):
        with pytest.raises(NotAllowed):
            read_objection(actor=everybody.actor(role), objection=filed.objection, at=AT)


@pytest.mark.parametrize(("number", "code"), [("YY-2026-999999", None), (None, "AAAAAAAAAA"), (None, "")])
def test_a_wrong_number_and_a_wrong_code_get_one_answer(number: str | None, code: str | None) -> None:
    filed = objected(shown())
    with pytest.raises(NotFound):
        follow_objection(number=number or filed.objection.number, code=filed.code if code is None else code)


def test_after_the_last_day_nobody_objects_even_before_it_is_taken_down() -> None:
    notice = shown()
    with pytest.raises(Conflict):
        file_objection(line=notice.lines.get(), text="晚了", contact="", at=AT + timedelta(days=8))
    assert causes_of(*SUBJECT) == []


@pytest.mark.parametrize(
    ("text", "contact", "field"), [("", "", "text"), ("异" * 2001, "", "text"), ("异", "x" * 121, "contact")]
)
def test_an_objection_says_something_and_not_too_much(text: str, contact: str, field: str) -> None:
    notice = shown()
    with pytest.raises(InvalidInput) as refused:
        file_objection(line=notice.lines.get(), text=text, contact=contact, at=AT)
    assert refused.value.data["field"] == field


def test_a_withdrawn_notice_says_why(everybody: Everybody) -> None:
    notice = shown()
    with pytest.raises(InvalidInput):
        withdraw_notice(actor=everybody.actor("decider"), notice=notice, reason="", at=AT)
    withdraw_notice(actor=everybody.actor("decider"), notice=notice, reason="产品写错。", at=AT)
    notice.refresh_from_db()
    assert (notice.state, notice.reason) == (NoticeState.WITHDRAWN, "产品写错。")
    assert notice.lines.get().shown == {}


@pytest.mark.parametrize("role", ["public", "student", "guardian", "clerk", "hotline", "auditor"])
def test_only_the_office_publishes_withdraws_and_decides(everybody: Everybody, role: str) -> None:
    filed = objected(shown())
    draft = NoticeDraft(kind=NoticeKind.POLICY, title_zh="甲", title_en="A", clause="R-P", term=FIVE)
    with pytest.raises(NotAllowed):
        publish_notice(actor=everybody.actor(role), draft=draft, at=AT)
    with pytest.raises(NotAllowed):
        withdraw_notice(actor=everybody.actor(role), notice=Notice.objects.get(), reason="不", at=AT)
    with pytest.raises(NotAllowed):
        decide_objection(actor=everybody.actor(role), objection=filed.objection, upheld=True, reason="不", at=AT)
