"""A new code opens a family's login, so that two persons of the office make it, and the family reads of it."""

from datetime import timedelta

import pytest
from django.test import Client

from creditbank.audit.actor import PUBLIC, Actor
from creditbank.audit.models import AuditRecord
from creditbank.errors import Conflict, InvalidInput, NotAllowed, NotFound
from creditbank.messages.actions import inbox_of
from creditbank.people.account_creation import Opened
from creditbank.people.actors import acting_as
from creditbank.people.code_renewals import approve_new_code, ask_for_new_code, refuse_new_code
from creditbank.people.guardians import guardians_of
from creditbank.people.logins import activate_login
from creditbank.people.models import Account, ActivationCode, CodeRenewal, Person, User
from creditbank.people.rights import appoint_office
from tests.people.cast import AT, PASSWORD, Cast, application, opened, paper, person_of
from tests.people.renewing import renewed

pytestmark = pytest.mark.django_db


@pytest.fixture
def slip(cast: Cast) -> Opened:
    return opened(cast, application(paper_number=paper(cast), institution_code="SJSX"), cast.clerk)


def student_of(slip: Opened) -> Person:
    return slip.account.student.person


def guardian_of(slip: Opened) -> int:
    (guardianship,) = guardians_of(slip.account.student)
    return guardianship.guardian_id


def ask(actor: Actor, slip: Opened, person: Person | None = None) -> CodeRenewal:
    return ask_for_new_code(
        actor=actor, at=AT, account=slip.account, person=person or student_of(slip), method="original"
    )


def activate(slip: Opened, code: str, password: str = PASSWORD) -> User:
    return activate_login(at=AT, card_number=slip.card_number, code=code, username="zhixia", password=password)


def test_one_reviewer_alone_makes_no_code(cast: Cast, slip: Opened) -> None:
    before = set(ActivationCode.objects.values_list("code_hash", flat=True))
    asked = ask(cast.reviewer, slip)
    with pytest.raises(NotAllowed) as refused:
        approve_new_code(actor=cast.reviewer, at=AT, renewal=asked)
    assert refused.value.reason == "same-person"
    assert set(ActivationCode.objects.values_list("code_hash", flat=True)) == before
    assert activate(slip, slip.student_code.code)


def test_the_second_person_makes_it_and_the_old_code_ends(cast: Cast, slip: Opened) -> None:
    fresh = renewed(cast, slip.account, student_of(slip))
    with pytest.raises(InvalidInput):
        activate(slip, slip.student_code.code)
    assert activate(slip, fresh.code).person == student_of(slip)


def test_the_hotline_asks_but_does_not_confirm(cast: Cast, slip: Opened) -> None:
    hotline = person_of(cast.outsider)
    appoint_office(actor=cast.admin, at=AT, person=hotline, role="hotline")
    asked = ask(acting_as(hotline, "hotline"), slip)
    other = ask(cast.reviewer, slip, Person.objects.get(pk=guardian_of(slip)))
    with pytest.raises(NotAllowed):
        approve_new_code(actor=acting_as(hotline, "hotline"), at=AT, renewal=other)
    assert approve_new_code(actor=cast.reviewer, at=AT, renewal=asked).person_id == student_of(slip).pk


def test_nobody_else_asks_and_nobody_for_a_stranger(cast: Cast, slip: Opened) -> None:
    for actor in (cast.clerk, cast.decider, cast.auditor, cast.admin, PUBLIC, acting_as(student_of(slip), "student")):
        with pytest.raises(NotAllowed):
            ask(actor, slip)
    with pytest.raises(NotFound):
        ask(cast.reviewer, slip, person_of(cast.outsider))
    with pytest.raises(InvalidInput):
        ask_for_new_code(actor=cast.reviewer, at=AT, account=slip.account, person=student_of(slip), method="a hunch")
    Account.objects.update(state=Account.State.CLOSED)
    slip.account.refresh_from_db()
    with pytest.raises(Conflict):
        ask(cast.reviewer, slip)


def test_an_officer_of_the_family_takes_no_part(cast: Cast, slip: Opened) -> None:
    guardian = Person.objects.get(pk=guardian_of(slip))
    appoint_office(actor=cast.admin, at=AT, person=guardian, role="reviewer")
    mother = acting_as(guardian, "reviewer")
    with pytest.raises(NotAllowed) as refused:
        ask(mother, slip)
    assert refused.value.reason == "own-case"
    asked = ask(cast.reviewer, slip)
    with pytest.raises(NotAllowed):
        approve_new_code(actor=mother, at=AT, renewal=asked)


def test_it_is_answered_once(cast: Cast, slip: Opened) -> None:
    asked = ask(cast.reviewer, slip)
    with pytest.raises(Conflict) as twice:
        ask(cast.second_reviewer, slip)
    assert twice.value.reason == "renewal-asked"
    approve_new_code(actor=cast.second_reviewer, at=AT, renewal=asked)
    for answer in (approve_new_code, refuse_new_code):
        with pytest.raises(Conflict) as refused:
            answer(actor=cast.second_reviewer, at=AT, renewal=asked)
        assert refused.value.reason == "renewal-answered"


def test_the_one_who_asked_or_another_may_drop_it(cast: Cast, slip: Opened) -> None:
    for actor in (cast.reviewer, cast.second_reviewer):
        asked = ask(cast.reviewer, slip)
        refuse_new_code(actor=actor, at=AT, renewal=asked)
        asked.refresh_from_db()
        assert (asked.state, asked.code) == ("refused", None)
    assert activate(slip, slip.student_code.code)


def test_a_guardian_whose_right_has_ended_gets_no_code(cast: Cast, slip: Opened) -> None:
    asked = ask(cast.reviewer, slip, Person.objects.get(pk=guardian_of(slip)))
    slip.account.student.guardianships.update(ended_at=AT)
    with pytest.raises(Conflict):
        approve_new_code(actor=cast.second_reviewer, at=AT, renewal=asked)


def test_student_and_guardian_read_that_it_was_asked_for_made_and_used(cast: Cast, slip: Opened) -> None:
    fresh = renewed(cast, slip.account, student_of(slip))
    activate(slip, fresh.code)
    for person_id in (student_of(slip).pk, guardian_of(slip)):
        read = [message.subject for message in inbox_of(person_id)]
        assert [words for words in read if "激活码" in words][::-1] == [
            "有人申请重发激活码",
            "激活码已重发",
            "已凭激活码重设登录",
        ]


def test_the_first_activation_is_no_such_news(slip: Opened) -> None:
    activate(slip, slip.student_code.code)
    assert not any("重设" in message.subject for message in inbox_of(student_of(slip).pk))


def test_the_sessions_of_the_login_end_when_the_new_code_is_used(cast: Cast, slip: Opened) -> None:
    activate(slip, slip.student_code.code)
    inside = Client()
    inside.post("/account/login/", {"login": "zhixia", "password": PASSWORD})
    assert inside.get("/account/password/change/").status_code == 200
    fresh = renewed(cast, slip.account, student_of(slip))
    assert inside.get("/account/password/change/").status_code == 200
    activate(slip, fresh.code, PASSWORD + "-new")
    assert inside.get("/account/password/change/").status_code == 302
    inside.post("/account/login/", {"login": "zhixia", "password": PASSWORD})
    assert inside.get("/account/password/change/").status_code == 302


def test_the_audit_names_both_and_no_code(cast: Cast, slip: Opened) -> None:
    fresh = renewed(cast, slip.account, student_of(slip))
    rows = AuditRecord.objects.filter(action__startswith="activation.").order_by("id")
    assert [(row.action, row.actor_id) for row in rows] == [
        ("activation.renew-ask", cast.reviewer.person_id),
        ("activation.renew", cast.second_reviewer.person_id),
    ]
    assert fresh.code not in str(list(rows.values()))
    assert fresh.expires_at > AT + timedelta(days=30)
