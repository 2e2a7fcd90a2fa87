"""Books of forty random steps through every kind, counted exactly against the model, then proven."""

import random
from datetime import timedelta
from uuid import UUID

import pytest

from creditbank.errors import CreditBankError
from creditbank.ledger.books import all_lines, balance_of
from creditbank.ledger.lines import Kind, Reason
from creditbank.ledger.posting import expire, refund, release, restore, reverse, settle
from creditbank.ledger.source import action_source
from creditbank.ledger.verify import verify
from tests.ledger.casts import AT, CHECKER, MAKER, after_minutes, earn, new_holder, set_aside
from tests.ledger.model import Model

pytestmark = pytest.mark.django_db
STEPS = 40
# How often each verb is tried; the rare ones need something to be there first.
WEIGHTS = {"earn": 6, "hold": 4, "settle": 3, "release": 2, "refund": 2, "reverse": 2, "expire": 1, "restore": 1}


class Walker:
    """Takes random steps with a book and its model side by side."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.holder: UUID = new_holder()
        self.model = Model()

    def step(self, number: int) -> None:
        """One verb that both accept or both refuse."""
        verb = self.random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        before = len(all_lines(self.holder))
        refusal = self.start(verb, number) if verb in ("earn", "hold", "expire") else self.end(verb)
        assert balance_of(self.holder) == self.model.balance
        assert len(all_lines(self.holder)) == self.model.lines
        assert refusal is None or self.model.lines == before

    def start(self, verb: str, number: int) -> object:
        """Something new."""
        amount, at = self.random.randrange(1, 3_000), after_minutes(number)
        if verb == "earn":
            refusal = self.model.earn(f"A-{number}", 1, amount)
            earn(self.holder, amount, f"A-{number}", at=at)
            return refusal
        refusal = self.model.start(verb, amount)
        try:
            if verb == "hold":
                set_aside(self.holder, amount, f"DH-{number}", at=at)
            else:
                source = action_source("expire", number)
                expire(self.holder, source=source, amount=amount, actor_id=MAKER, at=at)
        except CreditBankError as error:
            assert type(error) is refusal
        else:
            assert refusal is None
        return refusal

    def end(self, verb: str) -> object:
        """The end of something that is open."""
        wanted = {"settle": "hold", "release": "hold", "refund": "settle", "reverse": "earn", "restore": "expire"}[verb]
        open_items = [seq for seq, item in self.model.items.items() if item.kind == wanted and not item.ended_by]
        if not open_items:
            return None
        seq = self.random.choice(open_items)
        amount = self.random.randint(1, self.model.items[seq].amount) if verb == "refund" else None
        refusal = self.model.end(seq, verb, amount)
        try:
            self.post_end(verb, seq, amount or 0)
        except CreditBankError as error:
            assert type(error) is refusal
        else:
            assert refusal is None
        return refusal

    def post_end(self, verb: str, seq: int, amount: int) -> None:
        """The same at the ledger."""
        holder, why = self.holder, Reason.OTHER
        if verb == "settle":
            settle(holder, seq, actor_id=MAKER, at=AT)
        elif verb == "release":
            release(holder, seq, actor_id=MAKER, at=AT)
        elif verb == "refund":
            refund(holder, seq, amount=amount, reason=why, actor_id=MAKER, approver_id=CHECKER, at=AT)
        elif verb == "reverse":
            reverse(holder, seq, reason=why, actor_id=MAKER, approver_id=CHECKER, at=AT)
        else:
            restore(holder, seq, reason=why, actor_id=MAKER, at=AT)


def test_random_books_stand_as_counted_and_go_through_every_kind() -> None:
    walkers = [Walker(seed) for seed in range(25)]
    for number in range(STEPS):
        for walker in walkers:
            walker.step(number)
    kinds = {line.kind for walker in walkers for line in all_lines(walker.holder)}
    assert kinds == {int(kind) for kind in Kind}
    assert any(walker.model.balance.owed for walker in walkers)
    report = verify(at=AT + timedelta(days=1))
    assert report.problem is None
    assert (report.books, report.lines) == (25, sum(walker.model.lines for walker in walkers))
