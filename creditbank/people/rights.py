"""Offices of the management group: who holds which, asked on every action; appointing and ending them."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import SYSTEM, Actor
from creditbank.errors import Conflict, InvalidInput, NotAllowed
from creditbank.people.models import Account, OfficeRole, Person


def require_office(actor: Actor, *roles: str, at: datetime) -> int:
    """The actor's person id, if she holds one of the offices (any, if none is named) now; else NotAllowed."""
    if actor.person_id is None or not has_office_role(actor, *roles, at=at):
        raise NotAllowed("只有管理小组的相应人员可以办理这一项。", code="not-office")
    return actor.person_id


def has_office_role(actor: Actor, *roles: str, at: datetime) -> bool:
    """Whether the actor, as a person and not through an API key, holds one of the offices now."""
    if actor.person_id is None or actor.role == "api":
        return False
    held = OfficeRole.objects.held_at(at).filter(person_id=actor.person_id)
    return (held.filter(role__in=roles) if roles else held).exists()


def require_impartial(person_id: int, *accounts: Account) -> None:
    """NotAllowed for an officer in her own matter: the holder of one of the accounts, or ever her guardian (M-4)."""
    for account in accounts:
        guards = account.student.guardianships.filter(guardian_id=person_id).exists()
        if person_id == account.student.person_id or guards:
            raise NotAllowed("不能办理自己或被监护人的户口。", code="own-case", clause="M-4")


def offices_of(person_id: int, at: datetime) -> list[str]:
    """The offices that the person holds now, sorted."""
    return sorted(OfficeRole.objects.held_at(at).filter(person_id=person_id).values_list("role", flat=True))


def others_hold(*roles: str, than: Collection[int | None], at: datetime) -> bool:
    """Whether anybody but the persons ``than`` holds one of the offices now: whether a second person could be asked."""
    left_out = [person_id for person_id in than if person_id is not None]
    return OfficeRole.objects.held_at(at).filter(role__in=roles).exclude(person_id__in=left_out).exists()


@transaction.atomic
def appoint_office(*, actor: Actor, at: datetime, person: Person, role: str) -> OfficeRole:
    """Give a person an office. An administrator does it, never for herself; the system appoints the very first.

    The faces propose (:mod:`creditbank.people.appointments`), so that a second person confirms where one can be asked.
    """
    _require_appointer(actor, person, at)
    if role not in OfficeRole.Role.values:
        raise InvalidInput("没有这个岗位。", field="role")
    try:
        with transaction.atomic():
            office = OfficeRole.objects.create(person=person, role=role, since=at)
    except IntegrityError:
        raise Conflict("这个人已经担任该岗位。", code="office-held") from None
    record(
        actor=actor,
        at=at,
        action="office.appoint",
        subject_kind="person",
        subject_id=person.pk,
        clause="M-17",
        refs={"role": role},
    )
    return office


@transaction.atomic
def end_office(*, actor: Actor, at: datetime, office: OfficeRole) -> None:
    """End an office; the row stays. Conflict when it has ended."""
    _require_appointer(actor, office.person, at)
    if not OfficeRole.objects.filter(pk=office.pk, until=None).update(until=at):
        raise Conflict("这个岗位已经结束。")
    record(
        actor=actor,
        at=at,
        action="office.end",
        subject_kind="person",
        subject_id=office.person_id,
        clause="M-17",
        refs={"role": office.role},
    )


def _require_appointer(actor: Actor, person: Person, at: datetime) -> None:
    if actor == SYSTEM and not OfficeRole.objects.held_at(at).filter(role=OfficeRole.Role.ADMIN).exists():
        return
    if require_office(actor, OfficeRole.Role.ADMIN, at=at) == person.pk:
        raise NotAllowed("不能给自己安排岗位，请由另一位管理员办理。", code="own-office")
