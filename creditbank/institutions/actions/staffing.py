"""The first staff of an institution: a new person is invited and appointed in one step, by the office."""

from datetime import datetime

from django.db import transaction

from creditbank.audit.actor import Actor
from creditbank.institutions.actions.members import appoint_staff
from creditbank.institutions.models import Institution, Staff
from creditbank.people.invitations import invite_new_person
from creditbank.people.logins import IssuedCode


@transaction.atomic
def appoint_new_person(
    *, actor: Actor, at: datetime, institution: Institution, name: str, role: str
) -> tuple[Staff, IssuedCode]:
    """Invite a new person and give her a role; an administrator of the office does it. The code is shown once."""
    person, code = invite_new_person(actor=actor, at=at, name=name)
    return appoint_staff(actor=actor, at=at, institution=institution, person=person, role=role), code
