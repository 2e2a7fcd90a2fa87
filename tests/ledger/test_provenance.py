"""First in, first out: which achievements paid for a certificate."""

import pytest

from creditbank.ledger.books import all_lines
from creditbank.ledger.lines import Reason
from creditbank.ledger.posting import refund, release, reverse, settle
from creditbank.ledger.provenance import Portion, paid_by, trace
from tests.ledger.casts import AT, CHECKER, MAKER, earn, new_holder, set_aside

pytestmark = pytest.mark.django_db


def test_the_oldest_credits_are_spent_first() -> None:
    holder = new_holder()
    for number, amount in (("A-1", 5_000), ("A-2", 5_000), ("A-3", 5_000)):
        earn(holder, amount, number)
    held = set_aside(holder, 12_000).line.seq
    settled = settle(holder, held, actor_id=MAKER, at=AT).line.seq
    assert paid_by(all_lines(holder), settled) == [Portion(1, 5_000), Portion(2, 5_000), Portion(3, 2_000)]
    assert trace(all_lines(holder)).free == {3: 3_000}


def test_what_is_released_or_refunded_keeps_its_origin() -> None:
    holder = new_holder()
    earn(holder, 5_000, "A-1")
    earn(holder, 5_000, "A-2")
    release(holder, set_aside(holder, 6_000, "DH-1").line.seq, actor_id=MAKER, at=AT)
    settled = settle(holder, set_aside(holder, 6_000, "DH-2").line.seq, actor_id=MAKER, at=AT).line.seq
    refund(holder, settled, amount=2_000, reason=Reason.REDEMPTION_UNDONE, actor_id=MAKER, approver_id=CHECKER, at=AT)
    assert paid_by(all_lines(holder), settled) == [Portion(1, 4_000)]
    assert trace(all_lines(holder)).free == {1: 1_000, 2: 5_000}


def test_a_reversed_earn_is_covered_by_others_and_the_rest_is_owed_until_somebody_pays() -> None:
    holder = new_holder()
    first = earn(holder, 5_000, "A-1").line.seq
    earn(holder, 1_000, "A-2")
    settled = settle(holder, set_aside(holder, 5_000).line.seq, actor_id=MAKER, at=AT).line.seq
    reverse(holder, first, reason=Reason.FRAUD, actor_id=MAKER, approver_id=CHECKER, at=AT)
    assert paid_by(all_lines(holder), settled) == [Portion(None, 4_000), Portion(2, 1_000)]
    later = earn(holder, 6_000, "A-3").line.seq
    assert paid_by(all_lines(holder), settled) == [Portion(2, 1_000), Portion(later, 4_000)]
    assert trace(all_lines(holder)).free == {later: 2_000}
