"""An account frozen, opened again or closed over its applications: terms rest, and nothing is closed over them."""

from datetime import datetime, timedelta

import pytest

from creditbank.certificates.models import HonourUse, UseState
from creditbank.errors import Conflict
from creditbank.ledger.books import book_state
from creditbank.ledger.lines import BookState
from creditbank.ledger.verify import verify
from creditbank.messages.models import InboxMessage
from creditbank.people.account_states import close_account, freeze_account, unfreeze_account
from creditbank.people.consents import current_text
from creditbank.people.models import Account
from creditbank.redemption.actions import (
    agree_as_guardian,
    apply_for_product,
    expire_redemptions,
    refuse_redemption,
    withdraw_redemption,
)
from creditbank.redemption.actions.applying import GUARDIAN_DAYS
from creditbank.redemption.holds import hold_facts
from creditbank.redemption.models import Redemption, RedemptionState
from tests.cast import AT
from tests.redemption.stage import ATHLETE, Stage12, apply_as_guardian, balance, crown, reviewed, set_stage

pytestmark = pytest.mark.django_db
REASON = "等待核对，暂停使用"
DAY = timedelta(days=1)


@pytest.fixture
def stage() -> Stage12:
    """Everybody in place."""
    return set_stage()


def test_time_in_which_nobody_could_act_does_not_count_against_the_applicant(stage: Stage12) -> None:
    waiting = _waiting(stage)
    _frozen(stage, AT + 10 * DAY, AT + 40 * DAY)
    waiting.refresh_from_db()
    assert waiting.act_by == AT + (GUARDIAN_DAYS + 30) * DAY
    assert expire_redemptions(at=AT + 43 * DAY) == 0
    assert verify(at=AT + 43 * DAY, hold_facts=hold_facts).problem is None
    assert _agreed(stage, waiting, AT + 43 * DAY).state == RedemptionState.HELD


def test_frozen_twice_both_times_are_given_back_and_then_the_term_ends_as_ever(stage: Stage12) -> None:
    waiting = _waiting(stage)
    _frozen(stage, AT + DAY, AT + 3 * DAY)
    _frozen(stage, AT + 5 * DAY, AT + 25 * DAY)
    end = AT + (GUARDIAN_DAYS + 22) * DAY
    waiting.refresh_from_db()
    assert waiting.act_by == end
    assert expire_redemptions(at=end) == 0
    assert expire_redemptions(at=end + timedelta(seconds=1)) == 1
    assert balance(stage.account).available == 13000


def test_a_term_that_had_run_out_before_the_freeze_is_not_begun_again(stage: Stage12) -> None:
    waiting = _waiting(stage)
    _frozen(stage, AT + 15 * DAY, AT + 16 * DAY)
    waiting.refresh_from_db()
    assert waiting.act_by == AT + GUARDIAN_DAYS * DAY
    assert expire_redemptions(at=AT + 16 * DAY) == 1


def test_while_frozen_a_guardian_cannot_answer_and_is_told_that_the_term_rests(stage: Stage12) -> None:
    waiting = _waiting(stage)
    freeze_account(actor=stage.decider, at=AT, account=stage.account, reason=REASON)
    for moment in (AT + DAY, AT + 20 * DAY):
        with pytest.raises(Conflict) as refusal:
            _agreed(stage, waiting, moment)
        assert refusal.value.reason == "account-frozen"


def test_both_sides_are_told_of_the_new_term(stage: Stage12) -> None:
    waiting = _waiting(stage)
    _frozen(stage, AT, AT + 2 * DAY)
    told = InboxMessage.objects.filter(template="redemption.term-moved")
    assert set(told.values_list("person_id", flat=True)) == {stage.student.person_id, stage.guardian.person_id}
    assert {each.params["moment"] for each in told} == {"2026-03-18 16:00"}
    assert {each.link for each in told} == {f"/me/redemptions/{waiting.number}"}


def test_what_the_office_has_has_no_term_however_long_it_takes(stage: Stage12) -> None:
    redemption = apply_as_guardian(stage)
    years = AT + timedelta(days=1000)
    assert expire_redemptions(at=years) == 0
    assert verify(at=years, hold_facts=hold_facts).problem is None
    assert expire_redemptions(at=years) == 0
    redemption = reviewed(stage, redemption)
    assert expire_redemptions(at=years) == 0
    _frozen(stage, AT + DAY, AT + 3 * DAY)
    redemption.refresh_from_db()
    assert (redemption.state, redemption.act_by) == (RedemptionState.REVIEWED, None)


@pytest.mark.parametrize("route", ["skill", "champion"])
@pytest.mark.parametrize("stand", ["awaiting-guardian", "held", "reviewed"])
def test_an_account_is_not_closed_over_an_open_application(stage: Stage12, route: str, stand: str) -> None:
    honour = crown(stage.account)
    redemption = _standing(stage, route, stand)
    with pytest.raises(Conflict, match=redemption.number) as refusal:
        close_account(actor=stage.decider, at=AT, account=stage.account, reason=REASON)
    assert refusal.value.reason == "application-open"
    account = Account.objects.get(pk=stage.account.pk)
    assert (account.state, book_state(account.holder_id)) == ("open", BookState.OPEN)
    withdraw_redemption(actor=stage.guardian, redemption=redemption, at=AT)
    close_account(actor=stage.decider, at=AT, account=account, reason=REASON)
    assert book_state(account.holder_id) == BookState.CLOSED
    assert not HonourUse.objects.filter(honour=honour).exclude(state=UseState.FREED).exists()


def test_a_refused_application_no_longer_keeps_the_account_open(stage: Stage12) -> None:
    redemption = reviewed(stage, apply_as_guardian(stage))
    refuse_redemption(actor=stage.decider, redemption=redemption, reason="材料与原件不一致，不予通过。", at=AT + DAY)
    closed = close_account(actor=stage.decider, at=AT + DAY, account=stage.account, reason=REASON)
    assert closed.state == Account.State.CLOSED


def _waiting(stage: Stage12) -> Redemption:
    return apply_for_product(actor=stage.student, account=stage.account, product=ATHLETE, at=AT)


def _standing(stage: Stage12, route: str, stand: str) -> Redemption:
    if stand == RedemptionState.AWAITING_GUARDIAN:
        return apply_for_product(actor=stage.student, account=stage.account, product=ATHLETE, route=route, at=AT)
    redemption = apply_as_guardian(stage, route=route)
    return reviewed(stage, redemption) if stand == RedemptionState.REVIEWED else redemption


def _agreed(stage: Stage12, redemption: Redemption, at: datetime) -> Redemption:
    version = current_text("redemption", at).version
    return agree_as_guardian(actor=stage.guardian, redemption=redemption, text_version=version, at=at)


def _frozen(stage: Stage12, since: datetime, until: datetime) -> None:
    account = Account.objects.select_related("student__person").get(pk=stage.account.pk)
    freeze_account(actor=stage.decider, at=since, account=account, reason=REASON)
    unfreeze_account(actor=stage.decider, at=until, account=account, reason=REASON)
