"""Verbs on certificates: issue for a settled redemption, suspend, reinstate, revoke.

Revocation takes two persons: one suspends with a reason, another revokes what is suspended.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.certificates.models import Certificate, CertificateState
from creditbank.certificates.numbers import draw_certificate_number
from creditbank.clock import today
from creditbank.errors import Conflict, InvalidInput, NotAllowed, Refused
from creditbank.ids import new_code
from creditbank.institutions.models import Institution
from creditbank.messages.actions import send
from creditbank.messages.templates import Template, register
from creditbank.people.account_hooks import ERASED_BIRTH, ERASED_NAME
from creditbank.people.models import Account
from creditbank.people.rights import require_office
from creditbank.rulebook.models import PolicyVersion

CHECK_CODE_LENGTH = 10
REASON_LENGTH = 10

register(
    Template(
        "certificate.suspended",
        gettext_noop("证书 %(number)s 已暂停使用"),
        gettext_noop("证书 %(number)s 已暂停使用，理由写在证书页上。如有不同意见，可以拨打服务电话。"),
    ),
    Template(
        "certificate.valid",
        gettext_noop("证书 %(number)s 已恢复有效"),
        gettext_noop("证书 %(number)s 已恢复有效，理由写在证书页上。"),
    ),
    Template(
        "certificate.revoked",
        gettext_noop("证书 %(number)s 已撤销"),
        gettext_noop("证书 %(number)s 已撤销，理由写在证书页上。如有不同意见，可以拨打服务电话。"),
    ),
)


@transaction.atomic
def issue_certificate(
    *,
    actor: Actor,
    account: Account,
    family: str,
    grade: str,
    issuer: Institution,
    redemption_number: str,
    policy_version: PolicyVersion,
    clause: str,
    wording: dict[str, dict[str, str]],
    at: datetime,
) -> Certificate:
    """Issue a certificate with the next number of its series and a random check code.

    ``wording`` holds the statements that outputs must carry, each by language. Raises ``Refused`` when the student
    holds this grade already, ``InvalidInput`` when ``issuer`` is no issuing body in good standing.
    """
    person_id = require_office(actor, "decider", at=at)
    if not (issuer.issues_certificates and issuer.may_report):
        raise InvalidInput("这个单位不是获批的颁发机构。", field="issuer")
    issued_on = today(at)
    try:
        with transaction.atomic():
            certificate = Certificate.objects.create(
                number=draw_certificate_number(family, issued_on.year),
                check_code=new_code(CHECK_CODE_LENGTH),
                account=account,
                family=family,
                grade=grade,
                holder_name=account.student.person.name,
                issuer=issuer,
                issuer_name=issuer.name,
                issued_on=issued_on,
                issued_at=at,
                issued_by_id=person_id,
                redemption_number=redemption_number,
                policy_version=policy_version,
                clause=clause,
                wording=wording,
            )
    except IntegrityError as error:
        raise Refused("这名学生已经持有这一等级的证书。", clause=clause, field="not-held") from error
    _audit(actor, at, "issue-certificate", certificate)
    return certificate


def suspend_certificate(*, actor: Actor, certificate: Certificate, reason: str, at: datetime) -> Certificate:
    """Suspend a valid certificate with a reason that its check page shows. Reviewer or decider."""
    person_id = require_office(actor, "reviewer", "decider", at=at)
    return _move(_Step(actor, person_id, CertificateState.VALID, CertificateState.SUSPENDED, reason, at), certificate)


def reinstate_certificate(*, actor: Actor, certificate: Certificate, reason: str, at: datetime) -> Certificate:
    """Make a suspended certificate valid again, with a reason. Decider."""
    person_id = require_office(actor, "decider", at=at)
    return _move(_Step(actor, person_id, CertificateState.SUSPENDED, CertificateState.VALID, reason, at), certificate)


def revoke_certificate(*, actor: Actor, certificate: Certificate, reason: str, at: datetime) -> Certificate:
    """Revoke a suspended certificate for good. Decider, and never the person who suspended it."""
    person_id = require_office(actor, "decider", at=at)
    return _move(_Step(actor, person_id, CertificateState.SUSPENDED, CertificateState.REVOKED, reason, at), certificate)


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of a certificate's life: who takes it, from which state to which, why and when."""

    actor: Actor
    person_id: int
    before: CertificateState
    after: CertificateState
    reason: str
    at: datetime


@transaction.atomic
def _move(step: _Step, certificate: Certificate) -> Certificate:
    if len(step.reason.strip()) < REASON_LENGTH:
        raise InvalidInput("请写明理由，至少 %(length)s 个字，持证人会看到。", field="reason", length=REASON_LENGTH)
    locked = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if locked.state != step.before:
        raise Conflict("证书现在的状态是“%(state)s”，不能这样办理。", state=str(locked.get_state_display()))
    if step.after == CertificateState.REVOKED and locked.state_by_id == step.person_id:
        raise NotAllowed("暂停证书的人不能自己撤销它，请由另一位同事决定。", clause="M-4")
    locked.state, locked.state_reason = step.after, step.reason.strip()
    locked.state_at, locked.state_by_id = step.at, step.person_id
    if step.after == CertificateState.REVOKED and locked.account.student.birth_date == ERASED_BIRTH:
        # Whose identity was erased is named on valid certificates alone.
        locked.holder_name = ERASED_NAME
    locked.save(update_fields=["state", "state_reason", "state_at", "state_by", "holder_name"])
    _audit(step.actor, step.at, f"certificate-{step.after.value}", locked)
    send(
        to=locked.account.student.person_id,
        template_code=f"certificate.{step.after.value}",
        params={"number": locked.number},
        link=f"/me/certificates/{locked.number}",
        at=step.at,
    )
    return locked


def _audit(actor: Actor, at: datetime, action: str, certificate: Certificate) -> None:
    record(
        actor=actor,
        at=at,
        action=action,
        subject_kind="certificate",
        subject_id=certificate.number,
        holder_id=certificate.account.holder_id,
        clause=certificate.clause,
        fields=["state"],
    )
