"""Agreement: by whom, to which words, for what; on paper by two persons; taken back at any time."""

from datetime import date, timedelta

import pytest

from creditbank.audit.actor import PUBLIC, Actor
from creditbank.audit.models import AuditRecord
from creditbank.errors import Conflict, InvalidInput, NotAllowed, NotFound
from creditbank.people.actors import acting_as
from creditbank.people.consents import (
    confirm_paper_consent,
    current_text,
    enter_paper_consent,
    give_consent,
    has_consent,
    load_shipped_texts,
    paper_consent_for,
    require_guardian_consent,
    withdraw_consent,
)
from creditbank.people.models import Consent, ConsentText, PaperConsent, Student
from creditbank.people.models.consents import Purpose
from tests.people.cast import ADULT_BIRTH, AT, TODAY, Cast, application, guardian, opened, paper

DAY_AFTER = AT + timedelta(days=1)


@pytest.fixture
def mother(cast: Cast) -> Actor:
    return guardian()


@pytest.fixture
def student(cast: Cast, mother: Actor) -> Student:
    return opened(cast, application(), mother).account.student


def agree(actor: Actor, student: Student, *, ref: str = "DH-2026-000001", version: str = "") -> Consent:
    version = version or current_text("redemption", AT).version
    return give_consent(
        actor=actor, at=AT, student=student, purpose="redemption", text_version=version, subject_ref=ref
    )


def test_every_purpose_and_the_privacy_notice_have_words_in_two_languages(db: None) -> None:
    assert load_shipped_texts() == len(Purpose.values) + 1
    assert load_shipped_texts() == 0
    assert set(ConsentText.objects.values_list("purpose", flat=True)) == {"privacy", *Purpose.values}
    assert all(text.zh and text.en for text in ConsentText.objects.all())


def test_the_words_in_force_are_those_of_the_day(db: None) -> None:
    load_shipped_texts()
    ConsentText.objects.create(purpose="account", version="2026-2", zh="新", en="new", valid_from=DAY_AFTER)
    assert current_text("account", AT).version == "2026-1"
    assert current_text("account", DAY_AFTER).version == "2026-2"


def test_a_guardian_agrees_for_one_application_by_login(student: Student, mother: Actor) -> None:
    consent = agree(mother, student)
    assert (consent.capacity, consent.way, consent.text.version) == ("guardian", "login", "2026-1")
    assert has_consent(student, "redemption", subject_ref="DH-2026-000001")
    assert not has_consent(student, "redemption", subject_ref="DH-2026-000002")
    assert not has_consent(student, "redemption")
    assert agree(mother, student) == consent
    require_guardian_consent(student, "redemption", on=TODAY, subject_ref="DH-2026-000001")
    with pytest.raises(NotAllowed):
        require_guardian_consent(student, "redemption", on=TODAY, subject_ref="DH-2026-000002")


def test_a_minor_cannot_agree_for_herself_and_a_stranger_learns_nothing(cast: Cast, student: Student) -> None:
    with pytest.raises(NotAllowed) as caught:
        agree(acting_as(student.person, "student"), student)
    assert caught.value.reason == "guardian-needed"
    for stranger in (cast.outsider, cast.reviewer, PUBLIC):
        with pytest.raises(NotFound):
            agree(stranger, student)


def test_an_adult_agrees_herself_and_her_former_guardian_no_longer(cast: Cast, student: Student, mother: Actor) -> None:
    Student.objects.filter(pk=student.pk).update(birth_date=ADULT_BIRTH)
    student.refresh_from_db()
    assert agree(acting_as(student.person, "student"), student).capacity == "student"
    with pytest.raises(NotFound):
        agree(mother, student)
    require_guardian_consent(student, "publication", on=TODAY)


def test_nobody_agrees_to_words_that_are_not_in_force(student: Student, mother: Actor) -> None:
    with pytest.raises(InvalidInput) as caught:
        agree(mother, student, version="2020-1")
    assert caught.value.reason == "consent-version"


def test_agreement_is_taken_back_once_and_stays_in_the_record(cast: Cast, student: Student, mother: Actor) -> None:
    consent = agree(mother, student)
    with pytest.raises(NotFound):
        withdraw_consent(actor=cast.outsider, at=DAY_AFTER, consent=consent)
    withdraw_consent(actor=mother, at=DAY_AFTER, consent=consent)
    assert (consent.given_at, consent.withdrawn_at, consent.withdrawn_by_id) == (AT, DAY_AFTER, mother.person_id)
    assert not has_consent(student, "redemption", subject_ref="DH-2026-000001")
    with pytest.raises(Conflict):
        withdraw_consent(actor=mother, at=DAY_AFTER, consent=consent)
    actions = AuditRecord.objects.filter(subject_kind="consent").values_list("action", flat=True)
    assert sorted(actions) == ["consent.give", "consent.withdraw"]


def enter(actor: Actor, *, signed_on: date = TODAY, purposes: tuple[str, ...] = ("redemption",)) -> PaperConsent:
    return enter_paper_consent(
        actor=actor,
        at=AT,
        guardian_name="林远",
        relation="father",
        purposes=purposes,
        signed_on=signed_on,
        institution_code="SJSX",
    )


def test_a_paper_is_entered_by_one_and_confirmed_by_another(cast: Cast) -> None:
    entered = enter(cast.clerk)
    assert entered.number.startswith("TY-2026-")
    with pytest.raises(NotAllowed) as caught:
        confirm_paper_consent(actor=cast.clerk, at=AT, number=entered.number)
    assert caught.value.reason == "same-person"
    for stranger in (cast.other_clerk, cast.reviewer, PUBLIC):
        with pytest.raises(NotAllowed):
            confirm_paper_consent(actor=stranger, at=AT, number=entered.number)
    confirmed = confirm_paper_consent(actor=cast.second_clerk, at=AT, number=entered.number)
    assert confirmed.confirmed_by_id == cast.second_clerk.person_id
    with pytest.raises(Conflict):
        confirm_paper_consent(actor=cast.second_clerk, at=AT, number=entered.number)
    with pytest.raises(NotFound):
        confirm_paper_consent(actor=cast.second_clerk, at=AT, number="TY-2026-999999")


def test_a_paper_of_the_future_or_for_nothing_is_refused_and_strangers_enter_none(cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        enter(cast.clerk, signed_on=TODAY + timedelta(days=1))
    for purposes in ((), ("everything",)):
        with pytest.raises(InvalidInput):
            enter(cast.clerk, purposes=purposes)
    for stranger in (cast.outsider, cast.other_clerk, PUBLIC, cast.auditor):
        with pytest.raises(NotAllowed):
            enter(stranger)


def test_a_paper_serves_the_ward_of_its_signatory_once(cast: Cast, student: Student, mother: Actor) -> None:
    signed = PaperConsent.objects.get(number=paper(cast, purposes=("redemption",)))
    consent = paper_consent_for(
        paper=signed, student=student, purpose="redemption", subject_ref="DH-2026-000001", at=AT
    )
    assert (consent.way, consent.capacity, consent.given_by_id) == ("paper", "guardian", mother.person_id)
    with pytest.raises(NotAllowed) as caught:
        paper_consent_for(paper=signed, student=student, purpose="redemption", subject_ref="DH-2026-000002", at=AT)
    assert caught.value.reason == "paper-consent-used"


def test_a_paper_that_does_not_fit_is_refused(cast: Cast, student: Student) -> None:
    unfit = [
        paper(cast, purposes=("redemption",), confirmed=False),
        paper(cast, purposes=("redemption",), guardian_name="别人"),
        paper(cast, purposes=("sharing",)),
    ]
    for number in unfit:
        with pytest.raises(NotAllowed) as caught:
            paper_consent_for(
                paper=PaperConsent.objects.get(number=number), student=student, purpose="redemption", at=AT
            )
        assert caught.value.reason == "paper-consent-unfit"
    assert not PaperConsent.objects.filter(used_at__isnull=False).exists()
