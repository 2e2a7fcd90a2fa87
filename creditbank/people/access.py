"""Who may see a student's data, and the one place where personal data are shown to staff.

Staff see them for an open case or under a grant (查阅授权); each look is in the audit, and the student and her guardian
can read the list. Which cases are open is known on the floors above: they register a check for each kind of number.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_noop

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.audit.reading import records_about_holder
from creditbank.clock import today
from creditbank.errors import InvalidInput, NotAllowed, NotFound
from creditbank.messages.actions import send
from creditbank.messages.templates import Template, register
from creditbank.people.documents import document_number, phone_number
from creditbank.people.guardians import guardians_of, is_guardian, is_minor
from creditbank.people.models import AccessGrant, Person, Student
from creditbank.people.rights import has_office_role, require_office

REVEAL: Final = "personal-data.reveal"
LONGEST_GRANT: Final = timedelta(days=31)
PERSONAL_FIELDS: Final = frozenset({"name", "birth_date", "document_number", "phone"})

GRANTED: Final = "access.granted"
LOOKS_PAGE: Final = "/me/looks/"

register(
    Template(
        GRANTED,
        gettext_noop("工作人员获准查阅资料"),
        gettext_noop("%(who)s 获准查阅您（或您的孩子）的资料，至 %(day)s 止。目的：%(purpose)s。每次查看都会列出。"),
    )
)

CaseCheck = Callable[[str, Student], bool]
"""Whether the case with this number is open and concerns this student."""

_CASE_KINDS: Final[dict[str, CaseCheck]] = {}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody may see: as herself, as guardian, for a case, or under a grant; ``ref`` is its number or id."""

    kind: str
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at a student's data, as she sees it listed."""

    at: datetime
    who: str
    role: str
    fields: tuple[str, ...] = field(default=())
    case: str = ""


def register_case_kind(prefix: str, check: CaseCheck) -> None:
    """Let numbers that begin with ``prefix`` (``DH``) stand for cases; ``check`` says whether one is open."""
    _CASE_KINDS[prefix] = check


def reason_to_see(actor: Actor, student: Student, at: datetime, *, case_ref: str = "") -> Reason | None:
    """Why the actor may see the student's personal data now, or None.

    Staff (of the office or of an institution) need an open case that concerns the student, or a grant in force.
    """
    if actor.person_id is None or actor.role == "api":
        return None
    if actor.person_id == student.person_id:
        return Reason("self")
    if is_guardian(actor.person_id, student, at):
        return Reason("guardian")
    check = _CASE_KINDS.get(case_ref.partition("-")[0])
    if check is not None and has_office_role(actor, at=at) and check(case_ref, student):
        return Reason("case", case_ref)
    grant = AccessGrant.objects.filter(student=student, grantee_id=actor.person_id, starts__lte=at, ends__gt=at).first()
    return Reason("grant", str(grant.pk)) if grant else None


def may_see_student(actor: Actor, student: Student, at: datetime, *, case_ref: str = "") -> bool:
    """Whether there is a reason for the actor to see the student's personal data now."""
    return reason_to_see(actor, student, at, case_ref=case_ref) is not None


@transaction.atomic
def reveal_personal_data(
    *, actor: Actor, at: datetime, student: Student, fields: Iterable[str], case_ref: str = ""
) -> Mapping[str, str]:
    """The asked fields in clear (of ``name birth_date document_number phone``), with a record of who looked.

    NotFound for strangers, so that nothing is learnt; NotAllowed for officers without a case or a grant.
    """
    asked = sorted(set(fields))
    if not asked or not PERSONAL_FIELDS.issuperset(asked):
        raise InvalidInput("请选择要查阅的资料项。", field="fields")
    reason = reason_to_see(actor, student, at, case_ref=case_ref)
    if reason is None:
        if has_office_role(actor, at=at):
            raise NotAllowed("查阅学生资料需要未办结的事项或查阅授权。", code="no-access-reason")
        raise NotFound()
    record(
        actor=actor,
        at=at,
        action=REVEAL,
        subject_kind="student",
        subject_id=student.pk,
        holder_id=student.account.holder_id,
        fields=asked,
        refs={"reason": reason.kind, **({"case": reason.ref} if reason.ref else {})},
    )
    return {name: _read(student, name) for name in asked}


def who_saw(*, actor: Actor, at: datetime, student: Student) -> list[Sight]:
    """Each look at the student's data by somebody else, newest first: for herself, her guardian and the auditor."""
    own = actor.person_id is not None and actor.person_id == student.person_id
    if not (own or is_guardian(actor.person_id, student, at) or has_office_role(actor, "auditor", at=at)):
        raise NotFound()
    looks = records_about_holder(student.account.holder_id, actions=[REVEAL]).exclude(refs__reason="self")
    return [
        Sight(look.at, look.actor_name, look.actor_role, tuple(look.fields), str(look.refs.get("case", "")))
        for look in looks
    ]


@transaction.atomic
def grant_access(
    *, actor: Actor, at: datetime, student: Student, grantee: Person, purpose: str, starts: datetime, ends: datetime
) -> AccessGrant:
    """Let an officer see a student's data for a purpose and a term (31 days at most); another person approves it."""
    approver = require_office(actor, "decider", "admin", at=at)
    if approver == grantee.pk:
        raise NotAllowed("查阅授权须由另一人批准。", code="own-grant")
    if not purpose.strip() or not starts < ends or ends - starts > LONGEST_GRANT:
        raise InvalidInput("请写明查阅目的，期限最长 31 天。", field="purpose")
    grant = AccessGrant.objects.create(
        student=student, grantee=grantee, approved_by_id=approver, purpose=purpose.strip(), starts=starts, ends=ends
    )
    record(
        actor=actor,
        at=at,
        action="access.grant",
        subject_kind="student",
        subject_id=student.pk,
        holder_id=student.account.holder_id,
        fields=["purpose", "starts", "ends"],
        refs={"grantee": grantee.pk, "grant": grant.pk},
    )
    _tell_family(grant, at)
    return grant


@transaction.atomic
def end_grant(*, actor: Actor, at: datetime, grant: AccessGrant) -> None:
    """Take a grant back before its term; nothing happens when it is over already.

    A decider or an administrator does it, and whoever has the grant herself.
    """
    if actor.person_id is None or actor.role == "api" or actor.person_id != grant.grantee_id:
        require_office(actor, "decider", "admin", at=at)
    if AccessGrant.objects.filter(pk=grant.pk, starts__lt=at, ends__gt=at).update(ends=at):
        record(
            actor=actor,
            at=at,
            action="access.end",
            subject_kind="student",
            subject_id=grant.student_id,
            holder_id=grant.student.account.holder_id,
            refs={"grant": grant.pk},
        )


def _tell_family(grant: AccessGrant, at: datetime) -> None:
    student = grant.student
    family = {student.person_id}
    if is_minor(student, today(at)):
        family |= {each.guardian_id for each in guardians_of(student)}
    words = {"who": grant.grantee.name, "day": today(grant.ends).isoformat(), "purpose": grant.purpose}
    send(to=family, template_code=GRANTED, at=at, params=words, link=LOOKS_PAGE)


def _read(student: Student, name: str) -> str:
    if name == "name":
        return student.person.name
    if name == "birth_date":
        return student.birth_date.isoformat()
    if name == "phone":
        return phone_number(student.person)
    document = student.person.documents.filter(current=True).order_by("recorded_at").first()
    return document_number(document) if document else ""
