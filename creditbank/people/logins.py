"""Logins: made with a one-time code from the opening slip, by a guardian for herself, or by the office for staff.

A code is kept as a keyed digest, works once, for one card, until it expires. A wrong card, a wrong code and a used code
get the same answer.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from creditbank import ids
from creditbank.audit.actions import record
from creditbank.audit.actor import SYSTEM, Actor
from creditbank.errors import AlreadyDone, Busy, InvalidInput, NotAllowed
from creditbank.limits.counting import count_up
from creditbank.messages.actions import send
from creditbank.people.consents import PRIVACY, require_current_version
from creditbank.people.documents import store_phone
from creditbank.people.guardians import guardians_of
from creditbank.people.identity_documents import canonical_text
from creditbank.people.models import (
    Account,
    ActivationCode,
    CodeRenewal,
    Guardianship,
    OfficeRole,
    Person,
    StudentCard,
    User,
)
from creditbank.people.names import clean_name, name_key, pinyin_key
from creditbank.people.rights import require_office
from creditbank.vault.sealing import keyed_digest

CODE_LENGTH: Final = 12
CODE_LIFE: Final = timedelta(days=90)
# After so many wrong codes for its card a code is dead, and must be renewed.
TRIES_PER_CODE: Final = 10
TRIES_PER_SOURCE: Final = 60
TRIES_WINDOW: Final = timedelta(minutes=10)
_USERNAME: Final = re.compile(r"[a-z][a-z0-9._-]{2,39}")
_LONG_NUMBER: Final = re.compile(r"\d{11,}")


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code as it is printed on a slip, once; ``repr`` does not show it."""

    person_id: int
    code: str = field(repr=False)
    expires_at: datetime


def create_person(*, name: str, at: datetime) -> Person:
    """A person by her name, in the forms that names are shown, compared and sorted by."""
    shown = clean_name(name)
    return Person.objects.create(name=shown, name_key=name_key(shown), name_pinyin=pinyin_key(shown), created_at=at)


@transaction.atomic
def create_staff_login(*, actor: Actor, at: datetime, person: Person, username: str, password: str) -> User:
    """Make a login for a person of staff: an administrator of the office does it, or the system for the first one."""
    if actor != SYSTEM or OfficeRole.objects.held_at(at).filter(role="admin", person__users__isnull=False).exists():
        require_office(actor, "admin", at=at)
    user = _create_user(person, username, password, at)
    record(actor=actor, at=at, action="login.create", subject_kind="person", subject_id=person.pk)
    return user


@transaction.atomic
def create_login(*, person: Person, username: str, password: str, at: datetime) -> User:
    """A login with a name and password of the person's own choice; whoever calls has made sure that it is she."""
    return _create_user(person, username, password, at)


@transaction.atomic
def register_guardian(
    *, actor: Actor, at: datetime, name: str, username: str, password: str, privacy_version: str, phone: str = ""
) -> User:
    """A guardian makes her own login, to agree and apply for a child (M-9); the privacy notice was read first.

    It gives no right to any student: that comes with an opening whose proof of guardianship was seen.
    """
    require_current_version(PRIVACY, privacy_version, at)
    person = create_person(name=name, at=at)
    user = _create_user(person, username, password, at)
    if phone:
        store_phone(person=person, number=phone, at=at)
    record(
        actor=actor,
        at=at,
        action="guardian.register",
        subject_kind="person",
        subject_id=person.pk,
        clause="M-9",
        fields=["name", *(["phone"] if phone else [])],
        refs={"privacy": privacy_version},
    )
    return user


def issue_activation_code(*, account: Account, person_id: int, at: datetime) -> IssuedCode:
    """A fresh code for a person's login to an account; her earlier unused codes for it end."""
    code = ids.new_code(CODE_LENGTH)
    account.activation_codes.filter(person_id=person_id, used_at=None).delete()
    made = ActivationCode.objects.create(
        account=account,
        person_id=person_id,
        code_hash=_code_hash(code),
        created_at=at,
        expires_at=at + CODE_LIFE,
    )
    return IssuedCode(person_id, code, made.expires_at)


def code_in_use(account: Account, code: str, at: datetime) -> ActivationCode | None:
    """The unused, unexpired code of the account that reads like this: what its slip may be printed with."""
    waiting = account.activation_codes.filter(used_at=None, expires_at__gt=at, tries__lte=TRIES_PER_CODE)
    return waiting.filter(code_hash=_code_hash(code)).first()


def activate_login(
    *, at: datetime, card_number: str, code: str, username: str, password: str, source: str = ""
) -> User:
    """Make the login of the student or guardian whose code this is. InvalidInput when card and code do not fit.

    With a renewed code and her own user name, it sets a new password instead: the way back for who forgot it. Every
    session of that login ends with the old password, and the family is told. ``source`` is the address that asks; Busy
    (``too-many-tries``) when too many codes were tried from there. Call it outside a transaction: tries are counted.
    """
    found = _usable_code(card_number, code, at, source)
    with transaction.atomic():
        return _activated(found, username, password, at)


def _activated(found: ActivationCode, username: str, password: str, at: datetime) -> User:
    user = found.person.users.filter(username=username.strip().lower()).first()
    if user is None:
        user = _create_user(found.person, username, password, at)
    else:
        _set_password(user, password)
        user.is_active = True
        user.save(update_fields=["password", "is_active"])
    _use_up(found, at)
    _record_activation(found, found.person, at)
    if CodeRenewal.objects.filter(code=found).exists():
        send(to=family_of(found.account, found.person_id), template_code="people.code-used", at=at)
    return user


def family_of(account: Account, *also: int) -> set[int]:
    """Ids of the persons who are told what happens to an account's logins: the student and her guardians."""
    student = account.student
    return {student.person_id, *(each.guardian_id for each in guardians_of(student)), *also}


def join_with_code(*, actor: Actor, at: datetime, card_number: str, code: str) -> Guardianship:
    """A guardian who has a login already takes on another child with the code of that child's slip.

    The code's person and the actor must have the same name: the guardianship passes to the actor's person, so that one
    parent is one person. NotAllowed when the code is the student's own, or of somebody of another name.
    """
    found = _usable_code(card_number, code, at, f"person:{actor.person_id}")
    with transaction.atomic():
        return _joined(actor, found, at)


def _joined(actor: Actor, found: ActivationCode, at: datetime) -> Guardianship:
    student = found.account.student
    mine = next((each for each in guardians_of(student) if each.guardian_id == found.person_id), None)
    if mine is None or actor.person_id is None or name_key(actor.name) != found.person.name_key:
        raise NotAllowed("这个激活码不能用于您的登录。", code="code-of-another")
    if found.person_id != actor.person_id:
        if student.guardianships.filter(guardian_id=actor.person_id, ended_at=None).exists():
            raise AlreadyDone("您已是这名学生的监护人。", field="guardian")
        student.consents.filter(given_by_id=found.person_id).update(given_by_id=actor.person_id)
        mine.guardian_id = actor.person_id
        mine.save(update_fields=["guardian"])
    _use_up(found, at)
    _record_activation(found, Person.objects.get(pk=actor.person_id), at)
    return mine


def _usable_code(card_number: str, code: str, at: datetime, source: str) -> ActivationCode:
    """The live code that reads like this on the account of this card; one answer, and the same work, for every miss.

    The try is counted before it is known to be right, so that many at once are no more than one by one; a right
    one is given back. A wrong code counts against every code that the account still has.
    """
    if source and count_up(f"activation:{source}", at=at, until=at + TRIES_WINDOW) > TRIES_PER_SOURCE:
        raise Busy("尝试过于频繁，请十分钟后再试。", code="too-many-tries")
    account_ids = StudentCard.objects.filter(
        card_number=canonical_text(card_number), state=StudentCard.State.ACTIVE
    ).values_list("account_id", flat=True)
    waiting = ActivationCode.objects.filter(
        account_id__in=list(account_ids), used_at=None, expires_at__gt=at, tries__lte=TRIES_PER_CODE
    )
    waiting.update(tries=F("tries") + 1)
    hashed = _code_hash(canonical_text(code))
    found = waiting.select_related("person", "account__student").filter(code_hash=hashed).first()
    if found is None:
        raise InvalidInput("卡号或激活码不正确，或激活码已失效。", code="activation-code", field="code")
    waiting.filter(tries__gt=0).update(tries=F("tries") - 1)
    return found


def _use_up(code: ActivationCode, at: datetime) -> None:
    if not ActivationCode.objects.filter(pk=code.pk, used_at=None).update(used_at=at):
        raise InvalidInput("卡号或激活码不正确，或激活码已失效。", code="activation-code", field="code")


def _record_activation(code: ActivationCode, person: Person, at: datetime) -> None:
    role = "student" if person.pk == code.account.student.person_id else "guardian"
    record(
        actor=Actor(person.pk, person.name, role),
        at=at,
        action="login.activate",
        subject_kind="account",
        subject_id=code.account_id,
        holder_id=code.account.holder_id,
        clause="M-4",
    )


def _create_user(person: Person, username: str, password: str, at: datetime) -> User:
    wanted = username.strip().lower()
    if not _USERNAME.fullmatch(wanted) or _LONG_NUMBER.search(wanted):
        raise InvalidInput(
            "用户名为 3 至 40 个小写字母、数字、点或短横，以字母开头，不要使用证件号或手机号。",
            code="username",
            field="username",
        )
    user = User(username=wanted, person=person, created_at=at)
    _set_password(user, password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise AlreadyDone("这个用户名已有人使用。", code="username-taken", field="username") from None
    return user


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput(
            "密码不够安全：至少 10 位，不能全是数字，也不能太常见或与用户名相近。",
            code="password",
            field="password",
            failed=[str(each.code) for each in error.error_list],
        ) from None
    user.set_password(password)


def _code_hash(code: str) -> str:
    return keyed_digest("activation-code", code)
