"""What nobody decides grows old in the inbox, is marked overdue, and never ends against the applicant."""

from datetime import timedelta

import pytest

from creditbank.clock import today
from creditbank.portals.office.work import OVERDUE_DAYS, RISKY, WorkList, sources_for, waited_days
from creditbank.redemption.actions import expire_redemptions
from creditbank.redemption.models import RedemptionState
from tests.cast import AT
from tests.portals.office.cases import Waiting

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("days", [OVERDUE_DAYS - 1, OVERDUE_DAYS, 400])
def test_an_application_that_nobody_decides_is_marked_overdue_and_does_not_run_out(waiting: Waiting, days: int) -> None:
    at = AT + timedelta(days=days)
    assert expire_redemptions(at=at) == 0
    waiting.redemption.refresh_from_db()
    assert (waiting.redemption.state, waiting.redemption.act_by) == (RedemptionState.HELD, None)
    sources = sources_for(frozenset({"reviewer"}))
    (ref,) = WorkList(sources, at).of_kind("reviews")[:5]
    assert waited_days(ref.since, today(at)) == days
    late = days >= OVERDUE_DAYS
    assert (ref.risk == RISKY) is late
    assert WorkList(sources, at, band="overdue").of_kind("reviews").count() == late
