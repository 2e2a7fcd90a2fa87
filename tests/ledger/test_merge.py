"""Two books become one, or one two: nothing lost, nothing twice, and a crash at any step is mended by a repetition."""

from uuid import UUID

import pytest

from creditbank.ledger.books import all_lines, balance_of, book_state
from creditbank.ledger.errors import BookNotOpen
from creditbank.ledger.lines import Balance, BookState, Kind, Reason
from creditbank.ledger.merge import FellOut, MoveReport, merge_books, split_book
from creditbank.ledger.posting import Draft, Posted, expire, post, refund, reverse, settle
from creditbank.ledger.source import action_source
from creditbank.ledger.verify import verify
from tests.ledger.casts import AT, CHECKER, MAKER, earn, new_holder, set_aside

pytestmark = pytest.mark.django_db


def merged(giving: UUID, receiving: UUID) -> MoveReport:
    """Merge, then prove the books."""
    report = merge_books(giving, receiving, actor_id=MAKER, approver_id=CHECKER, at=AT)
    assert verify(at=AT).problem is None
    return report


def a_book_in_use() -> UUID:
    """120 credits earned, 30 of them reversed, 40 spent, 20 held, 10 expired, 20 available."""
    holder = new_holder()
    earn(holder, 9_000, "A-1")
    wrong = earn(holder, 3_000, "A-2").line.seq
    reverse(holder, wrong, reason=Reason.CORRECTED, actor_id=MAKER, approver_id=CHECKER, at=AT)
    settle(holder, set_aside(holder, 4_000, "DH-1").line.seq, actor_id=MAKER, at=AT)
    set_aside(holder, 2_000, "DH-2")
    expire(holder, source=action_source("expire", "1"), amount=1_000, actor_id=MAKER, at=AT)
    return holder


def test_everything_open_arrives_and_the_giving_book_is_closed_at_zero() -> None:
    giving, receiving = a_book_in_use(), new_holder()
    earn(receiving, 500, "B-1")
    report = merged(giving, receiving)
    assert balance_of(receiving) == Balance(2_500, 2_000, 4_000, 1_000, 0, 9_500)
    assert balance_of(giving) == Balance(0, 0, 0, 0, 0, 0)
    assert book_state(giving) is BookState.CLOSED
    assert [(each.from_seq, each.kind) for each in report.moved] == [
        (1, Kind.EARN),
        (6, Kind.HOLD),
        (5, Kind.SETTLE),
        (7, Kind.EXPIRE),
    ]
    hold = next(each for each in report.moved if each.kind is Kind.HOLD)
    assert all_lines(receiving)[hold.to_seq - 1].source == all_lines(giving)[hold.from_seq - 1].source
    with pytest.raises(BookNotOpen):
        earn(giving, 1, "A-9")


def test_an_achievement_that_both_have_falls_out_and_is_shown() -> None:
    giving, receiving = new_holder(), new_holder()
    earn(giving, 100, "A-1")
    earn(giving, 200, "A-2")
    earn(giving, 300, "A-3")
    earn(receiving, 100, "A-1")
    earn(receiving, 250, "A-2")
    report = merged(giving, receiving)
    assert report.fell_out == [FellOut(1, 1, None), FellOut(2, 2, "amount")]
    assert balance_of(receiving) == Balance(650, 0, 0, 0, 0, 650)


def test_what_both_spent_of_the_same_achievement_is_owed() -> None:
    giving, receiving = new_holder(), new_holder()
    for number, holder in enumerate((giving, receiving)):
        earn(holder, 12_000, "A-1")
        settle(holder, set_aside(holder, 12_000, f"DH-{number}").line.seq, actor_id=MAKER, at=AT)
    report = merged(giving, receiving)
    assert report.owed == 12_000
    assert balance_of(receiving) == Balance(0, 0, 24_000, 0, 12_000, 12_000)
    assert balance_of(giving) == Balance(0, 0, 0, 0, 0, 0)


def test_a_settle_refunded_in_part_stays_in_the_giving_book_as_spent_and_owed() -> None:
    giving, receiving = new_holder(), new_holder()
    earn(giving, 100, "A-1")
    settled = settle(giving, set_aside(giving, 100).line.seq, actor_id=MAKER, at=AT).line.seq
    refund(giving, settled, amount=60, reason=Reason.REDEMPTION_UNDONE, actor_id=MAKER, approver_id=CHECKER, at=AT)
    merged(giving, receiving)
    assert balance_of(receiving) == Balance(100, 0, 0, 0, 0, 100)
    assert balance_of(giving) == Balance(0, 0, 40, 0, 40, 0)


@pytest.mark.parametrize("crash_at", range(1, 13))
def test_a_merge_that_crashed_is_finished_by_calling_it_again(crash_at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    giving, receiving = a_book_in_use(), new_holder()
    earn(receiving, 9_000, "A-1")
    settle(receiving, set_aside(receiving, 9_000, "DH-9").line.seq, actor_id=MAKER, at=AT)
    steps = 0

    def crashing(draft: Draft) -> Posted:
        nonlocal steps
        steps += 1
        if steps == crash_at:
            raise ConnectionError
        return post(draft)

    monkeypatch.setattr("creditbank.ledger.merge.post", crashing)
    with pytest.raises(ConnectionError):
        merge_books(giving, receiving, actor_id=MAKER, approver_id=CHECKER, at=AT)
    monkeypatch.setattr("creditbank.ledger.merge.post", post)
    report = merged(giving, receiving)
    # 90 earned once, 90 and 40 spent, 20 held: 60 are missing. The 10 that had expired went towards them.
    assert balance_of(receiving) == Balance(0, 2_000, 13_000, 0, 6_000, 9_000)
    assert report.owed == 6_000
    assert balance_of(giving) == Balance(0, 0, 0, 0, 0, 0)
    assert merged(giving, receiving).moved == report.moved


def test_a_split_carries_what_is_named_into_a_fresh_book() -> None:
    shared, own = a_book_in_use(), new_holder()
    earn(shared, 700, "C-1")
    settle(shared, set_aside(shared, 600, "DH-3").line.seq, actor_id=MAKER, at=AT)
    before = balance_of(shared)
    report = split_book(shared, own, [8, 10], actor_id=MAKER, approver_id=CHECKER, at=AT)
    assert [each.kind for each in report.moved] == [Kind.EARN, Kind.SETTLE]
    assert balance_of(own) == Balance(100, 0, 600, 0, 0, 700)
    assert balance_of(shared) == before._replace(
        available=before.available - 100, spent=before.spent - 600, earned=before.earned - 700
    )
    assert book_state(shared) is BookState.OPEN
    again = split_book(shared, own, [8, 10], actor_id=MAKER, approver_id=CHECKER, at=AT)
    assert again.moved == report.moved
    assert verify(at=AT).problem is None
