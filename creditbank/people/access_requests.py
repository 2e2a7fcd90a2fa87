"""Asking for a grant (查阅授权): somebody of the office asks for herself, another person approves or refuses.

A request gives no sight of anything; only the grant that an approval makes does (:mod:`creditbank.people.access`).
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.clock import today
from creditbank.errors import Conflict, InvalidInput, NotAllowed, NotFound
from creditbank.messages.actions import send
from creditbank.messages.templates import Template, register
from creditbank.people.access import LONGEST_GRANT, grant_access
from creditbank.people.looks import LOOKING_OFFICES
from creditbank.people.models import AccessGrant, AccessRequest, Student
from creditbank.people.rights import has_office_role, require_office

APPROVERS: Final = ("decider", "admin")
OVERSEERS: Final = (*APPROVERS, "auditor")
SHORTEST_WORDS: Final = 4
_PAGE: Final = "/office/grants/"

register(
    Template(
        "access.approved",
        gettext_noop("查阅申请已批准"),
        gettext_noop("您的查阅申请已由 %(who)s 批准，至 %(day)s 止。"),
    ),
    Template(
        "access.refused",
        gettext_noop("查阅申请未批准"),
        gettext_noop("您的查阅申请未获 %(who)s 批准：%(reason)s"),
    ),
)


@transaction.atomic
def request_access(*, actor: Actor, at: datetime, student: Student, purpose: str, days: int) -> AccessRequest:
    """Ask to see a student's data for a purpose and 1 to 31 days; anybody who may look accounts up.

    Conflict when the same person's request about the student waits already.
    """
    asker = require_office(actor, *LOOKING_OFFICES, at=at)
    if len(purpose.strip()) < SHORTEST_WORDS:
        raise InvalidInput("请写明查阅目的，至少 %(least)s 个字。", field="purpose", least=SHORTEST_WORDS)
    if not 1 <= days <= LONGEST_GRANT.days:
        raise InvalidInput("期限为 1 至 %(most)s 天。", field="days", most=LONGEST_GRANT.days)
    try:
        with transaction.atomic():
            asked = AccessRequest.objects.create(
                student=student, asked_by_id=asker, asked_at=at, purpose=purpose.strip(), days=days
            )
    except IntegrityError:
        raise Conflict("您已申请查阅这名学生的资料，正等待批准。", code="access-asked") from None
    _record(actor, at, "access.ask", asked)
    return asked


@transaction.atomic
def approve_access(*, actor: Actor, at: datetime, request: AccessRequest) -> AccessGrant:
    """Grant what was asked, from now on: a decider or administrator, never for herself."""
    approver = _answerer(actor, request, at)
    asked = _waiting(request)
    grant = grant_access(
        actor=actor,
        at=at,
        student=asked.student,
        grantee=asked.asked_by,
        purpose=asked.purpose,
        starts=at,
        ends=at + timedelta(days=asked.days),
    )
    asked.grant = grant
    _answer(asked, AccessRequest.State.GRANTED, approver, at)
    _record(actor, at, "access.approve", asked)
    words = {"who": actor.name, "day": today(grant.ends).isoformat()}
    send(to=asked.asked_by_id, template_code="access.approved", at=at, params=words, link=_PAGE)
    return grant


@transaction.atomic
def refuse_access(*, actor: Actor, at: datetime, request: AccessRequest, reason: str) -> AccessRequest:
    """Refuse, in words that the colleague reads: a decider or administrator, never her own request."""
    answerer = _answerer(actor, request, at)
    if len(reason.strip()) < SHORTEST_WORDS:
        raise InvalidInput("请写明不批准的原因，至少 %(least)s 个字。", field="reason", least=SHORTEST_WORDS)
    asked = _waiting(request)
    asked.answer = reason.strip()
    _answer(asked, AccessRequest.State.REFUSED, answerer, at)
    _record(actor, at, "access.refuse", asked)
    words = {"who": actor.name, "reason": asked.answer}
    send(to=asked.asked_by_id, template_code="access.refused", at=at, params=words, link=_PAGE)
    return asked


@transaction.atomic
def withdraw_access(*, actor: Actor, at: datetime, request: AccessRequest) -> AccessRequest:
    """Take one's own request back; NotFound for everybody else."""
    if actor.person_id is None or actor.role == "api" or actor.person_id != request.asked_by_id:
        raise NotFound()
    asked = _waiting(request)
    asked.state = AccessRequest.State.WITHDRAWN
    asked.save(update_fields=["state"])
    _record(actor, at, "access.withdraw", asked)
    return asked


def grants_seen_by(actor: Actor, at: datetime) -> QuerySet[AccessGrant]:
    """The grants that the actor may read of: all for approvers and auditors, one's own for everybody else."""
    rows = AccessGrant.objects.select_related("student__person", "student__account", "grantee", "approved_by")
    if has_office_role(actor, *OVERSEERS, at=at):
        return rows.order_by("-starts", "-pk")
    return rows.filter(grantee_id=actor.person_id or 0).order_by("-starts", "-pk")


def requests_seen_by(actor: Actor, at: datetime) -> QuerySet[AccessRequest]:
    """The requests that the actor may read of: all for approvers and auditors, one's own for everybody else."""
    rows = AccessRequest.objects.select_related("student__person", "student__account", "asked_by", "answered_by")
    if has_office_role(actor, *OVERSEERS, at=at):
        return rows.order_by("-asked_at", "-pk")
    return rows.filter(asked_by_id=actor.person_id or 0).order_by("-asked_at", "-pk")


def _answerer(actor: Actor, request: AccessRequest, at: datetime) -> int:
    answerer = require_office(actor, *APPROVERS, at=at)
    if answerer == request.asked_by_id:
        raise NotAllowed("查阅授权须由另一人批准。", code="own-grant")
    return answerer


def _waiting(request: AccessRequest) -> AccessRequest:
    rows = AccessRequest.objects.select_for_update(of=("self",)).select_related("student__account", "asked_by")
    asked = rows.get(pk=request.pk)
    if asked.state != AccessRequest.State.ASKED:
        raise Conflict("这份查阅申请已经有了结果。", code="access-answered")
    return asked


def _answer(asked: AccessRequest, state: str, answerer: int, at: datetime) -> None:
    asked.state, asked.answered_by_id, asked.answered_at = state, answerer, at
    asked.save(update_fields=["state", "answered_by", "answered_at", "answer", "grant"])


def _record(actor: Actor, at: datetime, action: str, asked: AccessRequest) -> None:
    record(
        actor=actor,
        at=at,
        action=action,
        subject_kind="access-request",
        subject_id=asked.pk,
        holder_id=asked.student.account.holder_id,
        clause="M-9",
        fields=["purpose", "days"] if action == "access.ask" else (),
        refs={"student": asked.student_id, "person": asked.asked_by_id},
    )
