"""Questions in an Excel file: one row a question, columns by their header, in any order."""

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import python_calamine
import xlsxwriter

from creditbank.errors import InvalidInput
from creditbank.examinations.bank_files import LARGEST_BYTES, MOST_QUESTIONS, Found, Reading, collect
from creditbank.examinations.questions import MIDDLE, Choice, Question, QuestionKind, true_false

LETTERS: Final = "ABCDEFGHIJ"
COLUMNS: Final = ("编号", "题型", "题目", *LETTERS, "答案", "条款", "难度")
REQUIRED: Final = ("编号", "题型", "题目", "答案")
KINDS: Final = {"单选": QuestionKind.SINGLE, "多选": QuestionKind.MULTIPLE, "判断": QuestionKind.TRUE_FALSE}
_KIND_NAMES: Final = {kind: name for name, kind in KINDS.items()}
_TRUTH: Final = {"正确": True, "对": True, "T": True, "错误": False, "错": False, "F": False}
_MOST_COLUMNS: Final = 40


def read_question_sheet(data: bytes) -> Reading:
    """The questions of the first sheet. ``InvalidInput`` for a file that is none, or without the columns needed."""
    if len(data) > LARGEST_BYTES:
        raise InvalidInput("文件不能超过 10 MB。", field="file")
    try:
        book = python_calamine.load_workbook(io.BytesIO(data))
        rows = book.get_sheet_by_index(0).to_python(nrows=MOST_QUESTIONS + 2)
    except (python_calamine.CalamineError, OSError, IndexError) as error:
        raise InvalidInput("这不是可以打开的 Excel 文件。", field="file") from error
    if not rows:
        raise InvalidInput("文件里没有题目。", field="file")
    header = [_shown(cell) for cell in rows[0][:_MOST_COLUMNS]]
    missing = [name for name in REQUIRED if header.count(name) != 1]
    if missing:
        raise InvalidInput("缺少这一列，或有两列：%(column)s", field="file", column=missing[0])
    return collect(_found(number, header, row) for number, row in enumerate(rows[1:], start=2) if any(map(_shown, row)))


def write_question_sheet(questions: Sequence[Question]) -> bytes:
    """The questions as .xlsx; every cell is text. :func:`read_question_sheet` reads back the same."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("题库")
    for row, cells in enumerate([COLUMNS, *(_cells(question) for question in questions)]):
        for column, text in enumerate(cells):
            sheet.write_string(row, column, text)
    sheet.freeze_panes(1, 0)
    sheet.set_column(2, 2, 60)
    book.close()
    return target.getvalue()


def _found(number: int, header: list[str], row: Sequence[object]) -> Found:
    cells = {name: _shown(cell) for name, cell in zip(header, row, strict=False) if name}
    kind = KINDS.get(cells.get("题型", ""))
    place = f"第 {number} 行"
    if kind is None:
        return Found(place, None, "题型须是单选、多选或判断。")
    difficulty = cells.get("难度", "") or str(MIDDLE)
    if not difficulty.isdecimal():
        return Found(place, None, "难度须在 1 到 5 之间。")
    choices = _choices(kind, cells)
    if choices is None:
        return Found(place, None, "答案须是选项的字母，判断题写正确或错误。")
    clause = cells.get("条款", "") or "R-x.1"
    return Found(place, Question(cells["编号"], kind, cells["题目"], choices, clause, int(difficulty)))


def _choices(kind: QuestionKind, cells: Mapping[str, str]) -> tuple[Choice, ...] | None:
    answer = cells["答案"].upper()
    if kind is QuestionKind.TRUE_FALSE:
        truth = _TRUTH.get(answer)
        return None if truth is None else true_false(answer=truth)
    letters = {each for each in answer if each not in " ,，、;；"}
    given = [(letter, cells[letter]) for letter in LETTERS if cells.get(letter)]
    if not letters or not letters <= {letter for letter, _text in given}:
        return None
    return tuple(Choice(text, letter in letters) for letter, text in given)


def _shown(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _cells(question: Question) -> Iterator[str]:
    truth = question.kind is QuestionKind.TRUE_FALSE
    texts = [] if truth else [choice.text for choice in question.choices]
    answer = question.choices[question.right[0]].text if truth else "".join(LETTERS[place] for place in question.right)
    yield from (question.key, _KIND_NAMES[question.kind], question.text)
    yield from (*texts, *[""] * (len(LETTERS) - len(texts)))
    yield from (answer, question.clause, str(question.difficulty))
