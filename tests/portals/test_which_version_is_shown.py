"""Who applied and who decides read which version decides, and that a newer one in force does not (I-14)."""

from datetime import datetime, timedelta

import pytest

from creditbank import clock
from creditbank.redemption.actions import apply_for_product
from creditbank.rulebook.publishing import Choice
from tests.cast import AT
from tests.everybody import Everybody
from tests.portals.world import stage_of
from tests.redemption.stage import ATHLETE, make_ready
from tests.redemption.versions import AFTER, publish

pytestmark = pytest.mark.django_db
OWN = "按申请之日施行的 2021-09-01 版决定"


@pytest.mark.parametrize("changed", [False, True])
def test_student_and_reviewer_are_told_of_a_newer_version_and_that_it_does_not_decide(
    everybody: Everybody, monkeypatch: pytest.MonkeyPatch, changed: bool
) -> None:
    def now() -> datetime:
        return AFTER + timedelta(days=1)

    stage = stage_of(everybody)
    make_ready(stage, everybody.adult.account)
    redemption = apply_for_product(
        actor=everybody.actor("adult"), account=everybody.adult.account, product=ATHLETE, at=AT
    )
    newer = publish(stage, Choice("I-1", "threshold")).code if changed else ""
    monkeypatch.setattr(clock, "now", now)
    for role, path in (("adult", "/me/redemptions/"), ("reviewer", "/office/redemptions/")):
        answer = everybody.at_door(role).get(f"{path}{redemption.number}", follow=True)
        page = answer.content.decode()
        assert answer.status_code == 200, role
        assert (OWN in page) is changed, role
        assert newer in page, role
