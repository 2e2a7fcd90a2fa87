"""Identifiers: time-ordered UUIDs, card numbers with a check digit, random codes that people can read aloud.

Card numbers are random, not serial: knowing one tells nothing of another. The check digit (Damm, order 10) finds every
single wrong digit and every swap of neighbours before a database is asked.
"""

import random
import secrets
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

CARD_DIGITS: Final = 13
CODE_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

_DAMM: Final = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)

_chance: random.Random = secrets.SystemRandom()


@contextmanager
def drawn_from(seed: int) -> Iterator[None]:
    """Draw from a seed instead of the system's randomness: only for a demonstration that is the same each time."""
    global _chance  # noqa: PLW0603  (the one source of chance, swapped for a while)
    before, _chance = _chance, random.Random(seed)  # noqa: S311  (nothing secret is drawn in a demonstration)
    try:
        yield
    finally:
        _chance = before


def uuid7() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of milliseconds, then random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80 | _chance.getrandbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


def damm_digit(digits: str) -> str:
    """The Damm check digit of a string of decimal digits."""
    interim = 0
    for digit in map(int, digits):
        interim = _DAMM[interim][digit]
    return str(interim)


def new_card_number() -> str:
    """A fresh random card number: 12 random digits (the first not 0) and the check digit."""
    body = str(_chance.randrange(1, 10)) + "".join(str(_chance.randrange(10)) for _ in range(CARD_DIGITS - 2))
    return body + damm_digit(body)


def is_card_number(text: str) -> bool:
    """Whether ``text`` is 13 ASCII digits whose check digit holds."""
    return len(text) == CARD_DIGITS and text.isascii() and text.isdigit() and text[0] != "0" and damm_digit(text) == "0"


def new_code(length: int) -> str:
    """A random code of ``length`` characters without look-alikes (no 0 O 1 I L U)."""
    return "".join(_chance.choice(CODE_ALPHABET) for _ in range(length))


def new_seed() -> int:
    """A random seed of 62 bits, for what must be drawn the same again later."""
    return _chance.getrandbits(62)
