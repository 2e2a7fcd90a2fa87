"""Crashes, lost answers and repetitions at every statement: the books end as if nothing had happened."""

import random
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import OperationalError

from creditbank.ledger.books import all_lines, balance_of
from creditbank.ledger.errors import InsufficientCredits
from creditbank.ledger.lines import Balance, Reason
from creditbank.ledger.posting import Posted, refund, release, reverse, settle
from creditbank.ledger.verify import verify
from tests.ledger.casts import AT, CHECKER, MAKER, earn, new_holder, set_aside
from tests.ledger.test_bulk import entry, post_all
from tests.simulation.clients import Fault, faulty

pytestmark = pytest.mark.django_db(transaction=True)
LATER = AT + timedelta(days=1)


def _prepared(holder: UUID) -> None:
    earn(holder, 1_000, "A-1")
    set_aside(holder, 300, "DH-1")
    set_aside(holder, 200, "DH-2")
    settle(holder, 3, actor_id=MAKER, at=AT)


VERBS: dict[str, tuple[Callable[[UUID], Posted], Balance]] = {
    "earn": (lambda holder: earn(holder, 50, "A-2"), Balance(550, 300, 200, 0, 0, 1_050)),
    "hold": (lambda holder: set_aside(holder, 500, "DH-3"), Balance(0, 800, 200, 0, 0, 1_000)),
    "settle": (lambda holder: settle(holder, 2, actor_id=MAKER, at=AT), Balance(500, 0, 500, 0, 0, 1_000)),
    "release": (lambda holder: release(holder, 2, actor_id=MAKER, at=AT), Balance(800, 0, 200, 0, 0, 1_000)),
    "refund": (
        lambda holder: refund(holder, 4, amount=200, reason=Reason.OTHER, actor_id=MAKER, approver_id=CHECKER, at=AT),
        Balance(700, 300, 0, 0, 0, 1_000),
    ),
    "reverse": (
        lambda holder: reverse(holder, 1, reason=Reason.FRAUD, actor_id=MAKER, approver_id=CHECKER, at=AT),
        Balance(0, 300, 200, 0, 500, 0),
    ),
}


@pytest.mark.parametrize("before", [True, False], ids=["crash", "lost-answer"])
@pytest.mark.parametrize("verb", VERBS)
def test_a_posting_that_breaks_at_any_statement_is_done_by_asking_again(verb: str, before: bool) -> None:
    act, expected = VERBS[verb]
    statement = 0
    while True:
        statement += 1
        holder = new_holder()
        _prepared(holder)
        fault = Fault(statement, before)
        try:
            with faulty(fault):
                act(holder)
        except OperationalError:
            # The trip whose answer was lost may have been the one that committed.
            assert len(all_lines(holder)) == 4 or (not before and len(all_lines(holder)) == 5)
            act(holder)
        assert balance_of(holder) == expected
        assert len(all_lines(holder)) == 5
        if fault.seen < statement:
            break
    assert statement > 2
    assert verify(at=LATER).problem is None


@pytest.mark.parametrize("before", [True, False], ids=["crash", "lost-answer"])
def test_a_batch_that_breaks_at_any_statement_goes_on_by_asking_again(before: bool) -> None:
    statement = 0
    while True:
        statement += 1
        holders = [new_holder() for _ in range(3)]
        earn(holders[0], 10, "A-1")
        entries = [entry(holder, 10, f"A-{i}") for holder in holders for i in range(2)]
        fault = Fault(statement, before)
        subject = f"return:{statement}"
        try:
            with faulty(fault):
                report = post_all(entries, subject, chunk_lines=2)
        except OperationalError:
            report = post_all(entries, subject, chunk_lines=2)
        assert (report.lines, len(report.unposted)) == (5, 1)
        assert [len(all_lines(holder)) for holder in holders] == [2, 2, 2]
        if fault.seen < statement:
            break
    assert statement > 15
    assert verify(at=LATER).problem is None


@pytest.mark.parametrize("seed", range(3))
def test_a_hundred_requests_through_a_bad_line_end_as_through_a_good_one(seed: int) -> None:
    """Each request is broken, repeated after success, or both, as the seed says."""
    assert _run(seed, bad_line=True) == _run(seed, bad_line=False)
    assert verify(at=LATER).problem is None


def _run(seed: int, *, bad_line: bool) -> list[tuple[Balance, int]]:
    chooses, breaks = random.Random(seed), random.Random(seed + 1_000)
    holders = [new_holder() for _ in range(4)]
    for number in range(100):
        request = _request(chooses, holders, number)
        if bad_line:
            while breaks.random() < 0.4:
                try:
                    with faulty(Fault(breaks.randrange(1, 8), before=breaks.random() < 0.5)):
                        request()
                except OperationalError:
                    continue
        request()
    return [(balance_of(holder), len(all_lines(holder))) for holder in holders]


def _request(chooses: random.Random, holders: list[UUID], number: int) -> Callable[[], None]:
    holder, amount, step = chooses.choice(holders), chooses.randrange(1, 500), chooses.random()
    chosen = chooses.sample(holders, 2)

    def one() -> None:
        if step < 0.4:
            earn(holder, amount, f"A-{number}")
        elif step < 0.5:
            post_all(
                [entry(each, amount, f"B-{number}-{i}") for each in chosen for i in range(3)],
                f"return:{holders[0]}:{number}",
            )
        else:
            _redeem(holder, amount, number, step)

    return one


def _redeem(holder: UUID, amount: int, number: int, step: float) -> None:
    try:
        held = set_aside(holder, amount, f"DH-{number}").line.seq
    except InsufficientCredits:
        return
    if step < 0.7:
        settle(holder, held, actor_id=MAKER, at=AT)
    elif step < 0.85:
        release(holder, held, actor_id=MAKER, at=AT)
