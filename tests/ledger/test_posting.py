"""One line at a time: what each verb does to the book, and what it refuses."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from creditbank.ids import uuid7
from creditbank.ledger.books import all_lines, balance_of, close_book, freeze_book, open_book, unfreeze_book
from creditbank.ledger.errors import (
    AlreadyEnded,
    AmountOutOfRange,
    BookMissing,
    BookNotOpen,
    HolderOwes,
    InsufficientCredits,
    LineMissing,
    RestoreFirst,
    RevisionOutOfOrder,
    SamePerson,
    SourceClash,
    WrongLine,
)
from creditbank.ledger.lines import Balance, Domain, Line, Reason
from creditbank.ledger.models import PassbookLine
from creditbank.ledger.posting import expire, hold, refund, release, restore, reverse, settle
from creditbank.ledger.source import action_source
from tests.ledger.casts import AT, CHECKER, MAKER, after_minutes, earn, new_holder, set_aside

pytestmark = pytest.mark.django_db


def test_an_earn_raises_what_is_available_and_a_hold_sets_it_aside() -> None:
    holder = new_holder()
    earn(holder, 12_000)
    assert set_aside(holder, 5_000).line.balance == Balance(7_000, 5_000, 0, 0, 0, 12_000)


def test_a_release_gives_a_hold_back_whole() -> None:
    holder = new_holder()
    earn(holder, 12_000)
    held = set_aside(holder, 5_000)
    assert release(holder, held.line.seq, actor_id=MAKER, at=AT).line.balance == Balance(12_000, 0, 0, 0, 0, 12_000)


def test_a_settle_spends_a_hold_and_a_refund_gives_part_of_it_back_once() -> None:
    holder = new_holder()
    earn(holder, 12_000)
    settled = settle(holder, set_aside(holder, 5_000).line.seq, actor_id=MAKER, at=AT)
    assert settled.line.balance == Balance(7_000, 0, 5_000, 0, 0, 12_000)
    refunded = _refund(holder, settled.line.seq, 2_000)
    assert refunded.balance == Balance(9_000, 0, 3_000, 0, 0, 12_000)
    with pytest.raises(SourceClash) as clash:
        _refund(holder, settled.line.seq, 1_000)
    assert clash.value.data["field"] == "amount"


def test_a_refund_above_the_settle_is_refused() -> None:
    holder = new_holder()
    earn(holder, 12_000)
    settled = settle(holder, set_aside(holder, 5_000).line.seq, actor_id=MAKER, at=AT)
    with pytest.raises(WrongLine):
        _refund(holder, settled.line.seq, 5_001)


def test_reversing_what_is_spent_leaves_a_debt_that_the_next_earn_pays_first() -> None:
    holder = new_holder()
    first = earn(holder, 12_000)
    settle(holder, set_aside(holder, 10_000).line.seq, actor_id=MAKER, at=AT)
    assert _reverse(holder, first.line.seq).balance == Balance(0, 0, 10_000, 0, 10_000, 0)
    with pytest.raises(HolderOwes):
        set_aside(holder, 1, "DH-2026-000002")
    assert earn(holder, 11_000, "A-2").line.balance == Balance(1_000, 0, 10_000, 0, 0, 11_000)


def test_expired_credits_come_back_before_their_earn_is_reversed() -> None:
    holder = new_holder()
    first = earn(holder, 12_000)
    gone = expire(holder, source=action_source("expire", "2026"), amount=12_000, actor_id=MAKER, at=AT)
    assert gone.line.balance == Balance(0, 0, 0, 12_000, 0, 12_000)
    with pytest.raises(RestoreFirst):
        _reverse(holder, first.line.seq)
    restore(holder, gone.line.seq, reason=Reason.CORRECTED, actor_id=MAKER, at=AT)
    assert _reverse(holder, first.line.seq).balance == Balance(0, 0, 0, 0, 0, 0)


def test_more_than_is_available_cannot_be_held_and_the_refusal_says_how_much_there_is() -> None:
    holder = new_holder()
    earn(holder, 9_500)
    with pytest.raises(InsufficientCredits) as refusal:
        set_aside(holder, 12_000)
    assert refusal.value.data == {"needed_hundredths": 12_000, "available_hundredths": 9_500}
    assert len(all_lines(holder)) == 1


def test_the_same_cause_again_gives_the_first_answer_again() -> None:
    holder = new_holder()
    first = earn(holder, 12_000)
    again = earn(holder, 12_000, at=after_minutes(5))
    assert (first.fresh, again.fresh) == (True, False)
    assert again.line == first.line


def test_the_same_hold_again_is_answered_even_when_nothing_is_left() -> None:
    holder = new_holder()
    earn(holder, 12_000)
    first = set_aside(holder, 12_000)
    assert set_aside(holder, 12_000).line == first.line


def test_the_same_cause_with_another_fact_is_refused_and_the_field_is_named() -> None:
    holder = new_holder()
    earn(holder, 12_000)
    with pytest.raises(SourceClash) as clash:
        earn(holder, 12_001)
    assert clash.value.data["field"] == "amount"
    with pytest.raises(SourceClash) as clash:
        earn(holder, 12_000, domain=Domain.MORAL)
    assert clash.value.data["field"] == "domain"


def test_a_settled_hold_cannot_be_released_and_a_second_settle_is_the_first() -> None:
    holder = new_holder()
    earn(holder, 12_000)
    held = set_aside(holder, 12_000).line.seq
    settled = settle(holder, held, actor_id=MAKER, at=AT)
    assert settle(holder, held, actor_id=MAKER, at=AT).line == settled.line
    with pytest.raises(AlreadyEnded) as refusal:
        release(holder, held, actor_id=MAKER, at=AT)
    assert refusal.value.data["by_kind"] == "SETTLE"


def test_a_corrected_achievement_is_posted_only_after_the_wrong_one_is_reversed() -> None:
    holder = new_holder()
    wrong = earn(holder, 12_000)
    with pytest.raises(RevisionOutOfOrder):
        earn(holder, 6_000, revision=2)
    _reverse(holder, wrong.line.seq)
    corrected = earn(holder, 6_000, revision=2)
    assert corrected.line.closes == 2
    assert corrected.line.balance == Balance(6_000, 0, 0, 0, 0, 6_000)
    with pytest.raises(RevisionOutOfOrder):
        earn(holder, 5_000, revision=3)
    assert earn(holder, 6_000, revision=2).line == corrected.line


def test_maker_and_checker_are_two_persons() -> None:
    holder = new_holder()
    line = earn(holder, 100).line
    with pytest.raises(SamePerson):
        reverse(holder, line.seq, reason=Reason.CORRECTED, actor_id=MAKER, approver_id=MAKER, at=AT)


def test_a_line_ends_only_a_line_of_the_right_kind() -> None:
    holder = new_holder()
    line = earn(holder, 100).line
    with pytest.raises(WrongLine):
        settle(holder, line.seq, actor_id=MAKER, at=AT)
    with pytest.raises(LineMissing):
        settle(holder, 99, actor_id=MAKER, at=AT)


@pytest.mark.parametrize("amount", [0, -1, 10**13 + 1])
def test_an_amount_is_positive_and_bounded(amount: int) -> None:
    holder = new_holder()
    earn(holder, 100)
    with pytest.raises(AmountOutOfRange):
        set_aside(holder, amount)


def test_a_book_takes_lines_only_while_it_is_open() -> None:
    with pytest.raises(BookMissing):
        earn(uuid7(), 100)
    holder = new_holder()
    assert open_book(holder, at=AT) is False
    freeze_book(holder)
    with pytest.raises(BookNotOpen):
        earn(holder, 100)
    unfreeze_book(holder)
    earn(holder, 100)
    close_book(holder)
    with pytest.raises(BookNotOpen):
        set_aside(holder, 100)
    with pytest.raises(BookNotOpen):
        unfreeze_book(holder)


def test_time_never_runs_back_in_a_book() -> None:
    holder = new_holder()
    earn(holder, 100, at=after_minutes(10))
    assert earn(holder, 100, "A-2").line.recorded_at == after_minutes(10)


def test_a_posting_goes_with_the_callers_transaction() -> None:
    holder = new_holder()
    with pytest.raises(RuntimeError), transaction.atomic():
        earn(holder, 100)
        raise RuntimeError
    assert all_lines(holder) == []


def test_a_clash_inside_a_transaction_leaves_it_usable() -> None:
    holder = new_holder()
    with transaction.atomic():
        earn(holder, 100)
        with pytest.raises(SourceClash):
            earn(holder, 200)
        assert earn(holder, 100).fresh is False
        earn(holder, 300, "A-2")
    assert balance_of(holder).available == 400


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE passbook_line SET amount = amount",
        "DELETE FROM passbook_line",
        "DELETE FROM book",
        "UPDATE book SET salt = hash FROM passbook_line WHERE book.holder_id = passbook_line.holder_id",
    ],
)
def test_the_tables_refuse_to_change_or_delete_what_is_written(statement: str) -> None:
    earn(new_holder(), 100)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_line_that_does_not_follow_is_refused_by_the_table_itself() -> None:
    holder = new_holder()
    earn(holder, 100)
    columns = ", ".join(name for name in Line._fields if name not in {"seq", "source"})
    with pytest.raises(DatabaseError, match="follow"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO passbook_line ({columns}, seq, source) SELECT {columns}, 2, %s FROM passbook_line",
            [uuid7().hex],
        )


def test_screens_read_newest_first_as_of_and_by_domain() -> None:
    holder = new_holder()
    earn(holder, 100, at=AT)
    wrong = earn(holder, 30, "A-2", at=after_minutes(1), domain=Domain.LABOUR)
    earn(holder, 50, "A-3", at=after_minutes(2), domain=Domain.LABOUR)
    _reverse(holder, wrong.line.seq)
    held = set_aside(holder, 20, at=after_minutes(3))
    lines = PassbookLine.objects
    assert [line.seq for line in lines.of(holder)] == [5, 4, 3, 2, 1]
    assert [line.seq for line in lines.of(holder).before(3)] == [2, 1]
    assert lines.as_of(holder, after_minutes(1)).available == 130
    assert lines.as_of(holder, AT - timedelta(seconds=1)) == Balance(0, 0, 0, 0, 0, 0)
    assert lines.domain_totals(holder) == {Domain.INTELLECTUAL: 100, Domain.LABOUR: 50}
    assert [line.seq for line in lines.open_holds(holder)] == [held.line.seq]
    with pytest.raises(TypeError):
        lines.of(holder)[0].save()


def test_two_holds_of_two_redemptions_are_two_lines() -> None:
    holder = new_holder()
    earn(holder, 100)
    first = hold(holder, source=action_source("hold", "DH-1"), amount=10, actor_id=MAKER, at=AT)
    second = hold(holder, source=action_source("hold", "DH-2"), amount=10, actor_id=MAKER, at=AT)
    assert (first.line.seq, second.line.seq) == (2, 3)


def _reverse(holder: UUID, seq: int) -> Line:
    return reverse(holder, seq, reason=Reason.CORRECTED, actor_id=MAKER, approver_id=CHECKER, at=AT).line


def _refund(holder: UUID, seq: int, amount: int) -> Line:
    return refund(
        holder, seq, amount=amount, reason=Reason.REDEMPTION_UNDONE, actor_id=MAKER, approver_id=CHECKER, at=AT
    ).line
