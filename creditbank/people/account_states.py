"""The life of an account after its opening: frozen, open again, closed; and the erasure of who it belonged to.

The book goes with the account. Erasure leaves every line of the ledger as it is and takes away what tied it to a
person: the identity here and the salt of the book. The audit keeps the names of those who acted, while it must prove
who did.
"""

from datetime import datetime
from typing import Final

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.db import transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.errors import Conflict, InvalidInput
from creditbank.ledger.books import balance_of, close_book, erase_salt, freeze_book, unfreeze_book
from creditbank.messages.models import InboxMessage
from creditbank.people.account_hooks import (
    ERASED_BIRTH,
    ERASED_NAME,
    Erasure,
    blank_name,
    check_closing,
    erase_above,
    give_back_time,
)
from creditbank.people.models import (
    AccessGrant,
    AccessRequest,
    Account,
    AccountOpening,
    ActivationCode,
    Consent,
    ContactPhone,
    DuplicateCase,
    Guardianship,
    IdentityCheck,
    IdentityDocument,
    OfficeRole,
    Person,
    Student,
    StudentCard,
    User,
)
from creditbank.people.rights import require_impartial, require_office

SHORTEST_REASON: Final = 4


@transaction.atomic
def freeze_account(*, actor: Actor, at: datetime, account: Account, reason: str) -> Account:
    """Let nothing into or out of an account, for a reason. A decider of the office; Conflict when it is not open."""
    _move(actor, at, account, "account.freeze", reason, Account.State.OPEN, Account.State.FROZEN)
    freeze_book(account.holder_id)
    return account


@transaction.atomic
def unfreeze_account(*, actor: Actor, at: datetime, account: Account, reason: str) -> Account:
    """Open a frozen account again, for a reason. A decider of the office; Conflict when it is not frozen.

    Terms within which the applicant or her guardian must act end later by as long as the account was frozen.
    """
    require_office(actor, "decider", at=at)
    stands = Account.objects.get(pk=account.pk)
    if stands.state == Account.State.FROZEN and stands.state_since is not None:
        # Before the account's row is locked: applications come first in the order of locks.
        give_back_time(stands, stands.state_since, at)
    _move(actor, at, account, "account.unfreeze", reason, Account.State.FROZEN, Account.State.OPEN)
    unfreeze_book(account.holder_id)
    return account


@transaction.atomic
def close_account(*, actor: Actor, at: datetime, account: Account, reason: str) -> Account:
    """Close an open account for good, for a reason; its lines stay. A decider of the office.

    Conflict while an application of its is not at its end, whether it holds credits or an honour.
    """
    _move(actor, at, account, "account.close", reason, Account.State.OPEN, Account.State.CLOSED)
    check_closing(account)
    close_book(account.holder_id)
    if balance_of(account.holder_id).held:
        raise Conflict("还有未办结的兑换申请，不能销户。", code="credits-held")
    Account.objects.filter(pk=account.pk).update(closed_at=at)
    account.cards.filter(state=StudentCard.State.ACTIVE).update(state=StudentCard.State.REPLACED)
    account.refresh_from_db()
    return account


@transaction.atomic
def erase_identity(*, actor: Actor, at: datetime, account: Account) -> None:
    """Erase who a closed account belonged to. A decider of the office; nothing of it can be brought back.

    Conflict when the account is not closed, or the person also holds an office or is somebody's guardian.
    """
    require_office(actor, "decider", at=at)
    if account.state != Account.State.CLOSED:
        raise Conflict("须先销户，才能删除身份资料。", code="account-not-closed")
    student = account.student
    person = student.person
    guards = Guardianship.objects.filter(guardian=person, ended_at=None).exists()
    if guards or OfficeRole.objects.held_at(at).filter(person=person).exists():
        raise Conflict("这个人还有其他身份（岗位或监护人），不能删除。", code="person-in-use")
    forget_person(account, at=at)
    record(
        actor=actor,
        at=at,
        action="identity.erase",
        subject_kind="account",
        subject_id=account.pk,
        holder_id=account.holder_id,
        fields=["name", "birth_date", "document_number", "phone"],
    )


def forget_person(account: Account, *, at: datetime) -> None:
    """Take away who a closed account belonged to, on every floor; who may ask for it was settled by the caller."""
    student = account.student
    person = student.person
    erasure = Erasure(account, at, person.name, student.birth_date)
    erase_above(erasure)
    _erase_papers(person, account)
    _erase_words(erasure)
    _erase_logins(person)
    student.guardianships.filter(ended_at=None).update(ended_at=at)
    Consent.objects.filter(student=student, given_by=person).update(given_by_name=ERASED_NAME)
    Person.objects.filter(pk=person.pk).update(name=ERASED_NAME, name_key="", name_pinyin="")
    Student.objects.filter(pk=student.pk).update(birth_date=ERASED_BIRTH)
    erase_salt(account.holder_id)


def _move(actor: Actor, at: datetime, account: Account, action: str, reason: str, *states: Account.State) -> None:
    before, after = states
    require_impartial(require_office(actor, "decider", at=at), account)
    if len(reason.strip()) < SHORTEST_REASON:
        raise InvalidInput("请写明理由。", field="reason")
    moved = Account.objects.filter(pk=account.pk, state=before)
    if not moved.update(state=after, state_reason=reason.strip()[:400], state_since=at):
        raise Conflict("户口不在可以这样办理的状态。", code="account-state")
    account.refresh_from_db()
    record(
        actor=actor,
        at=at,
        action=action,
        subject_kind="account",
        subject_id=account.pk,
        holder_id=account.holder_id,
        clause="M-4",
        fields=["state", "state_reason"],
    )


def _erase_papers(person: Person, account: Account) -> None:
    IdentityCheck.objects.filter(person=person).delete()
    IdentityDocument.objects.filter(person=person).delete()
    ContactPhone.objects.filter(person=person).delete()
    AccountOpening.objects.filter(account=account).update(
        name="", name_key="", birth_date=None, masked="", phone_masked="", guardian_name=""
    )


def _erase_words(erasure: Erasure) -> None:
    """The name in what people wrote about the account: reasons and purposes."""
    account = erasure.account
    student = account.student
    blank_name(Account.objects.filter(pk=account.pk), erasure, "state_reason")
    blank_name(AccountOpening.objects.filter(account=account), erasure, "refusal_reason")
    blank_name(DuplicateCase.objects.filter(existing=student), erasure, "reason")
    blank_name(DuplicateCase.objects.filter(opening__account=account), erasure, "reason")
    blank_name(AccessGrant.objects.filter(student=student), erasure, "purpose")
    blank_name(AccessRequest.objects.filter(student=student), erasure, "purpose", "answer")


def _erase_logins(person: Person) -> None:
    ActivationCode.objects.filter(person=person).delete()
    InboxMessage.objects.filter(person_id=person.pk).delete()
    Authenticator.objects.filter(user__person=person).delete()
    EmailAddress.objects.filter(user__person=person).delete()
    for user in User.objects.filter(person=person):
        AccessAttempt.objects.filter(username__iexact=user.username).delete()
        user.username = f"erased-{user.pk}"
        user.email = ""
        user.is_active = False
        user.set_unusable_password()
        user.save()
