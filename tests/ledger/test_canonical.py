"""The bytes that are hashed never change: golden vectors, and the tuple that PostgreSQL itself would send."""

import hashlib
import hmac
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from creditbank.ledger.books import all_lines
from creditbank.ledger.canonical import NO_HASH, Seal, canonical, from_days, from_microseconds, microseconds, sealed
from creditbank.ledger.lines import Line
from creditbank.ledger.source import action_source, ending_source, normalised, source_digest
from creditbank.ledger.stream import stored_lines
from tests.ledger.casts import earn, new_holder, set_aside

HOLDER = UUID("018f0000-0000-7000-8000-000000000001")
SOURCE = UUID("00112233-4455-6677-8899-aabbccddeeff")
EARN = Line(
    HOLDER, SOURCE, 12_000, 12_000, 0, 0, 0, 0, 12_000, datetime(2026, 9, 1, 8, 0, 0, 123456, UTC), 1, None, 5, 7,
    date(2026, 6, 1), 11, 12, 1, 1, 2, 3, None, b"",
)  # fmt: skip
HOLD = Line(
    HOLDER, SOURCE, 500, 11_500, 500, 0, 0, 0, 12_000, datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC), 2, None, None,
    None, None, 11, None, None, 3, None, None, None, b"",
)  # fmt: skip


def test_the_canonical_bytes_of_an_earn_are_these() -> None:
    assert canonical(EARN).hex() == (
        "0017" "00000010018f0000000070008000000000000001" "0000001000112233445566778899aabbccddeeff"
        "000000080000000000002ee0" "000000080000000000002ee0" "000000080000000000000000" "000000080000000000000000"
        "000000080000000000000000" "000000080000000000000000" "000000080000000000002ee0" "000000080002fd6612f78240"
        "0000000400000001" "ffffffff" "000000080000000000000005" "0000000400000007" "00000004000025b0"
        "000000040000000b" "000000040000000c" "000000020001" "000000020001" "000000020002" "000000020003" "ffffffff"
    )  # fmt: skip


def test_the_hashes_of_a_chain_of_two_are_these() -> None:
    salt = bytes(range(32))
    first = sealed(EARN, NO_HASH, salt)
    second = sealed(HOLD, first.hash, salt)
    assert first.hash.hex() == "01faae8d4ba5e87e3b1222ede6809bf2fdf25a8a8e154f72e2f4b88b373695c6"
    assert second.hash.hex() == "ea9539e0359a1d61013268c39a0e6b0685945da2198408de29c22a216aaa14fc"
    assert Seal(bytes(32)).chained(first.hash, 2, canonical(HOLD)) != second.hash


def test_the_secret_of_a_line_is_the_hmac_of_its_number() -> None:
    salt, previous = bytes(range(32)), bytes(range(32, 64))
    secret = hmac.digest(salt, (258).to_bytes(4, "big"), "sha256")
    assert Seal(salt).chained(previous, 258, b"x") == hashlib.sha256(previous + secret + b"x").digest()


def test_moments_and_days_are_counted_from_2000_both_ways() -> None:
    assert microseconds(HOLD.recorded_at) == -1_000_000
    assert from_microseconds(microseconds(EARN.recorded_at)) == EARN.recorded_at
    assert from_days(-1) == date(1999, 12, 31)


def test_two_lines_that_differ_in_one_field_never_pack_alike() -> None:
    changed = [
        EARN._replace(closes=5),
        EARN._replace(batch_id=None),
        EARN._replace(reason=5),
        EARN._replace(occurred_on=date(2026, 6, 2)),
        EARN._replace(domain=3, stage=2),
    ]
    assert len({canonical(line) for line in [EARN, *changed]}) == 6


@pytest.mark.django_db
def test_what_is_streamed_from_the_table_packs_as_the_line_does() -> None:
    holder = new_holder()
    earn(holder, 12_000)
    set_aside(holder, 700)
    assert [line.packed for line in stored_lines()] == [canonical(line) for line in all_lines(holder)]


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Ａ-1", "A-1"),
        ("  A-1\t", "A-1"),
        ("1001.0", "1001"),
        ("１００１．００", "1001"),
        ("1001.5", "1001.5"),
        ("A  1", "A 1"),
    ],
)
def test_what_a_school_types_is_normalised(typed: str, plain: str) -> None:
    assert normalised(typed) == plain
    assert source_digest(7, typed) == source_digest("7", plain, 1)


def test_sources_of_different_causes_differ() -> None:
    sources = {
        source_digest("A1", "23"), source_digest("A12", "3"), source_digest("A1", "23", 2), action_source("A1", "23"),
        action_source("hold", "DH-1"), ending_source(4, SOURCE), ending_source(5, SOURCE), SOURCE,
    }  # fmt: skip
    assert len(sources) == 8
    with pytest.raises(ValueError, match="count from 1"):
        source_digest(7, "A-1", 0)
