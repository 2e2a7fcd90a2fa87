"""What reading a file of questions gives: the questions that can be asked, and what is wrong with the others."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from creditbank.errors import InvalidInput
from creditbank.examinations.questions import Question, checked_question

MOST_QUESTIONS: Final = 5_000
LARGEST_BYTES: Final = 10 << 20


@dataclass(frozen=True, slots=True)
class Problem:
    """A question that can't be taken, where it stands in the file, and why (a Chinese msgid with its data)."""

    place: str
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The questions of a file in their order, and the problems with the rest."""

    questions: tuple[Question, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One question as a format gives it, or why it could not be read."""

    place: str
    question: Question | None
    problem: str = ""


def collect(found: Iterable[Found]) -> Reading:
    """Check every question and that each key is given once; nothing is guessed, nothing is dropped in silence."""
    questions: dict[str, Question] = {}
    problems: list[Problem] = []
    for each in found:
        if len(questions) + len(problems) >= MOST_QUESTIONS:
            problems.append(Problem(each.place, "一个文件最多 5000 道题，后面的没有读。"))
            break
        problem = each.problem or _trouble(each.question, questions)
        if problem:
            problems.append(Problem(each.place, problem))
        elif each.question is not None:
            questions[each.question.key] = each.question
    return Reading(tuple(questions.values()), tuple(problems))


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8 (with or without BOM) or GB18030. ``InvalidInput`` for anything else or too much."""
    if len(data) > LARGEST_BYTES:
        raise InvalidInput("文件不能超过 10 MB。", field="file")
    if b"\0" in data:
        raise InvalidInput("这不是文本文件。", field="file")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidInput("文件须是 UTF-8 或 GB18030 编码。", field="file")


def _trouble(question: Question | None, known: dict[str, Question]) -> str:
    if question is None:
        return "没有读到题目。"
    if question.key in known:
        return "题目编号与前面的题重复。"
    try:
        checked_question(question)
    except InvalidInput as error:
        return error.message
    return ""
