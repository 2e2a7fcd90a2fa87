"""Disputed questions: a student objects, two persons rule, and everybody who was asked is marked again (R-x.1)."""

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.errors import AlreadyDone, Conflict, InvalidInput, NotAllowed, NotFound
from creditbank.examinations.marking import mark_again
from creditbank.examinations.models import (
    BankQuestion,
    Dispute,
    DisputeState,
    Ruling,
    RulingKind,
    Sitting,
    SittingState,
)
from creditbank.people.rights import require_office

LONGEST_TEXT: Final = 1_000


@transaction.atomic
def dispute_question(*, actor: Actor, sitting: Sitting, place: int, text: str, at: datetime) -> Dispute:
    """Object to a question of one's own marked paper. ``AlreadyDone`` when it was objected to before."""
    if actor.person_id != sitting.account.student.person_id:
        raise NotFound
    if sitting.state != SittingState.MARKED:
        raise Conflict("交卷以后才能对题目提出异议。")
    if not 0 <= place < len(sitting.paper):
        raise InvalidInput("试卷里没有这道题。", field="place")
    if not 0 < len(text.strip()) <= LONGEST_TEXT:
        raise InvalidInput("请写明异议的内容，不超过 1000 字。", field="text")
    try:
        with transaction.atomic():
            row = Dispute.objects.create(
                sitting=sitting, question_id=sitting.paper[place][0], text=text.strip(), filed_at=at
            )
    except IntegrityError as error:
        raise AlreadyDone("这道题您已经提出过异议。", field="place") from error
    _audit(actor, at, "dispute-question", row.question_id)
    return row


@transaction.atomic
def propose_ruling(
    *, actor: Actor, question: BankQuestion, kind: str, right: list[int], reason: str, at: datetime
) -> Ruling:
    """Propose that a question counts for everyone (``void``), or that other choices are right (``key``).

    Raises ``InvalidInput`` for a kind, a choice or a reason that is none.
    """
    person_id = require_office(actor, "reviewer", "decider", at=at)
    if kind not in RulingKind.values:
        raise InvalidInput("须是全部得分或更正答案。", field="kind")
    if kind == RulingKind.KEY and (not right or not set(right) <= set(range(len(question.choices)))):
        raise InvalidInput("请选出正确的选项。", field="right")
    if not reason.strip():
        raise InvalidInput("请写明理由，考生会看到。", field="reason")
    row = Ruling.objects.create(
        question=question,
        kind=kind,
        right=sorted(set(right)) if kind == RulingKind.KEY else [],
        reason=reason.strip(),
        proposed_by_id=person_id,
        proposed_at=at,
    )
    _audit(actor, at, "propose-ruling", question.pk)
    return row


@transaction.atomic
def agree_ruling(*, actor: Actor, ruling: Ruling, at: datetime) -> Ruling:
    """Let a ruling count: every sitting that asked the question is marked again, and its disputes are upheld.

    A decider does, who did not propose it. No score sinks by a ruling.
    """
    person_id = require_office(actor, "decider", at=at)
    row = Ruling.objects.select_for_update().select_related("question").get(pk=ruling.pk)
    if row.agreed_by_id is not None:
        raise Conflict("这份处理意见已经确认过了。")
    if row.proposed_by_id == person_id:
        raise NotAllowed("提出的人不能自己确认，请由另一位同事办理。", clause="R-x.1")
    row.agreed_by_id, row.agreed_at = person_id, at
    row.save(update_fields=["agreed_by", "agreed_at"])
    row.sittings_changed = sum(_mark_all_again(row.question_id))
    row.save(update_fields=["sittings_changed"])
    _close(row.question_id, DisputeState.UPHELD, person_id, row.reason, at)
    _audit(actor, at, "agree-ruling", row.question_id)
    return row


@transaction.atomic
def dismiss_disputes(*, actor: Actor, question: BankQuestion, reason: str, at: datetime) -> int:
    """Answer every open dispute of a question that stays as it is, with the reason; how many were answered."""
    person_id = require_office(actor, "decider", at=at)
    if not reason.strip():
        raise InvalidInput("请写明理由，考生会看到。", field="reason")
    closed = _close(question.pk, DisputeState.DISMISSED, person_id, reason.strip(), at)
    _audit(actor, at, "dismiss-disputes", question.pk)
    return closed


def _mark_all_again(question_id: int) -> list[bool]:
    rows = Sitting.objects.select_for_update(of=("self",)).select_related("rules")
    marked = rows.filter(state=SittingState.MARKED, questions__question_id=question_id)
    return [mark_again(sitting) for sitting in marked.order_by("pk")]


def _close(question_id: int, state: DisputeState, person_id: int, reason: str, at: datetime) -> int:
    rows = Dispute.objects.filter(question_id=question_id, state=DisputeState.OPEN)
    return rows.update(state=state, decided_by_id=person_id, decided_at=at, reason=reason)


def _audit(actor: Actor, at: datetime, action: str, question_id: int) -> None:
    record(actor=actor, at=at, action=action, subject_kind="question", subject_id=str(question_id), clause="R-x.1")
