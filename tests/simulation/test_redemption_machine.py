"""Applications in every order in which people and the clock can act: nothing is stranded, nothing counts twice."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from creditbank import ids
from creditbank.audit.actor import Actor
from creditbank.certificates.models import Certificate, HonourUse, UseState
from creditbank.errors import CreditBankError
from creditbank.evaluation.models import AttainmentState, Honour
from creditbank.ledger.books import balance_of, book_state, open_books
from creditbank.ledger.lines import Reason
from creditbank.ledger.models import PassbookLine
from creditbank.ledger.posting import reverse
from creditbank.ledger.verify import verify
from creditbank.people.account_states import close_account, freeze_account, unfreeze_account
from creditbank.people.consents import current_text
from creditbank.people.models import Account, Guardianship, Student
from creditbank.redemption.actions import (
    accept_redemption,
    agree_as_guardian,
    apply_for_product,
    decline_as_guardian,
    expire_redemptions,
    refuse_redemption,
    review_redemption,
    withdraw_redemption,
)
from creditbank.redemption.actions.applying import GUARDIAN_DAYS
from creditbank.redemption.holds import hold_facts
from creditbank.redemption.models import OPEN_STATES, Redemption, RedemptionState
from tests.cast import AT, actor, person, person_of
from tests.redemption.stage import Stage12, crown, earn, make_ready, set_stage

pytestmark = pytest.mark.django_db
PLACES = st.integers(0, 7)
PRODUCTS = st.sampled_from([f"certificate.athlete.{grade}" for grade in "321"])
TERM = timedelta(days=GUARDIAN_DAYS)
REASON = "模拟中依次试过的理由。"


class RedemptionMachine(RuleBasedStateMachine):
    """One minor, her guardian, the two persons of the office, and the clock."""

    stage: ClassVar[Stage12]
    lives: ClassVar[int] = 0
    seen: ClassVar[Counter[str]] = Counter()

    @initialize(
        amount=st.sampled_from([13_000, 26_000]),
        crowned=st.integers(0, 2),
        by_guardian=st.sampled_from([False, False, True]),
    )
    def begin(self, amount: int, crowned: int, by_guardian: bool) -> None:
        """A ready student with some credits and honours, and her first application."""
        type(self).lives += 1
        self.at: datetime = AT
        self.waited: dict[int, timedelta] = {}
        self.account = self._account()
        make_ready(self.stage, self.account, amount)
        for place in range(crowned):
            Honour.objects.filter(pk=crown(self.account).pk).update(certificate_number=f"RY-{self.lives}-{place}")
        self.student = actor(self.account.student.person, "student")
        self.guardian = actor(person(f"监护人{self.lives}"), "guardian")
        Guardianship.objects.create(
            student=self.account.student,
            guardian=person_of(self.guardian),
            relation="mother",
            proved_by="household-register",
            checked_by=person_of(self.stage.cast.reviewer),
            proved_at=AT,
        )
        self.apply("certificate.athlete.3", None, by_guardian)

    def _account(self) -> Account:
        """An account of its own for each life; the books are told apart by it."""
        student = Student.objects.create(person=person(f"学生{self.lives}"), birth_date=date(2012, 5, 4))
        account = Account.objects.create(student=student, holder_id=ids.uuid7(), opened_at=AT)
        open_books([account.holder_id], at=AT)
        return account

    @rule(product=PRODUCTS, route=st.sampled_from(["skill", "champion", None]), by_guardian=st.booleans())
    def apply(self, product: str, route: str | None, by_guardian: bool) -> None:
        """Ask for a certificate, as the student or as her guardian."""
        self.attempt(
            "apply",
            lambda: apply_for_product(
                actor=self.guardian if by_guardian else self.student,
                account=self.fresh(),
                product=product,
                route=route,
                text_version=current_text("redemption", self.at).version,
                at=self.at,
            ),
        )

    @rule(place=PLACES, verb=st.sampled_from(["agree", "decline", "decline", "withdraw"]))
    def family(self, place: int, verb: str) -> None:
        """The guardian answers, or one of the two takes the application back."""
        text, at = current_text("redemption", self.at).version, self.at
        acts: dict[str, Callable[[Redemption], object]] = {
            "agree": lambda each: agree_as_guardian(actor=self.guardian, redemption=each, text_version=text, at=at),
            "decline": lambda each: decline_as_guardian(actor=self.guardian, redemption=each, at=at),
            "withdraw": lambda each: withdraw_redemption(
                actor=self.student if place % 2 else self.guardian, redemption=each, at=at
            ),
        }
        self.on(place, verb, acts[verb])

    @rule(place=PLACES, verb=st.sampled_from(["review", "accept", "refuse"]))
    def office(self, place: int, verb: str) -> None:
        """The first person of the office advises, the second decides."""
        reviewer, decider, issuer, at = self.stage.cast.reviewer, self.stage.decider, self.stage.issuer, self.at
        advice = "refuse" if place % 2 else "accept"
        acts: dict[str, Callable[[Redemption], object]] = {
            "review": lambda each: review_redemption(
                actor=reviewer, redemption=each, advice=advice, note=REASON, at=at
            ),
            "accept": lambda each: accept_redemption(actor=decider, redemption=each, issuer=issuer, at=at),
            "refuse": lambda each: refuse_redemption(actor=decider, redemption=each, reason=REASON, at=at),
        }
        self.on(place, verb, acts[verb])

    @rule(place=PLACES)
    def go_on(self, place: int) -> None:
        """Whoever's turn it is says yes."""
        open_ones = list(Redemption.objects.open().filter(account=self.account).order_by("id"))
        if open_ones:
            state = open_ones[place % len(open_ones)].state
            if state == RedemptionState.AWAITING_GUARDIAN:
                self.family(place or 1, "agree")
            else:
                self.office(place - place % 2 or 2, "review" if state == RedemptionState.HELD else "accept")

    @rule(days=st.sampled_from([2, 8, 15]), swept=st.booleans())
    def wait(self, days: int, swept: bool) -> None:
        """Days go by, and count against those who could have acted; the sweep comes by, or was late."""
        self.at += timedelta(days=days)
        if self.fresh().state == Account.State.OPEN:
            for pk in self.waiting():
                self.waited[pk] = self.waited.get(pk, timedelta()) + timedelta(days=days)
        if swept:
            self.sweep()

    def sweep(self) -> None:
        """What has run out ends, and nothing else: who could not act has lost no time."""
        before = self.waiting()
        runs = self.fresh().state == Account.State.OPEN
        expire_redemptions(at=self.at)
        overdue = {pk for pk in before if self.waited.get(pk, timedelta()) > TERM}
        assert before - self.waiting() == (overdue if runs else set())
        self.seen["expire"] += len(before - self.waiting())

    @rule(chance=st.integers(0, 2))
    def freeze_or_unfreeze(self, chance: int) -> None:
        """The office freezes the account, or opens it again; seldom the one, often the other."""
        if self.fresh().state == Account.State.FROZEN:
            self.move("unfreeze", unfreeze_account)
        elif chance == 0:
            self.move("freeze", freeze_account)

    @precondition(lambda self: Redemption.objects.open().filter(account=self.account).exists())
    @rule()
    def close(self) -> None:
        """Nobody closes it over an application."""
        with pytest.raises(CreditBankError):
            close_account(actor=self.stage.decider, at=self.at, account=self.fresh(), reason=REASON)

    @rule(amount=st.sampled_from([5_000, 12_000]))
    def earn(self, amount: int) -> None:
        """More credits."""
        number = f"CG-{self.lives}-{PassbookLine.objects.filter(holder_id=self.account.holder_id).count()}"
        self.attempt("earn", lambda: earn(self.stage, self.account, amount, number))

    @rule(place=PLACES, chance=st.integers(0, 2))
    def reverse(self, place: int, chance: int) -> None:
        """Credits are taken back, not too often; what was spent of them is owed."""
        found = list(PassbookLine.objects.all().open_earns(self.account.holder_id))
        if found and chance == 0:
            clerk, reviewer = self.stage.cast.clerk.person_id, self.stage.cast.reviewer.person_id
            assert clerk and reviewer
            self.attempt(
                "reverse",
                lambda: reverse(
                    self.account.holder_id,
                    found[place % len(found)].seq,
                    reason=Reason.CORRECTED,
                    actor_id=clerk,
                    approver_id=reviewer,
                    at=self.at,
                ),
            )

    @rule(chance=st.integers(0, 2))
    def uncrown(self, chance: int) -> None:
        """An honour is taken back."""
        honour = Honour.objects.filter(account=self.account, state=AttainmentState.CONFIRMED).first()
        if honour is not None and chance == 0:
            Honour.objects.filter(pk=honour.pk).update(state=AttainmentState.WITHDRAWN)
            self.seen["uncrown"] += 1

    def attempt(self, name: str, act: Callable[[], object]) -> None:
        """Do it, or be refused; nothing else can happen."""
        try:
            act()
        except CreditBankError:
            self.seen[f"{name} refused"] += 1
        else:
            self.seen[name] += 1

    def on(self, place: int, name: str, act: Callable[[Redemption], object]) -> None:
        """The same with one of the applications: mostly one that is open, at times one at its end."""
        mine = Redemption.objects.filter(account=self.account).order_by("id")
        found = list(mine.open() if place else mine) or list(mine)
        if found:
            self.attempt(name, lambda: act(found[place % len(found)]))

    def move(self, name: str, act: Callable[..., Account]) -> None:
        """The same with the account."""
        self.attempt(name, lambda: act(actor=self.decider(), at=self.at, account=self.fresh(), reason=REASON))

    def decider(self) -> Actor:
        """Who moves accounts."""
        return self.stage.decider

    def fresh(self) -> Account:
        """The account as it stands."""
        return Account.objects.select_related("student__person").get(pk=self.account.pk)

    def waiting(self) -> set[int]:
        """The applications that wait for the guardian."""
        rows = Redemption.objects.filter(account=self.account, state=RedemptionState.AWAITING_GUARDIAN)
        return set(rows.values_list("pk", flat=True))

    @invariant()
    def nothing_is_stranded_and_nothing_counts_twice(self) -> None:
        """Lines, honours, certificates and the book against the applications, after every step."""
        rows = list(Redemption.objects.filter(account=self.account).order_by("id"))
        self.check_holds(rows)
        self.check_honours(rows)
        # A certificate comes from a settled application alone, and each of them has its own.
        numbers = Certificate.objects.filter(account=self.account).values_list("redemption_number", flat=True)
        assert sorted(numbers) == sorted(row.number for row in rows if row.state == RedemptionState.ISSUED)
        state = book_state(self.account.holder_id)
        assert state is not None
        assert state.name.lower() == Account.objects.values_list("state", flat=True).get(pk=self.account.pk)

    def check_holds(self, rows: list[Redemption]) -> None:
        """Every open hold has its application and every application its hold; a term runs against the family alone."""
        held = {line.seq: line.amount for line in PassbookLine.objects.all().open_holds(self.account.holder_id)}
        running = [row for row in rows if row.state in OPEN_STATES]
        assert held == {row.hold_seq: row.credits_hundredths for row in running if row.hold_seq is not None}
        assert all((row.hold_seq is None) == (row.credits_hundredths == 0) for row in rows)
        stands = balance_of(self.account.holder_id)
        assert stands.held == sum(row.credits_hundredths for row in running)
        assert stands.spent == sum(row.credits_hundredths for row in rows if row.state == RedemptionState.ISSUED)
        assert all((row.act_by is not None) == (row.state == RedemptionState.AWAITING_GUARDIAN) for row in rows)

    def check_honours(self, rows: list[Redemption]) -> None:
        """An honour serves once: reserved while its application runs, used when it is issued, else free."""
        uses = list(HonourUse.objects.filter(honour__account=self.account))
        standing = Counter(use.honour_id for use in uses if use.state != UseState.FREED)
        assert not standing or max(standing.values()) == 1
        ends = {RedemptionState.ISSUED: UseState.USED, **dict.fromkeys(OPEN_STATES, UseState.RESERVED)}
        champions = [row for row in rows if row.route == "champion"]
        expected = {row.number: ends.get(RedemptionState(row.state), UseState.FREED) for row in champions}
        assert {use.redemption_number: use.state for use in uses} == expected

    def teardown(self) -> None:
        """Nothing is stranded: whatever is open can be taken back, then nothing is held, and the books are proved."""
        if not hasattr(self, "account"):
            return
        if self.fresh().state == Account.State.FROZEN:
            unfreeze_account(actor=self.stage.decider, at=self.at, account=self.fresh(), reason=REASON)
        for each in Redemption.objects.open().filter(account=self.account):
            withdraw_redemption(actor=self.guardian, redemption=each, at=self.at)
        assert balance_of(self.account.holder_id).held == 0
        assert not HonourUse.objects.filter(honour__account=self.account, state=UseState.RESERVED).exists()
        assert verify(at=self.at, hold_facts=hold_facts).problem is None
        close_account(actor=self.stage.decider, at=self.at, account=self.fresh(), reason=REASON)


@pytest.fixture(autouse=True)
def _stage() -> None:
    RedemptionMachine.stage, RedemptionMachine.seen = set_stage(), Counter()


def test_applications_in_any_order_strand_nothing_and_count_once() -> None:
    run(RedemptionMachine, settings=settings(max_examples=15, stateful_step_count=30))
    assert RedemptionMachine.seen["apply"]


def test_long_lives_go_through_every_step_and_strand_nothing() -> None:
    for seed in range(6):
        _live_long(random.Random(seed), first=("wait", "decline", "")[min(seed, 2)])
    happened = +RedemptionMachine.seen
    done = {"apply", "agree", "decline", "review", "accept", "expire", "freeze", "unfreeze", "apply refused"}
    assert done <= set(happened), happened


def _live_long(chance: random.Random, *, first: str) -> None:
    """The machine's steps, drawn so that a life gets somewhere; ``first`` is what becomes of the first application."""
    machine = RedemptionMachine()
    machine.begin(26_000, 2, by_guardian=False)
    if first == "wait":
        machine.wait(15, swept=True)
    elif first == "decline":
        machine.family(1, "decline")
    steps: dict[Callable[[], object], int] = {
        lambda: machine.apply(
            f"certificate.athlete.{chance.choice('3321')}", chance.choice(["skill", "champion"]), chance.random() < 0.3
        ): 5,
        lambda: machine.go_on(chance.randrange(8)): 5,
        lambda: machine.family(chance.randrange(8), chance.choice(["agree", "decline", "withdraw"])): 2,
        lambda: machine.office(chance.randrange(8), chance.choice(["review", "accept", "refuse"])): 3,
        lambda: machine.wait(chance.choice([2, 8]), chance.random() < 0.5): 4,
        lambda: machine.freeze_or_unfreeze(chance.randrange(2)): 2,
        lambda: machine.earn(12_000): 3,
        lambda: machine.reverse(chance.randrange(8), chance.randrange(3)): 1,
        lambda: machine.uncrown(chance.randrange(5)): 1,
    }
    for step in chance.choices(list(steps), weights=list(steps.values()), k=60):
        step()
        machine.nothing_is_stranded_and_nothing_counts_twice()
    machine.teardown()
