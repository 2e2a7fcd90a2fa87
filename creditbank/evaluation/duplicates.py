"""Has this key stood in the file before, and in which row? 20 bytes a slot, so a million rows stay within some 42 MB.

Open addressing over two arrays: a digest of 16 bytes (two words) and the row. A dict of the same would take five times
the memory.
"""

from array import array
from hashlib import blake2b
from struct import Struct
from typing import Final

_SMALLEST: Final = 1 << 10
_FULLEST: Final = 0.7
_WORDS: Final = Struct("<QQ")


class FirstRows:
    """Remembers for each key the first row it stood in. Rows are numbered from 1."""

    def __init__(self) -> None:
        self._count = 0
        self._allot(_SMALLEST)

    def _allot(self, slots: int) -> None:
        self._slots = slots
        self._most = slots * _FULLEST
        self._high = array("Q", bytes(8 * slots))
        self._low = array("Q", bytes(8 * slots))
        self._rows = array("I", bytes(4 * slots))

    def first_row(self, key: str, row: int) -> int | None:
        """The earlier row with the same key; None if there is none, and this row is remembered."""
        high, low = _WORDS.unpack(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest())
        at = high & self._slots - 1
        if self._rows[at]:
            found = self._put(high, low, row)
            if found != row:
                return found
        else:
            # Most keys are new and find their place free.
            self._high[at], self._low[at], self._rows[at] = high, low, row
        self._count += 1
        if self._count > self._most:
            self._grow()
        return None

    def _put(self, high: int, low: int, row: int) -> int:
        mask = self._slots - 1
        at = high & mask
        rows = self._rows
        while rows[at]:
            if self._high[at] == high and self._low[at] == low:
                return rows[at]
            at = at + 1 & mask
        self._high[at], self._low[at], rows[at] = high, low, row
        return row

    def _grow(self) -> None:
        kept = zip(self._high, self._low, self._rows, strict=True)
        self._allot(self._slots * 2)
        for high, low, row in kept:
            if row:
                self._put(high, low, row)
