"""One client of the bench of single postings; imported in a process where Django is set up."""

import random
import time
from collections.abc import Callable, Iterator
from itertools import chain, count, islice
from uuid import UUID

from django.db import connection, transaction

from bench.books import AT, DAY, holder
from creditbank.ids import uuid7
from creditbank.ledger import pipeline
from creditbank.ledger.books import open_books
from creditbank.ledger.canonical import NO_HASH, sealed
from creditbank.ledger.lines import EMPTY, Domain, Kind, Line, Stage, after
from creditbank.ledger.posting import Achievement, hold, post_earn, settle
from creditbank.ledger.store import insert_line, lock_book

# Lines made ready before the clock runs, and the books that they go to.
BARE_LINES, BOOKS = 10_000, 100


class Client:
    """Does one work over and over, each line a transaction of its own."""

    def __init__(self, number: int, holders: int) -> None:
        self.number = number
        self.holders = holders
        self.random = random.Random(number)
        self.earns = 0
        endless = self._lines()
        self.bare_lines = chain(list(islice(endless, BARE_LINES)), endless)

    def lines_within(self, work: str, duration: float) -> int:
        """How many lines were committed within so many seconds."""
        step: Callable[[], int] = {"bare": self._bare, "earn": self._earn, "hold and settle": self._pair}[work]
        step()
        lines, end = 0, time.perf_counter() + duration
        while time.perf_counter() < end:
            lines += step()
        return lines

    def _lines(self) -> Iterator[Line]:
        """Lines of books of its own, ready to be inserted: what an earn would write, without reading or thinking."""
        owners = [uuid7() for _ in range(BOOKS)]
        open_books(owners, at=AT)
        salts = {owner: self._salt(owner) for owner in owners}
        stands = dict.fromkeys(owners, (EMPTY, NO_HASH))
        for seq in count(1):
            for owner in owners:
                balance, previous = stands[owner]
                balance = after(balance, Kind.EARN, 100)
                line = Line(
                    owner, uuid7(), 100, *balance, AT, seq, None, None, 7, DAY, 1, 2, 1, 1, 1, 1, None, b""
                )  # fmt: skip
                line = sealed(line, previous, salts[owner])
                stands[owner] = (balance, line.hash)
                yield line

    def _salt(self, owner: UUID) -> bytes:
        with connection.cursor() as cursor:
            book = lock_book(cursor, owner)
        assert book is not None
        assert book.salt is not None
        return book.salt

    def _bare(self) -> int:
        line = next(self.bare_lines)
        if connection.vendor == "postgresql":
            # The shortest way that there is: one trip, everything prepared.
            pipeline.run(pipeline.prepared(), [pipeline.BEGIN, pipeline.insertion(line), pipeline.COMMIT])
            return 1
        with transaction.atomic(), connection.cursor() as cursor:
            insert_line(cursor, line)
        return 1

    def _earn(self) -> int:
        self.earns += 1
        post_earn(
            holder(self.random.randrange(self.holders)),
            achievement=Achievement(7, f"bench-{self.number}-{self.earns}"),
            amount=100,
            domain=Domain.MORAL,
            stage=Stage.TEACHING,
            occurred_on=DAY,
            actor_id=1,
            approver_id=2,
            policy_version=1,
            at=AT,
        )
        return 1

    def _pair(self) -> int:
        owner = holder(self.random.randrange(self.holders))
        held = hold(owner, source=uuid7(), amount=1, actor_id=1, at=AT)
        settle(owner, held.line.seq, actor_id=1, at=AT)
        return 2
