"""The tick forgets what has run out, of every part, and only that."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from creditbank import clock
from creditbank.api.idempotency import KEPT
from creditbank.api.models import GivenAnswer
from creditbank.cli.running import tick_all
from creditbank.evaluation.tasks import FAILED_KEPT, FINISHED_KEPT
from creditbank.limits.counting import claim
from creditbank.limits.models import SharedCount

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MOMENT = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def test_sessions_go_when_they_have_run_out() -> None:
    Session.objects.create(session_key="old", session_data="", expire_date=NOW)
    Session.objects.create(session_key="new", session_data="", expire_date=NOW + MOMENT)
    tick_all()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]


def test_counts_go_when_they_have_run_out() -> None:
    claim("old", at=NOW - MOMENT, until=NOW)
    claim("new", at=NOW, until=NOW + MOMENT)
    tick_all()
    assert SharedCount.objects.count() == 1


def test_answers_go_after_their_term_whether_their_caller_comes_again_or_not() -> None:
    for name, age in (("old", KEPT + MOMENT), ("new", KEPT)):
        GivenAnswer.objects.create(caller=name, key="k", request="r", given_at=NOW - age)
    tick_all()
    assert list(GivenAnswer.objects.values_list("caller", flat=True)) == ["new"]


@pytest.mark.parametrize(
    ("status", "age", "stays"),
    [
        (TaskResultStatus.SUCCESSFUL, FINISHED_KEPT + MOMENT, False),
        (TaskResultStatus.SUCCESSFUL, FINISHED_KEPT - MOMENT, True),
        (TaskResultStatus.FAILED, FINISHED_KEPT + MOMENT, True),
        (TaskResultStatus.FAILED, FAILED_KEPT + MOMENT, False),
        (TaskResultStatus.READY, None, True),
    ],
)
def test_wake_ups_go_some_days_after_their_end(status: TaskResultStatus, age: timedelta | None, stays: bool) -> None:
    row = DBTaskResult.objects.create(
        status=status,
        task_path="creditbank.evaluation.tasks.check_return_task",
        args_kwargs={"args": [1], "kwargs": {}},
        queue_name="default",
        backend_name="default",
        run_after=NOW,
        finished_at=None if age is None else NOW - age,
        exception_class_path="",
        traceback="",
    )
    tick_all()
    assert DBTaskResult.objects.filter(pk=row.pk).exists() is stays
