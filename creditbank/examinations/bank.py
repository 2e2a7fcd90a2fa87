"""Verbs of the bank: write a question, import a file of them, release and retire by another person (R-x.1)."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Max

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.clock import today
from creditbank.errors import Conflict, InvalidInput, NotAllowed
from creditbank.examinations.aiken import read_aiken, write_aiken
from creditbank.examinations.bank_files import Reading
from creditbank.examinations.gift import read_gift, write_gift
from creditbank.examinations.models import BankQuestion, QuestionState
from creditbank.examinations.qti import read_qti, write_qti
from creditbank.examinations.question_sheet import read_question_sheet, write_question_sheet
from creditbank.examinations.questions import Question, checked_question
from creditbank.people.rights import require_office
from creditbank.rulebook.reading import version_on

FORMATS: Final = ("gift", "aiken", "qti", "xlsx")


def read_questions(data: bytes, form: str, *, prefix: str) -> Reading:
    """The questions of a file in one of :data:`FORMATS`; reading changes nothing. ``InvalidInput`` for a bad file."""
    if form == "gift":
        return read_gift(data, prefix=prefix)
    if form == "aiken":
        return read_aiken(data, prefix=prefix)
    if form == "qti":
        return read_qti(data)
    if form == "xlsx":
        return read_question_sheet(data)
    raise InvalidInput("格式须是 GIFT、Aiken、QTI 或 Excel。", field="format")


@transaction.atomic
def write_question(*, actor: Actor, family: str, question: Question, at: datetime) -> BankQuestion:
    """Write a question, or the next revision of one; it is asked once another person released it.

    A draft of the same key is replaced. Raises ``InvalidInput`` for an unknown family or clause, or a question that
    can't be asked.
    """
    person_id = require_office(actor, "reviewer", "decider", "admin", at=at)
    law = version_on(today(at))
    if family not in law.families:
        raise InvalidInput("没有这一类证书考试。", field="family", clause="R-x.1")
    if checked_question(question).clause not in law.clauses:
        raise InvalidInput("没有这一条款。", field="clause")
    rows = BankQuestion.objects.filter(family=family, key=question.key)
    rows.filter(state=QuestionState.DRAFT).delete()
    last = rows.aggregate(last=Max("revision"))["last"] or 0
    row = BankQuestion.objects.create(
        family=family,
        key=question.key,
        revision=last + 1,
        kind=question.kind,
        text=question.text.strip(),
        choices=[[choice.text.strip(), choice.right] for choice in question.choices],
        clause=question.clause,
        difficulty=question.difficulty,
        written_by_id=person_id,
        written_at=at,
    )
    _audit(actor, at, "write-question", row)
    return row


@transaction.atomic
def import_questions(*, actor: Actor, family: str, reading: Reading, at: datetime) -> list[BankQuestion]:
    """Write every question of a file as a draft, or none: ``Conflict`` while the file still has problems."""
    if reading.problems:
        raise Conflict("文件里还有 %(count)s 个问题，请先改好。", count=len(reading.problems), code="file-has-problems")
    if not reading.questions:
        raise InvalidInput("文件里没有题目。", field="file")
    return [write_question(actor=actor, family=family, question=each, at=at) for each in reading.questions]


@transaction.atomic
def release_questions(*, actor: Actor, family: str, keys: list[str], at: datetime) -> int:
    """Release the drafts of these keys; how many were released. The revision before is retired in the same step.

    Raises ``NotAllowed`` when one of them was written by the actor: nothing is released then.
    """
    person_id = require_office(actor, "reviewer", "decider", "admin", at=at)
    rows = BankQuestion.objects.select_for_update().filter(family=family, key__in=keys, state=QuestionState.DRAFT)
    drafts = list(rows.order_by("pk"))
    if any(row.written_by_id == person_id for row in drafts):
        raise NotAllowed("写题的人不能自己放行，请由另一位同事办理。", clause="R-x.1")
    for row in drafts:
        BankQuestion.objects.filter(family=family, key=row.key, state=QuestionState.RELEASED).update(
            state=QuestionState.RETIRED, retired_at=at
        )
        row.state, row.released_by_id, row.released_at = QuestionState.RELEASED, person_id, at
        row.save(update_fields=["state", "released_by", "released_at"])
        _audit(actor, at, "release-question", row)
    return len(drafts)


@transaction.atomic
def retire_question(*, actor: Actor, question: BankQuestion, at: datetime) -> BankQuestion:
    """Ask a question no more. Sittings that have it go on."""
    require_office(actor, "reviewer", "decider", "admin", at=at)
    row = BankQuestion.objects.select_for_update().get(pk=question.pk)
    if row.state != QuestionState.RELEASED:
        raise Conflict("只有在用的题目可以停用。")
    row.state, row.retired_at = QuestionState.RETIRED, at
    row.save(update_fields=["state", "retired_at"])
    _audit(actor, at, "retire-question", row)
    return row


@transaction.atomic
def export_questions(*, actor: Actor, family: str, form: str, at: datetime) -> tuple[bytes, list[str]]:
    """The questions that are asked now in one of :data:`FORMATS`, and the keys that the format can't hold.

    The file holds the answers, so it is recorded who took it. ``NotAllowed`` for whoever doesn't work on the bank.
    """
    require_office(actor, "reviewer", "decider", "admin", at=at)
    questions = [question for _pk, question in released_bank(family).values()]
    left_out: list[str] = []
    if form == "gift":
        content = write_gift(questions).encode()
    elif form == "aiken":
        text, left_out = write_aiken(questions)
        content = text.encode()
    elif form == "qti":
        content = write_qti(questions)
    elif form == "xlsx":
        content = write_question_sheet(questions)
    else:
        raise InvalidInput("格式须是 GIFT、Aiken、QTI 或 Excel。", field="format")
    record(actor=actor, at=at, action="export-questions", subject_kind="question", subject_id=family, clause="R-x.1")
    return content, left_out


def released_bank(family: str) -> dict[str, tuple[int, Question]]:
    """By key: the id and the value of every question that is asked now."""
    rows = BankQuestion.objects.filter(family=family, state=QuestionState.RELEASED)
    return {row.key: (row.pk, row.value()) for row in rows}


def _audit(actor: Actor, at: datetime, action: str, row: BankQuestion) -> None:
    record(
        actor=actor,
        at=at,
        action=action,
        subject_kind="question",
        subject_id=f"{row.family}:{row.key}:{row.revision}",
        clause="R-x.1",
    )
