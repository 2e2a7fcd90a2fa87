"""Everybody at the student's pages, on a day on which the cast's tests and consents are in force."""

from datetime import datetime

import pytest

from creditbank import clock
from tests.everybody import Everybody
from tests.portals.world import NOW, stage_of
from tests.records.books import Lived, live
from tests.redemption.stage import Stage12


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages ask the clock: it stands two days after the cast was gathered."""

    def now() -> datetime:
        return NOW

    monkeypatch.setattr(clock, "now", now)


@pytest.fixture
def stage(everybody: Everybody) -> Stage12:
    """The stage of redemptions with everybody's logins; the student is ready for an athlete's certificate."""
    return stage_of(everybody)


@pytest.fixture
def lived(stage: Stage12) -> Lived:
    """A reversed row, a hostile title and a redeemed certificate in the student's passbook."""
    return live(stage)
