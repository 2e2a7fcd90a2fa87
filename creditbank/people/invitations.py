"""Inviting a person of staff: a one-time code, with which she makes her own login and password.

Nobody else ever knows her password. The second factor is asked for at her first login
(:mod:`creditbank.people.second_factor`). A code works once, for fourteen days, and is kept as a keyed digest.
"""

import re
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from creditbank import ids
from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.errors import Conflict, InvalidInput, NotAllowed
from creditbank.people.logins import IssuedCode, create_login, create_person
from creditbank.people.models import Person, StaffInvitation, Student, User
from creditbank.people.rights import require_office
from creditbank.vault.sealing import keyed_digest

CODE_LENGTH: Final = 20
CODE_LIFE: Final = timedelta(days=14)


@transaction.atomic
def invite_new_person(*, actor: Actor, at: datetime, name: str) -> tuple[Person, IssuedCode]:
    """A new person of staff and her invitation; an administrator of the office does it."""
    require_office(actor, "admin", at=at)
    if not name.strip():
        raise InvalidInput("请填写姓名。", field="name")
    person = create_person(name=name, at=at)
    return person, invite(actor=actor, at=at, person=person)


@transaction.atomic
def invite(*, actor: Actor, at: datetime, person: Person) -> IssuedCode:
    """A fresh code for a person without a login; her earlier unused one ends. An administrator of the office does it.

    Conflict when she has a login; NotAllowed for a student or guardian, whose way is the opening slip. Show the code
    once: it is kept nowhere in clear.
    """
    maker = require_office(actor, "admin", at=at)
    if Student.objects.filter(person=person).exists() or person.wards.exists():
        raise NotAllowed("学生和监护人凭开户凭条上的激活码开通登录。", code="not-staff-person")
    if person.users.exists():
        raise Conflict("这个人已经有登录名，不用再邀请。", code="login-known")
    code = ids.new_code(CODE_LENGTH)
    StaffInvitation.objects.filter(person=person, used_at=None).delete()
    made = StaffInvitation.objects.create(
        person=person, code_hash=_digest(code), made_by_id=maker, made_at=at, expires_at=at + CODE_LIFE
    )
    record(actor=actor, at=at, action="staff.invite", subject_kind="person", subject_id=person.pk)
    return IssuedCode(person.pk, code, made.expires_at)


@transaction.atomic
def accept_invitation(*, at: datetime, code: str, username: str, password: str) -> User:
    """Make the login of the person whose code this is. InvalidInput, in the same words, for each bad code."""
    normal = re.sub(r"[\s-]", "", code).upper()
    waiting = StaffInvitation.objects.select_related("person").filter(used_at=None, expires_at__gt=at)
    found = waiting.filter(code_hash=_digest(normal)).first()
    if found is None or not StaffInvitation.objects.filter(pk=found.pk, used_at=None).update(used_at=at):
        raise InvalidInput("邀请码不正确，或已失效。", code="invitation-code", field="code")
    user = create_login(person=found.person, username=username, password=password, at=at)
    record(
        actor=Actor(found.person_id, found.person.name, "staff"),
        at=at,
        action="login.accept",
        subject_kind="person",
        subject_id=found.person_id,
        refs={"invited_by": found.made_by_id},
    )
    return user


def _digest(code: str) -> str:
    return keyed_digest("staff-invitation", code)
