"""Aiken: a question on a line, choices ``A.`` or ``A)`` below, then ``ANSWER: B``. Single choice only."""

import re
from collections.abc import Iterator
from typing import Final

from creditbank.examinations.bank_files import Found, Reading, collect, decoded
from creditbank.examinations.questions import Choice, Question, QuestionKind

_CHOICE: Final = re.compile(r"([A-Z])[.)]\s*(\S.*)")
_ANSWER: Final = re.compile(r"ANSWER:\s*([A-Z])\s*", re.IGNORECASE)


def read_aiken(data: bytes, *, prefix: str) -> Reading:
    """The questions of an Aiken file; keys are ``prefix-1`` … since the format has none."""
    return collect(_blocks(decoded(data), prefix))


def write_aiken(questions: list[Question]) -> tuple[str, list[str]]:
    """The single-choice questions as Aiken, and the keys of those that the format can't hold."""
    held = [each for each in questions if each.kind is not QuestionKind.MULTIPLE and "\n" not in each.text.strip()]
    blocks = [
        "\n".join(
            (
                question.text.strip(),
                *(f"{chr(65 + place)}. {choice.text.strip()}" for place, choice in enumerate(question.choices)),
                f"ANSWER: {chr(65 + question.right[0])}",
            )
        )
        for question in held
    ]
    left_out = [each.key for each in questions if each not in held]
    return "\n\n".join(blocks) + ("\n" if blocks else ""), left_out


def _blocks(text: str, prefix: str) -> Iterator[Found]:
    stem: list[str] = []
    choices: list[tuple[str, str]] = []
    first, number = 0, 0
    for row, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        answer, choice = _ANSWER.fullmatch(stripped), _CHOICE.fullmatch(stripped)
        if not stripped:
            continue
        first = first or row
        if answer:
            number += 1
            yield _found(f"{first}", f"{prefix}-{number}", stem, choices, answer.group(1).upper())
            stem, choices, first = [], [], 0
        elif choice and stem:
            choices.append((choice.group(1), choice.group(2)))
        elif choices:
            choices[-1] = (choices[-1][0], f"{choices[-1][1]} {stripped}")
        else:
            stem.append(stripped)
    if stem or choices:
        yield Found(f"{first}", None, "最后一道题没有 ANSWER 行。")


def _found(place: str, key: str, stem: list[str], choices: list[tuple[str, str]], answer: str) -> Found:
    letters = [letter for letter, _text in choices]
    if letters != [chr(65 + position) for position in range(len(letters))]:
        return Found(place, None, "选项的字母须从 A 起依次排列。")
    if answer not in letters:
        return Found(place, None, "ANSWER 指的选项不存在。")
    made = tuple(Choice(text, letter == answer) for letter, text in choices)
    return Found(place, Question(key, QuestionKind.SINGLE, " ".join(stem), made))
