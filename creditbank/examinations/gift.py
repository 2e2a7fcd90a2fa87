"""GIFT, Moodle's text format: ``::key:: text { =right ~wrong }``, ``{T}``, ``{~%50%a ~%50%b ~%-100%c}``.

The clause and the difficulty stand in the tag comment before a question: ``// [tag:clause=R-1.1] [tag:difficulty=3]``.
Other kinds of question (numbers, matching, essays) are named as problems. Feedback (``#``) is read over.
"""

import re
from collections.abc import Iterator
from typing import Final

from creditbank.examinations.bank_files import Found, Reading, collect, decoded
from creditbank.examinations.questions import MIDDLE, Choice, Question, QuestionKind, true_false

_TITLE: Final = re.compile(r"::((?:\\.|[^\\])*?)::", re.DOTALL)
_FORMAT: Final = re.compile(r"^\[(?:html|moodle|plain|markdown)\]")
_TAG: Final = re.compile(r"\[tag:(clause|difficulty)=([^\]\s]+)\]")
_ID: Final = re.compile(r"\[id:([^\]\s]+)\]")
_WEIGHT: Final = re.compile(r"%(-?\d{1,3}(?:\.\d{1,5})?)%")
_TRUTH: Final = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_ESCAPED: Final = re.compile(r"\\([~=#{}:\\n])")
_TO_ESCAPE: Final = re.compile(r"([~=#{}:\\])")
_SIGNED_PART: Final = re.compile(r"([=~])((?:\\.|[^=~\\])*)", re.DOTALL)


def read_gift(data: bytes, *, prefix: str) -> Reading:
    """The questions of a GIFT file; one without ``::key::`` or ``[id:key]`` is ``prefix-<its place>``."""
    return collect(_found(*block, prefix=prefix) for block in _blocks(decoded(data)))


def write_gift(questions: list[Question]) -> str:
    """The questions as GIFT; :func:`read_gift` reads back the same."""
    return "\n".join(_block(question) for question in questions)


def _blocks(text: str) -> Iterator[tuple[int, int, str, str]]:
    """(number, line, comments, body) of each question; blank lines end a question."""
    number, first = 0, 0
    comments: list[str] = []
    body: list[str] = []
    for row, line in enumerate([*text.splitlines(), ""], start=1):
        stripped = line.strip()
        if stripped.startswith("//"):
            comments.append(stripped)
        elif stripped and not stripped.startswith("$CATEGORY:"):
            first = first or row
            body.append(line)
        elif body and not _inside_answers(body):
            number += 1
            yield number, first, " ".join(comments), "\n".join(body)
            comments, body, first = [], [], 0
    if body:
        yield number + 1, first, " ".join(comments), "\n".join(body)


def _inside_answers(body: list[str]) -> bool:
    plain = re.sub(r"\\.", "", "\n".join(body))
    return plain.count("{") > plain.count("}")


def _found(number: int, row: int, comments: str, body: str, *, prefix: str) -> Found:
    place = str(row)
    title = _TITLE.match(body.strip())
    rest = body.strip()[title.end() :] if title else body.strip()
    answers = re.search(r"(?<!\\)\{((?:\\.|[^\\}])*)\}", rest, re.DOTALL)
    if answers is None:
        return Found(place, None, "没有花括号里的答案，或答案没有结束。")
    stem = _FORMAT.sub("", (rest[: answers.start()] + " " + rest[answers.end() :]).strip())
    identity = _ID.search(comments)
    key = _plain(title.group(1)) if title else identity.group(1) if identity else f"{prefix}-{number}"
    tags = dict(_TAG.findall(comments))
    made = _answered(answers.group(1).strip())
    if isinstance(made, str):
        return Found(place, None, made)
    kind, choices = made
    difficulty = int(tags["difficulty"]) if tags.get("difficulty", "").isdecimal() else MIDDLE
    return Found(place, Question(key, kind, _plain(stem), choices, tags.get("clause", "R-x.1"), difficulty))


def _answered(text: str) -> tuple[QuestionKind, tuple[Choice, ...]] | str:
    truth = _TRUTH.get(text.partition("#")[0].strip().upper())
    if truth is not None:
        return QuestionKind.TRUE_FALSE, true_false(answer=truth)
    if text.startswith("#"):
        return "不能导入数值题。"
    parts = _SIGNED_PART.findall(text)
    if not parts or "".join(sign + part for sign, part in parts) != text.lstrip():
        return "不能导入这种题型，只收单选、多选和判断。"
    if any("->" in part for _sign, part in parts):
        return "不能导入连线题。"
    if all(sign == "=" for sign, _part in parts):
        return "不能导入填空题：没有错误选项。"
    weighted = [(sign, *_weight(part)) for sign, part in parts]
    rights = [sign == "=" or weight > 0 for sign, weight, _text in weighted]
    choices = tuple(Choice(_plain(text), right) for right, (_sign, _weight, text) in zip(rights, weighted, strict=True))
    return QuestionKind.SINGLE if sum(rights) == 1 else QuestionKind.MULTIPLE, choices


def _weight(part: str) -> tuple[float, str]:
    without_feedback = re.split(r"(?<!\\)#", part, maxsplit=1)[0].strip()
    weight = _WEIGHT.match(without_feedback)
    if weight is None:
        return 0.0, without_feedback
    return float(weight.group(1)), without_feedback[weight.end() :].strip()


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found.group(1) == "n" else found.group(1), text).strip()


def _escaped(text: str) -> str:
    return _TO_ESCAPE.sub(r"\\\1", text.strip()).replace("\n", "\\n")


def _block(question: Question) -> str:
    tags = f"// [tag:clause={question.clause}] [tag:difficulty={question.difficulty}]"
    return f"{tags}\n::{_escaped(question.key)}:: {_escaped(question.text)} {{{_written(question)}}}\n"


def _written(question: Question) -> str:
    if question.kind is QuestionKind.TRUE_FALSE:
        return "T" if question.choices[0].right else "F"
    if question.kind is QuestionKind.SINGLE:
        return " ".join(("=" if each.right else "~") + _escaped(each.text) for each in question.choices)
    share = f"{100 / len(question.right):.5f}"
    return " ".join(f"~%{share if each.right else -100}%{_escaped(each.text)}" for each in question.choices)
