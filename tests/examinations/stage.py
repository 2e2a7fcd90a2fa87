"""A released bank, published rules, and who sits: for the tests of examinations."""

from dataclasses import dataclass
from datetime import date

from creditbank.examinations.bank import release_questions, write_question
from creditbank.examinations.models import BankQuestion, ExamRules, Sitting
from creditbank.examinations.papers import Part
from creditbank.examinations.questions import Choice, Question, QuestionKind, true_false
from creditbank.examinations.rules import draft_rules, publish_rules
from creditbank.examinations.sitting import begin_sitting
from tests.cast import AT
from tests.everybody import Everybody

FAMILY = "athlete"
PARTS = (Part(QuestionKind.SINGLE, 4, 10), Part(QuestionKind.MULTIPLE, 4, 10), Part(QuestionKind.TRUE_FALSE, 2, 10))


def small_bank() -> list[Question]:
    """Ten questions and two to spare; the first choice is right, of a multiple one the first two."""
    four = (Choice("甲", True), Choice("乙", False), Choice("丙", False), Choice("丁", False))
    three = (Choice("甲", True), Choice("乙", True), Choice("丙", False))
    singles = [Question(f"s{n}", QuestionKind.SINGLE, f"单选{n}？", four) for n in range(5)]
    multiples = [Question(f"m{n}", QuestionKind.MULTIPLE, f"多选{n}？", three) for n in range(5)]
    return [
        *singles,
        *multiples,
        *(Question(f"t{n}", QuestionKind.TRUE_FALSE, f"判断{n}。", true_false(answer=True)) for n in range(2)),
    ]


@dataclass(frozen=True)
class ExamStage:
    """What stands when a student may begin."""

    everybody: Everybody
    rules: ExamRules

    def begin(self, role: str = "adult") -> Sitting:
        """The role's student begins a sitting."""
        account = {"adult": self.everybody.adult, "student": self.everybody.cast.student}[role].account
        return begin_sitting(actor=self.everybody.actor(role), account=account, family=FAMILY, at=AT)


def set_exam_stage(everybody: Everybody, *, partial: bool = True, family: str = FAMILY) -> ExamStage:
    """Write the bank by one, release it by another; draft the rules by one, publish them by another."""
    writer, decider = everybody.actor("reviewer"), everybody.actor("decider")
    for question in small_bank():
        write_question(actor=writer, family=family, question=question, at=AT)
    release_questions(actor=decider, family=family, keys=[question.key for question in small_bank()], at=AT)
    rules = draft_rules(
        actor=writer,
        family=family,
        starts_on=date(2026, 3, 2),
        minutes=60,
        retake_days=30,
        partial=partial,
        parts=PARTS,
        text_zh="示例考试办法",
        text_en="Sample rules",
        at=AT,
        is_sample=True,
    )
    return ExamStage(everybody, publish_rules(actor=decider, rules=rules, at=AT))


def right_answers(sitting: Sitting, *, but: int = 0) -> dict[int, frozenset[int]]:
    """All right as shown, but for the first ``but`` questions, which are left out."""
    rows = BankQuestion.objects.in_bulk([pk for pk, _order, _points in sitting.paper])
    return {
        place: frozenset(order.index(right) for right in rows[pk].value().right)
        for place, (pk, order, _points) in enumerate(sitting.paper)
        if place >= but
    }
