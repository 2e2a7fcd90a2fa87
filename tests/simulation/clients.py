"""Clients of the books for simulations: a client that gets no answer asks the same again."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Barrier
from typing import TypeVar

from django.db import OperationalError, connection, connections

Result = TypeVar("Result")
# What Django hands to a wrapper round every statement.
Execute = Callable[[str, object, bool, dict[str, object]], object]


@dataclass(slots=True)
class Fault:
    """Breaks the statement number ``at`` (from 1): before it runs, or after, so that only its answer is lost."""

    at: int
    before: bool = True
    seen: int = 0

    def __call__(self, execute: Execute, sql: str, params: object, many: bool, context: dict[str, object]) -> object:
        """One statement."""
        self.seen += 1
        if self.seen == self.at and self.before:
            raise OperationalError("the server is gone")
        answer = execute(sql, params, many, context)
        if self.seen == self.at:
            raise OperationalError("no answer in time")
        return answer


@contextmanager
def faulty(fault: Fault) -> Iterator[None]:
    """Statements inside break as ``fault`` says; a client whose statement broke drops its connection."""
    try:
        with connection.execute_wrapper(fault):
            yield
    except OperationalError:
        connection.close()
        raise


def together(actions: Sequence[Callable[[], Result]]) -> list[Result | Exception]:
    """Run the actions at the same moment, each on a connection of its own; an answer is a result or what was raised."""
    barrier = Barrier(len(actions))

    def run(action: Callable[[], Result]) -> Result | Exception:
        try:
            barrier.wait(timeout=60)
            return action()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))
