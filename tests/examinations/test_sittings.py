"""A sitting: the server keeps the time, nothing saved is lost, one attempt at a time, and its result counts."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import timedelta

import pytest
from django.db import connections

from creditbank.errors import Conflict, InvalidInput, NotFound, Refused
from creditbank.examinations.models import ExamResult, ExamRules, Sitting, SittingState
from creditbank.examinations.sitting import (
    asked_questions,
    begin_sitting,
    close_overdue,
    hand_in,
    save_answers,
)
from creditbank.ledger.retrying import retrying
from creditbank.redemption.eligibility import decision_for
from tests.cast import AT
from tests.everybody import Everybody
from tests.examinations.stage import FAMILY, ExamStage, right_answers, set_exam_stage

MINUTE = timedelta(minutes=1)


@pytest.fixture
def stage(everybody: Everybody) -> ExamStage:
    return set_exam_stage(everybody)


@pytest.mark.django_db
def test_all_right_is_a_hundred_and_the_pass_counts_in_a_decision(stage: ExamStage) -> None:
    account, actor = stage.everybody.adult.account, stage.everybody.actor("adult")
    before = decision_for(account, "certificate.athlete.3", AT).requirement("exam")
    assert before is not None
    assert not before.met
    sitting = stage.begin()
    save_answers(actor=actor, sitting=sitting, answers=right_answers(sitting), save=1, at=AT + MINUTE)
    handed = hand_in(actor=actor, sitting=sitting, at=AT + 2 * MINUTE)
    assert (handed.score, handed.passed, handed.state) == (100, True, SittingState.MARKED)
    after = decision_for(account, "certificate.athlete.3", AT + 3 * MINUTE).requirement("exam")
    assert after is not None
    assert after.met


@pytest.mark.django_db
def test_what_is_left_out_gives_nothing_and_part_of_a_multiple_gives_half(stage: ExamStage) -> None:
    actor, sitting = stage.everybody.actor("adult"), stage.begin()
    answers = right_answers(sitting, but=2)
    several = next(place for place, chosen in answers.items() if len(chosen) == 2)
    answers[several] = frozenset(list(answers[several])[:1])
    save_answers(actor=actor, sitting=sitting, answers=answers, save=1, at=AT)
    assert hand_in(actor=actor, sitting=sitting, at=AT).score == 100 - 20 - 5


@pytest.mark.django_db
def test_nothing_that_is_shown_tells_which_choice_is_right(stage: ExamStage) -> None:
    sitting = stage.begin()
    shown = [asdict(asked) for asked in asked_questions(sitting)]
    fields = {"place", "kind", "text", "choices", "points", "chosen"}
    assert all(set(asked) == fields for asked in shown)
    assert "True" not in json.dumps(shown, default=list)
    orders = {tuple(order) for _pk, order, _points in stage.begin("student").paper} | {
        tuple(order) for _pk, order, _points in sitting.paper
    }
    assert len(orders) > 3


@pytest.mark.django_db
def test_an_older_save_never_overwrites_a_newer_one(stage: ExamStage) -> None:
    actor, sitting = stage.everybody.actor("adult"), stage.begin()
    save_answers(actor=actor, sitting=sitting, answers={0: frozenset({1})}, save=5, at=AT)
    save_answers(actor=actor, sitting=sitting, answers={0: frozenset({2})}, save=4, at=AT)
    sitting.refresh_from_db()
    assert (sitting.answers, sitting.saved) == ({"0": [1]}, 5)


@pytest.mark.django_db
def test_after_the_time_nothing_is_saved_and_what_was_saved_is_marked(stage: ExamStage) -> None:
    actor, sitting = stage.everybody.actor("adult"), stage.begin()
    save_answers(actor=actor, sitting=sitting, answers=right_answers(sitting), save=1, at=AT + 60 * MINUTE)
    with pytest.raises(Conflict):
        save_answers(actor=actor, sitting=sitting, answers={}, save=2, at=AT + 61 * MINUTE)
    assert close_overdue(at=AT + 60 * MINUTE) == 0
    assert close_overdue(at=AT + 61 * MINUTE) == 1
    assert close_overdue(at=AT + 62 * MINUTE) == 0
    sitting.refresh_from_db()
    assert (sitting.score, sitting.handed_in_at) == (100, sitting.ends_at)


@pytest.mark.django_db
def test_a_second_attempt_waits_for_the_first_and_for_the_interval(stage: ExamStage) -> None:
    actor, account = stage.everybody.actor("adult"), stage.everybody.adult.account
    first = stage.begin()
    with pytest.raises(Conflict):
        stage.begin()
    hand_in(actor=actor, sitting=first, at=AT + MINUTE)
    with pytest.raises(Refused) as refused:
        begin_sitting(actor=actor, account=account, family=FAMILY, at=AT + timedelta(days=29))
    assert (refused.value.clause, refused.value.data["day"]) == ("R-x.1", "2026-04-01")
    again = begin_sitting(actor=actor, account=account, family=FAMILY, at=AT + timedelta(days=30))
    assert again.pk != first.pk
    assert ExamResult.objects.get(sitting=first).score == 0


@pytest.mark.django_db
def test_handed_in_twice_it_is_marked_once(stage: ExamStage) -> None:
    actor, sitting = stage.everybody.actor("adult"), stage.begin()
    for _again in range(2):
        hand_in(actor=actor, sitting=sitting, at=AT)
    assert ExamResult.objects.filter(sitting=sitting).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["public", "outsider", "guardian", "student", "reviewer", "admin"])
def test_nobody_else_touches_a_sitting(stage: ExamStage, role: str) -> None:
    sitting, stranger = stage.begin(), stage.everybody.actor(role)
    with pytest.raises(NotFound):
        save_answers(actor=stranger, sitting=sitting, answers={}, save=1, at=AT)
    with pytest.raises(NotFound):
        hand_in(actor=stranger, sitting=sitting, at=AT)
    with pytest.raises(NotFound):
        begin_sitting(actor=stranger, account=stage.everybody.adult.account, family=FAMILY, at=AT)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "answers", [{10: frozenset({0})}, {-1: frozenset({0})}, {0: frozenset({9})}, {0: frozenset({-1})}]
)
def test_an_answer_that_the_paper_does_not_have_is_refused(
    stage: ExamStage, answers: dict[int, frozenset[int]]
) -> None:
    sitting = stage.begin()
    with pytest.raises(InvalidInput):
        save_answers(actor=stage.everybody.actor("adult"), sitting=sitting, answers=answers, save=1, at=AT)
    assert Sitting.objects.get().answers == {}


@pytest.mark.django_db
def test_without_published_rules_nobody_sits(everybody: Everybody) -> None:
    set_exam_stage(everybody)
    ExamRules.objects.update(state="draft", published_by=None)
    with pytest.raises(Refused) as refused:
        begin_sitting(actor=everybody.actor("adult"), account=everybody.adult.account, family=FAMILY, at=AT)
    assert refused.value.reason == "no-exam-rules"


@pytest.mark.django_db(transaction=True)
def test_eight_beginnings_at_once_are_one_sitting(everybody: Everybody) -> None:
    stage = set_exam_stage(everybody)

    def run(_number: int) -> bool:
        try:
            retrying(stage.begin)
        except Conflict:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as clients:
        begun = list(clients.map(run, range(8)))
    assert sum(begun) == 1
    assert Sitting.objects.count() == 1
