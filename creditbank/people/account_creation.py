"""From an approved application to an account: the writing alone; `opening_review` holds the rules."""

from dataclasses import dataclass, field
from datetime import datetime

from creditbank import ids
from creditbank.audit.actor import Actor
from creditbank.clock import today
from creditbank.ledger.books import open_book
from creditbank.people.applications import number_place
from creditbank.people.cards import issue_card
from creditbank.people.consents import write_paper_consents
from creditbank.people.documents import document_index, document_taken, store_document, store_phone
from creditbank.people.guardians import record_guardianship
from creditbank.people.identity_documents import Document, parse_document
from creditbank.people.logins import IssuedCode, create_person, issue_activation_code
from creditbank.people.models import (
    Account,
    AccountOpening,
    Consent,
    ConsentText,
    IdentityCheck,
    IdentityDocument,
    PaperConsent,
    Person,
    Student,
)
from creditbank.vault.sealing import Sealed, unseal


@dataclass(frozen=True, slots=True)
class Opened:
    """What the opening slip says, once: the account, its card, and a code each for the student and the guardian."""

    account: Account
    card_number: str = field(repr=False)
    student_code: IssuedCode
    guardian_code: IssuedCode | None = field(default=None)


def create_account(opening: AccountOpening, *, actor: Actor, at: datetime) -> Opened:
    """Write everything that an approved application leads to, inside the caller's transaction."""
    document = _document_of(opening, at)
    person = _person_of(opening, document, at)
    assert opening.birth_date is not None
    assert opening.checked_by_id is not None
    assert opening.checked_at is not None
    student = Student.objects.create(person=person, birth_date=opening.birth_date)
    account = Account.objects.create(
        student=student, holder_id=ids.uuid7(), institution_code=opening.institution_code, opened_at=at
    )
    open_book(account.holder_id, at=at)
    IdentityCheck.objects.create(
        person=person,
        document=store_document(person=person, document=document, at=at),
        method=opening.check_method,
        checked_by_id=opening.checked_by_id,
        checked_at=opening.checked_at,
    )
    guardian = _guardian_of(opening, at)
    if guardian is not None:
        record_guardianship(
            actor=actor,
            at=at,
            student=student,
            guardian=guardian,
            relation=opening.relation,
            proved_by=opening.guardian_proof,
            checker=opening.checked_by_id,
        )
    _keep_phone(opening, guardian or person, at)
    _write_consents(opening, student, guardian, at)
    needs_code = guardian is not None and not guardian.users.exists()
    return Opened(
        account,
        issue_card(account, at).card_number,
        issue_activation_code(account=account, person_id=person.pk, at=at),
        issue_activation_code(account=account, person_id=guardian.pk, at=at) if guardian and needs_code else None,
    )


def _document_of(opening: AccountOpening, at: datetime) -> Document:
    sealed = Sealed(opening.key_id, bytes(opening.number_encrypted or b""))
    number = unseal(sealed, number_place(opening, "number"))
    return parse_document(opening.document_kind, number, on=today(at))


def _person_of(opening: AccountOpening, document: Document, at: datetime) -> Person:
    """The person whose document it is (a guardian or member of staff who now opens her own account), or a new one."""
    known = IdentityDocument.objects.filter(
        kind_group=document.group.value, blind_index=document_index(document), current=True
    ).first()
    if known is None:
        return create_person(name=opening.name, at=at)
    if known.person.name_key != opening.name_key or Student.objects.filter(person=known.person).exists():
        raise document_taken()
    return known.person


def _guardian_of(opening: AccountOpening, at: datetime) -> Person | None:
    if not opening.guardian_name:
        return None
    return opening.guardian or create_person(name=opening.guardian_name, at=at)


def _keep_phone(opening: AccountOpening, person: Person, at: datetime) -> None:
    """The number given with the application is the guardian's for a minor, else the student's own."""
    if opening.phone_encrypted:
        sealed = Sealed(opening.key_id, bytes(opening.phone_encrypted))
        store_phone(person=person, number=unseal(sealed, number_place(opening, "phone")), at=at)


def _write_consents(opening: AccountOpening, student: Student, guardian: Person | None, at: datetime) -> None:
    if opening.paper is not None and guardian is not None:
        PaperConsent.objects.filter(pk=opening.paper.pk).update(used_at=at)
        write_paper_consents(
            paper=opening.paper, student=student, guardian_id=guardian.pk, purposes=opening.paper.purposes
        )
        return
    giver = guardian or student.person
    for given in opening.consents:
        Consent.objects.create(
            student=student,
            given_by=giver,
            given_by_name=giver.name,
            capacity="guardian" if guardian else "student",
            purpose=given["purpose"],
            text=ConsentText.objects.get(purpose=given["purpose"], version=given["version"]),
            way=opening.consent_way,
            given_at=opening.submitted_at,
        )
