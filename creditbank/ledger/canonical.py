"""The one packing of a line, for its hash and for its way into the table: the tuple of PostgreSQL's binary COPY.

Every field is length-prefixed, so two different lines never pack alike. ``canonical`` is the tuple without the last
field, the hash; the hash covers the hash before it, a secret of the book for this line, and the canonical bytes::

    hash = SHA-256(previous hash ‖ HMAC-SHA-256(book.salt, seq) ‖ canonical)

When a book's salt is deleted, nobody can tell by guessing whether a hash belonged to a line.
"""

import hashlib
import struct
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

from creditbank.ledger.lines import Line

FIELD_COUNT: Final = len(Line._fields)
NO_HASH: Final = bytes(32)
HASH_LENGTH_PREFIX: Final = struct.pack(">i", 32)
COPY_HEADER: Final = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
COPY_TRAILER: Final = struct.pack(">h", -1)

_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH_DAYS: Final = date(2000, 1, 1).toordinal()
_MICROSECOND: Final = timedelta(microseconds=1)
# Of each field before the hash: its format, in the order of the table.
FORMATS: Final = ("16s", "16s", *"qqqqqqq", "q", "i", "i", "q", "i", "i", "i", "i", "h", "h", "h", "h", "h")
_SIZES: Final = tuple(struct.calcsize(">" + each) for each in FORMATS)
# Of each of them: from an integer or bytes to how PostgreSQL sends it.
PACKERS: Final = tuple(struct.Struct(">" + each).pack for each in FORMATS)

PackedValue = int | bytes | None


def days(day: date) -> int:
    """Days since 2000-01-01, as PostgreSQL counts them."""
    return day.toordinal() - _EPOCH_DAYS


def microseconds(moment: datetime) -> int:
    """Microseconds since 2000-01-01 00:00 UTC, as PostgreSQL counts them."""
    return (moment - _EPOCH) // _MICROSECOND


def from_days(count: int) -> date:
    """The inverse of :func:`days`."""
    return date.fromordinal(count + _EPOCH_DAYS)


def from_microseconds(count: int) -> datetime:
    """The inverse of :func:`microseconds`, aware, in UTC."""
    return _EPOCH + count * _MICROSECOND


@lru_cache(maxsize=512)
def layout(present: tuple[bool, ...]) -> struct.Struct:
    """The struct of a canonical line whose field i is present or NULL; takes a length (or -1) before each value."""
    return struct.Struct(
        ">h" + "".join("i" + form if there else "i" for form, there in zip(FORMATS, present, strict=True))
    )


def pack_values(values: tuple[PackedValue, ...]) -> bytes:
    """Canonical bytes of the 22 fields before the hash, already as integers and bytes."""
    arguments: list[int | bytes] = [FIELD_COUNT]
    for value, size in zip(values, _SIZES, strict=True):
        if value is None:
            arguments.append(-1)
        else:
            arguments += (size, value)
    return layout(tuple([value is not None for value in values])).pack(*arguments)


def canonical(line: Line) -> bytes:
    """Canonical bytes of a line; its own hash is not part of them."""
    return pack_values(packable(line))


def packable(line: Line) -> tuple[PackedValue, ...]:
    """The 22 fields before the hash, as integers and bytes."""
    return (
        line.holder_id.bytes,
        line.source.bytes,
        *line[2:9],
        microseconds(line.recorded_at),
        *line[10:14],
        None if line.occurred_on is None else days(line.occurred_on),
        *line[15:22],
    )


_INNER: Final = bytes(value ^ 0x36 for value in range(256))
_OUTER: Final = bytes(value ^ 0x5C for value in range(256))


class Seal:
    """Hashes the lines of one book. HMAC by its definition, begun once for all lines."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, salt: bytes) -> None:
        key = salt.ljust(64, b"\0")
        self._inner = hashlib.sha256(key.translate(_INNER))
        self._outer = hashlib.sha256(key.translate(_OUTER))

    def mac(self, seq: int) -> bytes:
        """What only who has the salt can tell of line ``seq``: 32 bytes."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(seq.to_bytes(4, "big"))
        outer.update(inner.digest())
        return outer.digest()

    def chained(self, previous: bytes, seq: int, packed: bytes) -> bytes:
        """The hash of a line: 32 bytes; ``previous`` is :data:`NO_HASH` for the first line of a book."""
        return hashlib.sha256(previous + self.mac(seq) + packed).digest()


def sealed(line: Line, previous: bytes, salt: bytes) -> Line:
    """The line with its hash."""
    return line._replace(hash=Seal(salt).chained(previous, line.seq, canonical(line)))
