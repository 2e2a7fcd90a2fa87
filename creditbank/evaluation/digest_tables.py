"""A number for each of many keys, in 30 to 70 bytes a key where a dict takes over two hundred.

Open addressing over three arrays: a digest of 16 bytes, in two words, and the number.
"""

from array import array
from hashlib import blake2b
from struct import Struct
from typing import Final, Literal

_SMALLEST: Final = 1 << 10
_FULLEST: Final = 0.7
_WORDS: Final = Struct("<QQ")


class DigestTable:
    """Numbers from 1 by key, to 2⁶³ - 1, or to 2³² - 1 if they are ``small``; a key that was never given one has 0."""

    def __init__(self, *, small: bool = False) -> None:
        self._code: Literal["I", "Q"] = "I" if small else "Q"
        self._count = 0
        self._allot(_SMALLEST)

    def __len__(self) -> int:
        return self._count

    def get(self, key: bytes) -> int:
        """The number of a key, or 0."""
        return self._numbers[self._place(*_digest(key))]

    def add(self, key: bytes, number: int) -> int:
        """Add a number from 1 on to the number of a key; what it was before."""
        high, low = _digest(key)
        at = self._place(high, low)
        before = self._numbers[at]
        self._numbers[at] = before + number
        if not before:
            self._enter(at, high, low)
        return before

    def first(self, key: bytes, number: int) -> int:
        """Give a key its number unless it has one; what it had before."""
        high, low = _digest(key)
        at = self._place(high, low)
        before = self._numbers[at]
        if not before:
            self._numbers[at] = number
            self._enter(at, high, low)
        return before

    def _allot(self, slots: int) -> None:
        self._mask = slots - 1
        self._most = slots * _FULLEST
        self._high = array("Q", bytes(8 * slots))
        self._low = array("Q", bytes(8 * slots))
        self._numbers = array(self._code, bytes(array(self._code).itemsize * slots))

    def _place(self, high: int, low: int) -> int:
        """The slot where a digest stands, or would stand."""
        mask, numbers = self._mask, self._numbers
        at = high & mask
        while numbers[at] and (self._high[at] != high or self._low[at] != low):
            at = at + 1 & mask
        return at

    def _enter(self, at: int, high: int, low: int) -> None:
        self._high[at], self._low[at] = high, low
        self._count += 1
        if self._count > self._most:
            self._grow()

    def _grow(self) -> None:
        old = self._high, self._low, self._numbers
        self._allot(2 * (self._mask + 1))
        for high, low, number in zip(*old, strict=True):
            if number:
                at = self._place(high, low)
                self._high[at], self._low[at], self._numbers[at] = high, low, number


def _digest(key: bytes) -> tuple[int, int]:
    high, low = _WORDS.unpack(blake2b(key, digest_size=16).digest())
    return high, low
