"""One question of the bank as a value: its choices, which of them are right, its clause and difficulty (R-x.1)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from creditbank.errors import InvalidInput

LONGEST_TEXT: Final = 2_000
LONGEST_CHOICE: Final = 500
LONGEST_KEY: Final = 60
MOST_CHOICES: Final = 10
EASIEST, HARDEST = 1, 5
MIDDLE: Final = 3


class QuestionKind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true-false"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that may be chosen."""

    text: str
    right: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A question; ``key`` tells it from every other of its family's bank, ``clause`` says what it asks about.

    ``difficulty`` runs from 1 (easy) to 5 (hard). The choices of a true-false question are true, then false.
    """

    key: str
    kind: QuestionKind
    text: str
    choices: tuple[Choice, ...]
    clause: str = "R-x.1"
    difficulty: int = MIDDLE

    @property
    def right(self) -> tuple[int, ...]:
        """The places of the right choices, from 0."""
        return tuple(place for place, choice in enumerate(self.choices) if choice.right)


def checked_question(question: Question) -> Question:
    """The question, if it can be asked. ``InvalidInput`` names what is wrong with it (``field``)."""
    if not 0 < len(question.key) <= LONGEST_KEY:
        raise InvalidInput("题目编号须有 1 到 60 个字。", field="key")
    if not 0 < len(question.text.strip()) <= LONGEST_TEXT:
        raise InvalidInput("题干须有 1 到 2000 个字。", field="text")
    if not EASIEST <= question.difficulty <= HARDEST:
        raise InvalidInput("难度须在 1 到 5 之间。", field="difficulty")
    _check_choices(question)
    _check_key_of_answers(question)
    return question


def true_false(*, answer: bool) -> tuple[Choice, Choice]:
    """The two choices of a true-false question."""
    return Choice("正确", answer), Choice("错误", not answer)


def _check_choices(question: Question) -> None:
    if not 2 <= len(question.choices) <= MOST_CHOICES:
        raise InvalidInput("选项须有 2 到 10 个。", field="choices")
    if any(not 0 < len(choice.text.strip()) <= LONGEST_CHOICE for choice in question.choices):
        raise InvalidInput("每个选项须有 1 到 500 个字。", field="choices")
    if len({choice.text.strip() for choice in question.choices}) != len(question.choices):
        raise InvalidInput("选项不能重复。", field="choices")


def _check_key_of_answers(question: Question) -> None:
    count = len(question.right)
    if question.kind is QuestionKind.TRUE_FALSE and len(question.choices) != 2:
        raise InvalidInput("判断题只有正确和错误两个选项。", field="choices")
    if question.kind is not QuestionKind.MULTIPLE and count != 1:
        raise InvalidInput("单选题和判断题须有一个正确答案。", field="answer")
    if question.kind is QuestionKind.MULTIPLE and count < 2:
        raise InvalidInput("多选题须有两个以上正确答案。", field="answer")
