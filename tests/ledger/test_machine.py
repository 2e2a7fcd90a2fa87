"""Whatever is asked of a book, in whatever order, it stands as the model says, refuses what the model refuses."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from creditbank.ledger.books import all_lines, balance_of
from creditbank.ledger.lines import Reason
from creditbank.ledger.posting import Posted, expire, refund, release, restore, reverse, settle
from creditbank.ledger.provenance import trace
from creditbank.ledger.source import action_source
from creditbank.ledger.verify import verify
from tests.ledger.casts import AT, CHECKER, MAKER, earn, new_holder, set_aside
from tests.ledger.model import Model, Refusal

pytestmark = pytest.mark.django_db

AMOUNTS = st.integers(1, 5_000)
PLACES = st.integers(0, 59)


class BookMachine(RuleBasedStateMachine):
    """Every verb against one book, with right and wrong arguments."""

    @initialize()
    def open(self) -> None:
        """A fresh book."""
        self.holder = new_holder()
        self.model = Model()
        self.redemptions = 0

    @rule(number=st.sampled_from(["A-1", "A-2", "A-3", "A-4"]), revision=st.integers(1, 3), amount=AMOUNTS)
    def earn(self, number: str, revision: int, amount: int) -> None:
        """An achievement, new, repeated or corrected."""
        refusal = self.model.earn(number, revision, amount)
        self.compare(refusal, lambda: earn(self.holder, amount, number, revision=revision))

    @rule(amount=AMOUNTS)
    def hold(self, amount: int) -> None:
        """A redemption."""
        self.redemptions += 1
        refusal = self.model.start("hold", amount)
        self.compare(refusal, lambda: set_aside(self.holder, amount, f"DH-{self.redemptions}"))

    @rule(amount=AMOUNTS)
    def expire(self, amount: int) -> None:
        """An expiry."""
        self.redemptions += 1
        source = action_source("expire", self.redemptions)
        refusal = self.model.start("expire", amount)
        self.compare(refusal, lambda: expire(self.holder, source=source, amount=amount, actor_id=MAKER, at=AT))

    @rule(place=PLACES)
    def settle(self, place: int) -> None:
        """Spend a hold."""
        self.end(place, "settle", lambda seq: settle(self.holder, seq, actor_id=MAKER, at=AT))

    @rule(place=PLACES)
    def release(self, place: int) -> None:
        """Give a hold back."""
        self.end(place, "release", lambda seq: release(self.holder, seq, actor_id=MAKER, at=AT))

    @rule(place=PLACES)
    def reverse(self, place: int) -> None:
        """Take an earn back."""
        self.end(
            place,
            "reverse",
            lambda seq: reverse(self.holder, seq, reason=Reason.CORRECTED, actor_id=MAKER, approver_id=CHECKER, at=AT),
        )

    @rule(place=PLACES)
    def restore(self, place: int) -> None:
        """Bring back what expired."""
        reason = Reason.CORRECTED
        self.end(place, "restore", lambda seq: restore(self.holder, seq, reason=reason, actor_id=MAKER, at=AT))

    @rule(place=PLACES, amount=AMOUNTS)
    def refund(self, place: int, amount: int) -> None:
        """Give back a part of what was spent."""
        self.end(
            place,
            "refund",
            lambda seq: refund(
                self.holder, seq, amount=amount, reason=Reason.OTHER, actor_id=MAKER, approver_id=CHECKER, at=AT
            ),
            amount,
        )

    def end(self, place: int, by: str, act: Callable[[int], Posted], amount: int | None = None) -> None:
        """End a line of the book, any of them."""
        if self.model.lines:
            seq = place % self.model.lines + 1
            self.compare(self.model.end(seq, by, amount), lambda: act(seq))

    def compare(self, refusal: Refusal | None, act: Callable[[], Posted]) -> None:
        """The ledger refuses exactly what the model refuses."""
        if refusal is None:
            act()
        else:
            with pytest.raises(refusal):
                act()

    @invariant()
    def stands_as_the_model_says(self) -> None:
        """Balance and number of lines."""
        assert balance_of(self.holder) == self.model.balance
        assert len(all_lines(self.holder)) == self.model.lines

    def teardown(self) -> None:
        """Provenance adds up, and the proof finds nothing."""
        if not hasattr(self, "holder"):
            return
        origins = trace(all_lines(self.holder))
        owed = sum(part.amount for parts in origins.uses.values() for part in parts if part.earn_seq is None)
        used = sum(part.amount for parts in origins.uses.values() for part in parts)
        stands = self.model.balance
        assert (sum(origins.free.values()), owed) == (stands.available, stands.owed)
        assert used == stands.held + stands.spent + stands.expired
        assert verify(at=AT + timedelta(days=1)).problem is None


def test_a_book_does_what_the_model_says() -> None:
    run_state_machine_as_test(
        BookMachine,
        settings=settings(
            max_examples=30, stateful_step_count=40, deadline=None, database=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )  # fmt: skip
