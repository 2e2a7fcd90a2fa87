"""Doing an action again, whole, when others were faster: bounded, with jitter.

Only the outermost transaction can be done again. Every verb of the ledger retries by itself when it is called outside
a transaction; inside one it lets the engine's error pass, and the action that opened the transaction wraps itself::

    return retrying(lambda: _apply(...))        # where _apply is atomic
"""

import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

from django.db import Error, IntegrityError, OperationalError, connection

from creditbank.errors import Busy

Result = TypeVar("Result")

ATTEMPTS: Final = 12
_FIRST_PAUSE_SECONDS: Final = 0.002
# Serialization failure, deadlock, lock not available.
_TRANSIENT_STATES: Final = frozenset({"40001", "40P01", "55P03"})
# A prepared statement is missing, or there already: between us and the server sits a pooler that knows of none.
UNPREPARED_STATES: Final = frozenset({"26000", "42P05"})


def retrying(
    action: Callable[[], Result], *, attempts: int = ATTEMPTS, pause: Callable[[float], None] = time.sleep
) -> Result:
    """Run ``action``; again if the engine says that another was faster. Inside a transaction: run it once.

    Raises Busy after ``attempts`` tries.
    """
    if connection.in_atomic_block:
        return action()
    for attempt in range(attempts):
        try:
            return action()
        except Error as error:
            if not is_transient(error):
                raise
            last = error
        # Waits double up to a quarter of a second; the jitter keeps two that met from meeting again.
        pause(min(0.25, _FIRST_PAUSE_SECONDS * 2**attempt) * (0.5 + random.random()))  # noqa: S311 # no secret
    raise Busy from last


def is_transient(error: Error) -> bool:
    """Whether the whole action may succeed when it is done again."""
    if sqlstate(error) in _TRANSIENT_STATES | UNPREPARED_STATES:
        return True
    if isinstance(error, IntegrityError):
        return violated(error) == "passbook_line_pkey"
    text = str(error)
    return isinstance(error, OperationalError) and ("database is locked" in text or "database table is locked" in text)


def sqlstate(error: Error) -> str:
    """PostgreSQL's five characters; empty on SQLite."""
    return getattr(error.__cause__, "sqlstate", None) or ""


def violated(error: Error) -> str:
    """The name of the key or check that an error speaks of; empty when it names none."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is not None:
        return str(diagnosis.constraint_name or "")
    text = str(error)
    for place, name in _SQLITE_KEYS.items():
        if place in text:
            return name
    return ""


_SQLITE_KEYS: Final = {
    "passbook_line.holder_id, passbook_line.seq": "passbook_line_pkey",
    "passbook_line.holder_id, passbook_line.source": "passbook_line_source",
    "passbook_line.holder_id, passbook_line.closes": "passbook_line_closes",
    "posting_chunk.batch_id, posting_chunk.chunk_no": "posting_chunk_pkey",
    "posting_batch.subject": "posting_batch_subject_key",
    "book.holder_id": "book_pkey",
    "passbook_line_": "passbook_line_check",
}
