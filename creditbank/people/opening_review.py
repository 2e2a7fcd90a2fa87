"""The review of applications: identity checked against the original, duplicates cleared, then an account or a refusal.

Three persons at least stand behind an account: who applied, who saw the original document, who opened it (M-4).
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.clock import today
from creditbank.errors import Conflict, InvalidInput, NotAllowed
from creditbank.messages.actions import send
from creditbank.people.account_creation import Opened, create_account
from creditbank.people.applications import end_application, find_duplicates
from creditbank.people.counters import require_counter, serves_at
from creditbank.people.documents import document_index
from creditbank.people.identity_documents import parse_document
from creditbank.people.models import (
    Account,
    AccountOpening,
    DuplicateCase,
    Guardianship,
    IdentityCheck,
    IdentityDocument,
    PaperConsent,
)
from creditbank.people.rights import require_office

SHORTEST_REASON: Final = 4


@transaction.atomic
def check_identity(
    *,
    actor: Actor,
    at: datetime,
    opening: AccountOpening,
    method: str,
    guardian_proof: str = "",
    seen_number: str = "",
) -> AccountOpening:
    """Record that the actor compared the document with its original, how and when; for a minor the proof as well.

    A reviewer of the office; or staff of the counter that took the application in; or, of an application sent online,
    staff of the institution that the family chose, who reads the number off the original (``seen_number``) without
    having been shown it: InvalidInput ``original-differs`` when it is not the one applied with.
    """
    counter = opening.institution_code or opening.originals_at
    at_counter = serves_at(actor, counter)
    person_id = require_counter(actor, counter) if at_counter else require_office(actor, "reviewer", at=at)
    applied_herself = person_id == opening.submitted_by_id and not opening.institution_code
    if person_id == opening.guardian_id or applied_herself:
        raise NotAllowed("不能核对自己提交的申请。", code="own-case", clause="M-4")
    if method not in IdentityCheck.Method.values:
        raise InvalidInput("请选择核对方式。", field="method")
    if opening.guardian_name and guardian_proof not in Guardianship.Proof.values:
        raise InvalidInput("请选择所核对的监护关系证明。", field="guardian_proof")
    if at_counter and not opening.institution_code:
        _require_same_number(opening, seen_number, at)
    checked = AccountOpening.objects.filter(pk=opening.pk, state=AccountOpening.State.SUBMITTED).update(
        checked_by_id=person_id,
        checked_at=at,
        check_method=method,
        guardian_proof=guardian_proof if opening.guardian_name else "",
    )
    if not checked:
        raise Conflict("这份申请已经办结。", code="opening-decided")
    opening.refresh_from_db()
    record(
        actor=actor,
        at=at,
        action="opening.check-identity",
        subject_kind="opening",
        subject_id=opening.number,
        clause="M-4",
        refs={"method": method},
    )
    return opening


def open_account(*, actor: Actor, at: datetime, opening: AccountOpening) -> Opened:
    """Open the account: person, student, guardian, consents, book, card and codes, all or nothing (M-4, M-6).

    An office reviewer, who neither applied nor saw the original herself. Conflict when the identity was not checked, a
    duplicate case is open, the document got an owner meanwhile, or the application was decided. The codes are in the
    answer and nowhere else.
    """
    reviewer = require_office(actor, "reviewer", at=at)
    if reviewer in {opening.submitted_by_id, opening.checked_by_id, opening.guardian_id}:
        raise NotAllowed("申请、核对原件和审核须由不同的人办理。", code="same-person", clause="M-4")
    # Outside the transaction below: a case that is found here stays when the opening is refused for it.
    if find_duplicates(opening, at):
        raise Conflict("有同名同生日的户口，请先核查是否为同一人。", code="duplicate-suspected", clause="M-4")
    with transaction.atomic():
        locked = AccountOpening.objects.select_for_update(of=("self",)).get(pk=opening.pk)
        _require_ready(locked)
        opened = create_account(locked, actor=actor, at=at)
        _close_application(locked, opened.account, reviewer, at)
        record(
            actor=actor,
            at=at,
            action="opening.open",
            subject_kind="opening",
            subject_id=locked.number,
            holder_id=opened.account.holder_id,
            clause="M-6",
            refs={"account": opened.account.pk},
        )
        _tell(locked, "people.opened", at)
    opening.refresh_from_db()
    return opened


@transaction.atomic
def refuse_opening(*, actor: Actor, at: datetime, opening: AccountOpening, reason: str) -> AccountOpening:
    """Refuse an application with a reason; what it held about the person is emptied. An office reviewer."""
    reviewer = require_office(actor, "reviewer", at=at)
    if reviewer in {opening.submitted_by_id, opening.guardian_id}:
        raise NotAllowed("不能审核自己提交的申请。", code="same-person", clause="M-4")
    if len(reason.strip()) < SHORTEST_REASON:
        raise InvalidInput("请写明未通过的原因。", field="reason")
    end_application(opening, AccountOpening.State.REFUSED, at=at, person_id=reviewer, reason=reason.strip()[:400])
    record(
        actor=actor,
        at=at,
        action="opening.refuse",
        subject_kind="opening",
        subject_id=opening.number,
        clause="M-6",
        fields=["refusal_reason"],
    )
    _tell(opening, "people.refused", at)
    return opening


@transaction.atomic
def resolve_duplicate(
    *, actor: Actor, at: datetime, case: DuplicateCase, same_person: bool, reason: str
) -> DuplicateCase:
    """Decide whether an applicant and an account holder are one person. An office reviewer who did not apply.

    When they are one, the application can only be refused: the account that exists is the person's account.
    """
    reviewer = require_office(actor, "reviewer", at=at)
    if reviewer in {case.opening.submitted_by_id, case.opening.guardian_id}:
        raise NotAllowed("不能核查自己提交的申请。", code="same-person", clause="M-4")
    if len(reason.strip()) < SHORTEST_REASON:
        raise InvalidInput("请写明核查的依据。", field="reason")
    state = DuplicateCase.State.SAME if same_person else DuplicateCase.State.DISTINCT
    resolved = DuplicateCase.objects.filter(pk=case.pk, state=DuplicateCase.State.OPEN).update(
        state=state, resolved_by_id=reviewer, resolved_at=at, reason=reason.strip()[:400]
    )
    if not resolved:
        raise Conflict("这项核查已有结论。", code="duplicate-resolved")
    case.refresh_from_db()
    record(
        actor=actor,
        at=at,
        action="duplicate.resolve",
        subject_kind="opening",
        subject_id=case.opening.number,
        clause="M-4",
        refs={"existing": case.existing_id, "outcome": state.value},
    )
    return case


@transaction.atomic
def verify_identity(*, actor: Actor, at: datetime, document: IdentityDocument, method: str) -> IdentityCheck:
    """Record that an office reviewer compared a person's document with its original, how and when (M-4)."""
    checker = require_office(actor, "reviewer", at=at)
    if checker == document.person_id:
        raise NotAllowed("不能核对自己的证件。", code="own-case", clause="M-4")
    if method not in IdentityCheck.Method.values:
        raise InvalidInput("请选择核对方式。", field="method")
    check = IdentityCheck.objects.create(
        person=document.person, document=document, method=method, checked_by_id=checker, checked_at=at
    )
    record(
        actor=actor, at=at, action="identity.check", subject_kind="person", subject_id=document.person_id, clause="M-4"
    )
    return check


def _require_same_number(opening: AccountOpening, seen_number: str, at: datetime) -> None:
    try:
        seen = parse_document(opening.document_kind, seen_number, on=today(at))
    except InvalidInput as error:
        raise InvalidInput(error.message, code=error.reason, field="seen_number") from None
    if seen.group.value != opening.kind_group or document_index(seen) != opening.blind_index:
        raise InvalidInput(
            "与申请里的证件号码不一致。请对照原件再输一遍；确实不符的，不要核对通过，请家长重新申请。",
            code="original-differs",
            clause="M-4",
            field="seen_number",
        )


def _require_ready(opening: AccountOpening) -> None:
    if opening.state != AccountOpening.State.SUBMITTED:
        raise Conflict("这份申请已经办结。", code="opening-decided")
    if opening.checked_by_id is None or opening.checked_at is None:
        raise Conflict("尚未与证件原件核对，不能开户。", code="identity-unchecked", clause="M-4")
    if opening.paper_id is not None:
        used = PaperConsent.objects.filter(pk=opening.paper_id, used_at=None, confirmed_by__isnull=False)
        if not used.exists():
            raise Conflict(
                "监护人的同意书尚未由另一位同事确认，或已经用过。", code="guardian-consent-unconfirmed", clause="M-9"
            )


def _close_application(opening: AccountOpening, account: Account, reviewer: int, at: datetime) -> None:
    """The numbers now live with the person; the application keeps what the office needs to find it again."""
    opening.state = AccountOpening.State.OPENED
    opening.account, opening.decided_by_id, opening.decided_at = account, reviewer, at
    opening.number_encrypted, opening.phone_encrypted = None, None
    opening.blind_index, opening.key_id = "", ""
    opening.save()


def _tell(opening: AccountOpening, template: str, at: datetime) -> None:
    people = {person for person in (opening.submitted_by_id, opening.guardian_id) if person is not None}
    if people:
        send(to=people, template_code=template, at=at, params={"number": opening.number})
