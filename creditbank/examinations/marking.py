"""Marking: from saved answers to a result, with the rulings on disputed questions; the same answers, the same score."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from creditbank.clock import today
from creditbank.examinations.models import (
    BankQuestion,
    ExamResult,
    ResultState,
    Ruling,
    RulingKind,
    Sitting,
    SittingState,
)
from creditbank.examinations.papers import points_for
from creditbank.examinations.questions import Choice, Question
from creditbank.rulebook.reading import version_on


@dataclass(frozen=True, slots=True)
class Marked:
    """One question of a paper: the points it gave and could give."""

    question_id: int
    points: int
    most: int


def mark_sitting(sitting: Sitting, *, at: datetime) -> ExamResult:
    """Close a locked, open sitting at ``at``, and give its result, which counts at once."""
    sitting.state, sitting.handed_in_at = SittingState.MARKED, at
    _score(sitting)
    sitting.save(update_fields=["state", "handed_in_at", "score", "passed"])
    return ExamResult.objects.create(
        account=sitting.account,
        family=sitting.family,
        score=sitting.score or 0,
        taken_on=today(sitting.started_at),
        state=ResultState.CONFIRMED,
        sitting=sitting,
        recorded_at=at,
    )


def mark_again(sitting: Sitting) -> bool:
    """Mark a locked, marked sitting by the rulings as they stand now; whether its score changed."""
    before = sitting.score
    _score(sitting)
    if sitting.score == before:
        return False
    sitting.save(update_fields=["score", "passed"])
    ExamResult.objects.filter(sitting=sitting).update(score=sitting.score)
    return True


def marks_of(sitting: Sitting) -> list[Marked]:
    """The points of each question of a paper, in its order."""
    return next(iter(marks_of_many([sitting])))


def marks_of_many(sittings: Sequence[Sitting]) -> Iterator[list[Marked]]:
    """The points of each question of many papers, one list a paper; questions and rulings are read once for all."""
    ids = {pk for sitting in sittings for pk, _order, _points in sitting.paper}
    questions = {row.pk: row.value() for row in BankQuestion.objects.filter(pk__in=ids)}
    rulings = standing_rulings(ids)
    for sitting in sittings:
        yield _marks(sitting, questions, rulings)


def _marks(sitting: Sitting, questions: Mapping[int, Question], rulings: Mapping[int, Ruling]) -> list[Marked]:
    found: list[Marked] = []
    for place, (pk, order, points) in enumerate(sitting.paper):
        chosen = frozenset(order[shown] for shown in sitting.answers.get(str(place), []))
        given = _points(questions[pk], rulings.get(pk), chosen, points, partial=sitting.rules.partial)
        found.append(Marked(pk, given, points))
    return found


def standing_rulings(question_ids: Iterable[int]) -> Mapping[int, Ruling]:
    """By question: the ruling that counts, the last agreed one."""
    rows = Ruling.objects.filter(question_id__in=list(question_ids), agreed_by__isnull=False).order_by(
        "agreed_at", "id"
    )
    return {row.question_id: row for row in rows}


def _score(sitting: Sitting) -> None:
    sitting.score = sum(each.points for each in marks_of(sitting))
    mark = version_on(today(sitting.started_at)).value("exam_pass_mark", today(sitting.started_at)).value
    sitting.passed = sitting.score >= mark


def _points(question: Question, ruling: Ruling | None, chosen: frozenset[int], points: int, *, partial: bool) -> int:
    as_printed = points_for(question, chosen, points, partial=partial)
    if ruling is None:
        return as_printed
    if ruling.kind == RulingKind.VOID:
        return points
    right = set(ruling.right)
    choices = tuple(Choice(each.text, place in right) for place, each in enumerate(question.choices))
    # Whoever trusted the printed key keeps her points: a ruling gives, it never takes.
    return max(as_printed, points_for(replace(question, choices=choices), chosen, points, partial=partial))
