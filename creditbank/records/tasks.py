"""Wake-ups for background work on reconciliation. A task says only which proof; the proof knows how far it is."""

from datetime import datetime

from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from creditbank import clock
from creditbank.audit.actor import Actor
from creditbank.people.rights import require_office
from creditbank.records.models import BooksProof
from creditbank.records.proving import run_proof
from creditbank.records.reconciliation import PROVERS, TOTALS_AGE, ask_proof, last_totals, refresh_totals, running_proof


@task()
def prove_books_task(proof_id: int) -> None:
    """Do a proof that was asked for, then add up anew what it read."""
    if run_proof(proof_id) is not None:
        refresh_totals(at=clock.now())


@task()
def refresh_totals_task() -> None:
    """Add up all books."""
    refresh_totals(at=clock.now())


def start_proof(*, actor: Actor, at: datetime) -> BooksProof:
    """Ask for a proof and hand it to the queue; see :func:`creditbank.records.reconciliation.ask_proof`."""
    proof = ask_proof(actor=actor, at=at)
    prove_books_task.enqueue(proof.pk)
    return proof


def start_refresh(*, actor: Actor, at: datetime) -> None:
    """Have the sums made anew, for those who may prove the books; once is enough while one waits."""
    require_office(actor, *PROVERS, at=at)
    if not _queued(refresh_totals_task.module_path):
        refresh_totals_task.enqueue()


def tick(at: datetime) -> int:
    """Wake up a proof that a worker left lying, and have the sums made anew when they are old; returns how many."""
    woken = 0
    proof = running_proof()
    left = proof is not None and (proof.lease_until is None or proof.lease_until < at)
    if proof is not None and left and not _queued(prove_books_task.module_path):
        prove_books_task.enqueue(proof.pk)
        woken += 1
    totals = last_totals()
    if (totals is None or totals.as_of <= at - TOTALS_AGE) and not _queued(refresh_totals_task.module_path):
        refresh_totals_task.enqueue()
        woken += 1
    return woken


def _queued(path: str) -> bool:
    return bool(DBTaskResult.objects.filter(task_path=path, status=TaskResultStatus.READY).exists())
