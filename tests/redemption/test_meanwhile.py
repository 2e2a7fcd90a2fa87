"""What happens between an application and its decision: credits reversed, accounts frozen, birthdays, deadlines."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from creditbank.certificates.models import Certificate, HonourUse, UseState
from creditbank.ledger.lines import Reason
from creditbank.ledger.posting import reverse
from creditbank.ledger.verify import verify
from creditbank.people.account_states import close_account, freeze_account
from creditbank.people.models import Account
from creditbank.redemption.actions import (
    accept_redemption,
    refuse_redemption,
)
from creditbank.redemption.errors import NotEligible
from creditbank.redemption.holds import hold_facts
from creditbank.redemption.models import Redemption
from tests.cast import AT
from tests.redemption.stage import (
    Stage12,
    apply_as_guardian,
    balance,
    crown,
    reviewed,
    set_stage,
)

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)
REASON = "等待核对，暂停使用"


@pytest.fixture
def stage() -> Stage12:
    """Everybody in place."""
    return set_stage()


def test_credits_taken_back_while_they_are_held_buy_nothing(stage: Stage12) -> None:
    redemption = reviewed(stage, apply_as_guardian(stage))
    assert stage.cast.clerk.person_id
    assert stage.cast.second_reviewer.person_id
    reverse(
        stage.account.holder_id,
        1,
        reason=Reason.FRAUD,
        actor_id=stage.cast.clerk.person_id,
        approver_id=stage.cast.second_reviewer.person_id,
        at=LATER,
    )
    assert (balance(stage.account).held, balance(stage.account).owed) == (12000, 12000)
    with pytest.raises(NotEligible) as refusal:
        accept_redemption(actor=stage.decider, redemption=redemption, issuer=stage.issuer, at=LATER)
    assert [each.code for each in refusal.value.decision.unmet] == ["credits"]
    assert Certificate.objects.count() == 0
    refuse_redemption(actor=stage.decider, redemption=redemption, reason="学分已被冲正，不足以兑换。", at=LATER)
    assert (balance(stage.account).held, balance(stage.account).owed) == (0, 0)
    assert verify(at=LATER, hold_facts=hold_facts).problem is None


@pytest.mark.parametrize("route", ["skill", "champion"])
def test_a_frozen_account_redeems_nothing_on_either_route(stage: Stage12, route: str) -> None:
    crown(stage.account)
    freeze_account(actor=stage.decider, at=AT, account=stage.account, reason=REASON)
    with pytest.raises(NotEligible) as refusal:
        apply_as_guardian(stage, route=route)
    assert [(each.code, each.clause) for each in refusal.value.decision.unmet] == [("account-open", "M-4")]
    assert not Redemption.objects.exists()
    assert not HonourUse.objects.exists()


@pytest.mark.parametrize("end", [freeze_account, close_account])
def test_a_champions_account_frozen_or_closed_meanwhile_gets_no_certificate(
    stage: Stage12, end: Callable[..., Account]
) -> None:
    honour = crown(stage.account)
    redemption = reviewed(stage, apply_as_guardian(stage, route="champion"))
    end(actor=stage.decider, at=AT, account=stage.account, reason=REASON)
    with pytest.raises(NotEligible):
        accept_redemption(actor=stage.decider, redemption=redemption, issuer=stage.issuer, at=LATER)
    refuse_redemption(actor=stage.decider, redemption=redemption, reason="户口已经冻结或者注销。", at=LATER)
    assert HonourUse.objects.get(honour=honour).state == UseState.FREED
    assert not Certificate.objects.exists()
