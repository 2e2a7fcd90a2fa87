"""Background work: leases, wake-ups, a process killed in mid-posting, two who act at once."""

import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from django_tasks_db.models import DBTaskResult

from creditbank import clock
from creditbank.errors import Conflict, Unavailable
from creditbank.evaluation import upload_check
from creditbank.evaluation.actions import (
    approve_return,
    post_return,
    review_return,
    submit_return,
    tick,
    upload_return,
    uploading,
)
from creditbank.evaluation.models import CreditReturn, ReturnRow, ReturnState
from creditbank.evaluation.posting import LEASE, take_lease
from creditbank.evaluation.upload_check import run_check
from creditbank.files.actions import open_plain
from creditbank.files.models import StoredFile
from creditbank.ledger.verify import verify
from creditbank.messages.models import InboxMessage
from tests.cast import AT, Cast, gather_cast, many_pupils
from tests.evaluation.returns import accepted, csv_file, row, submitted, uploaded

PUPILS = 6_667
ROWS = 3 * PUPILS
_POST = """
import sys, django
django.setup()
from creditbank.ledger import bulk
bulk.CHUNK_LINES = {"postgresql": 250, "sqlite": 250}
from creditbank.evaluation.posting import post_return
post_return(int(sys.argv[1]))
"""


@pytest.fixture
def committed_cast(transactional_db: None) -> Cast:
    """The cast in rows that other processes and threads can see."""
    return gather_cast()


def test_a_large_file_is_checked_in_the_background(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "CHECKED_AT_ONCE_BYTES", 10)
    credit_return = uploaded(cast, row(cast.student, "A-1"))
    assert credit_return.state == "checking"
    task = DBTaskResult.objects.get()
    assert task.args_kwargs["args"] == [credit_return.pk]
    assert run_check(credit_return.pk, at=AT)
    assert not run_check(credit_return.pk, at=AT)
    credit_return.refresh_from_db()
    assert (credit_return.state, credit_return.rows_checked) == ("ready", 1)


def test_an_accepted_return_has_its_wake_up_in_the_same_database(cast: Cast) -> None:
    credit_return = accepted(cast, row(cast.student, "A-1"))
    task = DBTaskResult.objects.get()
    assert (task.task_path, task.args_kwargs["args"]) == (
        "creditbank.evaluation.tasks.post_return_task",
        [credit_return.pk],
    )


def test_the_tick_wakes_what_was_left_and_nothing_twice(cast: Cast) -> None:
    credit_return = accepted(cast, row(cast.student, "A-1"))
    assert tick(AT) == 0
    DBTaskResult.objects.all().delete()
    assert take_lease(credit_return.pk, (ReturnState.ACCEPTED,), AT, moves_to=ReturnState.POSTING)
    assert tick(AT + LEASE / 2) == 0
    assert tick(AT + LEASE * 2) == 1
    assert tick(AT + LEASE * 2) == 0
    assert not post_return(credit_return.pk, at=AT)
    assert post_return(credit_return.pk, at=AT + LEASE * 2)
    credit_return.refresh_from_db()
    assert (credit_return.state, credit_return.attempts) == ("posted", 3)


def test_a_return_posted_but_not_told_is_told_by_the_tick(cast: Cast) -> None:
    credit_return = accepted(cast, row(cast.student, "A-1"))
    post_return(credit_return.pk, at=AT)
    InboxMessage.objects.all().delete()
    CreditReturn.objects.update(told_at=None)
    DBTaskResult.objects.all().delete()
    assert tick(AT) == 1
    assert DBTaskResult.objects.get().task_path.endswith("tell_posted_task")


def test_a_check_that_fails_says_why_and_is_tried_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "CHECKED_AT_ONCE_BYTES", 10)
    credit_return = uploaded(cast, row(cast.student, "A-1"))
    DBTaskResult.objects.all().delete()
    with monkeypatch.context() as patch:
        patch.setattr(upload_check, "open_plain", _unavailable)
        with pytest.raises(Unavailable):
            run_check(credit_return.pk, at=AT)
    credit_return.refresh_from_db()
    assert (credit_return.state, credit_return.last_error) == ("checking", "file-missing")
    assert tick(AT) == 0
    assert tick(AT + timedelta(hours=1)) == 1
    assert run_check(credit_return.pk, at=AT + timedelta(hours=1))


def _unavailable(_file: StoredFile) -> None:
    raise Unavailable("x", code="file-missing")


def test_the_file_of_an_ended_return_is_dropped_after_its_term(cast: Cast) -> None:
    credit_return = accepted(cast, row(cast.student, "A-1"))
    post_return(credit_return.pk, at=AT)
    assert tick(AT + timedelta(days=179)) == 0
    assert tick(AT + timedelta(days=181)) == 1
    assert tick(AT + timedelta(days=181)) == 0
    assert StoredFile.objects.get().dropped_at is not None


def test_a_file_that_no_row_names_is_swept_away_within_a_day(cast: Cast) -> None:
    kept = uploaded(cast, row(cast.student, "A-1")).file
    orphan = uploaded(cast, row(cast.student, "A-2")).file
    assert kept is not None
    assert orphan is not None
    place = Path(settings.DATA_DIR, "files", orphan.place)
    CreditReturn.objects.filter(file=orphan).delete()
    orphan.delete()
    CreditReturn.objects.update(uploaded_at=clock.now())
    half_past = clock.now().replace(minute=30)
    for soon in (timedelta(hours=2), timedelta(hours=26, minutes=1)):
        tick(half_past + soon)
        assert place.exists()
    tick(half_past + timedelta(hours=26))
    assert not place.exists()
    open_plain(kept).close()


def test_a_thousand_rows_take_few_queries(cast: Cast, django_assert_max_num_queries: Callable[..., object]) -> None:
    pupils = many_pupils(1_000)
    content = csv_file(*[row(pupil, f"N-{number}") for number, pupil in enumerate(pupils)])
    with django_assert_max_num_queries(60):  # type: ignore[attr-defined]
        credit_return = upload_return(
            actor=cast.clerk, at=AT, institution=cast.school, stream=content, filename="a.csv"
        )
    assert credit_return.state == "ready", credit_return.findings_by_code
    assert (credit_return.rows_total, credit_return.students_total) == (1_000, 1_000)


def test_a_process_killed_in_mid_posting_loses_nothing_and_doubles_nothing(
    committed_cast: Cast, child_environment: Mapping[str, str]
) -> None:
    credit_return = _accepted_in_bulk(committed_cast)
    child = subprocess.Popen([sys.executable, "-c", _POST, str(credit_return.pk)], env=dict(child_environment))
    _wait_until(lambda: _rows_posted(credit_return) > 0)
    child.send_signal(signal.SIGKILL)
    child.wait()
    begun = _rows_posted(credit_return)
    assert 0 < begun < ROWS
    credit_return.refresh_from_db()
    assert credit_return.state == "posting"
    assert not post_return(credit_return.pk, at=clock.now())
    # The wake-up of the acceptance died with the worker that had taken it.
    DBTaskResult.objects.all().delete()
    later = clock.now() + LEASE * 2
    assert tick(later) >= 1
    assert post_return(credit_return.pk, at=later)
    credit_return.refresh_from_db()
    assert (credit_return.state, credit_return.rows_posted) == ("posted", ROWS)
    assert Counter(ReturnRow.objects.values_list("state", flat=True)) == Counter({"posted": ROWS})
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(amount) FROM passbook_line")
        assert cursor.fetchone() == (ROWS, ROWS * 200)
    assert verify(at=later).problem is None


def test_of_two_reviewers_who_act_at_once_one_decides(committed_cast: Cast) -> None:
    cast = committed_cast
    number = submitted(cast, row(cast.student, "A-1")).number
    approve_return(actor=cast.approver, at=AT, number=number)
    answers = _at_once(
        lambda: review_return(actor=cast.reviewer, at=AT, number=number, verdict="accept"),
        lambda: review_return(
            actor=cast.second_reviewer, at=AT, number=number, verdict="refuse", reason="活动没有举行过"
        ),
    )
    assert sorted(answers) == ["Conflict", "done"]
    credit_return = CreditReturn.objects.get(number=number)
    assert credit_return.state in {"accepted", "refused"}
    decider = cast.reviewer if credit_return.state == "accepted" else cast.second_reviewer
    assert credit_return.reviewed_by_id == decider.person_id


def test_of_two_returns_with_one_achievement_submitted_at_once_one_goes_through(committed_cast: Cast) -> None:
    cast = committed_cast
    first, second = (uploaded(cast, row(cast.student, "A-1")).number for _ in range(2))
    answers = _at_once(
        lambda: submit_return(actor=cast.clerk, at=AT, number=first),
        lambda: submit_return(actor=cast.second_clerk, at=AT, number=second),
    )
    assert sorted(answers) == ["Conflict", "done"]


def test_two_institutions_at_once_do_not_share_what_is_left_of_a_cap(committed_cast: Cast) -> None:
    cast = committed_cast
    first = uploaded(cast, row(cast.student, "A-1"), row(cast.student, "A-2")).number
    content = csv_file(row(cast.student, "A-1"), row(cast.student, "A-2"))
    second = upload_return(
        actor=cast.other_clerk, at=AT, institution=cast.other_school, stream=content, filename="b.csv"
    ).number
    answers = _at_once(
        lambda: submit_return(actor=cast.clerk, at=AT, number=first),
        lambda: submit_return(actor=cast.other_clerk, at=AT, number=second),
    )
    assert sorted(answers) == ["Conflict", "done"]


def test_two_workers_on_one_return_post_it_once(committed_cast: Cast) -> None:
    credit_return = accepted(committed_cast, row(committed_cast.student, "A-1"))
    now = clock.now()
    answers = _at_once(lambda: post_return(credit_return.pk, at=now), lambda: post_return(credit_return.pk, at=now))
    assert answers == ["done", "done"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM passbook_line")
        assert cursor.fetchone() == (1,)
    assert InboxMessage.objects.filter(template="evaluation.credited").count() == 2


def _accepted_in_bulk(cast: Cast) -> CreditReturn:
    pupils = many_pupils(PUPILS)
    rows = [row(pupil, f"N-{number}") for pupil in pupils for number in range(3)]
    return accepted(cast, *rows)


def _rows_posted(credit_return: CreditReturn) -> int:
    return CreditReturn.objects.values_list("rows_posted", flat=True).get(pk=credit_return.pk)


def _wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(6_000):
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError("It did not come about.")


def _at_once(*acts: Callable[[], object]) -> list[str]:
    start = threading.Barrier(len(acts))
    answers: list[str] = []

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait(timeout=30)
            act()
            answers.append("done")
        except Conflict:
            answers.append("Conflict")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
