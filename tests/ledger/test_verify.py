"""The proof of the books finds the first wrong line, whatever was done to it, and says nothing of sound ones."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from creditbank.ids import uuid7
from creditbank.ledger.books import erase_salt
from creditbank.ledger.lines import Reason
from creditbank.ledger.posting import expire, refund, release, restore, reverse, settle
from creditbank.ledger.source import action_source
from creditbank.ledger.verify import HoldFact, Report, verify
from tests.ledger.casts import AT, CHECKER, MAKER, after_minutes, earn, new_holder, set_aside
from tests.ledger.test_bulk import entry, post_all

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=30)


@contextmanager
def unguarded() -> Iterator[Callable[[str], None]]:
    """Somebody with full rights over the database, triggers and checks out of the way; all of it is rolled back."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN "
                           "('book', 'passbook_line', 'posting_chunk')")  # fmt: skip
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'c' "
                           "AND conrelid IN ('book'::regclass, 'passbook_line'::regclass)")  # fmt: skip
            for table, name in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        cursor.execute("DROP INDEX passbook_line_closes")
        try:
            yield lambda statement: cursor.execute(statement) and None
        finally:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA ignore_check_constraints = OFF")


def a_full_book() -> UUID:
    """A book of ten lines with every kind in it, ten minutes apart."""
    holder = new_holder()
    earn(holder, 10_000, "A-1", at=after_minutes(0))
    wrong = earn(holder, 5_000, "A-2", at=after_minutes(10)).line.seq
    first = set_aside(holder, 6_000, "DH-1", at=after_minutes(20)).line.seq
    settled = settle(holder, first, actor_id=MAKER, at=after_minutes(30)).line.seq
    refund(
        holder, settled, amount=1_000, reason=Reason.REDEMPTION_UNDONE, actor_id=MAKER, approver_id=CHECKER,
        at=after_minutes(40),
    )  # fmt: skip
    reverse(holder, wrong, reason=Reason.CORRECTED, actor_id=MAKER, approver_id=CHECKER, at=after_minutes(50))
    second = set_aside(holder, 2_000, "DH-2", at=after_minutes(60)).line.seq
    release(holder, second, actor_id=MAKER, at=after_minutes(70))
    gone = expire(holder, source=action_source("expire", "1"), amount=500, actor_id=MAKER, at=after_minutes(80))
    restore(holder, gone.line.seq, reason=Reason.CORRECTED, actor_id=MAKER, at=after_minutes(90))
    return holder


def proven(*facts: HoldFact) -> Report:
    """The proof, compared with these redemptions."""
    return verify(at=LATER, hold_facts=lambda: facts)


def test_sound_books_have_no_problem() -> None:
    a_full_book()
    a_full_book()
    report = verify(at=LATER)
    assert report.problem is None
    assert (report.books, report.lines, report.holds) == (2, 20, 4)


@pytest.mark.parametrize(
    ("statement", "code", "seq"),
    [
        ("UPDATE passbook_line SET amount = amount + 1 WHERE seq = 2", "balance", 2),
        ("UPDATE passbook_line SET available = available - 1, held = held + 1 WHERE seq = 3", "balance", 3),
        ("UPDATE passbook_line SET earned = earned + 1 WHERE seq = 10", "balance", 10),
        ("UPDATE passbook_line SET kind = 4 WHERE seq = 4", "balance", 4),
        ("UPDATE passbook_line SET kind = 9 WHERE seq = 4", "kind", 4),
        ("UPDATE passbook_line SET domain = 1 WHERE seq = 2", "hash", 2),
        ("UPDATE passbook_line SET institution_id = 8 WHERE seq = 1", "hash", 1),
        ("UPDATE passbook_line SET policy_version = NULL WHERE seq = 1", "hash", 1),
        ("UPDATE passbook_line SET batch_id = 1 WHERE seq = 1", "hash", 1),
        ("UPDATE passbook_line SET domain = NULL WHERE seq = 1", "earn-facts", 1),
        ("UPDATE passbook_line SET stage = 1 WHERE seq = 3", "earn-facts", 3),
        ("UPDATE passbook_line SET occurred_on = NULL WHERE seq = 2", "earn-facts", 2),
        ("UPDATE passbook_line SET actor_id = 99 WHERE seq = 7", "hash", 7),
        ("UPDATE passbook_line SET actor_id = approver_id WHERE seq = 2", "two-persons", 2),
        ("UPDATE passbook_line SET approver_id = NULL WHERE seq = 5", "two-persons", 5),
        ("UPDATE passbook_line SET reason = NULL WHERE seq = 6", "reason", 6),
        ("UPDATE passbook_line SET reason = 4 WHERE seq = 6", "hash", 6),
        ("UPDATE passbook_line SET closes = 2 WHERE seq = 4", "closes", 4),
        ("UPDATE passbook_line SET closes = NULL WHERE seq = 8", "closes", 8),
        ("UPDATE passbook_line SET closes = 1 WHERE seq = 7", "closes", 7),
        ("UPDATE passbook_line SET amount = 2500, spent = 3500, available = 11500 WHERE seq = 5", "hash", 5),
        ("DELETE FROM passbook_line WHERE seq = 1", "gap", 2),
        ("DELETE FROM passbook_line WHERE seq = 5", "gap", 6),
        ("UPDATE passbook_line SET recorded_at = (SELECT p.recorded_at FROM passbook_line p WHERE p.seq = 1) "
         "WHERE seq = 3", "time-ran-back", 3),
        ("UPDATE passbook_line SET recorded_at = (SELECT p.recorded_at FROM passbook_line p WHERE p.seq = 3) "
         "WHERE seq = 2", "hash", 2),
        ("UPDATE passbook_line SET hash = (SELECT p.hash FROM passbook_line p WHERE p.seq = 1) WHERE seq = 4",
         "hash", 4),
        ("UPDATE book SET salt = (SELECT p.hash FROM passbook_line p WHERE p.seq = 1)", "hash", 1),
        ("DELETE FROM book", "book-missing", 1),
    ],
)  # fmt: skip
def test_the_first_wrong_line_is_named(statement: str, code: str, seq: int) -> None:
    holder = a_full_book()
    with unguarded() as execute:
        execute(statement)
        problem = verify(at=LATER).problem
    assert problem is not None
    assert (problem.code, problem.holder_id, problem.seq) == (code, holder, seq)


def test_a_line_that_ends_what_is_ended_is_found() -> None:
    holder = a_full_book()
    with unguarded() as execute:
        execute("UPDATE passbook_line SET closes = 3, amount = 6000, held = 0, available = 16000 WHERE seq = 8")
        problem = verify(at=LATER).problem
    assert problem is not None
    assert (problem.code, problem.seq, problem.holder_id) == ("ended-twice", 8, holder)


def test_a_wrong_line_in_the_second_book_is_not_hidden_by_a_sound_first() -> None:
    a_full_book()
    second = a_full_book()
    with unguarded() as execute:
        literal = second.hex if connection.vendor == "sqlite" else str(second)
        execute(f"UPDATE passbook_line SET amount = 1 WHERE seq = 7 AND holder_id = '{literal}'")
        problem = verify(at=LATER).problem
    assert problem is not None
    assert (problem.holder_id, problem.seq) == (second, 7)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE posting_chunk SET lines = lines + 1 WHERE chunk_no = 1", "batch-totals"),
        ("UPDATE posting_chunk SET amount = amount - 1 WHERE chunk_no = 1", "batch-totals"),
        ("DELETE FROM posting_chunk WHERE chunk_no = 0", "batch-totals"),
        ("DELETE FROM passbook_line WHERE seq = 3", "batch-totals"),
        ("UPDATE posting_batch SET lines = 5", "batch-totals"),
    ],
)
def test_a_batch_that_says_something_else_than_its_lines_is_found(statement: str, code: str) -> None:
    holders = [new_holder(), new_holder()]
    post_all([entry(holder, 10, f"A-{i}") for holder in holders for i in range(3)])
    assert verify(at=LATER).problem is None
    with unguarded() as execute:
        execute(statement)
        problem = verify(at=LATER).problem
    assert problem is not None
    assert problem.code == code
    assert problem.batch_id is not None


def test_holds_and_redemptions_are_compared_both_ways() -> None:
    holder = a_full_book()
    settled, released = HoldFact(holder, 3, 6_000, 4, None), HoldFact(holder, 7, 2_000, 8, None)
    assert proven(settled, released).problem is None
    cases = {
        "redemption-missing": (settled,),
        "hold-missing": (settled, released, HoldFact(uuid7(), 1, 10, None, None)),
        "redemption-amount": (settled, HoldFact(holder, 7, 2_001, 8, None)),
        "redemption-end": (settled, HoldFact(holder, 7, 2_000, None, None)),
    }
    for code, facts in cases.items():
        problem = proven(*facts).problem
        assert problem is not None
        assert problem.code == code


def test_a_hold_that_is_open_past_its_deadline_is_found() -> None:
    holder = new_holder()
    earn(holder, 100)
    set_aside(holder, 60)
    assert proven(HoldFact(holder, 2, 60, None, LATER)).problem is None
    assert proven(HoldFact(holder, 2, 60, None, None)).problem is None
    problem = proven(HoldFact(holder, 2, 60, None, LATER - timedelta(seconds=1))).problem
    assert problem is not None
    assert (problem.code, problem.seq) == ("hold-overdue", 2)


def test_an_erased_book_is_counted_and_all_but_its_hashes_is_still_checked() -> None:
    holder = a_full_book()
    erase_salt(holder)
    report = verify(at=LATER)
    assert (report.problem, report.erased_books) == (None, 1)
    with unguarded() as execute:
        execute("UPDATE passbook_line SET amount = amount + 1 WHERE seq = 9")
        problem = verify(at=LATER).problem
    assert problem is not None
    assert (problem.code, problem.seq) == ("balance", 9)
