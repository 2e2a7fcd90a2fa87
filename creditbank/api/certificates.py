"""``/certificates``: the public check by number and code, and one's own certificates."""

from datetime import date

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from creditbank import clock
from creditbank.api.callers import SessionCaller, caller, people_of
from creditbank.api.policy import Words
from creditbank.api.problems import FAULTS, Problem
from creditbank.certificates.checking import check_certificate
from creditbank.certificates.models import Certificate
from creditbank.errors import NotFound

router = Router(tags=["certificates"])


class Check(Schema):
    """The number on the certificate and the code beside its QR."""

    number: str = Field(max_length=60)
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
    """One's own certificate, with the code that lets others check it."""

    number: str
    check_code: str
    family: str
    grade: str
    issuer: str
    issued_on: date
    state: str


@router.post("/check", auth=None, response={200: CheckedOut, FAULTS: Problem})
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


@router.get("", auth=SessionCaller(), response={200: list[CertificateOut], FAULTS: Problem})
def own_certificates(request: HttpRequest) -> list[CertificateOut]:
    """One's own certificates and one's wards', newest first."""
    rows = Certificate.objects.filter(account__student__person_id__in=people_of(caller(request), clock.now()))
    return [
        CertificateOut(
            number=each.number,
            check_code=each.check_code,
            family=each.family,
            grade=each.grade,
            issuer=each.issuer_name,
            issued_on=each.issued_on,
            state=each.state,
        )
        for each in rows
    ]
