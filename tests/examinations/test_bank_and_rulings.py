"""Questions are released by another person; a ruling marks everyone again and takes points from nobody."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from creditbank.errors import AlreadyDone, Conflict, InvalidInput, NotAllowed, NotFound, Unavailable
from creditbank.examinations.bank import (
    import_questions,
    read_questions,
    release_questions,
    released_bank,
    retire_question,
    write_question,
)
from creditbank.examinations.disputes import agree_ruling, dismiss_disputes, dispute_question, propose_ruling
from creditbank.examinations.marking import marks_of
from creditbank.examinations.models import BankQuestion, Dispute, ExamResult, QuestionState, Sitting
from creditbank.examinations.papers import Part
from creditbank.examinations.question_sheet import read_question_sheet, write_question_sheet
from creditbank.examinations.questions import QuestionKind
from creditbank.examinations.rules import draft_rules, publish_rules
from creditbank.examinations.sitting import hand_in, save_answers
from tests.cast import AT
from tests.everybody import Everybody
from tests.examinations.stage import FAMILY, PARTS, ExamStage, right_answers, set_exam_stage, small_bank

pytestmark = pytest.mark.django_db


def sat(stage: ExamStage, answers: dict[int, frozenset[int]] | None = None) -> Sitting:
    sitting, actor = stage.begin(), stage.everybody.actor("adult")
    save_answers(
        actor=actor, sitting=sitting, answers=right_answers(sitting) if answers is None else answers, save=1, at=AT
    )
    return hand_in(actor=actor, sitting=sitting, at=AT)


def first_question(sitting: Sitting) -> BankQuestion:
    return BankQuestion.objects.get(pk=sitting.paper[0][0])


def test_whoever_wrote_a_question_does_not_release_it_and_none_is_released_then(everybody: Everybody) -> None:
    one, two = small_bank()[:2]
    write_question(actor=everybody.actor("reviewer"), family=FAMILY, question=one, at=AT)
    write_question(actor=everybody.actor("decider"), family=FAMILY, question=two, at=AT)
    with pytest.raises(NotAllowed):
        release_questions(actor=everybody.actor("decider"), family=FAMILY, keys=[one.key, two.key], at=AT)
    assert released_bank(FAMILY) == {}
    assert release_questions(actor=everybody.actor("decider"), family=FAMILY, keys=[one.key], at=AT) == 1


def test_a_correction_is_a_new_revision_and_the_old_one_stays_in_its_papers(stage: ExamStage) -> None:
    sitting = stage.begin()
    old = first_question(sitting)
    changed = replace(old.value(), text="改过的题？")
    write_question(actor=stage.everybody.actor("reviewer"), family=FAMILY, question=changed, at=AT)
    assert released_bank(FAMILY)[old.key][0] == old.pk
    release_questions(actor=stage.everybody.actor("decider"), family=FAMILY, keys=[old.key], at=AT)
    pk, value = released_bank(FAMILY)[old.key]
    assert (pk != old.pk, value.text) == (True, "改过的题？")
    old.refresh_from_db()
    assert (old.state, old.text) == (QuestionState.RETIRED, f"单选{old.key[1:]}？")


@pytest.fixture
def stage(everybody: Everybody) -> ExamStage:
    return set_exam_stage(everybody)


def test_a_file_with_problems_writes_nothing_and_a_clean_one_all(everybody: Everybody) -> None:
    reading = read_questions("::a::好 {T}\n\n::a::重复 {F}\n".encode(), "gift", prefix="x")
    with pytest.raises(Conflict):
        import_questions(actor=everybody.actor("reviewer"), family=FAMILY, reading=reading, at=AT)
    assert not BankQuestion.objects.exists()
    clean = read_questions(write_question_sheet(small_bank()), "xlsx", prefix="x")
    assert len(import_questions(actor=everybody.actor("reviewer"), family=FAMILY, reading=clean, at=AT)) == 12


def test_excel_reads_back_what_was_written_and_names_what_is_wrong() -> None:
    assert list(read_question_sheet(write_question_sheet(small_bank())).questions) == small_bank()
    with pytest.raises(InvalidInput):
        read_question_sheet(b"not a workbook")
    bad = replace(small_bank()[0], difficulty=9)
    assert [each.place for each in read_question_sheet(write_question_sheet([bad])).problems] == ["第 2 行"]


@pytest.mark.parametrize("role", ["public", "student", "clerk", "hotline", "auditor"])
def test_nobody_outside_the_office_writes_or_releases(everybody: Everybody, role: str) -> None:
    with pytest.raises(NotAllowed):
        write_question(actor=everybody.actor(role), family=FAMILY, question=small_bank()[0], at=AT)
    with pytest.raises(NotAllowed):
        release_questions(actor=everybody.actor(role), family=FAMILY, keys=["s0"], at=AT)


def test_a_retired_question_is_asked_no_more(stage: ExamStage) -> None:
    row = BankQuestion.objects.get(key="s0")
    retire_question(actor=stage.everybody.actor("reviewer"), question=row, at=AT)
    assert "s0" not in released_bank(FAMILY)
    retire_question(actor=stage.everybody.actor("reviewer"), question=BankQuestion.objects.get(key="s1"), at=AT)
    with pytest.raises(Unavailable):
        stage.begin()


def test_a_void_question_counts_for_everyone_who_was_asked(stage: ExamStage) -> None:
    sitting = sat(stage, {})
    ruling = propose_ruling(
        actor=stage.everybody.actor("reviewer"),
        question=first_question(sitting),
        kind="void",
        right=[],
        reason="题意不清",
        at=AT,
    )
    assert Sitting.objects.get().score == 0
    assert agree_ruling(actor=stage.everybody.actor("decider"), ruling=ruling, at=AT).sittings_changed == 1
    assert (Sitting.objects.get().score, ExamResult.objects.get().score) == (10, 10)


def test_a_corrected_key_gives_points_and_takes_none(stage: ExamStage) -> None:
    sitting = sat(stage)
    ruling = propose_ruling(
        actor=stage.everybody.actor("reviewer"),
        question=first_question(sitting),
        kind="key",
        right=[1],
        reason="答案印错",
        at=AT,
    )
    assert agree_ruling(actor=stage.everybody.actor("decider"), ruling=ruling, at=AT).sittings_changed == 0
    assert Sitting.objects.get().score == 100
    order = sitting.paper[0][1]
    sitting.answers = {"0": [order.index(1)]}
    assert marks_of(sitting)[0].points == 10


def test_whoever_proposed_a_ruling_does_not_agree_to_it(stage: ExamStage) -> None:
    sitting = sat(stage, {})
    ruling = propose_ruling(
        actor=stage.everybody.actor("decider"),
        question=first_question(sitting),
        kind="void",
        right=[],
        reason="题意不清",
        at=AT,
    )
    with pytest.raises(NotAllowed):
        agree_ruling(actor=stage.everybody.actor("decider"), ruling=ruling, at=AT)
    assert Sitting.objects.get().score == 0


def test_a_dispute_is_filed_once_by_who_sat_and_is_answered_with_a_reason(stage: ExamStage) -> None:
    sitting = sat(stage, {})
    with pytest.raises(NotFound):
        dispute_question(actor=stage.everybody.actor("student"), sitting=sitting, place=0, text="不对", at=AT)
    dispute_question(actor=stage.everybody.actor("adult"), sitting=sitting, place=0, text="不对", at=AT)
    with pytest.raises(AlreadyDone):
        dispute_question(actor=stage.everybody.actor("adult"), sitting=sitting, place=0, text="还是不对", at=AT)
    question = first_question(sitting)
    assert dismiss_disputes(actor=stage.everybody.actor("decider"), question=question, reason="题目无误", at=AT) == 1
    row = Dispute.objects.get()
    assert (row.state, row.reason) == ("dismissed", "题目无误")


RULES: dict[str, Any] = {
    "family": FAMILY,
    "starts_on": date(2026, 3, 2),
    "minutes": 60,
    "retake_days": 30,
    "partial": True,
    "parts": PARTS,
    "text_zh": "办法",
    "text_en": "Rules",
}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"family": "painter"}, "family"),
        ({"minutes": 0}, "minutes"),
        ({"retake_days": -1}, "retake_days"),
        ({"parts": PARTS[:2]}, "parts"),
        ({"parts": (Part(QuestionKind.SINGLE, 0, 10), *PARTS)}, "parts"),
        ({"text_en": ""}, "text_zh"),
    ],
)
def test_rules_that_cannot_stand_are_refused_with_their_field(
    everybody: Everybody, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        draft_rules(actor=everybody.actor("reviewer"), at=AT, **(RULES | changes))
    assert refused.value.data["field"] == field


def test_rules_wait_for_another_person_a_bank_and_their_day(everybody: Everybody) -> None:
    rules = draft_rules(actor=everybody.actor("decider"), at=AT, **RULES)
    with pytest.raises(NotAllowed):
        publish_rules(actor=everybody.actor("decider"), rules=rules, at=AT)
    other = draft_rules(actor=everybody.actor("reviewer"), at=AT, **RULES)
    with pytest.raises(Unavailable):
        publish_rules(actor=everybody.actor("decider"), rules=other, at=AT)
    with pytest.raises(Conflict):
        publish_rules(actor=everybody.actor("decider"), rules=other, at=AT + timedelta(days=2))
