"""Members of the alliance and their people: register, suspend, appoint, enrol."""

import re
from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from pypinyin import Style, lazy_pinyin

from creditbank import clock
from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.errors import AlreadyDone, Conflict, InvalidInput, NotAllowed
from creditbank.institutions.models import (
    Enrolment,
    Institution,
    InstitutionKind,
    InstitutionState,
    Staff,
    StaffRole,
)
from creditbank.institutions.rights import is_staff, require_good_standing, require_staff
from creditbank.people.models import OfficeRole, Person, Student
from creditbank.people.rights import has_office_role, require_office

_CODE: Final = re.compile(r"[A-Z][A-Z0-9-]{1,19}")
_REGION: Final = re.compile(r"[1-9]\d{5}")


@transaction.atomic
def register_institution(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    name: str,
    kind: str,
    region_code: str,
    region_name: str,
    name_en: str = "",
    approved_on: date | None = None,
    issues_certificates: bool = False,
    is_sample: bool = False,
    credit_code: str = "",
) -> Institution:
    """Enter a member that was approved already (M-10); an administrator of the office does it.

    ``code`` is 2–20 capital letters, digits and dashes; ``region_code`` six digits. AlreadyDone when the code is taken.
    The faces propose (:mod:`creditbank.institutions.actions.joining`), so that a second person approves.
    """
    require_office(actor, OfficeRole.Role.ADMIN, at=at)
    if not _CODE.fullmatch(code):
        raise InvalidInput("单位代码由 2–20 个大写字母、数字或短横组成，以字母开头。", field="code")
    if not _REGION.fullmatch(region_code):
        raise InvalidInput("行政区划代码为六位数字。", field="region_code")
    if kind not in InstitutionKind.values:
        raise InvalidInput("单位类型有误。", field="kind")
    if not name.strip():
        raise InvalidInput("请填写单位名称。", field="name")
    if Institution.objects.filter(code=code).exists():
        raise AlreadyDone("单位代码已被使用。", code="institution-known", field="code")
    institution = Institution.objects.create(
        code=code,
        name=name.strip(),
        name_pinyin=" ".join(lazy_pinyin(name.strip(), style=Style.NORMAL))[:300],
        name_en=name_en,
        kind=kind,
        region_code=region_code,
        region_name=region_name,
        approved_on=approved_on or clock.today(at),
        issues_certificates=issues_certificates,
        is_sample=is_sample,
        credit_code=credit_code,
    )
    record(
        actor=actor, at=at, action="institution.register", subject_kind="institution", subject_id=code, clause="M-10"
    )
    return institution


@transaction.atomic
def set_institution_state(*, actor: Actor, at: datetime, institution: Institution, state: str) -> Institution:
    """Suspend a member, take it back, or note that it left; an administrator of the office does it."""
    require_office(actor, OfficeRole.Role.ADMIN, at=at)
    if state not in InstitutionState.values or state == InstitutionState.PROPOSED:
        raise InvalidInput("单位状态有误。", field="state")
    if Institution.objects.filter(pk=institution.pk, state=InstitutionState.PROPOSED).exists():
        raise Conflict("该单位还在等另一人核准。", code="institution-proposed")
    if not Institution.objects.filter(pk=institution.pk).exclude(state=state).update(state=state):
        raise Conflict("该单位已经是这个状态。")
    institution.refresh_from_db()
    record(
        actor=actor,
        at=at,
        action=f"institution.{state}",
        subject_kind="institution",
        subject_id=institution.code,
        clause="M-10",
        fields=["state"],
    )
    return institution


@transaction.atomic
def appoint_staff(*, actor: Actor, at: datetime, institution: Institution, person: Person, role: str) -> Staff:
    """Give a person a role at the institution; an office administrator or an approver of the institution does it.

    One person may hold both roles, but never both at one return: there the persons are compared. Conflict when held.
    """
    _require_personnel_right(actor, institution, at)
    if role not in StaffRole.values:
        raise InvalidInput("角色有误。", field="role")
    try:
        with transaction.atomic():
            staff = Staff.objects.create(institution=institution, person=person, role=role, since=at)
    except IntegrityError as error:
        raise Conflict("这个人已经担任该角色。", code="staff-role-held") from error
    record(
        actor=actor,
        at=at,
        action="staff.appoint",
        subject_kind="institution",
        subject_id=institution.code,
        refs={"person": person.pk, "role": role},
    )
    return staff


@transaction.atomic
def end_staff(*, actor: Actor, at: datetime, staff: Staff) -> None:
    """End a role; the row stays. Conflict when it had ended.

    An institution does not end its own last approver (Conflict, ``last-approver``): nobody there could approve or
    appoint any more. An administrator of the office may.
    """
    _require_personnel_right(actor, staff.institution, at)
    if staff.role == StaffRole.APPROVER and not has_office_role(actor, OfficeRole.Role.ADMIN, at=at):
        # One after the other, so that two approvers do not end each other at once.
        Institution.objects.select_for_update().get(pk=staff.institution_id)
        posts = Staff.objects.filter(institution=staff.institution, role=StaffRole.APPROVER, until__isnull=True)
        if not posts.exclude(pk=staff.pk).exists():
            raise Conflict(
                "这是本单位最后一名审批人员。请先安排另一名审批人员，或请管理小组办理。", code="last-approver"
            )
    if not Staff.objects.filter(pk=staff.pk, until__isnull=True).update(until=at):
        raise Conflict("这个角色已经结束。")
    record(
        actor=actor,
        at=at,
        action="staff.end",
        subject_kind="institution",
        subject_id=staff.institution.code,
        refs={"person": staff.person_id, "role": staff.role},
    )


@transaction.atomic
def enrol_student(
    *, actor: Actor, at: datetime, institution: Institution, student: Student, group_name: str = ""
) -> Enrolment:
    """Note that the institution serves the student over its counter. The same again only changes the group's name."""
    if not has_office_role(actor, OfficeRole.Role.ADMIN, at=at):
        require_staff(actor, institution, StaffRole.CLERK)
        require_good_standing(institution)
    enrolment, made = Enrolment.objects.get_or_create(
        institution=institution,
        student=student,
        until=None,
        defaults={"group_name": group_name, "since": clock.today(at)},
    )
    if not made and enrolment.group_name != group_name:
        enrolment.group_name = group_name
        enrolment.save(update_fields=["group_name"])
    record(
        actor=actor,
        at=at,
        action="enrolment.begin" if made else "enrolment.change",
        subject_kind="institution",
        subject_id=institution.code,
        refs={"student": student.pk},
    )
    return enrolment


@transaction.atomic
def end_enrolment(*, actor: Actor, at: datetime, enrolment: Enrolment) -> None:
    """Note that the student has left; the row stays. Conflict when she had."""
    require_staff(actor, enrolment.institution, StaffRole.CLERK)
    changed = Enrolment.objects.filter(pk=enrolment.pk, until__isnull=True).update(until=clock.today(at))
    if not changed:
        raise Conflict("这名学生已经离开该单位。")
    record(
        actor=actor,
        at=at,
        action="enrolment.end",
        subject_kind="institution",
        subject_id=enrolment.institution.code,
        refs={"student": enrolment.student_id},
    )


def is_enrolled(institution: Institution, student: Student, on: date) -> bool:
    """Whether the institution serves the student on that day."""
    return (
        Enrolment.objects.filter(institution=institution, student=student, since__lte=on)
        .filter(Q(until__isnull=True) | Q(until__gt=on))
        .exists()
    )


def _require_personnel_right(actor: Actor, institution: Institution, at: datetime) -> None:
    if has_office_role(actor, OfficeRole.Role.ADMIN, at=at):
        return
    if actor.role == "api" or not is_staff(actor.person_id, institution, StaffRole.APPROVER):
        raise NotAllowed("只有管理小组或该单位的审批人员可以安排人员。", code="not-staff")
