"""Who may act for an institution: its staff by role, and its own systems by key.

Rights are of persons at one institution; an office role gives none here. Every action asks again, on the object itself.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from creditbank.audit.actor import Actor
from creditbank.errors import NotAllowed
from creditbank.institutions.models import Institution, Staff, StaffRole


@dataclass(frozen=True, slots=True)
class KeyActor(Actor):
    """An institution's own system, by API key: it acts for one member of staff, at one institution, in its scopes."""

    institution_id: int = 0
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Post:
    """A role that a person holds today at an institution."""

    institution_id: int
    institution_code: str
    institution_name: str
    role: str


def staff_roles(person_id: int) -> list[Post]:
    """Every role that the person holds today, by institution code, then role."""
    rows = (
        Staff.objects.filter(person_id=person_id, until__isnull=True)
        .select_related("institution")
        .order_by("institution__code", "role")
    )
    return [Post(row.institution_id, row.institution.code, row.institution.name, row.role) for row in rows]


def holds_post(person_id: int, at: datetime) -> bool:
    """Whether the person works for any institution at the moment: such a login needs a second factor."""
    held = Staff.objects.filter(person_id=person_id, since__lte=at)
    return held.filter(Q(until__isnull=True) | Q(until__gt=at)).exists()


def is_staff(person_id: int | None, institution: Institution, *roles: str) -> bool:
    """Whether the person holds one of ``roles`` (any role, if none is named) at the institution today."""
    if person_id is None:
        return False
    held = Staff.objects.filter(institution=institution, person_id=person_id, until__isnull=True)
    return held.filter(role__in=roles).exists() if roles else held.exists()


def require_staff(actor: Actor, institution: Institution, *roles: str) -> int:
    """The actor's person id, if staff there in one of ``roles``; else NotAllowed.

    A key counts as the clerk it acts for, at its own institution only: a system never approves.
    """
    if isinstance(actor, KeyActor):
        allowed = actor.institution_id == institution.pk and (not roles or StaffRole.CLERK in roles)
    else:
        allowed = actor.role != "api"
    if actor.person_id is None or not allowed or not is_staff(actor.person_id, institution, *roles):
        raise NotAllowed("只有该单位的经办或审批人员可以办理这一项。", code="not-staff")
    return actor.person_id


def serves_over_counter(actor: Actor, institution_code: str) -> bool:
    """Whether the actor, in person, is staff of this institution in good standing (M-10)."""
    institution = Institution.objects.filter(code=institution_code).first()
    return (
        institution is not None
        and institution.may_report
        and actor.role != "api"
        and is_staff(actor.person_id, institution)
    )


def counter_is_open(institution_code: str) -> bool:
    """Whether the institution is a member in good standing, so that its counter serves families (M-10)."""
    institution = Institution.objects.filter(code=institution_code).first()
    return institution is not None and institution.may_report


def require_scope(actor: Actor, scope: str) -> None:
    """NotAllowed when the actor is a key without the scope; persons have no scopes."""
    if isinstance(actor, KeyActor) and scope not in actor.scopes:
        raise NotAllowed("这个接口密钥没有 %(scope)s 权限。", code="scope-missing", scope=scope)


def require_good_standing(institution: Institution) -> None:
    """NotAllowed when the membership is suspended or has ended."""
    if not institution.may_report:
        raise NotAllowed(
            "该单位目前不在有效成员之列，不能申报。", code="institution-not-in-good-standing", clause="M-10"
        )
