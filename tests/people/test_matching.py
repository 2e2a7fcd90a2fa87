"""Rows are matched by document or card and by name, in sets, never by a guess."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from creditbank.people.identity_documents import resident_id
from creditbank.people.matching import Match, Outcome, Wanted, match_student, match_students
from creditbank.people.models import Account
from tests.cast import Pupil, pupil
from tests.people.cast import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def student() -> Pupil:
    return pupil("林知夏")


def match(name: str, number: str, kind: str = "resident-id") -> Match:
    return match_student(name, kind, number, on=TODAY)


def test_name_and_number_together_find_the_holder(student: Pupil) -> None:
    found = match("林 知 夏", student.number)
    assert (found.outcome, found.holder_id, found.account_id) == (
        Outcome.MATCHED,
        student.holder_id,
        student.account.pk,
    )


def test_the_student_number_finds_her_too(student: Pupil) -> None:
    assert match("林知夏", "G" + student.number, "学籍号").outcome is Outcome.MATCHED


def test_another_name_is_told_and_nobody_is_named(student: Pupil) -> None:
    found = match("林之夏", student.number)
    assert (found.outcome, found.holder_id, found.student_id) == (Outcome.NAME_DIFFERS, None, None)


def test_an_unknown_number_is_unknown_even_with_a_known_name(student: Pupil) -> None:
    assert match("林知夏", resident_id("110101", student.account.student.birth_date, 998)).outcome is Outcome.UNKNOWN


def test_a_wrong_number_says_what_is_wrong(student: Pupil) -> None:
    found = match("林知夏", student.number[:-1])
    assert found.outcome is Outcome.INVALID_DOCUMENT
    assert found.error is not None
    assert found.error.reason == "document-length"


@pytest.mark.parametrize(("state", "outcome"), [("frozen", Outcome.FROZEN), ("closed", Outcome.CLOSED)])
def test_an_account_that_is_not_open_is_told(student: Pupil, state: str, outcome: Outcome) -> None:
    Account.objects.update(state=state)
    found = match("林知夏", student.number)
    assert (found.outcome, found.holder_id) == (outcome, None)


def test_a_card_must_be_hers(student: Pupil) -> None:
    other = pupil("林晚", sequence=996)
    rows = [
        Wanted("林知夏", "resident-id", student.number, student.card),
        Wanted("林知夏", "resident-id", student.number, other.card),
    ]
    assert [each.outcome for each in match_students(rows, on=TODAY)] == [Outcome.MATCHED, Outcome.CARD_DIFFERS]


def test_a_card_and_a_name_are_enough(student: Pupil) -> None:
    rows = [Wanted("林知夏", card_number=student.card), Wanted("林晚", card_number=student.card)]
    found = match_students(rows, on=TODAY)
    assert [each.outcome for each in found] == [Outcome.MATCHED, Outcome.NAME_DIFFERS]
    assert found[0].holder_id == student.holder_id
    assert match_students([Wanted("林知夏", card_number="1" * 13)], on=TODAY)[0].outcome is Outcome.UNKNOWN


def test_many_rows_are_answered_in_order_with_few_queries(student: Pupil) -> None:
    unknown = Wanted("无名", "passport", "E12345678")
    rows = [unknown] * 2500 + [Wanted("林知夏", "resident-id", student.number)] + [unknown] * 10
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = match_students(rows, on=TODAY)
    assert [place for place, each in enumerate(found) if each.outcome is Outcome.MATCHED] == [2500]
    assert len(queries) <= 8


def test_nothing_shows_the_number(student: Pupil) -> None:
    assert student.number not in repr(Wanted("林知夏", "resident-id", student.number))
    assert student.number not in repr(match("林知夏", student.number))
