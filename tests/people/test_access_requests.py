"""Somebody of the office asks to see a student's data; another person answers; the family is told and sees it."""

from datetime import timedelta

import pytest

from creditbank.audit.actor import PUBLIC, Actor
from creditbank.audit.models import AuditRecord
from creditbank.errors import Conflict, InvalidInput, NotAllowed, NotFound
from creditbank.messages.models import InboxMessage
from creditbank.people.access import end_grant, may_see_student
from creditbank.people.access_requests import (
    approve_access,
    grants_seen_by,
    refuse_access,
    request_access,
    requests_seen_by,
    withdraw_access,
)
from creditbank.people.models import AccessGrant, AccessRequest, Student
from tests.cast import person_of
from tests.people.cast import AT, Cast, application, guardian, opened


@pytest.fixture
def mother(cast: Cast) -> Actor:
    return guardian()


@pytest.fixture
def student(cast: Cast, mother: Actor) -> Student:
    return opened(cast, application(), mother).account.student


def asked(cast: Cast, student: Student, asker: Actor | None = None, days: int = 7) -> AccessRequest:
    return request_access(actor=asker or cast.reviewer, at=AT, student=student, purpose="核对补登申请", days=days)


def test_a_request_shows_nothing_until_another_person_approves(cast: Cast, student: Student) -> None:
    request = asked(cast, student)
    assert not may_see_student(cast.reviewer, student, AT)
    grant = approve_access(actor=cast.decider, at=AT, request=request)
    assert may_see_student(cast.reviewer, student, AT)
    assert (grant.ends - grant.starts, grant.approved_by_id) == (timedelta(days=7), cast.decider.person_id)
    request.refresh_from_db()
    assert (request.state, request.grant) == ("granted", grant)
    with pytest.raises(Conflict):
        approve_access(actor=cast.admin, at=AT, request=request)


def test_nobody_answers_her_own_request_and_a_reviewer_answers_none(cast: Cast, student: Student) -> None:
    own = asked(cast, student, cast.decider)
    with pytest.raises(NotAllowed) as caught:
        approve_access(actor=cast.decider, at=AT, request=own)
    assert caught.value.reason == "own-grant"
    with pytest.raises(NotAllowed):
        refuse_access(actor=cast.decider, at=AT, request=own, reason="不需要查阅")
    for other in (cast.reviewer, cast.auditor, cast.clerk, cast.outsider, PUBLIC):
        with pytest.raises(NotAllowed):
            approve_access(actor=other, at=AT, request=own)
    assert not AccessGrant.objects.exists()


def test_only_the_office_asks_with_a_purpose_and_a_short_term_and_once_at_a_time(cast: Cast, student: Student) -> None:
    for stranger in (cast.clerk, cast.outsider, PUBLIC, Actor(cast.reviewer.person_id, "key", "api")):
        with pytest.raises(NotAllowed):
            asked(cast, student, stranger)
    for days in (0, 32):
        with pytest.raises(InvalidInput):
            asked(cast, student, days=days)
    with pytest.raises(InvalidInput):
        request_access(actor=cast.reviewer, at=AT, student=student, purpose=" 看 ", days=3)
    asked(cast, student)
    with pytest.raises(Conflict):
        asked(cast, student)


def test_a_refusal_says_why_and_a_request_is_taken_back_by_its_asker_alone(cast: Cast, student: Student) -> None:
    request = asked(cast, student)
    with pytest.raises(InvalidInput):
        refuse_access(actor=cast.decider, at=AT, request=request, reason="否")
    with pytest.raises(NotFound):
        withdraw_access(actor=cast.second_reviewer, at=AT, request=request)
    refused = refuse_access(actor=cast.decider, at=AT, request=request, reason="从在办的兑换里看即可")
    assert refused.state == "refused"
    again = asked(cast, student)
    assert withdraw_access(actor=cast.reviewer, at=AT, request=again).state == "withdrawn"


def test_the_family_is_told_and_the_asker_learns_the_answer(cast: Cast, student: Student, mother: Actor) -> None:
    approve_access(actor=cast.decider, at=AT, request=asked(cast, student))
    told = InboxMessage.objects.filter(template="access.granted").values_list("person_id", flat=True)
    assert set(told) == {student.person_id, mother.person_id}
    assert InboxMessage.objects.filter(template="access.approved", person_id=person_of(cast.reviewer).pk).exists()
    actions = AuditRecord.objects.filter(holder_id=student.account.holder_id).values_list("action", flat=True)
    assert {"access.ask", "access.approve", "access.grant"} <= set(actions)
    assert "核对补登申请" not in str(list(AuditRecord.objects.values_list()))


def test_one_reads_ones_own_grants_and_ends_them_and_approvers_read_all(cast: Cast, student: Student) -> None:
    grant = approve_access(actor=cast.decider, at=AT, request=asked(cast, student))
    waiting = asked(cast, student, cast.second_reviewer)
    assert list(grants_seen_by(cast.reviewer, AT)) == [grant]
    assert list(requests_seen_by(cast.reviewer, AT).filter(state="asked")) == []
    for overseer in (cast.decider, cast.admin, cast.auditor):
        assert list(grants_seen_by(overseer, AT)) == [grant]
        assert list(requests_seen_by(overseer, AT).filter(state="asked")) == [waiting]
    later = AT + timedelta(hours=1)
    with pytest.raises(NotAllowed):
        end_grant(actor=cast.second_reviewer, at=later, grant=grant)
    end_grant(actor=cast.reviewer, at=later, grant=grant)
    assert not may_see_student(cast.reviewer, student, later)
