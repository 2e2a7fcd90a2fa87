"""What people read of examinations: how a student stands, her marked paper, the rules of a day, how questions did."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from creditbank.clock import today
from creditbank.errors import Conflict
from creditbank.examinations.marking import marks_of, marks_of_many, standing_rulings
from creditbank.examinations.models import (
    BankQuestion,
    Dispute,
    ExamRules,
    ExamRulesState,
    Ruling,
    RulingKind,
    Sitting,
    SittingState,
)
from creditbank.examinations.statistics import ItemStatistics, item_statistics
from creditbank.people.models import Account
from creditbank.rulebook.reading import version_on

# Statistics look back over so many sittings, the newest first: the work stays bounded, the figures stay fresh.
MOST_SITTINGS: Final = 2_000


@dataclass(frozen=True, slots=True)
class FamilyExam:
    """How a student stands with one family's examination on a day.

    ``again_on`` is the first day of another attempt, ``None`` when nothing has to be waited for.
    """

    family: str
    rules: ExamRules | None
    running: Sitting | None
    last: Sitting | None
    best: int | None
    again_on: date | None

    @property
    def may_begin(self) -> bool:
        """Whether an attempt can begin now, as far as this examination goes."""
        return self.rules is not None and self.running is None and self.again_on is None


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """A choice of a marked question, as it stood on the paper."""

    text: str
    chosen: bool
    right: bool


@dataclass(frozen=True, slots=True)
class MarkedQuestion:
    """A question of a marked paper with its key, its points, the ruling that counts, and the student's objection."""

    place: int
    text: str
    choices: tuple[ShownChoice, ...]
    points: int
    most: int
    clause: str
    ruling: Ruling | None
    dispute: Dispute | None


def pass_mark(on: date) -> int:
    """The points out of 100 that pass, by the law in force on a day (I-4)."""
    return int(version_on(on).value("exam_pass_mark", on).value)


def exam_of(account: Account, family: str, at: datetime) -> FamilyExam:
    """How the student stands with one family's examination."""
    on = today(at)
    rules = ExamRules.objects.in_force(family, on)
    rows = Sitting.objects.filter(account=account, family=family)
    running = rows.filter(state=SittingState.OPEN).first()
    last = rows.filter(state=SittingState.MARKED).first()
    scores = [score for score in rows.values_list("score", flat=True) if score is not None]
    again = today(last.started_at) + timedelta(days=rules.retake_days) if last and rules else None
    return FamilyExam(family, rules, running, last, max(scores, default=None), again if again and again > on else None)


def exams_of(account: Account, at: datetime) -> list[FamilyExam]:
    """How the student stands with every family of the law in force."""
    return [exam_of(account, family, at) for family in version_on(today(at)).families]


def marked_paper(sitting: Sitting) -> list[MarkedQuestion]:
    """A marked paper with its key. ``Conflict`` for an open one: its key is shown to nobody."""
    if sitting.state != SittingState.MARKED:
        raise Conflict("交卷评分以后才能看答案。", code="sitting-open", clause="R-x.1")
    ids = [pk for pk, _order, _points in sitting.paper]
    rows, rulings = BankQuestion.objects.in_bulk(ids), standing_rulings(ids)
    disputes = {row.question_id: row for row in sitting.disputes.all()}
    found: list[MarkedQuestion] = []
    for place, marked in enumerate(marks_of(sitting)):
        pk, order, _points = sitting.paper[place]
        row, ruling = rows[pk], rulings.get(pk)
        right = set(ruling.right) if ruling and ruling.kind == RulingKind.KEY else set(row.value().right)
        chosen = set(sitting.answers.get(str(place), []))
        choices = tuple(
            ShownChoice(row.choices[each][0], shown in chosen, each in right) for shown, each in enumerate(order)
        )
        found.append(
            MarkedQuestion(place, row.text, choices, marked.points, marked.most, row.clause, ruling, disputes.get(pk))
        )
    return found


def published_rules() -> dict[str, list[ExamRules]]:
    """Every published set of rules by family, the newest first."""
    found: dict[str, list[ExamRules]] = {}
    for row in ExamRules.objects.filter(state=ExamRulesState.PUBLISHED):
        found.setdefault(row.family, []).append(row)
    return found


def statistics_of(question_ids: Iterable[int]) -> Mapping[int, ItemStatistics]:
    """By question: how it did in the newest marked sittings that asked any of these; none for one never asked."""
    asked = set(question_ids)
    rows = Sitting.objects.filter(state=SittingState.MARKED, questions__question_id__in=asked).distinct()
    sittings = list(rows.select_related("rules").order_by("-id")[:MOST_SITTINGS])
    answers: dict[int, list[tuple[float, float]]] = {}
    for marks in marks_of_many(sittings):
        total = sum(each.points for each in marks)
        for each in marks:
            if each.question_id in asked:
                pair = (each.points / each.most, float(total - each.points))
                answers.setdefault(each.question_id, []).append(pair)
    return {question_id: item_statistics(pairs) for question_id, pairs in answers.items()}
