"""Everybody at the student's pages, on a day on which the cast's tests and consents are in force."""

from datetime import datetime, timedelta

import pytest

from creditbank import clock
from creditbank.institutions.models import Institution
from tests.cast import AT
from tests.everybody import Everybody
from tests.records.books import Lived, live
from tests.redemption.stage import Stage12, make_ready

NOW = AT + timedelta(days=2)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages ask the clock: it stands two days after the cast was gathered."""

    def now() -> datetime:
        return NOW

    monkeypatch.setattr(clock, "now", now)


@pytest.fixture
def stage(everybody: Everybody) -> Stage12:
    """The stage of redemptions with everybody's logins; the student is ready for an athlete's certificate."""
    cast = everybody.cast
    Institution.objects.filter(pk=cast.other_school.pk).update(issues_certificates=True)
    cast.other_school.refresh_from_db()
    made = Stage12(
        cast=cast,
        decider=everybody.actor("decider"),
        issuer=cast.other_school,
        student=everybody.actor("student"),
        guardian=everybody.actor("guardian"),
    )
    make_ready(made, made.account)
    return made


@pytest.fixture
def lived(stage: Stage12) -> Lived:
    """A reversed row, a hostile title and a redeemed certificate in the student's passbook."""
    return live(stage)
