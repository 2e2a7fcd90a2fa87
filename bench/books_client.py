"""One client of the bench of single postings; imported in a process where Django is set up."""

import random
import time
from collections.abc import Callable, Iterator
from itertools import chain, islice
from uuid import UUID

from django.db import connection, transaction

from bench.books import AT, DAY, holder
from creditbank.ids import uuid7
from creditbank.ledger import pipeline
from creditbank.ledger.canonical import sealed
from creditbank.ledger.lines import Domain, Kind, Line, Stage, after
from creditbank.ledger.posting import Achievement, hold, post_earn, settle
from creditbank.ledger.store import LastLine, insert_line, lock_and_read

# Lines made ready for each second before the clock runs: more than a machine of today takes.
READY_LINES = 3_000


class Client:
    """Does one work over and over, each line a transaction of its own.

    All works go to the same books, fifty lines in each, chosen at random: what a line costs the engine is for the most
    part which pages it touches.
    """

    def __init__(self, number: int, holders: int) -> None:
        self.number = number
        self.holders = holders
        self.random = random.Random(number)
        self.earns = 0
        self.bare_lines: Iterator[Line] = iter(())

    def prepare(self, work: str, duration: float, clients: int) -> None:
        """Make ready what is not measured."""
        if work == "bare":
            endless = self._lines(clients)
            ready = round(READY_LINES * duration / clients)
            self.bare_lines = chain(list(islice(endless, ready)), endless)

    def lines_within(self, work: str, duration: float) -> int:
        """How many lines were committed within so many seconds."""
        step: Callable[[], int] = {"bare": self._bare, "earn": self._earn, "hold and settle": self._pair}[work]
        lines, end = 0, time.perf_counter() + duration
        while time.perf_counter() < end:
            lines += step()
        return lines

    def _lines(self, clients: int) -> Iterator[Line]:
        """What an earn would write into books that no other client writes to, without reading or thinking."""
        mine = range(self.number, self.holders, clients)
        stands: dict[UUID, tuple[LastLine, bytes]] = {}
        while True:
            owner = holder(self.random.choice(mine))
            last, salt = stands.get(owner) or self._stand(owner)
            balance = after(last.balance, Kind.EARN, 100)
            line = Line(
                owner, uuid7(), 100, *balance, AT, last.seq + 1, None, None, 7, DAY, 1, 2, 1, 1, 1, 1, None, b""
            )  # fmt: skip
            line = sealed(line, last.hash, salt)
            stands[owner] = (LastLine(line.seq, balance, AT, line.hash), salt)
            yield line

    def _stand(self, owner: UUID) -> tuple[LastLine, bytes]:
        with connection.cursor() as cursor:
            book, last, _closed = lock_and_read(cursor, owner, None)
        assert book is not None
        assert book.salt is not None
        return last, book.salt

    def _bare(self) -> int:
        line = next(self.bare_lines)
        if ours := pipeline.usable():
            # The shortest way that there is: one trip, everything prepared.
            pipeline.run(pipeline.prepared(ours), [pipeline.BEGIN, pipeline.insertion(line), pipeline.COMMIT])
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
