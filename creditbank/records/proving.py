"""Doing a proof of the books that somebody asked for: by one worker at a time, with its progress kept as it goes.

A proof begins again from the first line when its worker died: it reads one state of the books or none. Progress is
written over a connection of its own, because the proof reads inside one long snapshot.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Q

from creditbank import clock
from creditbank.audit.actions import record
from creditbank.ledger.verify import Problem, Report, verify
from creditbank.people.actors import acting_as
from creditbank.records.models import BooksProof
from creditbank.redemption.holds import hold_facts

PROVED: Final = "ledger.proved"
BROKEN: Final = "ledger.broken"
LEASE: Final = timedelta(minutes=5)
_PROGRESS: Final = "UPDATE creditbank_booksproof SET lines = %s, lease_until = %s WHERE id = %s"


def run_proof(proof_id: int) -> BooksProof | None:
    """Prove every line of every book and put the result on record; None when another worker has this proof."""
    at = clock.now()
    if not _claimed(proof_id, at):
        return None
    with _progress(proof_id) as told:
        report = verify(at=at, hold_facts=hold_facts, progress=told)
    return _finish(proof_id, report, clock.now())


def _claimed(proof_id: int, at: datetime) -> bool:
    free = Q(state=BooksProof.State.ASKED) | Q(state=BooksProof.State.RUNNING, lease_until__lt=at)
    mine = BooksProof.objects.filter(free, pk=proof_id)
    return bool(mine.update(state=BooksProof.State.RUNNING, started_at=at, lease_until=at + LEASE, lines=0))


@contextmanager
def _progress(proof_id: int) -> Iterator[Callable[[int], None]]:
    side = connection.copy()

    def told(lines: int) -> None:
        until = side.ops.adapt_datetimefield_value(clock.now() + LEASE)
        with side.cursor() as cursor:
            cursor.execute(_PROGRESS, [lines, until, proof_id])

    try:
        yield told
    finally:
        side.close()


@transaction.atomic
def _finish(proof_id: int, report: Report, at: datetime) -> BooksProof:
    proof = BooksProof.objects.select_related("asked_by").get(pk=proof_id)
    problem = report.problem
    proof.state = BooksProof.State.SOUND if problem is None else BooksProof.State.BROKEN
    proof.finished_at, proof.lease_until = at, None
    proof.lines, proof.books = report.lines, report.books
    if problem is not None:
        proof.problem_code, proof.problem_place = problem.code, _place(problem)
    proof.save()
    record(
        actor=acting_as(proof.asked_by, proof.asked_role),
        at=at,
        action=PROVED if problem is None else BROKEN,
        subject_kind="ledger",
        subject_id="books",
        clause="M-2",
        refs={"lines": report.lines, "books": report.books, "proof": proof.pk},
    )
    return proof


def _place(problem: Problem) -> str:
    if problem.batch_id is not None:
        return f"batch {problem.batch_id}"
    return f"{problem.holder_id} #{problem.seq}"
