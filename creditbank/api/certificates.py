"""``/certificates``: the public check by number and code, one's own certificates, and what the office does to one."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from creditbank import clock
from creditbank.api.answers import PDF, asked_language, file_answer, file_response
from creditbank.api.callers import PersonCaller, caller, caller_as, people_of
from creditbank.api.idempotency import once
from creditbank.api.policy import Words
from creditbank.api.problems import FAULTS, Problem
from creditbank.audit.actor import Actor
from creditbank.certificates.actions import reinstate_certificate, revoke_certificate, suspend_certificate
from creditbank.certificates.checking import check_certificate
from creditbank.certificates.models import Certificate
from creditbank.certificates.sheet import certificate_pdf
from creditbank.errors import NotFound
from creditbank.people.rights import has_office_role

router = Router(tags=["certificates"])
PERSON: Final = PersonCaller()
READING_OFFICES: Final = ("reviewer", "decider", "auditor")


class Check(Schema):
    """The number on the certificate and the code beside its QR."""

    number: str = Field(max_length=60, examples=["LM-A3-2026-000123"])
    code: str = Field(max_length=60)


class CheckedOut(Schema):
    """The whole certified content; never an identity number or a birth date."""

    number: str
    holder_name: str
    family: str
    grade: str
    issuer: str
    issued_on: date
    state: str
    state_reason: str
    clause: str
    policy_version: str
    wording: dict[str, Words]


class CertificateOut(Schema):
    """A certificate. ``check_code`` lets others check it; it is told to the holder and her guardians alone."""

    number: str
    check_code: str | None
    family: str
    grade: str
    issuer: str
    issued_on: date
    state: str
    state_reason: str


class Ground(Schema):
    """Why, in at least ten characters: the holder reads it, and so does everybody who checks the certificate."""

    reason: str = Field(max_length=3000)


class Change(Schema):
    """How the certificate stands now."""

    number: str
    state: str
    state_reason: str


@router.post("/check", auth=None, response={200: CheckedOut, FAULTS: Problem}, summary="查验证书 · Check a certificate")
def check(request: HttpRequest, asked: Check) -> CheckedOut:
    """What a certificate certifies; a number alone, or a wrong code, finds nothing."""
    found = check_certificate(number=asked.number, code=asked.code)
    if found is None:
        raise NotFound("没有找到：编号与校验码不匹配。")
    return CheckedOut(
        number=found.number,
        holder_name=found.holder_name,
        family=found.family,
        grade=found.grade,
        issuer=found.issuer_name,
        issued_on=found.issued_on,
        state=found.state,
        state_reason=found.state_reason,
        clause=found.clause,
        policy_version=found.policy_version,
        wording={key: Words(**text) for key, text in found.wording.items()},
    )


@router.get(
    "", auth=PERSON, response={200: list[CertificateOut], FAULTS: Problem}, summary="我的证书 · One's certificates"
)
def own_certificates(request: HttpRequest) -> list[CertificateOut]:
    """One's own certificates and one's wards', newest first."""
    people = people_of(caller(request), clock.now())
    rows = Certificate.objects.filter(account__student__person_id__in=people)
    return [_shown(each, own=True) for each in rows]


@router.get(
    "/{number}.pdf",
    auth=PERSON,
    response={200: None, FAULTS: Problem},
    openapi_extra=file_answer(PDF),
    summary="证书 PDF · The certificate on paper",
)
def on_paper(request: HttpRequest, number: str) -> HttpResponse:
    """The certificate as PDF, for its holder and her guardians, in the language of the request."""
    found, own = _found(request, number)
    if not own:
        raise NotFound("没有这份证书。")
    content = certificate_pdf(found, check_address_base=settings.SITE_URL, lang=asked_language(), at=clock.now())
    return file_response(content, f"{found.number}.pdf", PDF)


@router.get("/{number}", auth=PERSON, response={200: CertificateOut, FAULTS: Problem}, summary="查看证书 · Show one")
def show(request: HttpRequest, number: str) -> CertificateOut:
    """One certificate, for its holder, her guardians and the office."""
    found, own = _found(request, number)
    return _shown(found, own=own)


@router.post("/{number}/suspend", auth=PERSON, response={200: Change, FAULTS: Problem}, summary="暂停证书 · Suspend")
def suspend(request: HttpRequest, number: str, given: Ground) -> HttpResponse:
    """Suspend a valid certificate, as a reviewer or decider."""
    return _changed(
        request,
        number,
        "reviewer",
        lambda found, actor, at: suspend_certificate(actor=actor, certificate=found, reason=given.reason, at=at),
    )


@router.post(
    "/{number}/reinstate", auth=PERSON, response={200: Change, FAULTS: Problem}, summary="恢复证书 · Reinstate"
)
def reinstate(request: HttpRequest, number: str, given: Ground) -> HttpResponse:
    """Make a suspended certificate valid again, as a decider."""
    return _changed(
        request,
        number,
        "decider",
        lambda found, actor, at: reinstate_certificate(actor=actor, certificate=found, reason=given.reason, at=at),
    )


@router.post("/{number}/revoke", auth=PERSON, response={200: Change, FAULTS: Problem}, summary="撤销证书 · Revoke")
def revoke(request: HttpRequest, number: str, given: Ground) -> HttpResponse:
    """Revoke a suspended certificate for good, as a decider who did not suspend it."""
    return _changed(
        request,
        number,
        "decider",
        lambda found, actor, at: revoke_certificate(actor=actor, certificate=found, reason=given.reason, at=at),
    )


_Step = Callable[[Certificate, Actor, datetime], Certificate]


def _changed(request: HttpRequest, number: str, role: str, step: _Step) -> HttpResponse:
    found, _own = _found(request, number)
    actor, at = caller_as(request, role), clock.now()

    def change() -> Change:
        now = step(found, actor, at)
        return Change(number=now.number, state=now.state, state_reason=now.state_reason)

    return once(request, 200, change)


def _found(request: HttpRequest, number: str) -> tuple[Certificate, bool]:
    """The certificate and whether it is the caller's own or her ward's; NotFound for outsiders."""
    actor, at = caller(request), clock.now()
    found = Certificate.objects.filter(number=number.strip().upper()).select_related("account__student__person").first()
    own = found is not None and found.account.student.person_id in people_of(actor, at)
    if found is None or not (own or has_office_role(actor, *READING_OFFICES, at=at)):
        raise NotFound("没有这份证书。")
    return found, own


def _shown(found: Certificate, *, own: bool) -> CertificateOut:
    return CertificateOut(
        number=found.number,
        check_code=found.check_code if own else None,
        family=found.family,
        grade=found.grade,
        issuer=found.issuer_name,
        issued_on=found.issued_on,
        state=found.state,
        state_reason=found.state_reason,
    )
