"""Who comes to sit at the office's desks: an administrator proposes, another person confirms.

The offices that decide, review, audit or administer are held by two persons' will. While nobody but the proposer could
confirm (the first days of a bank), a proposal takes effect at once. Ending an office takes one administrator: a right
that is wrongly held must go quickly.
"""

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import SYSTEM, Actor
from creditbank.errors import Conflict, NotAllowed
from creditbank.people.invitations import invite_new_person
from creditbank.people.logins import IssuedCode
from creditbank.people.models import OfficeProposal, OfficeRole, Person
from creditbank.people.rights import appoint_office, offices_of, others_hold, require_office

CONFIRMERS: Final = (OfficeRole.Role.ADMIN.value, OfficeRole.Role.DECIDER.value)
# The offices whose holders move credits, see everything, or make others' rights.
CONFIRMED: Final = frozenset({"reviewer", "decider", "auditor", "admin"})


@transaction.atomic
def propose_office(*, actor: Actor, at: datetime, person: Person, role: str) -> OfficeRole | OfficeProposal:
    """Let a person hold an office, as an administrator; the office itself when no second person is asked for.

    NotAllowed for oneself; Conflict when the office is held or proposed already.
    """
    if (
        actor == SYSTEM
        or role not in CONFIRMED
        or not others_hold(*CONFIRMERS, than=(actor.person_id, person.pk), at=at)
    ):
        return appoint_office(actor=actor, at=at, person=person, role=role)
    proposer = require_office(actor, OfficeRole.Role.ADMIN, at=at)
    if proposer == person.pk:
        raise NotAllowed("不能给自己安排岗位，请由另一位管理员办理。", code="own-office")
    if role in offices_of(person.pk, at):
        raise Conflict("这个人已经担任该岗位。", code="office-held")
    try:
        with transaction.atomic():
            proposal = OfficeProposal.objects.create(person=person, role=role, proposed_by_id=proposer, proposed_at=at)
    except IntegrityError:
        raise Conflict("已提议这个人担任该岗位，正等待确认。", code="office-proposed") from None
    _record(actor, at, "office.propose", proposal)
    return proposal


@transaction.atomic
def propose_new_person(
    *, actor: Actor, at: datetime, name: str, role: str
) -> tuple[OfficeRole | OfficeProposal, IssuedCode]:
    """Invite a new person and propose an office for her; her code comes back to be shown once."""
    person, code = invite_new_person(actor=actor, at=at, name=name)
    return propose_office(actor=actor, at=at, person=person, role=role), code


@transaction.atomic
def confirm_office(*, actor: Actor, at: datetime, proposal: OfficeProposal) -> OfficeRole:
    """Confirm a proposal: an administrator or decider who neither proposed it nor gets the office."""
    confirmer = require_office(actor, *CONFIRMERS, at=at)
    waiting = _waiting(proposal)
    if confirmer in (waiting.proposed_by_id, waiting.person_id):
        raise NotAllowed("岗位须由提议人和本人以外的另一人确认。", code="own-proposal")
    _answer(waiting, OfficeProposal.State.CONFIRMED, confirmer, at)
    try:
        with transaction.atomic():
            office = OfficeRole.objects.create(person=waiting.person, role=waiting.role, since=at)
    except IntegrityError:
        raise Conflict("这个人已经担任该岗位。", code="office-held") from None
    _record(actor, at, "office.confirm", waiting)
    return office


@transaction.atomic
def refuse_office(*, actor: Actor, at: datetime, proposal: OfficeProposal) -> OfficeProposal:
    """Refuse a proposal, or take one's own back: an administrator or decider."""
    answerer = require_office(actor, *CONFIRMERS, at=at)
    waiting = _waiting(proposal)
    _answer(waiting, OfficeProposal.State.REFUSED, answerer, at)
    _record(actor, at, "office.refuse", waiting)
    return waiting


def _waiting(proposal: OfficeProposal) -> OfficeProposal:
    waiting = OfficeProposal.objects.select_for_update(of=("self",)).select_related("person").get(pk=proposal.pk)
    if waiting.state != OfficeProposal.State.PROPOSED:
        raise Conflict("这项岗位提议已经有了结果。", code="proposal-answered")
    return waiting


def _answer(proposal: OfficeProposal, state: str, answerer: int, at: datetime) -> None:
    proposal.state, proposal.answered_by_id, proposal.answered_at = state, answerer, at
    proposal.save(update_fields=["state", "answered_by", "answered_at"])


def _record(actor: Actor, at: datetime, action: str, proposal: OfficeProposal) -> None:
    record(
        actor=actor,
        at=at,
        action=action,
        subject_kind="person",
        subject_id=proposal.person_id,
        clause="M-17",
        refs={"role": proposal.role, "proposal": proposal.pk},
    )
