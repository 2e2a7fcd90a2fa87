"""Staff see a student's data for an open case or under a grant; each look is recorded and the student can read it."""

from datetime import timedelta

import pytest

from creditbank.audit.actor import PUBLIC, Actor
from creditbank.audit.models import AuditRecord
from creditbank.errors import InvalidInput, NotAllowed, NotFound
from creditbank.people.access import (
    end_grant,
    grant_access,
    may_see_student,
    register_case_kind,
    reveal_personal_data,
    who_saw,
)
from creditbank.people.actors import acting_as
from creditbank.people.guardians import end_guardianship, guardians_of
from creditbank.people.identity_documents import resident_id
from creditbank.people.models import AccessGrant, Student
from tests.people.cast import ADULT_BIRTH, AT, MINOR_BIRTH, Cast, application, guardian, opened, person_of

LATER = AT + timedelta(days=40)
OPEN_CASE = "TT-2026-000001"


@pytest.fixture
def mother(cast: Cast) -> Actor:
    return guardian()


@pytest.fixture
def student(cast: Cast, mother: Actor) -> Student:
    student = opened(cast, application(), mother).account.student
    register_case_kind("TT", lambda number, subject: number == OPEN_CASE and subject == student)
    return student


def grant(cast: Cast, student: Student, grantee: Actor, *, days: int = 7, purpose: str = "热线回访") -> AccessGrant:
    return grant_access(
        actor=cast.decider,
        at=AT,
        student=student,
        grantee=person_of(grantee),
        purpose=purpose,
        starts=AT,
        ends=AT + timedelta(days=days),
    )


def test_the_student_and_her_guardian_see_their_own(student: Student, mother: Actor) -> None:
    herself = acting_as(student.person, "student")
    for actor in (herself, mother):
        seen = reveal_personal_data(actor=actor, at=AT, student=student, fields=["document_number", "birth_date"])
        assert seen == {"document_number": resident_id("110101", MINOR_BIRTH, 998), "birth_date": "2010-05-04"}


def test_the_public_and_strangers_learn_nothing(cast: Cast, student: Student) -> None:
    for actor in (PUBLIC, cast.outsider, cast.clerk, Actor(student.person_id, "key", "api")):
        with pytest.raises(NotFound):
            reveal_personal_data(actor=actor, at=AT, student=student, fields=["name"], case_ref=OPEN_CASE)
    assert not AuditRecord.objects.filter(action="personal-data.reveal").exists()


def test_an_officer_needs_an_open_case_or_a_grant(cast: Cast, student: Student) -> None:
    for case in ("", "TT-2026-000002", "ZZ-2026-000001", "TT"):
        with pytest.raises(NotAllowed) as caught:
            reveal_personal_data(actor=cast.reviewer, at=AT, student=student, fields=["name"], case_ref=case)
        assert caught.value.reason == "no-access-reason"
    assert reveal_personal_data(actor=cast.reviewer, at=AT, student=student, fields=["name"], case_ref=OPEN_CASE) == {
        "name": "林知夏"
    }


def test_a_case_opens_no_other_student(cast: Cast, student: Student) -> None:
    other = opened(cast, application(ADULT_BIRTH, name="林晚", sequence=996), PUBLIC).account.student
    assert not may_see_student(cast.reviewer, other, AT, case_ref=OPEN_CASE)


def test_a_grant_works_for_its_grantee_in_its_term(cast: Cast, student: Student) -> None:
    given = grant(cast, student, cast.reviewer)
    assert may_see_student(cast.reviewer, student, AT)
    assert not may_see_student(cast.second_reviewer, student, AT)
    assert not may_see_student(cast.reviewer, student, AT - timedelta(seconds=1))
    assert not may_see_student(cast.reviewer, student, given.ends)


def test_a_grant_can_be_taken_back(cast: Cast, student: Student) -> None:
    given = grant(cast, student, cast.reviewer)
    end_grant(actor=cast.admin, at=AT + timedelta(days=1), grant=given)
    assert not may_see_student(cast.reviewer, student, AT + timedelta(days=1))


def test_a_grant_needs_another_person_a_purpose_and_a_short_term(cast: Cast, student: Student) -> None:
    with pytest.raises(NotAllowed) as caught:
        grant(cast, student, cast.decider)
    assert caught.value.reason == "own-grant"
    for days, purpose in ((0, "回访"), (32, "回访"), (7, " ")):
        with pytest.raises(InvalidInput):
            grant(cast, student, cast.reviewer, days=days, purpose=purpose)
    with pytest.raises(NotAllowed):
        grant_access(
            actor=cast.reviewer,
            at=AT,
            student=student,
            grantee=person_of(cast.second_reviewer),
            purpose="回访",
            starts=AT,
            ends=LATER,
        )


def test_each_look_is_recorded_by_field_names_and_shown_to_student_and_guardian(
    cast: Cast, student: Student, mother: Actor
) -> None:
    reveal_personal_data(
        actor=cast.reviewer, at=AT, student=student, fields=["document_number", "name"], case_ref=OPEN_CASE
    )
    reveal_personal_data(actor=acting_as(student.person, "student"), at=AT, student=student, fields=["name"])
    for reader in (mother, acting_as(student.person, "student"), cast.auditor):
        (look,) = who_saw(actor=reader, at=AT, student=student)
        assert (look.who, look.role, look.fields) == ("审核甲", "reviewer", ("document_number", "name"))
        assert (look.at, look.case) == (AT, OPEN_CASE)
    for stranger in (cast.outsider, cast.reviewer, PUBLIC):
        with pytest.raises(NotFound):
            who_saw(actor=stranger, at=AT, student=student)
    assert resident_id("110101", MINOR_BIRTH, 998) not in str(list(AuditRecord.objects.values_list()))


def test_only_known_fields_can_be_asked(cast: Cast, student: Student, mother: Actor) -> None:
    for fields in ([], ["password"], ["name", "salt"]):
        with pytest.raises(InvalidInput):
            reveal_personal_data(actor=mother, at=AT, student=student, fields=fields)


def test_a_guardianship_that_ended_gives_no_more_rights(cast: Cast, student: Student, mother: Actor) -> None:
    (guardianship,) = guardians_of(student)
    with pytest.raises(NotAllowed):
        end_guardianship(actor=mother, at=AT, guardianship=guardianship)
    end_guardianship(actor=cast.reviewer, at=AT, guardianship=guardianship)
    assert not may_see_student(mother, student, AT)
    assert guardians_of(student) == []


def test_at_eighteen_the_guardians_rights_end(student: Student, mother: Actor) -> None:
    eighteen = AT.replace(year=2028, month=5, day=4)
    assert may_see_student(mother, student, eighteen - timedelta(days=1))
    assert not may_see_student(mother, student, eighteen)
