"""The day on which the tests of the API play."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.utils import translation

from creditbank import clock
from tests.api.callers import Callers, gather_callers
from tests.cast import AT
from tests.everybody import Everybody

NOW = AT + timedelta(days=2)


@pytest.fixture(autouse=True)
def _on_its_day(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two days after the cast came together; a request leaves its language behind in the thread."""

    def now() -> datetime:
        return NOW

    monkeypatch.setattr(clock, "now", now)
    yield
    translation.activate("zh-hans")


@pytest.fixture
def callers(everybody: Everybody) -> Callers:
    """Everybody by session, and the systems of two schools by key."""
    return gather_callers(everybody)
