"""The public query: card and document together; every miss is one miss; too many questions are stopped."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from creditbank.audit.models import AuditRecord
from creditbank.errors import Busy, InvalidInput
from creditbank.people.balance_query import (
    Limits,
    find_account_for_query,
    needs_human_check,
    query_account,
    sweep_query_counts,
)
from creditbank.people.identity_documents import resident_id
from creditbank.people.models import Account, QueryCount, StudentCard
from tests.cast import Pupil, pupil
from tests.people.cast import ADULT_BIRTH, AT

pytestmark = pytest.mark.django_db

WRONG = resident_id("110101", ADULT_BIRTH, 997)
WIDE = Limits(misses=1000)


@pytest.fixture
def student() -> Pupil:
    return pupil("林知夏")


def ask(card: str, number: str, *, source: str = "192.0.2.1", limits: Limits = WIDE, **more: bool) -> Account | None:
    return query_account(at=AT, source=source, card_number=card, document_number=number, limits=limits, **more)


def test_both_facts_together_find_the_account(student: Pupil) -> None:
    assert ask(student.card, student.number) == student.account
    spaced = " ".join(student.card[at : at + 4] for at in range(0, 13, 4))
    assert ask(spaced, f" {student.number.lower()} ") == student.account
    assert AuditRecord.objects.filter(action="balance.query", holder_id=student.holder_id).count() == 2


def misses(student: Pupil) -> list[tuple[str, str]]:
    other = pupil("林晚", sequence=996)
    return [
        (student.card, WRONG),
        (student.card, other.number),
        (other.card, student.number),
        ("1234567890123", student.number),
        (student.card, "what?"),
        ("", ""),
        ("x" * 500, "y" * 500),
    ]


def test_every_miss_is_the_same_miss_and_the_same_work(student: Pupil) -> None:
    shapes = set()
    for card, number in misses(student):
        with CaptureQueriesContext(connection) as queries:
            assert find_account_for_query(card, number, AT) is None
        shapes.add(len(queries))
        assert ask(card, number) is None
    with CaptureQueriesContext(connection) as queries:
        find_account_for_query(student.card, student.number, AT)
    assert shapes == {len(queries)} == {1}
    assert not AuditRecord.objects.filter(action="balance.query").exists()


def test_a_lost_card_and_a_closed_account_are_misses(student: Pupil) -> None:
    StudentCard.objects.update(state="lost")
    assert ask(student.card, student.number) is None
    StudentCard.objects.update(state="active")
    Account.objects.update(state="closed")
    assert ask(student.card, student.number) is None


@pytest.mark.parametrize("limits", [Limits(source=2, misses=99), Limits(card=2, misses=99), Limits(site=2, misses=99)])
def test_each_limit_stops_hits_and_misses_alike(student: Pupil, limits: Limits) -> None:
    assert ask(student.card, student.number, limits=limits)
    assert ask(student.card, WRONG, limits=limits) is None
    for number in (student.number, WRONG):
        with pytest.raises(Busy):
            ask(student.card, number, limits=limits)


def test_the_limits_are_per_source_and_per_card(student: Pupil) -> None:
    limits = Limits(source=1, card=1, misses=99)
    assert ask(student.card, student.number, limits=limits)
    assert ask("1234567890123", WRONG, source="192.0.2.2", limits=limits) is None
    with pytest.raises(Busy):
        ask(student.card, student.number, source="192.0.2.3", limits=limits)


def test_the_next_window_starts_afresh(student: Pupil) -> None:
    limits = Limits(source=1)
    assert ask(student.card, student.number, limits=limits)
    later = AT + timedelta(minutes=10)
    found = query_account(
        at=later, source="192.0.2.1", card_number=student.card, document_number=student.number, limits=limits
    )
    assert found == student.account


def test_after_some_misses_a_human_check_is_asked_of_source_and_of_card(student: Pupil) -> None:
    limits = Limits(misses=2)
    for _ in range(2):
        assert ask(student.card, WRONG, limits=limits) is None
    for source, card in (("192.0.2.1", "1234567890123"), ("192.0.2.9", student.card)):
        with pytest.raises(InvalidInput) as caught:
            ask(card, student.number, source=source, limits=limits)
        assert caught.value.reason == "human-check"
    assert ask(student.card, student.number, limits=limits, human_checked=True) == student.account
    assert not needs_human_check(at=AT + timedelta(hours=2), source="192.0.2.1", limits=limits)


def test_queries_without_a_card_number_burden_only_their_own_source(student: Pupil) -> None:
    limits = Limits(misses=2)
    for _ in range(2):
        assert ask("", WRONG, source="192.0.2.66", limits=limits) is None
    assert needs_human_check(at=AT, source="192.0.2.66", limits=limits)
    assert not needs_human_check(at=AT, source="192.0.2.1", limits=limits)


def test_the_counts_name_neither_source_nor_card_and_are_forgotten(student: Pupil) -> None:
    ask(student.card, WRONG)
    stored = str(list(QueryCount.objects.values_list()))
    assert student.card not in stored
    assert "192.0.2.1" not in stored
    assert sweep_query_counts(AT) == 0
    assert sweep_query_counts(AT + timedelta(days=3)) == 3
