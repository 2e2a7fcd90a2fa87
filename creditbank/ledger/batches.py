"""The rows of a posting batch and its chunks: what shall be posted, and what is."""

from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from creditbank.ledger.errors import BatchDiffers
from creditbank.ledger.retrying import retrying
from creditbank.ledger.store import read_moment, stored_moment


class Batch(NamedTuple):
    """A batch as begun: ``lines`` and ``amount`` (hundredths) are what its entries ask for."""

    batch_id: int
    subject: str
    institution_id: int
    lines: int
    amount: int
    digest: bytes
    chunk_size: int
    created_at: datetime
    finished_at: datetime | None


class BatchProgress(NamedTuple):
    """How far a batch is: chunks committed, and the lines and hundredths in them."""

    chunks: int
    lines: int
    amount: int


_COLUMNS = "id, subject, institution_id, lines, amount, digest, chunk_size, created_at, finished_at"


def begin_batch(
    *, subject: str, institution_id: int, lines: int, amount: int, digest: bytes, chunk_size: int, at: datetime
) -> Batch:
    """The batch of ``subject``, begun now or earlier. Raises BatchDiffers when it was begun with other content."""

    def write() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO posting_batch (subject, institution_id, lines, amount, digest, chunk_size, created_at) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (subject) DO NOTHING",
                [subject, institution_id, lines, amount, digest, chunk_size, stored_moment(at)],
            )

    batch = find_batch(subject)
    if batch is None:
        retrying(write)
        batch = find_batch(subject)
    if batch is None:
        raise LookupError(subject)
    asked = {"institution_id": institution_id, "lines": lines, "amount": amount, "digest": digest}
    for field, value in asked.items():
        if getattr(batch, field) != value:
            raise BatchDiffers(field=field)
    return batch


def find_batch(subject: str) -> Batch | None:
    """The batch of that subject, if it was begun."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM posting_batch WHERE subject = %s", [subject])
        row = cursor.fetchone()
    if row is None:
        return None
    ended = None if row[8] is None else read_moment(row[8])
    return Batch._make([*row[:5], bytes(row[5]), row[6], read_moment(row[7]), ended])


def batch_progress(batch_id: int) -> BatchProgress:
    """How far the batch is; it may be running elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(sum(lines), 0), coalesce(sum(amount), 0) FROM posting_chunk WHERE batch_id = %s",
            [batch_id],
        )
        chunks, lines, amount = cursor.fetchone() or (0, 0, 0)
    return BatchProgress(int(chunks), int(lines), int(amount))


def finished_chunks(batch_id: int) -> dict[int, int]:
    """Lines posted by number of the chunk, of the chunks that are committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT chunk_no, lines FROM posting_chunk WHERE batch_id = %s", [batch_id])
        return dict(cursor.fetchall())


def record_chunk(cursor: CursorWrapper, batch_id: int, chunk_no: int, *, lines: int, amount: int, at: datetime) -> None:
    """Say that this transaction posts the chunk; IntegrityError when it is posted."""
    cursor.execute(
        "INSERT INTO posting_chunk (batch_id, chunk_no, lines, amount, recorded_at) VALUES (%s, %s, %s, %s, %s)",
        [batch_id, chunk_no, lines, amount, stored_moment(at)],
    )


def finish_batch(batch_id: int, *, at: datetime) -> None:
    """Say that every chunk is posted; the first time counts."""

    def write() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE posting_batch SET finished_at = %s WHERE id = %s AND finished_at IS NULL",
                [stored_moment(at), batch_id],
            )

    retrying(write)
