"""``/attainments``: the skill certificates and honours that returns reported, one by one: confirmed, or not (R-1)."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from creditbank import clock
from creditbank.api.answers import Paging
from creditbank.api.callers import PersonCaller, caller, caller_as
from creditbank.api.idempotency import once
from creditbank.api.problems import FAULTS, Problem
from creditbank.audit.actor import Actor
from creditbank.errors import NotFound
from creditbank.evaluation.actions import confirm_honour, confirm_skill, refuse_honour, refuse_skill
from creditbank.evaluation.models import Honour, SkillCertificate
from creditbank.people.rights import require_office

router = Router(tags=["attainments"], auth=PersonCaller())
READING_OFFICES: Final = ("reviewer", "decider", "auditor")
LARGEST_ID: Final = 2**53
AttainmentState = Literal["reported", "confirmed", "withdrawn"]


class AttainmentDecision(Schema):
    """Whether the office confirms it; what is not confirmed counts for nothing, its credits stand."""

    confirm: bool


class SkillOut(Schema):
    """A skill certificate that a return reported; it counts once it is confirmed."""

    id: int
    account: UUID
    subject: str = Field(examples=["robotics"])
    level: int
    issuer: str
    certificate_number: str
    awarded_on: date
    state: str = Field(examples=["reported"])
    return_number: str = Field(description="The return that reported it; empty for one entered otherwise.")


class HonourOut(Schema):
    """A place in a contest that a return reported; it opens the champion route once it is confirmed."""

    id: int
    account: UUID
    scope: str
    event: str
    discipline: str
    place: int
    issuer: str
    certificate_number: str
    awarded_on: date
    state: str = Field(examples=["reported"])
    return_number: str = Field(description="The return that reported it; empty for one entered otherwise.")


class SkillPage(Schema):
    """A page of skill certificates, newest first."""

    items: list[SkillOut]
    total: int


class HonourPage(Schema):
    """A page of honours, newest first."""

    items: list[HonourOut]
    total: int


class Wanted(Paging):
    """Which page, and only those in one state."""

    state: AttainmentState | None = None


@router.get("/skills", response={200: SkillPage, FAULTS: Problem}, summary="技能证书列表 · List skill certificates")
def list_skills(request: HttpRequest, wanted: Query[Wanted]) -> SkillPage:
    """All reported skill certificates, for reviewers, deciders and auditors of the office."""
    require_office(caller(request), *READING_OFFICES, at=clock.now())
    rows = SkillCertificate.objects.select_related("account", "row__credit_return").order_by("-id")
    rows = rows.filter(state=wanted.state) if wanted.state else rows
    page = rows[wanted.offset : wanted.offset + wanted.limit]
    return SkillPage(items=[_skill(each) for each in page], total=rows.count())


@router.get("/honours", response={200: HonourPage, FAULTS: Problem}, summary="荣誉列表 · List honours")
def list_honours(request: HttpRequest, wanted: Query[Wanted]) -> HonourPage:
    """All reported honours, for reviewers, deciders and auditors of the office."""
    require_office(caller(request), *READING_OFFICES, at=clock.now())
    rows = Honour.objects.select_related("account", "row__credit_return").order_by("-id")
    rows = rows.filter(state=wanted.state) if wanted.state else rows
    page = rows[wanted.offset : wanted.offset + wanted.limit]
    return HonourPage(items=[_honour(each) for each in page], total=rows.count())


@router.post(
    "/skills/{skill}/decide",
    response={200: SkillOut, FAULTS: Problem},
    summary="确认技能证书 · Confirm a skill certificate",
)
def decide_skill(request: HttpRequest, skill: int, given: AttainmentDecision) -> HttpResponse:
    """Confirm one skill certificate or do not, as a reviewer who did not report it."""
    step = confirm_skill if given.confirm else refuse_skill

    def change(actor: Actor, at: datetime) -> SkillOut:
        found = SkillCertificate.objects.filter(pk=skill).first() if 0 < skill < LARGEST_ID else None
        if found is None:
            raise NotFound("没有这项技能证书。")
        return _skill(step(actor=actor, at=at, skill=found))

    return _decided(request, change)


@router.post(
    "/honours/{honour}/decide", response={200: HonourOut, FAULTS: Problem}, summary="确认荣誉 · Confirm an honour"
)
def decide_honour(request: HttpRequest, honour: int, given: AttainmentDecision) -> HttpResponse:
    """Confirm one honour or do not, as a reviewer who did not report it."""
    step = confirm_honour if given.confirm else refuse_honour

    def change(actor: Actor, at: datetime) -> HonourOut:
        found = Honour.objects.filter(pk=honour).first() if 0 < honour < LARGEST_ID else None
        if found is None:
            raise NotFound("没有这项荣誉。")
        return _honour(step(actor=actor, at=at, honour=found))

    return _decided(request, change)


def _decided(request: HttpRequest, change: Callable[[Actor, datetime], Schema]) -> HttpResponse:
    actor, at = caller_as(request, "reviewer"), clock.now()
    require_office(actor, "reviewer", at=at)
    return once(request, 200, lambda: change(actor, at))


def _skill(found: SkillCertificate) -> SkillOut:
    return SkillOut(
        id=found.pk,
        account=found.account.holder_id,
        subject=found.subject,
        level=found.level,
        issuer=found.issuer,
        certificate_number=found.certificate_number,
        awarded_on=found.awarded_on,
        state=found.state,
        return_number=_return_of(found),
    )


def _honour(found: Honour) -> HonourOut:
    return HonourOut(
        id=found.pk,
        account=found.account.holder_id,
        scope=found.scope,
        event=found.event,
        discipline=found.discipline,
        place=found.place,
        issuer=found.issuer,
        certificate_number=found.certificate_number,
        awarded_on=found.awarded_on,
        state=found.state,
        return_number=_return_of(found),
    )


def _return_of(found: SkillCertificate | Honour) -> str:
    return found.row.credit_return.number if found.row is not None else ""
