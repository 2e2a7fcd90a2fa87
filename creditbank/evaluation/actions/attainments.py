"""Skill certificates and honours that returns reported: the office confirms them, or does not (R-1.1, R-1.2)."""

from datetime import datetime
from typing import TypeVar

from django.db import transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.errors import Conflict, NotAllowed
from creditbank.evaluation.models import AttainmentState, CreditReturn, Honour, SkillCertificate
from creditbank.people.models import OfficeRole
from creditbank.people.rights import require_office

Attainment = TypeVar("Attainment", SkillCertificate, Honour)


def confirm_skill(*, actor: Actor, at: datetime, skill: SkillCertificate) -> SkillCertificate:
    """A reviewer confirms a reported skill certificate: from then on it counts for redemptions."""
    return _decide(actor, at, skill, AttainmentState.CONFIRMED)


def refuse_skill(*, actor: Actor, at: datetime, skill: SkillCertificate) -> SkillCertificate:
    """A reviewer does not confirm a reported skill certificate; its credits stand until the row is reversed."""
    return _decide(actor, at, skill, AttainmentState.WITHDRAWN)


def confirm_honour(*, actor: Actor, at: datetime, honour: Honour) -> Honour:
    """A reviewer confirms a reported honour: from then on it opens the champion route."""
    return _decide(actor, at, honour, AttainmentState.CONFIRMED)


def refuse_honour(*, actor: Actor, at: datetime, honour: Honour) -> Honour:
    """A reviewer does not confirm a reported honour; its credits stand until the row is reversed."""
    return _decide(actor, at, honour, AttainmentState.WITHDRAWN)


def skills_awaiting_office() -> list[SkillCertificate]:
    """Reported skill certificates, oldest first."""
    found = SkillCertificate.objects.filter(state=AttainmentState.REPORTED).order_by("pk")
    return list(found.select_related("account__student__person", "row__credit_return__institution"))


def honours_awaiting_office() -> list[Honour]:
    """Reported honours, oldest first."""
    found = Honour.objects.filter(state=AttainmentState.REPORTED).order_by("pk")
    return list(found.select_related("account__student__person", "row__credit_return__institution"))


def reporters_of(credit_return: CreditReturn) -> set[int]:
    """The persons who uploaded, submitted or approved a return at its institution."""
    trio = (credit_return.uploaded_by_id, credit_return.submitted_by_id, credit_return.approved_by_id)
    return {person_id for person_id in trio if person_id is not None}


@transaction.atomic
def _decide(actor: Actor, at: datetime, attainment: Attainment, state: AttainmentState) -> Attainment:
    person_id = require_office(actor, OfficeRole.Role.REVIEWER, at=at)
    row = attainment.row
    if row is not None and person_id in reporters_of(row.credit_return):
        raise NotAllowed("申报的人不能确认自己申报的证书或荣誉。", code="same-person", clause="M-4")
    # One that is still reported changes; of two reviewers who act at once the second finds that it is decided.
    waiting = type(attainment).objects.filter(pk=attainment.pk, state=AttainmentState.REPORTED)
    if not waiting.update(state=state, decided_by_id=person_id, decided_at=at):
        raise Conflict("这一项已经办理过。", code="attainment-decided")
    attainment.refresh_from_db()
    kind = "skill" if isinstance(attainment, SkillCertificate) else "honour"
    record(
        actor=actor,
        at=at,
        action=f"{kind}.{state.value}",
        subject_kind=kind,
        subject_id=attainment.pk,
        holder_id=attainment.account.holder_id,
        clause="R-1.1" if kind == "skill" else "R-1.2",
        fields=["state"],
    )
    return attainment
