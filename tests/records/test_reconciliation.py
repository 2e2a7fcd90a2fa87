"""The sums of all books are kept with their moment; a proof is asked for, done by a worker, and its result kept."""

from datetime import timedelta

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from creditbank import clock
from creditbank.audit.actor import PUBLIC
from creditbank.audit.models import AuditRecord
from creditbank.errors import Conflict, NotAllowed
from creditbank.ledger import verify
from creditbank.ledger.stream import StoredLine
from creditbank.records.models import BooksProof, BooksTotals
from creditbank.records.proving import LEASE, run_proof
from creditbank.records.reconciliation import ask_proof, last_proof, last_totals, refresh_totals, running_proof
from creditbank.records.tasks import start_proof, start_refresh, tick
from tests.cast import AT
from tests.records.books import Lived, live
from tests.redemption.stage import Stage12, set_stage


def test_the_sums_agree_and_say_as_of_when(lived: Lived) -> None:
    assert last_totals() is None
    totals = refresh_totals(at=AT)
    assert (last_totals(), totals.as_of) == (totals, AT)
    assert totals.agree
    assert totals.books > 0
    assert totals.total == totals.earned == totals.from_lines > 0
    refresh_totals(at=AT + timedelta(days=32))
    assert BooksTotals.objects.count() == 1


def test_a_proof_is_asked_for_then_done_and_on_record(lived: Lived, stage: Stage12) -> None:
    decider = stage.decider
    refresh_totals(at=AT)
    asked = ask_proof(actor=decider, at=AT)
    assert (asked.state, asked.going_on, running_proof(), last_proof()) == ("asked", True, asked, None)
    with pytest.raises(Conflict):
        ask_proof(actor=decider, at=AT)
    done = run_proof(asked.pk)
    assert done is not None
    assert (done.state, done.lines, done.asked_by_id) == ("sound", asked.lines_expected, decider.person_id)
    assert (running_proof(), last_proof()) == (None, done)
    assert run_proof(asked.pk) is None
    record = AuditRecord.objects.get(action="ledger.proved")
    assert (record.actor_id, record.refs["lines"]) == (decider.person_id, done.lines)


def test_only_those_who_answer_for_the_books_ask(stage: Stage12) -> None:
    for stranger in (stage.cast.reviewer, stage.cast.clerk, PUBLIC):
        with pytest.raises(NotAllowed):
            ask_proof(actor=stranger, at=AT)
        with pytest.raises(NotAllowed):
            start_refresh(actor=stranger, at=AT)
    assert not BooksProof.objects.exists()


def test_a_broken_book_is_named(lived: Lived, stage: Stage12, monkeypatch: pytest.MonkeyPatch) -> None:
    holder = stage.account.holder_id
    problem = verify.Problem("hash", "", holder_id=holder, seq=3)

    def broken(**_given: object) -> verify.Report:
        return verify.Report(lines=7, books=1, problem=problem)

    monkeypatch.setattr("creditbank.records.proving.verify", broken)
    done = run_proof(ask_proof(actor=stage.decider, at=AT).pk)
    assert done is not None
    assert (done.state, done.problem_code, done.problem_place) == ("broken", "hash", f"{holder} #3")
    assert AuditRecord.objects.filter(action="ledger.broken").exists()


def test_a_proof_that_a_worker_left_is_taken_up_again(stage: Stage12) -> None:
    proof = start_proof(actor=stage.decider, at=AT)
    start_refresh(actor=stage.decider, at=AT)
    start_refresh(actor=stage.decider, at=AT)
    assert DBTaskResult.objects.count() == 2
    assert tick(AT) == 0
    DBTaskResult.objects.all().delete()
    now = clock.now()
    BooksProof.objects.filter(pk=proof.pk).update(state="running", lease_until=now + LEASE)
    assert run_proof(proof.pk) is None
    BooksProof.objects.filter(pk=proof.pk).update(lease_until=now - timedelta(seconds=1))
    assert tick(now) == 2
    done = run_proof(proof.pk)
    assert done is not None
    assert not done.going_on


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_by_others_while_the_proof_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = set_stage()
    live(stage)
    seen: list[int] = []
    monkeypatch.setattr(verify, "PROGRESS_LINES", 1)
    proof = ask_proof(actor=stage.decider, at=AT)
    real = verify._Book.add

    def look(book: verify._Book, line: StoredLine) -> None:
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute("SELECT lines FROM creditbank_booksproof WHERE id = %s", [proof.pk])
                seen.append(cursor.fetchone()[0])
        finally:
            other.close()
        real(book, line)

    monkeypatch.setattr(verify._Book, "add", look)
    done = run_proof(proof.pk)
    assert done is not None
    assert done.lines == len(seen) > 1
    assert seen == list(range(done.lines))
