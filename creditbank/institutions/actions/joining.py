"""A new member comes in by two persons (M-10): an administrator enters it, another officer approves or refuses.

While nobody but the first could approve (the first days of a bank), it is approved at once. Until then it may have
staff, but reports nothing and serves nobody.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from stdnum.cn import uscc

from creditbank import clock
from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.errors import AlreadyDone, Conflict, InvalidInput, NotAllowed
from creditbank.institutions.actions.members import register_institution
from creditbank.institutions.models import Institution, InstitutionState
from creditbank.people.models import OfficeRole
from creditbank.people.rights import others_hold, require_office

APPROVERS: Final = (OfficeRole.Role.ADMIN.value, OfficeRole.Role.DECIDER.value)
_CREDIT_CODE: Final = re.compile(r"[0-9A-Z]{18}")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is entered of a new member. ``credit_code`` may be empty; ``region_code`` is six digits."""

    code: str
    name: str
    kind: str
    region_code: str
    region_name: str
    name_en: str = ""
    credit_code: str = ""
    issues_certificates: bool = False


def credit_code_stands(credit_code: str) -> bool:
    """Whether the check digit of a unified social credit code (GB 32100) is right."""
    return bool(uscc.is_valid(credit_code))


@transaction.atomic
def propose_institution(*, actor: Actor, at: datetime, entry: Entry, odd_code_meant: bool = False) -> Institution:
    """Enter a new member, as an administrator; another person has to approve where one can be asked.

    A credit code whose check digit fails is taken only with ``odd_code_meant``: InvalidInput ``credit-code-check``
    otherwise. AlreadyDone when the code or the credit code belongs to a member.
    """
    credit_code = entry.credit_code.strip().upper()
    if credit_code:
        _check_credit_code(credit_code, odd_code_meant)
    institution = register_institution(
        actor=actor,
        at=at,
        code=entry.code.strip().upper(),
        name=entry.name,
        name_en=entry.name_en.strip(),
        kind=entry.kind,
        region_code=entry.region_code.strip(),
        region_name=entry.region_name.strip(),
        issues_certificates=entry.issues_certificates,
        credit_code=credit_code,
    )
    if others_hold(*APPROVERS, than=(actor.person_id,), at=at):
        institution.state = InstitutionState.PROPOSED
        institution.proposed_by_id, institution.proposed_at = actor.person_id, at
        institution.save(update_fields=["state", "proposed_by", "proposed_at"])
    return institution


@transaction.atomic
def approve_institution(*, actor: Actor, at: datetime, institution: Institution) -> Institution:
    """Approve a proposed member from today on: an administrator or decider, another person than who entered it."""
    approver = require_office(actor, *APPROVERS, at=at)
    waiting = _waiting(institution)
    if waiting.proposed_by_id == approver:
        raise NotAllowed("单位须由登记人以外的另一人核准。", code="own-institution")
    waiting.state, waiting.approved_on = InstitutionState.APPROVED, clock.today(at)
    waiting.save(update_fields=["state", "approved_on"])
    _record(actor, at, "institution.approve", waiting)
    return waiting


@transaction.atomic
def refuse_institution(*, actor: Actor, at: datetime, institution: Institution) -> Institution:
    """Refuse a proposed member, or take one's own entry back; the row stays, as one that has left."""
    require_office(actor, *APPROVERS, at=at)
    waiting = _waiting(institution)
    waiting.state = InstitutionState.WITHDRAWN
    waiting.save(update_fields=["state"])
    _record(actor, at, "institution.refuse", waiting)
    return waiting


def _check_credit_code(credit_code: str, odd_code_meant: bool) -> None:
    if not _CREDIT_CODE.fullmatch(credit_code):
        raise InvalidInput("统一社会信用代码为 18 位数字或大写字母。", code="credit-code", field="credit_code")
    if not credit_code_stands(credit_code) and not odd_code_meant:
        raise InvalidInput(
            "统一社会信用代码的校验位不对，请对照证书核对。", code="credit-code-check", field="credit_code"
        )
    if Institution.objects.filter(credit_code=credit_code).exists():
        raise AlreadyDone("已有单位使用这个统一社会信用代码。", code="credit-code-known", field="credit_code")


def _waiting(institution: Institution) -> Institution:
    waiting = Institution.objects.select_for_update().get(pk=institution.pk)
    if waiting.state != InstitutionState.PROPOSED:
        raise Conflict("该单位不在等待核准。", code="institution-answered")
    return waiting


def _record(actor: Actor, at: datetime, action: str, institution: Institution) -> None:
    record(
        actor=actor,
        at=at,
        action=action,
        subject_kind="institution",
        subject_id=institution.code,
        clause="M-10",
        fields=["state"],
    )
