"""Applications to open an account (开户申请表, Annex 1; M-6): handed in online or over an institution's counter.

The privacy notice comes first: an application names the version that was read. For a minor a guardian applies by her
own login, or the counter cites her signed paper; for a child under 14 that paper must be confirmed before anything
about the child is stored. To refuse publication or sharing never blocks an account.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, transaction

from creditbank import ids
from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.clock import today
from creditbank.errors import Conflict, InvalidInput, NotAllowed, NotFound
from creditbank.people.consents import PRIVACY, current_text, require_current_version
from creditbank.people.counters import require_counter, require_counter_choice
from creditbank.people.documents import clean_phone, document_index, document_taken, mask_phone
from creditbank.people.guardians import ADULT_AGE, CHILD_AGE, is_under
from creditbank.people.identity_documents import Document, mask, parse_document
from creditbank.people.models import (
    AccountOpening,
    DuplicateCase,
    Guardianship,
    IdentityDocument,
    PaperConsent,
    Student,
)
from creditbank.people.models.consents import Purpose
from creditbank.people.names import clean_name, name_key
from creditbank.vault.sealing import Place, seal

OPENING_TABLE: Final = "account_opening"


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What an applicant fills in. ``birth_date`` is needed when the document does not tell it.

    ``agreed`` are the purposes agreed to (``account`` at least); ``relation`` is for minors;
    ``paper_number`` is the guardian's signed paper at a counter; ``institution_code`` names the counter, if any.
    ``originals_at`` is the institution where who applies online wants to show the originals; empty: at the office.
    """

    name: str = field(repr=False)
    document_kind: str
    document_number: str = field(repr=False)
    birth_date: date | None = field(default=None, repr=False)
    phone: str = field(default="", repr=False)
    privacy_version: str
    agreed: tuple[str, ...] = ("account",)
    relation: str = ""
    paper_number: str = ""
    institution_code: str = ""
    originals_at: str = ""


@dataclass(frozen=True, slots=True)
class _Applicant:
    """Who applies, checked: the name as it will be shown, the birth date, the document."""

    name: str = field(repr=False)
    birth: date = field(repr=False)
    document: Document


@dataclass(frozen=True, slots=True)
class _Agreement:
    """Who agrees for the applicant, and how."""

    way: str
    guardian_id: int | None = None
    guardian_name: str = field(default="", repr=False)
    relation: str = ""
    paper: PaperConsent | None = None


@transaction.atomic
def submit_opening(*, actor: Actor, at: datetime, application: Application) -> AccountOpening:
    """Hand in an application; returns it with its number (``KH-2026-000123``).

    An adult applies herself (signed in or as the public), a guardian by login for a minor, staff of an institution
    over its counter for either. InvalidInput for what was typed, Conflict when the
    document is known or an application for it is open, NotAllowed when a guardian's agreement is missing. The same
    name and birth date as an account holder opens a duplicate case beside the application.
    """
    on = today(at)
    name = clean_name(application.name)
    document = parse_document(application.document_kind, application.document_number, on=on)
    birth = _birth_date(application, document, on)
    require_current_version(PRIVACY, application.privacy_version, at)
    if not application.institution_code:
        require_counter_choice(application.originals_at)
    agreement = _agreement(actor, application, birth, at)
    versions = _agreed_versions(application, agreement, at)
    _refuse_known(document)
    opening = _draft(application, agreement, _Applicant(name, birth, document), at)
    opening.way = AccountOpening.Way.COUNTER if application.institution_code else AccountOpening.Way.ONLINE
    opening.submitted_by_id = actor.person_id
    _insert(opening)
    opening.consents = [{"purpose": purpose, "version": versions[purpose]} for purpose in sorted(versions)]
    opening.number = f"KH-{on.year}-{opening.pk:06d}"
    opening.save(update_fields=["consents", "number"])
    find_duplicates(opening, at)
    record(
        actor=actor,
        at=at,
        action="opening.submit",
        subject_kind="opening",
        subject_id=opening.number,
        clause="M-6",
        fields=["name", "birth_date", "document_number", *(["phone"] if application.phone else [])],
        refs={"privacy": application.privacy_version},
    )
    return opening


@transaction.atomic
def withdraw_opening(*, actor: Actor, at: datetime, opening: AccountOpening) -> AccountOpening:
    """Take an application back before it is decided; what it held about the person is emptied."""
    if actor.person_id is None or actor.person_id not in {opening.submitted_by_id, opening.guardian_id}:
        raise NotFound("没有这份开户申请。")
    end_application(opening, AccountOpening.State.WITHDRAWN, at=at, person_id=actor.person_id)
    record(
        actor=actor,
        at=at,
        action="opening.withdraw",
        subject_kind="opening",
        subject_id=opening.number,
        clause="M-6",
    )
    return opening


def end_application(
    opening: AccountOpening, state: AccountOpening.State, *, at: datetime, person_id: int | None, reason: str = ""
) -> None:
    """End an application without an account: its personal columns are emptied. Conflict when it was decided before."""
    ended = AccountOpening.objects.filter(pk=opening.pk, state=AccountOpening.State.SUBMITTED).update(
        state=state,
        decided_by_id=person_id,
        decided_at=at,
        refusal_reason=reason,
        name="",
        name_key="",
        birth_date=None,
        number_encrypted=None,
        key_id="",
        blind_index="",
        masked="",
        phone_encrypted=None,
        phone_masked="",
        guardian_name="",
    )
    if not ended:
        raise Conflict("这份申请已经办结。", code="opening-decided")
    opening.refresh_from_db()


def find_duplicates(opening: AccountOpening, at: datetime) -> int:
    """Open a case for each account holder of the same name and birth date; how many cases are not resolved."""
    if opening.birth_date is None:
        return 0
    twins = Student.objects.filter(person__name_key=opening.name_key, birth_date=opening.birth_date)
    # Not the student whom this very application made, in somebody else's hands, a moment ago.
    for student in twins.exclude(account__opening=opening):
        DuplicateCase.objects.get_or_create(opening=opening, existing=student, defaults={"opened_at": at})
    return opening.duplicate_cases.exclude(state=DuplicateCase.State.DISTINCT).count()


def number_place(opening: AccountOpening, column: str) -> Place:
    """Where an application's sealed values live."""
    return Place(OPENING_TABLE, str(opening.row_key), column)


def _birth_date(application: Application, document: Document, on: date) -> date:
    birth = document.birth_date or application.birth_date
    if birth is None:
        raise InvalidInput("请填写出生日期。", code="birth-date", field="birth_date")
    if application.birth_date not in {None, birth}:
        raise InvalidInput("出生日期与证件号码不一致。", code="birth-date", field="birth_date")
    if birth > on or birth.year < 1900:
        raise InvalidInput("出生日期有误。", code="birth-date", field="birth_date")
    return birth


def _agreement(actor: Actor, application: Application, birth: date, at: datetime) -> _Agreement:
    on = today(at)
    at_counter = bool(application.institution_code)
    if at_counter:
        require_counter(actor, application.institution_code)
    if not is_under(birth, ADULT_AGE, on):
        return _Agreement("paper" if at_counter else "form")
    if at_counter:
        return _paper_agreement(application, child=is_under(birth, CHILD_AGE, on))
    if actor.role != "guardian" or actor.person_id is None:
        raise NotAllowed(
            "未满 18 周岁，须由监护人登录后申请，或凭监护人签字的同意书到成员单位办理。",
            code="guardian-consent-missing",
            clause="M-9",
        )
    if application.relation not in Guardianship.Relation.values:
        raise InvalidInput("请选择监护关系。", field="relation")
    return _Agreement("login", actor.person_id, actor.name, application.relation)


def _paper_agreement(application: Application, *, child: bool) -> _Agreement:
    paper = PaperConsent.objects.filter(number=application.paper_number, used_at=None).first()
    if paper is None or paper.institution_code != application.institution_code:
        raise NotAllowed("须先录入监护人签字的同意书。", code="guardian-consent-missing", clause="M-9")
    if child and paper.confirmed_by_id is None:
        raise NotAllowed(
            "未满 14 周岁，监护人的同意书须先由另一位同事确认，再录入学生资料。",
            code="guardian-consent-unconfirmed",
            clause="M-9",
        )
    return _Agreement("paper", None, paper.guardian_name, paper.relation, paper)


def _agreed_versions(application: Application, agreement: _Agreement, at: datetime) -> dict[str, str]:
    """Purpose → version of the text. A paper says itself what was signed; nothing is agreed beyond it."""
    if agreement.paper is not None:
        versions = {purpose: str(agreement.paper.text_versions[purpose]) for purpose in agreement.paper.purposes}
    else:
        agreed = set(application.agreed) & set(Purpose.values)
        versions = {purpose: current_text(purpose, at).version for purpose in agreed}
    if Purpose.ACCOUNT not in versions:
        raise NotAllowed("须同意为开立户口处理资料，才能开户。", code="account-consent-missing", clause="M-6")
    return versions


def _refuse_known(document: Document) -> None:
    index = document_index(document)
    holders = IdentityDocument.objects.filter(
        kind_group=document.group.value, blind_index=index, current=True, person__student__isnull=False
    )
    if holders.exists():
        raise document_taken()


def _draft(application: Application, agreement: _Agreement, applicant: _Applicant, at: datetime) -> AccountOpening:
    """The unsaved row, its personal values sealed for it."""
    document = applicant.document
    opening = AccountOpening(
        number=f"new-{ids.new_code(16)}",
        institution_code=application.institution_code,
        originals_at="" if application.institution_code else application.originals_at,
        privacy_version=application.privacy_version,
        submitted_at=at,
        name=applicant.name,
        name_key=name_key(applicant.name),
        birth_date=applicant.birth,
        document_kind=document.kind.value,
        kind_group=document.group.value,
        blind_index=document_index(document),
        masked=mask(document.canonical),
        guardian_id=agreement.guardian_id,
        guardian_name=agreement.guardian_name,
        relation=agreement.relation,
        consent_way=agreement.way,
        paper=agreement.paper,
    )
    sealed = seal(document.canonical, number_place(opening, "number"))
    opening.number_encrypted, opening.key_id = sealed.data, sealed.key_id
    if application.phone:
        phone = clean_phone(application.phone)
        opening.phone_encrypted = seal(phone, number_place(opening, "phone")).data
        opening.phone_masked = mask_phone(phone)
    return opening


def _insert(opening: AccountOpening) -> None:
    try:
        with transaction.atomic():
            opening.save()
    except IntegrityError:
        raise Conflict("这份证件已有一份待审核的开户申请。", code="opening-pending", clause="M-4") from None
