"""Many lines at a time: a reviewed return goes into the books whole, once, and goes on where it stopped."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from uuid import UUID

import pytest
from django.db import OperationalError

from creditbank.ids import uuid7
from creditbank.ledger.batches import batch_progress, find_batch
from creditbank.ledger.books import all_lines, balance_of, freeze_book
from creditbank.ledger.bulk import BatchReport, ChunkPosted, Walk, post_batch
from creditbank.ledger.canonical import NO_HASH, Seal, canonical
from creditbank.ledger.errors import BatchDiffers
from creditbank.ledger.lines import Balance, Domain, Reason, Stage
from creditbank.ledger.many import Entry
from creditbank.ledger.posting import reverse
from creditbank.ledger.source import source_digest
from tests.ledger.casts import ACHIEVED_ON, AT, CHECKER, MAKER, SCHOOL, earn, new_holder, set_aside

pytestmark = pytest.mark.django_db


def entry(holder_id: UUID, amount: int, number: str, *, reference: int = 0, revision: int = 1) -> Entry:
    """One row of a return, as bulk posting takes it."""
    previous = source_digest(SCHOOL, number, revision - 1) if revision > 1 else None
    source = source_digest(SCHOOL, number, revision)
    return Entry(holder_id, source, amount, Domain.INTELLECTUAL, Stage.COMPETITION, ACHIEVED_ON, reference, previous)


def post_all(entries: Sequence[Entry] | Walk, subject: str = "return:SB-2026-000001", **options: object) -> BatchReport:
    """Post the entries of one return of the school."""
    chunk_lines, after_chunk = options.get("chunk_lines", 4), options.get("after_chunk")
    assert isinstance(chunk_lines, int)
    return post_batch(
        entries,
        subject=subject,
        institution_id=SCHOOL,
        actor_id=MAKER,
        approver_id=CHECKER,
        policy_version=1,
        at=AT,
        chunk_lines=chunk_lines,
        after_chunk=after_chunk if callable(after_chunk) else None,
        pause=lambda _seconds: None,
    )


def test_a_batch_posts_what_single_postings_would() -> None:
    holders = [new_holder() for _ in range(5)]
    entries = [entry(holder, 100 + i, f"A-{i}") for i in range(4) for holder in reversed(holders)]
    report = post_all(entries)
    assert (report.lines, report.amount, report.unposted) == (20, sum(each.amount for each in entries), [])
    one_by_one = new_holder()
    for i in range(4):
        earn(one_by_one, 100 + i, f"A-{i}")
    for holder in holders:
        lines, expected = all_lines(holder), all_lines(one_by_one)
        assert [line[1:10] for line in lines] == [line[1:10] for line in expected]
        assert [line[13:22] for line in lines] == [line[13:22] for line in expected]


def test_a_batch_goes_on_from_the_last_line_of_each_book() -> None:
    holder = new_holder()
    first = earn(holder, 1_000, "A-0")
    set_aside(holder, 600)
    reverse(holder, first.line.seq, reason=Reason.CORRECTED, actor_id=MAKER, approver_id=CHECKER, at=AT)
    post_all([entry(holder, 700, "A-1"), entry(holder, 50, "A-2")])
    assert balance_of(holder) == Balance(150, 600, 0, 0, 0, 750)


def test_the_bytes_that_a_batch_hashes_are_the_canonical_bytes_of_its_lines(salt_of: Callable[[UUID], bytes]) -> None:
    holder = new_holder()
    post_all([entry(holder, 700, "A-1"), entry(holder, 50, "A-2")])
    previous = NO_HASH
    for line in all_lines(holder):
        assert line.hash == Seal(salt_of(holder)).chained(previous, line.seq, canonical(line))
        previous = line.hash


def test_chunks_are_cut_at_holder_borders_and_progress_is_told() -> None:
    holders = [new_holder() for _ in range(4)]
    seen: list[ChunkPosted] = []
    post_all([entry(holder, 10, f"A-{i}") for holder in holders for i in range(3)], after_chunk=seen.append)
    assert [len(chunk.posted) for chunk in seen] == [3, 3, 3, 3]
    batch = find_batch("return:SB-2026-000001")
    assert batch is not None
    assert batch.finished_at is not None
    assert batch_progress(batch.batch_id) == (4, 12, 120)


def test_what_was_posted_before_is_told_from_what_clashes_with_it() -> None:
    holder, other = new_holder(), new_holder()
    earn(holder, 100, "A-1")
    earn(holder, 100, "A-2")
    report = post_all(
        [
            entry(holder, 100, "A-1", reference=1),
            entry(holder, 999, "A-2", reference=2),
            entry(holder, 100, "A-3", reference=3),
            entry(other, 100, "A-1", reference=4),
            entry(other, 100, "Ａ-1", reference=5),
            entry(other, 101, " A-1 ", reference=6),
        ]
    )
    assert report.lines == 2
    assert {each.entry.reference: (each.code, each.field) for each in report.unposted} == {
        1: ("duplicate", None),
        2: ("conflict", "amount"),
        5: ("duplicate", None),
        6: ("conflict", "amount"),
    }


def test_a_holder_without_an_open_book_keeps_nobody_else_from_being_posted() -> None:
    holder, frozen = new_holder(), new_holder()
    freeze_book(frozen)
    report = post_all([entry(holder, 1, "A-1"), entry(uuid7(), 1, "A-2"), entry(frozen, 1, "A-3")])
    assert report.lines == 1
    assert sorted(each.code for each in report.unposted) == ["book-missing", "book-not-open"]


def test_a_later_revision_is_posted_in_bulk_only_when_the_one_before_is_reversed() -> None:
    holder, other = new_holder(), new_holder()
    wrong = earn(holder, 100, "A-1")
    earn(other, 100, "A-1")
    reverse(holder, wrong.line.seq, reason=Reason.CORRECTED, actor_id=MAKER, approver_id=CHECKER, at=AT)
    report = post_all([entry(holder, 60, "A-1", revision=2), entry(other, 60, "A-1", revision=2)])
    assert [each.code for each in report.unposted] == ["revision-out-of-order"]
    assert all_lines(holder)[-1].closes == 2
    assert balance_of(holder).available == 60


def test_a_batch_that_stopped_goes_on_behind_its_last_chunk_and_tells_the_same_story() -> None:
    holders = [new_holder() for _ in range(6)]
    earn(holders[0], 10, "A-0")
    entries = [entry(holder, 10, f"A-{i}") for holder in holders for i in range(3)]
    seen = []

    def stop_at_the_third(chunk: ChunkPosted) -> None:
        seen.append(chunk.chunk_no)
        if len(seen) == 4:
            raise OperationalError("the power went")

    with pytest.raises(OperationalError):
        post_all(entries, after_chunk=stop_at_the_third)
    report = post_all(entries)
    assert (report.lines, len(report.unposted), report.resumed_chunks) == (17, 1, 3)
    again = post_all(entries)
    assert (again.lines, again.unposted, again.resumed_chunks) == (report.lines, report.unposted, 6)
    assert all(len(all_lines(holder)) == 3 for holder in holders)


def test_a_batch_cannot_go_on_with_other_content() -> None:
    holder = new_holder()
    post_all([entry(holder, 10, "A-1")])
    with pytest.raises(BatchDiffers) as refusal:
        post_all([entry(holder, 11, "A-1")])
    assert refusal.value.data["field"] == "amount"


def test_the_day_of_an_achievement_may_lie_before_the_epoch_of_the_packing() -> None:
    holder = new_holder()
    old = entry(holder, 10, "A-1")._replace(occurred_on=date(1999, 12, 31))
    post_all([old])
    assert all_lines(holder)[0].occurred_on == date(1999, 12, 31)


def test_a_walk_posts_what_a_list_does_and_holds_no_more_than_a_chunk() -> None:
    holders = sorted((new_holder() for _ in range(5)), key=lambda holder: holder.int)
    entries = [entry(holder, 100 + i, f"A-{i}") for holder in holders for i in range(4)]
    walks: list[int] = []

    def walk() -> Iterator[Entry]:
        walks.append(0)
        for each in entries:
            walks[-1] += 1
            yield each

    ahead: list[int] = []

    def count_ahead(chunk: ChunkPosted) -> None:
        ahead.append(walks[-1] - 4 * chunk.chunk_no)

    report = post_all(walk, after_chunk=count_ahead)
    assert (report.lines, report.amount) == (20, sum(each.amount for each in entries))
    assert walks == [20, 20]
    # The chunk, the next one, and the entry that told where it ended.
    assert max(ahead) <= 9
    assert post_all(entries).resumed_chunks == 5


def test_a_walk_out_of_order_or_with_other_entries_the_second_time_is_refused() -> None:
    first, second = sorted((new_holder() for _ in range(2)), key=lambda holder: holder.int)
    entries = [entry(first, 100, "A-1"), entry(second, 100, "A-1")]
    with pytest.raises(ValueError, match="order"):
        post_all(lambda: iter(reversed(entries)))
    left = [entries, entries[:1]]
    with pytest.raises(BatchDiffers):
        post_all(lambda: iter(left.pop(0)))
    assert balance_of(first) == balance_of(second) == Balance(0, 0, 0, 0, 0, 0)
    report = post_all(entries)
    assert (report.lines, balance_of(second).available) == (2, 100)
