"""The source of a line: a 16-byte digest of what caused it, so that one cause is never posted twice.

Parts are normalised (NFKC, trimmed, ``1001.0`` → ``1001``) and length-prefixed, so ``Ａ-1`` and ``A-1`` are one and
("A1", "23") is not ("A12", "3"). A digest also keeps what schools type out of a table that cannot forget.
"""

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import Final
from uuid import UUID

_SPREADSHEET_INTEGER: Final = re.compile(r"([0-9]+)\.0+")


def normalised(text: str) -> str:
    """``text`` in NFKC, trimmed, inner runs of blanks as one, and a number that a spreadsheet gave decimals without."""
    if text.isascii() and text.isprintable() and " " not in text and "." not in text:
        return text
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    match = _SPREADSHEET_INTEGER.fullmatch(plain)
    return match[1] if match else plain


def source_digest(institution: int | str, achievement_number: str, revision: int = 1) -> UUID:
    """The source of an earn: the institution, its number of the achievement, and the revision (from 1)."""
    if revision < 1:
        raise ValueError("Revisions count from 1.")
    head, tail = _earn_frame(str(institution), str(revision))
    return UUID(bytes=hashlib.sha256(head + _framed(achievement_number) + tail).digest()[:16])


def action_source(action: str, *parts: str | int) -> UUID:
    """The source of any other line that starts something: ``action_source("hold", "DH-2026-000123")``."""
    return _digest(action, *map(str, parts))


def ending_source(kind: int, closed: UUID) -> UUID:
    """The source of a line that ends another: follows from the ended line's source, the same in every book."""
    return UUID(bytes=hashlib.sha256(b"end" + bytes([kind]) + closed.bytes).digest()[:16])


def _digest(*parts: str) -> UUID:
    return UUID(bytes=hashlib.sha256(b"".join(map(_framed, parts))).digest()[:16])


@lru_cache(maxsize=1 << 10)
def _earn_frame(institution: str, revision: str) -> tuple[bytes, bytes]:
    """What stands before and behind the number of the achievement: the same for all rows of a return."""
    return _framed("earn") + _framed(institution), _framed(revision)


def _framed(part: str) -> bytes:
    content = normalised(part).encode()
    return len(content).to_bytes(4, "big") + content
