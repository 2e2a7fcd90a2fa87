"""A line keeps its title when its book is merged into another, or part of it split off, on both sides of the move."""

import pytest

from creditbank.evaluation.models import ReturnRow
from creditbank.ledger.lines import Kind
from creditbank.ledger.merge import merge_books, split_book
from creditbank.ledger.models import PassbookLine
from creditbank.ledger.moves import related_books
from creditbank.people.models import Account
from creditbank.policy.loading import shipped_law
from creditbank.records.entries import Entry, entries_of
from creditbank.records.passbook import search_lines
from creditbank.redemption.parties import reporters_of
from tests.cast import AT, pupil
from tests.records.books import credited
from tests.redemption.stage import Stage12, set_stage

pytestmark = pytest.mark.django_db
TITLE = "校合唱节 二等奖"


@pytest.fixture
def stage() -> Stage12:
    """Everybody in place; one row of a return is credited to the student."""
    stage = set_stage()
    credited(stage, TITLE, "HC-1")
    return stage


def test_a_merged_line_keeps_its_title_its_return_and_its_reporters(stage: Stage12) -> None:
    receiving = _merged(stage)
    (entry,) = [each for each in _earned(receiving) if each.title == TITLE]
    assert (entry.return_number, entry.institution) == ("SB-2026-000001", stage.cast.school.name)
    assert stage.cast.clerk.person_id in reporters_of(receiving)


def test_a_twice_merged_line_keeps_its_title(stage: Stage12) -> None:
    receiving = _merged(stage)
    third = pupil("林知秋", sequence=996).account
    _merge(receiving, third)
    assert TITLE in {each.title for each in _earned(third)}
    assert len(related_books(third.holder_id)) == 2


def test_where_the_row_has_followed_the_line_the_closed_book_keeps_its_title_too(stage: Stage12) -> None:
    receiving = _merged(stage)
    rows = ReturnRow.objects.filter(holder_id=stage.account.holder_id)
    rows.update(account=receiving, holder_id=receiving.holder_id)
    assert TITLE in {each.title for each in _earned(receiving)}
    assert TITLE in {each.title for each in _earned(stage.account)}


def test_a_split_line_keeps_its_title_and_a_search_finds_it(stage: Stage12) -> None:
    other = pupil("林知秋", sequence=996).account
    seq = PassbookLine.objects.of(stage.account.holder_id).filter(kind=Kind.EARN.value)[0].seq
    split_book(stage.account.holder_id, other.holder_id, [seq], actor_id=1, approver_id=2, at=AT)
    assert [each.title for each in _earned(other)] == [TITLE]
    lines = PassbookLine.objects.of(other.holder_id)
    assert search_lines(lines, other.holder_id, "合唱", shipped_law()).count() == 1


def test_a_book_that_never_moved_has_no_relations(stage: Stage12) -> None:
    assert related_books(stage.account.holder_id) == set()


def _merged(stage: Stage12) -> Account:
    receiving = pupil("林知夏", sequence=997).account
    _merge(stage.account, receiving)
    return receiving


def _merge(giving: Account, receiving: Account) -> None:
    for _ in range(2):
        merge_books(giving.holder_id, receiving.holder_id, actor_id=1, approver_id=2, at=AT)


def _earned(account: Account) -> list[Entry]:
    lines = PassbookLine.objects.of(account.holder_id).filter(kind=Kind.EARN.value)
    return entries_of(list(lines))
