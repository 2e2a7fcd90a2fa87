"""A posting of its own leaves its connection as it found it, whatever happens, and does without prepared statements."""

import pytest
from django.db import connection, transaction

from creditbank.ledger import pipeline
from creditbank.ledger.books import all_lines, balance_of
from creditbank.ledger.errors import InsufficientCredits, SourceClash
from creditbank.ledger.lines import Balance
from creditbank.ledger.posting import settle
from tests.ledger.casts import AT, MAKER, earn, new_holder, set_aside

pytestmark = pytest.mark.django_db(transaction=True)


def test_only_postgresql_outside_a_transaction_takes_the_short_way(engine: str) -> None:
    assert bool(pipeline.usable()) == (engine == "postgres")
    with transaction.atomic():
        assert not pipeline.usable()


def test_a_refused_posting_leaves_no_transaction_behind() -> None:
    holder = new_holder()
    earn(holder, 100, "A-1")
    with pytest.raises(InsufficientCredits):
        set_aside(holder, 101, "DH-1")
    with pytest.raises(SourceClash):
        earn(holder, 99, "A-1")
    with transaction.atomic():
        set_aside(holder, 40, "DH-2")
    settle(holder, 2, actor_id=MAKER, at=AT)
    assert balance_of(holder) == Balance(60, 0, 40, 0, 0, 100)


def test_a_posting_goes_on_where_what_was_prepared_is_gone(engine: str) -> None:
    holder = new_holder()
    earn(holder, 100, "A-1")
    if engine == "postgres":
        with connection.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")
    assert earn(holder, 50, "A-2").fresh
    assert not pipeline.usable()
    assert earn(holder, 25, "A-3").fresh
    connection.close()
    assert earn(holder, 25, "A-4").fresh
    assert balance_of(holder).available == 200


def test_both_ways_write_and_read_the_same() -> None:
    holder, other = new_holder(), new_holder()
    earn(holder, 100, "A-1")
    with transaction.atomic():
        earn(other, 100, "A-1")
    set_aside(holder, 40, "DH-1")
    with transaction.atomic():
        set_aside(other, 40, "DH-1")
    ours, theirs = all_lines(holder), all_lines(other)
    assert [line._replace(holder_id=other, hash=b"") for line in ours] == [line._replace(hash=b"") for line in theirs]
    settled = settle(holder, 2, actor_id=MAKER, at=AT)
    assert all_lines(holder)[-1] == settled.line
