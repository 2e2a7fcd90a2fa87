"""Agreement from the first day: per purpose, per version of the text, with its time and the way it was given.

For a minor a guardian agrees: by her own login, or on paper that one person of staff enters and another confirms.
To refuse publication or sharing never blocks anything else.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import yaml
from django.db import transaction

from creditbank import ids
from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.clock import today
from creditbank.errors import Conflict, InvalidInput, NotAllowed, NotFound
from creditbank.people.counters import require_counter
from creditbank.people.guardians import guardians_of, is_guardian, is_minor
from creditbank.people.models import Consent, ConsentText, Guardianship, PaperConsent, Student
from creditbank.people.models.consents import Purpose
from creditbank.people.names import clean_name, name_key
from creditbank.people.rights import require_office

PRIVACY: Final = "privacy"
_SHIPPED: Final = Path(__file__).parent / "texts" / "consents.yaml"


def load_shipped_texts() -> int:
    """Write the shipped texts that the database does not have yet; how many that were. Known ones stay as they are."""
    made = 0
    for entry in yaml.safe_load(_SHIPPED.read_text(encoding="utf-8")):
        since = datetime.combine(entry["from"], datetime.min.time(), UTC)
        _, new = ConsentText.objects.get_or_create(
            purpose=entry["purpose"],
            version=entry["version"],
            defaults={"zh": entry["zh"], "en": entry["en"], "valid_from": since},
        )
        made += new
    return made


def current_text(purpose: str, at: datetime) -> ConsentText:
    """The words in force for a purpose (or ``privacy``) at a moment; NotFound when there are none."""
    texts = ConsentText.objects.filter(purpose=purpose, valid_from__lte=at).order_by("-valid_from", "-id")
    text = texts.first()
    if text is None and load_shipped_texts():
        text = texts.first()
    if text is None:
        raise NotFound("没有这一事项的告知文本。")
    return text


def require_current_version(purpose: str, version: str, at: datetime) -> ConsentText:
    """The text that was read; InvalidInput when it is not the one in force, so that nobody agrees to other words."""
    text = current_text(purpose, at)
    if text.version != version:
        raise InvalidInput("告知文本已更新，请重新阅读后再同意。", code="consent-version", field="text_version")
    return text


@transaction.atomic
def give_consent(
    *, actor: Actor, at: datetime, student: Student, purpose: str, text_version: str, subject_ref: str = ""
) -> Consent:
    """Agree by login: an adult student herself, a guardian for a minor; anybody else is refused.

    Agreeing twice to the same returns the first. ``subject_ref`` narrows it to one thing, such as a redemption.
    """
    capacity = _capacity(actor, student, at)
    if purpose not in Purpose.values:
        raise InvalidInput("没有这一同意事项。", field="purpose")
    text = require_current_version(purpose, text_version, at)
    known = student.consents.filter(
        purpose=purpose, text=text, subject_ref=subject_ref, withdrawn_at=None, given_by_id=actor.person_id
    ).first()
    if known is not None:
        return known
    consent = Consent.objects.create(
        student=student,
        given_by_id=actor.person_id,
        given_by_name=actor.name,
        capacity=capacity,
        purpose=purpose,
        text=text,
        way=Consent.Way.LOGIN,
        subject_ref=subject_ref,
        given_at=at,
    )
    _audit(actor, at, "consent.give", consent)
    return consent


@transaction.atomic
def withdraw_consent(*, actor: Actor, at: datetime, consent: Consent) -> Consent:
    """Take agreement back; what was done under it stays done. Conflict when it was taken back already."""
    _capacity(actor, consent.student, at)
    taken = Consent.objects.filter(pk=consent.pk, withdrawn_at=None)
    if not taken.update(withdrawn_at=at, withdrawn_by_id=actor.person_id):
        raise Conflict("这项同意已经撤回。", code="consent-withdrawn")
    consent.refresh_from_db()
    _audit(actor, at, "consent.withdraw", consent)
    return consent


def has_consent(student: Student, purpose: str, *, subject_ref: str = "") -> bool:
    """Whether agreement to a purpose (or to one thing) is on record and was not taken back."""
    return student.consents.filter(purpose=purpose, subject_ref=subject_ref, withdrawn_at=None).exists()


def require_guardian_consent(student: Student, purpose: str, *, on: date, subject_ref: str = "") -> None:
    """NotAllowed when the student is a minor and no guardian's agreement is on record."""
    given = student.consents.filter(
        purpose=purpose, subject_ref=subject_ref, withdrawn_at=None, capacity="guardian"
    ).exists()
    if is_minor(student, on) and not given:
        raise NotAllowed("未满 18 周岁，须先有监护人的同意记录。", code="guardian-consent-missing", clause="M-9")


@transaction.atomic
def enter_paper_consent(
    *,
    actor: Actor,
    at: datetime,
    guardian_name: str,
    relation: str,
    purposes: Iterable[str],
    signed_on: date,
    institution_code: str = "",
    subject_ref: str = "",
) -> PaperConsent:
    """Enter a guardian's signed paper; it counts when another person has confirmed it. It holds nothing of the child.

    Staff of the institution that is named, or, with none, of the office. ``signed_on`` is not in the future.
    """
    person_id = _require_desk(actor, institution_code, at)
    asked = sorted(set(purposes))
    if not asked or not set(Purpose.values).issuperset(asked):
        raise InvalidInput("请选择监护人签字同意的事项。", field="purposes")
    if relation not in Guardianship.Relation.values or signed_on > today(at):
        raise InvalidInput("请核对监护关系和签字日期。", field="relation")
    paper = PaperConsent.objects.create(
        number=f"new-{ids.new_code(12)}",
        guardian_name=clean_name(guardian_name),
        relation=relation,
        purposes=asked,
        text_versions={purpose: current_text(purpose, at).version for purpose in asked},
        subject_ref=subject_ref,
        institution_code=institution_code,
        signed_on=signed_on,
        entered_by_id=person_id,
        entered_at=at,
    )
    paper.number = f"TY-{today(at).year}-{paper.pk:06d}"
    paper.save(update_fields=["number"])
    record(actor=actor, at=at, action="paper-consent.enter", subject_kind="paper-consent", subject_id=paper.number)
    return paper


@transaction.atomic
def confirm_paper_consent(*, actor: Actor, at: datetime, number: str) -> PaperConsent:
    """Confirm, with the paper in hand, what a colleague entered: never one's own entry."""
    paper = PaperConsent.objects.select_for_update(of=("self",)).filter(number=number).first()
    if paper is None:
        raise NotFound("没有这份同意书。")
    person_id = _require_desk(actor, paper.institution_code, at)
    if paper.entered_by_id == person_id:
        raise NotAllowed("录入人不能确认自己录入的同意书，请由另一位同事确认。", code="same-person")
    if paper.confirmed_by_id is not None:
        raise Conflict("这份同意书已经确认。", code="paper-confirmed")
    paper.confirmed_by_id, paper.confirmed_at = person_id, at
    paper.save(update_fields=["confirmed_by", "confirmed_at"])
    record(actor=actor, at=at, action="paper-consent.confirm", subject_kind="paper-consent", subject_id=paper.number)
    return paper


def paper_consent_for(
    *, paper: PaperConsent, student: Student, purpose: str, at: datetime, subject_ref: str = ""
) -> Consent:
    """Turn a confirmed, unused paper into the consent of a recorded guardian (by name) of this student.

    NotAllowed when it is not confirmed, used already, for another purpose or thing, or signed by somebody else.
    """
    signatories = {name_key(each.guardian.name): each.guardian_id for each in guardians_of(student)}
    guardian_id = signatories.get(name_key(paper.guardian_name))
    fits = paper.confirmed_by_id is not None and purpose in paper.purposes and paper.subject_ref in {"", subject_ref}
    if guardian_id is None or not fits:
        raise NotAllowed(
            "这份同意书未经确认、事项不符，或签字人不是登记的监护人。", code="paper-consent-unfit", clause="M-9"
        )
    if not PaperConsent.objects.filter(pk=paper.pk, used_at=None).update(used_at=at):
        raise NotAllowed("这份同意书已经用过。", code="paper-consent-used", clause="M-9")
    return write_paper_consents(
        paper=paper, student=student, guardian_id=guardian_id, purposes=[purpose], subject_ref=subject_ref
    )[0]


def write_paper_consents(
    *, paper: PaperConsent, student: Student, guardian_id: int, purposes: Iterable[str], subject_ref: str = ""
) -> list[Consent]:
    """Write a paper's consents, dated by its confirmation; the caller has checked and used it up."""
    return [
        Consent.objects.create(
            student=student,
            given_by_id=guardian_id,
            given_by_name=paper.guardian_name,
            capacity="guardian",
            purpose=purpose,
            text=ConsentText.objects.get(purpose=purpose, version=paper.text_versions[purpose]),
            way=Consent.Way.PAPER,
            paper=paper,
            subject_ref=subject_ref,
            given_at=paper.confirmed_at or paper.entered_at,
        )
        for purpose in purposes
    ]


def _capacity(actor: Actor, student: Student, at: datetime) -> str:
    """``student`` or ``guardian``; NotAllowed for a minor herself, NotFound for strangers and for every key."""
    if actor.role == "api":
        raise NotFound()
    if is_guardian(actor.person_id, student, at):
        return "guardian"
    if actor.person_id is None or actor.person_id != student.person_id:
        raise NotFound()
    if is_minor(student, today(at)):
        raise NotAllowed("未满 18 周岁，须由监护人同意。", code="guardian-needed", clause="M-9")
    return "student"


def _require_desk(actor: Actor, institution_code: str, at: datetime) -> int:
    if institution_code:
        return require_counter(actor, institution_code)
    return require_office(actor, "reviewer", "decider", "admin", at=at)


def _audit(actor: Actor, at: datetime, action: str, consent: Consent) -> None:
    record(
        actor=actor,
        at=at,
        action=action,
        subject_kind="consent",
        subject_id=consent.pk,
        holder_id=consent.student.account.holder_id,
        clause="M-9",
        refs={"purpose": consent.purpose, "text": consent.text_id},
    )
