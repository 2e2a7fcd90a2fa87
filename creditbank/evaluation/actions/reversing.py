"""Corrections: an institution asks to take a credited achievement back, the office does it by a reversal (M-4).

Nothing is ever edited. When the row is reversed, the corrected achievement is reported again under its number and is
posted as the next revision.
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.errors import Conflict, InvalidInput, NotAllowed, NotFound
from creditbank.evaluation.actions.attainments import reporters_of
from creditbank.evaluation.models import (
    AttainmentState,
    Honour,
    ReturnRow,
    ReversalState,
    RowReversal,
    RowState,
    SkillCertificate,
)
from creditbank.evaluation.reading import may_see
from creditbank.evaluation.reasons import checked_reason
from creditbank.evaluation.tidings import tell_of_reversal
from creditbank.institutions.models import StaffRole
from creditbank.institutions.rights import require_good_standing, require_staff
from creditbank.ledger.books import line_by_source
from creditbank.ledger.lines import Reason
from creditbank.ledger.posting import reverse
from creditbank.ledger.retrying import retrying
from creditbank.people.models import OfficeRole
from creditbank.people.rights import require_office

REASONS = (Reason.CORRECTED, Reason.WITHDRAWN_BY_INSTITUTION, Reason.CREDITED_TWICE, Reason.FRAUD, Reason.OTHER)


@transaction.atomic
def ask_reversal(*, actor: Actor, at: datetime, row: ReturnRow, reason: Reason, note: str) -> RowReversal:
    """Staff of the institution ask to take back a posted row, with a coded reason and words.

    NotFound for outsiders, Conflict when the row is not posted or was asked for already.
    """
    credit_return = row.credit_return
    if not may_see(actor, credit_return.institution, at=at):
        raise NotFound("没有这项成果。", code="row-not-found")
    person_id = require_staff(actor, credit_return.institution, StaffRole.CLERK, StaffRole.APPROVER)
    require_good_standing(credit_return.institution)
    if reason not in REASONS:
        raise InvalidInput("冲正原因有误。", field="reason")
    current = ReturnRow.objects.select_for_update(no_key=True).get(pk=row.pk)
    if current.state != RowState.POSTED:
        raise Conflict("只有已入账的成果可以申请冲正。", code="row-state", state=current.state)
    try:
        with transaction.atomic():
            request = RowReversal.objects.create(
                row=row, reason=int(reason), note=checked_reason(note), asked_by_id=person_id, asked_at=at
            )
    except IntegrityError:
        raise Conflict("这项成果已经申请过冲正。", code="reversal-asked") from None
    _note(actor, at, request, "reversal.ask")
    tell_of_reversal(row, "evaluation.reversal-asked", at)
    return request


def decide_reversal(*, actor: Actor, at: datetime, request: RowReversal, accept: bool, note: str = "") -> RowReversal:
    """A reviewer reverses the credit, or refuses with words; not the person who asked, submitted or approved.

    What the student can no longer pay back is owed; the row's skill certificate or honour ends with it.
    """
    return retrying(lambda: _decide(actor, at, request.pk, accept=accept, note=note))


@transaction.atomic
def _decide(actor: Actor, at: datetime, request_id: int, *, accept: bool, note: str) -> RowReversal:
    person_id = require_office(actor, OfficeRole.Role.REVIEWER, at=at)
    request = RowReversal.objects.select_for_update(no_key=True).get(pk=request_id)
    row = request.row
    credit_return = row.credit_return
    if person_id in {request.asked_by_id, *reporters_of(credit_return)}:
        raise NotAllowed("申请冲正的人不能审核这项冲正。", code="same-person", clause="M-4")
    if request.state != ReversalState.ASKED:
        raise Conflict("这项冲正申请已经办结。", code="reversal-decided")
    request.decided_by_id = person_id
    request.decided_at = at
    request.decision_note = note.strip() if accept else checked_reason(note)
    request.state = ReversalState.DONE if accept else ReversalState.REFUSED
    request.save()
    if accept:
        _reverse(request, approver_id=person_id, at=at)
        tell_of_reversal(row, "evaluation.reversed", at)
    _note(actor, at, request, f"reversal.{request.state}")
    tell_of_reversal(row, "evaluation.reversal-decided", at)
    return request


def _reverse(request: RowReversal, *, approver_id: int, at: datetime) -> None:
    row = request.row
    earn = line_by_source(row.holder_id, row.source)
    if earn is None:
        raise NotFound("存折里没有这项成果。", code="line-missing")
    reverse(
        row.holder_id,
        earn.seq,
        reason=Reason(request.reason),
        actor_id=request.asked_by_id,
        approver_id=approver_id,
        at=at,
    )
    ReturnRow.objects.filter(pk=row.pk).update(state=RowState.REVERSED)
    for model in (SkillCertificate, Honour):
        ended = model.objects.filter(row=row).exclude(state=AttainmentState.WITHDRAWN)
        ended.update(state=AttainmentState.WITHDRAWN, decided_by_id=approver_id, decided_at=at)


def _note(actor: Actor, at: datetime, request: RowReversal, action: str) -> None:
    record(
        actor=actor,
        at=at,
        action=action,
        subject_kind="return-row",
        subject_id=request.row_id,
        holder_id=request.row.holder_id,
        clause="M-4",
        refs={"return": request.row.credit_return.number, "reason": request.reason},
    )
