"""Opening an account: who may apply, what must be on record first, one person and one account."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from creditbank.audit.actor import PUBLIC
from creditbank.audit.models import AuditRecord
from creditbank.errors import Conflict, InvalidInput, NotAllowed, NotFound
from creditbank.ids import is_card_number
from creditbank.ledger.books import balance_of
from creditbank.messages.actions import inbox_of
from creditbank.people.actors import acting_as
from creditbank.people.applications import Application, submit_opening, withdraw_opening
from creditbank.people.consents import confirm_paper_consent
from creditbank.people.documents import document_number, phone_number
from creditbank.people.guardians import guardians_of
from creditbank.people.identity_documents import resident_id
from creditbank.people.models import (
    Account,
    AccountOpening,
    ConsentText,
    DuplicateCase,
    IdentityCheck,
    IdentityDocument,
    PaperConsent,
    Person,
    Student,
)
from creditbank.people.opening_review import check_identity, open_account, refuse_opening, resolve_duplicate
from tests.people.cast import (
    ADULT_BIRTH,
    AT,
    CHILD_BIRTH,
    MINOR_BIRTH,
    Cast,
    application,
    checked,
    guardian,
    opened,
    paper,
    privacy,
)

NUMBER = resident_id("110101", MINOR_BIRTH, 998)


def test_a_guardian_opens_an_account_for_a_child(cast: Cast) -> None:
    mother = guardian()
    result = opened(cast, application(CHILD_BIRTH, phone="13800000000", agreed=("account", "publication")), mother)
    account = result.account
    student = account.student
    assert (student.person.name, student.birth_date) == ("林知夏", CHILD_BIRTH)
    assert balance_of(account.holder_id).available == 0
    assert is_card_number(result.card_number)
    (guardianship,) = guardians_of(student)
    assert (guardianship.guardian_id, guardianship.proved_by) == (mother.person_id, "household-register")
    assert guardianship.checked_by_id == cast.second_reviewer.person_id
    assert sorted(student.consents.values_list("purpose", "capacity", "way")) == [
        ("account", "guardian", "login"),
        ("publication", "guardian", "login"),
    ]
    check = IdentityCheck.objects.get()
    assert (check.method, check.checked_by_id) == ("original-seen", cast.second_reviewer.person_id)
    assert document_number(check.document) == resident_id("110101", CHILD_BIRTH, 998)
    assert phone_number(guardianship.guardian) == "13800000000"
    assert result.guardian_code is None
    assert mother.person_id is not None
    assert [message.subject for message in inbox_of(mother.person_id)] == ["户口已开立"]


def test_the_application_is_emptied_of_the_number_when_the_account_is_open(cast: Cast) -> None:
    opened(cast, application(phone="13800000000"), guardian())
    opening = AccountOpening.objects.get()
    assert opening.state == "opened"
    assert opening.number.startswith("KH-2026-")
    assert (opening.number_encrypted, opening.phone_encrypted, opening.blind_index) == (None, None, "")


def test_an_adult_applies_for_herself_without_a_login(cast: Cast) -> None:
    result = opened(cast, application(ADULT_BIRTH), PUBLIC)
    assert guardians_of(result.account.student) == []
    assert list(result.account.student.consents.values_list("capacity", "way")) == [("student", "form")]


@pytest.mark.parametrize("birth", [CHILD_BIRTH, MINOR_BIRTH])
def test_a_minor_cannot_apply_without_a_guardian(cast: Cast, birth: date) -> None:
    for actor in (PUBLIC, cast.outsider):
        with pytest.raises(NotAllowed) as caught:
            submit_opening(actor=actor, at=AT, application=application(birth))
        assert caught.value.reason == "guardian-consent-missing"
    assert not AccountOpening.objects.exists()


def test_on_the_eighteenth_birthday_no_guardian_is_needed(cast: Cast) -> None:
    eighteen_today = date(2008, 3, 2)
    submit_opening(actor=PUBLIC, at=AT, application=application(eighteen_today))
    with pytest.raises(NotAllowed):
        submit_opening(actor=PUBLIC, at=AT, application=application(eighteen_today + timedelta(days=1), name="林晚"))


def test_nothing_of_a_child_is_stored_before_the_guardians_paper_is_confirmed(cast: Cast) -> None:
    number = paper(cast, confirmed=False)
    form = application(CHILD_BIRTH, paper_number=number, institution_code="SJSX")
    with pytest.raises(NotAllowed) as caught:
        submit_opening(actor=cast.clerk, at=AT, application=form)
    assert caught.value.reason == "guardian-consent-unconfirmed"
    assert not AccountOpening.objects.exists()
    confirm_paper_consent(actor=cast.second_clerk, at=AT, number=number)
    assert submit_opening(actor=cast.clerk, at=AT, application=form).state == "submitted"


def test_over_the_counter_a_paper_brings_guardian_and_consents(cast: Cast) -> None:
    number = paper(cast, purposes=("account", "sharing"))
    result = opened(cast, application(paper_number=number, institution_code="SJSX", agreed=()), cast.clerk)
    (guardianship,) = guardians_of(result.account.student)
    assert guardianship.guardian.name == "林远"
    assert set(result.account.student.consents.values_list("purpose", "way")) == {
        ("account", "paper"),
        ("sharing", "paper"),
    }
    assert result.guardian_code is not None
    assert result.account.institution_code == "SJSX"
    assert PaperConsent.objects.get().used_at == AT


def test_an_older_minors_account_waits_for_the_confirmation_of_the_paper(cast: Cast) -> None:
    number = paper(cast, confirmed=False)
    form = application(MINOR_BIRTH, paper_number=number, institution_code="SJSX")
    opening = checked(cast, submit_opening(actor=cast.clerk, at=AT, application=form))
    with pytest.raises(Conflict) as caught:
        open_account(actor=cast.reviewer, at=AT, opening=opening)
    assert caught.value.reason == "guardian-consent-unconfirmed"
    assert not Account.objects.exists()
    confirm_paper_consent(actor=cast.second_clerk, at=AT, number=number)
    assert open_account(actor=cast.reviewer, at=AT, opening=opening).account.state == "open"


def test_one_paper_opens_one_account(cast: Cast) -> None:
    number = paper(cast)
    forms = [
        application(name=name, sequence=sequence, paper_number=number, institution_code="SJSX")
        for name, sequence in (("林知夏", 998), ("林知秋", 996))
    ]
    openings = [checked(cast, submit_opening(actor=cast.clerk, at=AT, application=form)) for form in forms]
    open_account(actor=cast.reviewer, at=AT, opening=openings[0])
    with pytest.raises(Conflict):
        open_account(actor=cast.reviewer, at=AT, opening=openings[1])


def test_a_paper_of_another_counter_is_not_taken(cast: Cast) -> None:
    form = application(paper_number=paper(cast), institution_code="HEBX")
    with pytest.raises(NotAllowed) as caught:
        submit_opening(actor=cast.other_clerk, at=AT, application=form)
    assert caught.value.reason == "guardian-consent-missing"


def test_a_counter_is_served_by_its_own_staff_alone(cast: Cast) -> None:
    form = application(ADULT_BIRTH, institution_code="SJSX")
    pretender = replace(cast.outsider, role="clerk")
    for actor in (cast.other_clerk, cast.reviewer, pretender, PUBLIC):
        with pytest.raises(NotAllowed) as caught:
            submit_opening(actor=actor, at=AT, application=form)
        assert caught.value.reason == "not-counter"
    opening = submit_opening(actor=cast.clerk, at=AT, application=form)
    with pytest.raises(NotAllowed):
        check_identity(actor=cast.other_clerk, at=AT, opening=opening, method="original-seen")


def test_refusing_publication_and_sharing_blocks_nothing_but_the_account_consent_is_needed(cast: Cast) -> None:
    submit_opening(actor=PUBLIC, at=AT, application=application(ADULT_BIRTH, agreed=("account",)))
    with pytest.raises(NotAllowed) as caught:
        form = application(ADULT_BIRTH, name="林晚", sequence=996, agreed=("publication", "sharing"))
        submit_opening(actor=PUBLIC, at=AT, application=form)
    assert caught.value.reason == "account-consent-missing"


def test_the_privacy_notice_in_force_must_have_been_read(cast: Cast) -> None:
    form = application(ADULT_BIRTH)
    stale = replace(form, privacy_version="2025-9")
    with pytest.raises(InvalidInput) as caught:
        submit_opening(actor=PUBLIC, at=AT, application=stale)
    assert caught.value.reason == "consent-version"
    submit_opening(actor=PUBLIC, at=AT, application=form)
    assert AccountOpening.objects.get().privacy_version == privacy()


def test_a_birth_date_is_asked_when_the_document_does_not_tell_it(cast: Cast) -> None:
    form = Application(name="Anna Li", document_kind="passport", document_number="E12345678", privacy_version=privacy())
    with pytest.raises(InvalidInput) as caught:
        submit_opening(actor=PUBLIC, at=AT, application=form)
    assert caught.value.data["field"] == "birth_date"
    told = replace(form, birth_date=ADULT_BIRTH)
    assert submit_opening(actor=PUBLIC, at=AT, application=told).birth_date == ADULT_BIRTH


def test_a_birth_date_that_contradicts_the_document_is_refused(cast: Cast) -> None:
    form = Application(
        name="林晚",
        document_kind="resident-id",
        document_number=resident_id("110101", ADULT_BIRTH, 998),
        birth_date=ADULT_BIRTH + timedelta(days=1),
        privacy_version=privacy(),
    )
    with pytest.raises(InvalidInput):
        submit_opening(actor=PUBLIC, at=AT, application=form)


def test_a_document_has_one_account(cast: Cast) -> None:
    opened(cast, application(ADULT_BIRTH), PUBLIC)
    with pytest.raises(Conflict) as caught:
        submit_opening(actor=PUBLIC, at=AT, application=application(ADULT_BIRTH, name="另一名字"))
    assert caught.value.reason == "document-known"


def test_the_student_number_made_from_the_same_id_is_the_same_document(cast: Cast) -> None:
    opened(cast, application(ADULT_BIRTH), PUBLIC)
    form = Application(
        name="林知夏",
        document_kind="student-number",
        document_number="G" + resident_id("110101", ADULT_BIRTH, 998),
        privacy_version=privacy(),
    )
    with pytest.raises(Conflict):
        submit_opening(actor=PUBLIC, at=AT, application=form)


def test_a_document_has_one_open_application(cast: Cast) -> None:
    submit_opening(actor=PUBLIC, at=AT, application=application(ADULT_BIRTH))
    with pytest.raises(Conflict) as caught:
        submit_opening(actor=PUBLIC, at=AT, application=application(ADULT_BIRTH))
    assert caught.value.reason == "opening-pending"


def test_same_name_and_birth_date_raise_a_case_that_a_person_decides(cast: Cast) -> None:
    opened(cast, application(ADULT_BIRTH), PUBLIC)
    twin = checked(
        cast, submit_opening(actor=PUBLIC, at=AT, application=application(ADULT_BIRTH, name="林 知夏", sequence=996))
    )
    case = DuplicateCase.objects.get(opening=twin)
    with pytest.raises(Conflict) as caught:
        open_account(actor=cast.reviewer, at=AT, opening=twin)
    assert caught.value.reason == "duplicate-suspected"
    resolve_duplicate(
        actor=cast.second_reviewer, at=AT, case=case, same_person=False, reason="两人证件原件不同，均已核对"
    )
    open_account(actor=cast.reviewer, at=AT, opening=twin)
    assert Student.objects.count() == 2
    with pytest.raises(Conflict):
        resolve_duplicate(actor=cast.reviewer, at=AT, case=case, same_person=True, reason="重新判断")


def test_one_person_found_twice_gets_no_second_account(cast: Cast) -> None:
    opened(cast, application(ADULT_BIRTH), PUBLIC)
    twin = checked(cast, submit_opening(actor=PUBLIC, at=AT, application=application(ADULT_BIRTH, sequence=996)))
    case = DuplicateCase.objects.get()
    resolve_duplicate(actor=cast.reviewer, at=AT, case=case, same_person=True, reason="同一人换证")
    with pytest.raises(Conflict):
        open_account(actor=cast.reviewer, at=AT, opening=twin)
    assert Account.objects.count() == 1


def test_a_twin_who_was_opened_meanwhile_is_found_at_the_opening(cast: Cast) -> None:
    forms = [application(ADULT_BIRTH), application(ADULT_BIRTH, sequence=996)]
    first, second = (checked(cast, submit_opening(actor=PUBLIC, at=AT, application=form)) for form in forms)
    assert not DuplicateCase.objects.exists()
    open_account(actor=cast.reviewer, at=AT, opening=first)
    with pytest.raises(Conflict):
        open_account(actor=cast.reviewer, at=AT, opening=second)
    assert DuplicateCase.objects.filter(opening=second).exists()


def test_an_account_needs_a_check_against_the_original(cast: Cast) -> None:
    opening = submit_opening(actor=PUBLIC, at=AT, application=application(ADULT_BIRTH))
    with pytest.raises(Conflict) as caught:
        open_account(actor=cast.reviewer, at=AT, opening=opening)
    assert caught.value.reason == "identity-unchecked"


def test_for_a_minor_the_proof_of_guardianship_is_part_of_the_check(cast: Cast) -> None:
    opening = submit_opening(actor=guardian(), at=AT, application=application())
    with pytest.raises(InvalidInput):
        check_identity(actor=cast.reviewer, at=AT, opening=opening, method="original-seen")


def test_who_applied_or_saw_the_original_does_not_open(cast: Cast) -> None:
    opening = submit_opening(actor=PUBLIC, at=AT, application=application(ADULT_BIRTH))
    check_identity(actor=cast.reviewer, at=AT, opening=opening, method="card-reader")
    with pytest.raises(NotAllowed) as caught:
        open_account(actor=cast.reviewer, at=AT, opening=opening)
    assert caught.value.reason == "same-person"
    open_account(actor=cast.second_reviewer, at=AT, opening=opening)


def test_only_a_reviewer_opens_and_refuses(cast: Cast) -> None:
    opening = checked(cast, submit_opening(actor=PUBLIC, at=AT, application=application(ADULT_BIRTH)))
    for actor in (cast.clerk, cast.decider, cast.auditor, cast.outsider, PUBLIC):
        with pytest.raises(NotAllowed):
            open_account(actor=actor, at=AT, opening=opening)
        with pytest.raises(NotAllowed):
            refuse_opening(actor=actor, at=AT, opening=opening, reason="材料不全，请补充")
    with pytest.raises(NotAllowed):
        check_identity(actor=cast.outsider, at=AT, opening=opening, method="original-seen")


def test_an_application_is_decided_once(cast: Cast) -> None:
    opening = checked(cast, submit_opening(actor=PUBLIC, at=AT, application=application(ADULT_BIRTH)))
    open_account(actor=cast.reviewer, at=AT, opening=opening)
    with pytest.raises(Conflict):
        open_account(actor=cast.reviewer, at=AT, opening=opening)
    with pytest.raises(Conflict):
        refuse_opening(actor=cast.reviewer, at=AT, opening=opening, reason="重复的决定")
    assert Account.objects.count() == 1


def test_a_refused_application_forgets_the_person_and_may_come_again(cast: Cast) -> None:
    mother = guardian()
    opening = submit_opening(actor=mother, at=AT, application=application(phone="13800000000"))
    with pytest.raises(InvalidInput):
        refuse_opening(actor=cast.reviewer, at=AT, opening=opening, reason=" ")
    refuse_opening(actor=cast.reviewer, at=AT, opening=opening, reason="证件照片页与姓名不符")
    opening.refresh_from_db()
    assert (opening.state, opening.refusal_reason) == ("refused", "证件照片页与姓名不符")
    assert (opening.name, opening.name_key, opening.birth_date, opening.masked) == ("", "", None, "")
    assert (opening.number_encrypted, opening.phone_encrypted, opening.blind_index) == (None, None, "")
    assert mother.person_id is not None
    assert [message.subject for message in inbox_of(mother.person_id)] == ["开户申请未通过"]
    assert submit_opening(actor=mother, at=AT, application=application()).state == "submitted"


def test_an_applicant_withdraws_her_own_application_only(cast: Cast) -> None:
    mother = guardian()
    opening = submit_opening(actor=mother, at=AT, application=application())
    with pytest.raises(NotFound):
        withdraw_opening(actor=cast.outsider, at=AT, opening=opening)
    assert withdraw_opening(actor=mother, at=AT, opening=opening).state == "withdrawn"
    assert opening.name == ""


def test_somebody_who_is_known_already_keeps_her_person(cast: Cast) -> None:
    first = opened(cast, application(ADULT_BIRTH), PUBLIC)
    person = first.account.student.person
    child = opened(cast, application(CHILD_BIRTH, name="林小满", sequence=996), acting_as(person, "guardian"))
    (guardianship,) = guardians_of(child.account.student)
    assert guardianship.guardian_id == person.pk


def test_no_number_stands_in_the_database_or_in_the_audit_in_clear(cast: Cast) -> None:
    opened(cast, application(phone="13800000000"), guardian())
    stored = IdentityDocument.objects.get()
    assert NUMBER.encode() not in bytes(stored.number_encrypted)
    audited = str(list(AuditRecord.objects.values_list("subject_id", "fields", "refs")))
    rows = audited + str([list(AccountOpening.objects.values_list()), list(Person.objects.values_list())])
    assert NUMBER not in rows
    assert "13800000000" not in rows
    assert "林知夏" not in audited
    actions = set(AuditRecord.objects.values_list("action", flat=True))
    assert {"opening.submit", "opening.check-identity", "opening.open", "guardian.add"} <= actions


def test_a_failed_opening_leaves_nothing_behind(cast: Cast) -> None:
    opening = checked(cast, submit_opening(actor=PUBLIC, at=AT, application=application(ADULT_BIRTH)))
    unknown = [{"purpose": "account", "version": "no-such-version"}]
    AccountOpening.objects.filter(pk=opening.pk).update(consents=unknown)
    before = Person.objects.count()
    with pytest.raises(ConsentText.DoesNotExist):
        open_account(actor=cast.reviewer, at=AT, opening=opening)
    assert Person.objects.count() == before
    assert not Account.objects.exists()
    assert not IdentityDocument.objects.exists()
    opening.refresh_from_db()
    assert opening.state == "submitted"
