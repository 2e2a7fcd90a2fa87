"""Wake-ups for background work on returns. A task says only which return; the return knows what is to be done."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q, QuerySet
from django_tasks import TaskResultStatus, task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from creditbank import clock
from creditbank.evaluation.models import CreditReturn, ReturnState
from creditbank.evaluation.posting import post_return, tell_posted
from creditbank.evaluation.upload_check import run_check
from creditbank.files.actions import drop, sweep

_LEFT_LYING: Final = (ReturnState.WITHDRAWN, ReturnState.FAULTY, ReturnState.READY, ReturnState.SENT_BACK)
_AT_ONCE: Final = 500
_SWEEPING_MINUTE: Final = 30
# A finished wake-up tells nothing that the return's own row does not; a failed one is kept longer, to be looked at.
FINISHED_KEPT: Final = timedelta(days=7)
FAILED_KEPT: Final = timedelta(days=30)


@task()
def check_return_task(return_id: int) -> None:
    """Check the file of a return."""
    run_check(return_id, at=clock.now())


@task()
def post_return_task(return_id: int) -> None:
    """Post an accepted return, or go on with it."""
    post_return(return_id)


@task()
def tell_posted_task(return_id: int) -> None:
    """Tell of a posted return."""
    tell_posted(return_id, at=clock.now())


def tick(at: datetime) -> int:
    """Wake up again what a worker left lying, and drop files past their term; returns how many were touched."""
    free = CreditReturn.objects.filter(Q(lease_until__isnull=True) | Q(lease_until__lt=at))
    untold = CreditReturn.objects.filter(state=ReturnState.POSTED, told_at__isnull=True)
    touched = _wake(check_return_task, free.filter(state=ReturnState.CHECKING))
    touched += _wake(post_return_task, free.filter(state__in=(ReturnState.ACCEPTED, ReturnState.POSTING)))
    if at.minute == _SWEEPING_MINUTE:
        # A failed upload may leave a file that no row names, with identity numbers in it.
        touched += sweep(older_than=at - timedelta(days=1))
    return touched + _wake(tell_posted_task, untold) + _drop_old_files(at)


def sweep_finished_tasks(at: datetime) -> int:
    """Forget wake-ups that were finished or failed long ago, of every part; returns how many rows."""
    done = Q(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=at - FINISHED_KEPT)
    failed = Q(status=TaskResultStatus.FAILED, finished_at__lt=at - FAILED_KEPT)
    return DBTaskResult.objects.filter(done | failed).delete()[0]


def _wake(task_to_run: Task[[int], None], waiting: QuerySet[CreditReturn]) -> int:
    """Enqueue for each that has no wake-up waiting: a queue that stands still must not fill up."""
    ready = DBTaskResult.objects.filter(task_path=task_to_run.module_path, status=TaskResultStatus.READY)
    queued = {args_kwargs["args"][0] for args_kwargs in ready.values_list("args_kwargs", flat=True)}
    woken = 0
    for return_id in waiting.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE]:
        if return_id not in queued:
            task_to_run.enqueue(return_id)
            woken += 1
    return woken


def _drop_old_files(at: datetime) -> int:
    """The file has identity numbers in it: once the return has ended, it is kept for a term only."""
    before = at - timedelta(days=settings.RETURN_FILE_DAYS)
    ended = (
        Q(state=ReturnState.POSTED, posted_at__lt=before)
        | Q(state=ReturnState.REFUSED, reviewed_at__lt=before)
        | Q(state__in=_LEFT_LYING, uploaded_at__lt=before)
    )
    old = CreditReturn.objects.filter(ended, file__isnull=False, file__dropped_at__isnull=True)
    dropped = 0
    for credit_return in old.select_related("file")[:_AT_ONCE]:
        if credit_return.file is not None:
            drop(credit_return.file, at=at)
            dropped += 1
    return dropped
