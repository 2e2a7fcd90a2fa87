"""Many at once: the last credits go to exactly one, importers and single postings do not lose each other's lines."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from creditbank.ledger.books import all_lines, balance_of
from creditbank.ledger.bulk import BatchReport
from creditbank.ledger.errors import InsufficientCredits
from creditbank.ledger.lines import Balance
from creditbank.ledger.posting import Posted, release, settle
from creditbank.ledger.verify import verify
from tests.ledger.casts import AT, MAKER, earn, new_holder, set_aside
from tests.ledger.test_bulk import entry, post_all
from tests.simulation.clients import together

pytestmark = pytest.mark.django_db(transaction=True)
LATER = AT + timedelta(days=1)


def test_of_sixteen_who_redeem_the_last_credits_exactly_one_wins() -> None:
    holder = new_holder()
    earn(holder, 12_000)
    answers = together([partial(set_aside, holder, 12_000, f"DH-{i}") for i in range(16)])
    assert sorted(type(answer).__name__ for answer in answers) == ["InsufficientCredits"] * 15 + ["Posted"]
    assert balance_of(holder) == Balance(0, 12_000, 0, 0, 0, 12_000)
    assert len(all_lines(holder)) == 2
    assert verify(at=LATER).problem is None


def test_sixteen_who_ask_for_the_same_get_one_line() -> None:
    holder = new_holder()
    earn(holder, 12_000)
    answers = together([partial(set_aside, holder, 700, "DH-1") for _ in range(16)])
    posted = [answer for answer in answers if isinstance(answer, Posted)]
    assert len(posted) == 16
    assert sum(answer.fresh for answer in posted) == 1
    assert {answer.line.seq for answer in posted} == {2}


def test_a_hold_that_is_settled_and_released_at_once_ends_once() -> None:
    holder = new_holder()
    earn(holder, 12_000)
    held = set_aside(holder, 12_000).line.seq
    ends: list[Callable[[], Posted]] = [partial(end, holder, held, actor_id=MAKER, at=AT) for end in (settle, release)]
    answers = together(ends * 4)
    winners = {answer.line.seq for answer in answers if isinstance(answer, Posted)}
    assert winners == {3}
    assert {type(answer).__name__ for answer in answers} == {"Posted", "AlreadyEnded"}
    assert verify(at=LATER).problem is None


def test_two_importers_and_single_postings_on_the_same_holders_lose_nothing() -> None:
    holders = [new_holder() for _ in range(30)]
    shared = [entry(holder, 10, f"S-{i}") for holder in holders for i in range(4)]
    first = shared + [entry(holder, 10, f"X-{i}") for holder in holders for i in range(4)]
    second = shared + [entry(holder, 10, f"Y-{i}") for holder in holders for i in range(4)]

    def singles() -> None:
        for i in range(2):
            for holder in holders[::3]:
                earn(holder, 10, f"Z-{i}")
                with_credits = set_aside(holder, 5, f"DH-{i}")
                release(holder, with_credits.line.seq, actor_id=MAKER, at=AT)

    clients: list[Callable[[], BatchReport | None]] = [
        partial(post_all, first, "return:1", chunk_lines=40),
        partial(post_all, second, "return:2", chunk_lines=40),
        singles,
    ]
    answers = together(clients)
    reports = [answer for answer in answers if isinstance(answer, BatchReport)]
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert sum(report.lines for report in reports) == 30 * 12
    assert sum(len(report.of("duplicate")) for report in reports) == 30 * 4
    for number, holder in enumerate(holders):
        single = number % 3 == 0
        assert balance_of(holder).available == (140 if single else 120)
        assert len(all_lines(holder)) == (18 if single else 12)
    assert verify(at=LATER).problem is None


def test_two_runners_of_one_batch_post_it_once() -> None:
    holders = [new_holder() for _ in range(20)]
    entries = [entry(holder, 10, f"A-{i}") for holder in holders for i in range(5)]
    run = partial(post_all, entries, "return:1", chunk_lines=10)
    answers = together([run, run])
    assert all(isinstance(answer, BatchReport) and answer.lines == 100 for answer in answers)
    assert sum(len(all_lines(holder)) for holder in holders) == 100
    assert verify(at=LATER).problem is None


def test_insufficient_credits_is_a_refusal_and_not_a_lost_race() -> None:
    holder = new_holder()
    earn(holder, 1_000)
    answers = together([partial(set_aside, holder, 300, f"DH-{i}") for i in range(8)])
    assert sum(isinstance(answer, Posted) for answer in answers) == 3
    assert sum(isinstance(answer, InsufficientCredits) for answer in answers) == 5
    assert balance_of(holder) == Balance(100, 900, 0, 0, 0, 1_000)
