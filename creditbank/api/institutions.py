"""``/institutions``: the public register of members (M-10), and the roster of students that one of them serves."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from creditbank import clock
from creditbank.api.answers import Paging
from creditbank.api.callers import PersonCaller, caller_as, key_or_person
from creditbank.api.idempotency import once
from creditbank.api.problems import FAULTS, Problem
from creditbank.audit.actor import Actor
from creditbank.errors import NotFound
from creditbank.institutions.actions import end_enrolment, enrol_student
from creditbank.institutions.models import Enrolment, Institution
from creditbank.institutions.register import institution_by_code, public_register
from creditbank.institutions.rights import require_staff
from creditbank.people.matching import Outcome, Wanted, match_students
from creditbank.people.models import Student
from creditbank.people.names import mask_name
from creditbank.people.rights import has_office_role

router = Router(tags=["institutions"])
ROSTER_OFFICES: Final = ("admin", "auditor")


class InstitutionOut(Schema):
    """A member institution in good standing."""

    code: str = Field(examples=["SJSX"])
    name: str
    kind: str = Field(examples=["school"])
    region_code: str
    region_name: str
    approved_on: date
    issues_certificates: bool


class InstitutionPage(Schema):
    """A page of the register, by pinyin."""

    items: list[InstitutionOut]
    total: int


class RosterOut(Schema):
    """A student on an institution's roster, name masked."""

    account: UUID
    student: str = Field(examples=["林**"])
    group: str
    since: date


class RosterPage(Schema):
    """A page of the roster, by pinyin."""

    items: list[RosterOut]
    total: int


class Enrolled(Schema):
    """Whom to put on the roster: the name and the card number, which must belong together."""

    name: str = Field(max_length=100)
    card_number: str = Field(max_length=20)
    group: str = Field("", max_length=40, examples=["初一（3）班"])


@router.get("", auth=None, response={200: InstitutionPage, FAULTS: Problem}, summary="成员单位名录 · The register")
def register(
    request: HttpRequest, paging: Query[Paging], kind: str = "", region: str = "", text: str = ""
) -> InstitutionPage:
    """Members in good standing; ``region`` is the first digits of a region's code, ``text`` part of the name."""
    found = public_register(kind=kind, region_code=region, text=text)
    page = found[paging.offset : paging.offset + paging.limit]
    return InstitutionPage(items=[_member(each) for each in page], total=found.count())


@router.get(
    "/{code}/students",
    auth=key_or_person("accounts:read"),
    response={200: RosterPage, FAULTS: Problem},
    summary="学生名册 · The roster",
)
def roster(request: HttpRequest, code: str, paging: Query[Paging]) -> RosterPage:
    """The students that the institution serves today, names masked: for its staff and its own systems."""
    member = _staffed(caller_as(request, "clerk"), code, clock.now())
    rows = Enrolment.objects.filter(institution=member, until=None).select_related(
        "student__person", "student__account"
    )
    ordered = rows.order_by("student__person__name_pinyin", "id")
    page = ordered[paging.offset : paging.offset + paging.limit]
    return RosterPage(items=[_listed(each) for each in page], total=rows.count())


@router.post(
    "/{code}/students",
    auth=PersonCaller(),
    response={201: RosterOut, FAULTS: Problem},
    summary="加入名册 · Put a student on the roster",
)
def enrol(request: HttpRequest, code: str, given: Enrolled) -> HttpResponse:
    """Note that the institution serves the student, as its clerk. One neutral answer when name and card do not fit."""
    actor, at = caller_as(request, "clerk"), clock.now()
    member = _staffed(actor, code, at)

    def change() -> RosterOut:
        student = _student(given, at)
        enrolment = enrol_student(actor=actor, at=at, institution=member, student=student, group_name=given.group)
        return _listed(enrolment)

    return once(request, 201, change)


@router.delete(
    "/{code}/students/{account}",
    auth=PersonCaller(),
    response={204: None, FAULTS: Problem},
    summary="移出名册 · Take a student off the roster",
)
def end(request: HttpRequest, code: str, account: UUID) -> HttpResponse:
    """Note that the student has left the institution, as its clerk; her account stays as it is."""
    actor, at = caller_as(request, "clerk"), clock.now()
    member = _staffed(actor, code, at)

    def change() -> None:
        found = Enrolment.objects.filter(institution=member, student__account__holder_id=account, until=None).first()
        if found is None:
            raise NotFound("这名学生不在名册上。")
        end_enrolment(actor=actor, at=at, enrolment=found)

    return once(request, 204, change)


def _staffed(actor: Actor, code: str, at: datetime) -> Institution:
    member = institution_by_code(code)
    if not has_office_role(actor, *ROSTER_OFFICES, at=at):
        require_staff(actor, member)
    return member


def _student(given: Enrolled, at: datetime) -> Student:
    card = "".join(given.card_number.split())
    match = match_students([Wanted(given.name, card_number=card)], on=clock.today(at))[0]
    if match.outcome is not Outcome.MATCHED or match.student_id is None:
        raise NotFound("没有找到：姓名与卡号不匹配。")
    return Student.objects.select_related("person", "account").get(pk=match.student_id)


def _member(found: Institution) -> InstitutionOut:
    return InstitutionOut(
        code=found.code,
        name=found.name,
        kind=found.kind,
        region_code=found.region_code,
        region_name=found.region_name,
        approved_on=found.approved_on,
        issues_certificates=found.issues_certificates,
    )


def _listed(enrolment: Enrolment) -> RosterOut:
    return RosterOut(
        account=enrolment.student.account.holder_id,
        student=mask_name(enrolment.student.person.name),
        group=enrolment.group_name,
        since=enrolment.since,
    )
