"""The tables guard themselves: whoever writes past the verbs is refused by the engine, rule by rule."""

import pytest
from django.db import DatabaseError, connection, transaction

from creditbank.ledger.books import all_lines
from creditbank.ledger.lines import Kind, Line
from creditbank.ledger.source import action_source
from creditbank.ledger.store import insert_line
from tests.ledger.casts import CHECKER, MAKER, earn, new_holder

pytestmark = pytest.mark.django_db
NO_EARN = {"institution_id": None, "occurred_on": None, "domain": None, "stage": None}
REVERSAL = {**NO_EARN, "kind": Kind.REVERSE.value, "closes": 1, "available": 0, "earned": 0, "reason": 1}
HOLD = {**NO_EARN, "kind": Kind.HOLD.value, "available": 0, "held": 100, "earned": 100}
Changes = dict[str, int | bytes | None]


def _next_line() -> Line:
    """The second earn of a book, as it would be written."""
    holder = new_holder()
    earn(holder, 100, "A-1")
    (first,) = all_lines(holder)
    return first._replace(seq=2, source=action_source("tables", 2), available=200, earned=200)


@pytest.mark.parametrize("changes", [{}, REVERSAL, HOLD], ids=["earn", "reversal", "hold"])
def test_a_line_that_follows_from_the_book_is_taken(changes: Changes) -> None:
    line = _next_line()._replace(**changes)  # type: ignore[arg-type] # columns by name
    with connection.cursor() as cursor:
        insert_line(cursor, line)
    assert all_lines(line.holder_id)[-1].seq == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 0, "available": 100, "earned": 100},
        {"held": -1, "available": 201},
        {"spent": -1, "available": 201},
        {"expired": -1, "available": 201},
        {"owed": -1, "available": 199},
        {"available": -1, "owed": 0, "earned": -1},
        {"earned": 199},
        {"available": 205, "owed": 5},
        {"seq": 0},
        {"seq": 3},
        {"closes": 0},
        {"closes": 2},
        {"closes": 3},
        {"kind": 0},
        {"kind": 9},
        {"approver_id": MAKER},
        {"approver_id": None},
        {"domain": None},
        {"domain": 6},
        {"stage": None},
        {"stage": 4},
        {"institution_id": None},
        {"occurred_on": None},
        {"hash": b"short"},
        REVERSAL | {"reason": None},
        REVERSAL | {"closes": None},
        REVERSAL | {"approver_id": None},
        REVERSAL | {"institution_id": 7},
        HOLD | {"closes": 1},
        HOLD | {"stage": 1},
        HOLD | {"actor_id": CHECKER, "approver_id": CHECKER},
    ],
    ids=str,
)
def test_a_line_that_breaks_a_rule_is_refused(changes: Changes) -> None:
    line = _next_line()._replace(**changes)  # type: ignore[arg-type] # columns by name
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        insert_line(cursor, line)
    assert len(all_lines(line.holder_id)) == 1
