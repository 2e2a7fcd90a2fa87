"""Which characters the shipped fonts can draw, and what becomes of those they can't.

Two fonts are used and no other, so that a document looks the same on every machine: Noto Sans SC (all weights) and, for
the rarer ideographs of names (𠮷), Noto Sans CJK. Coverage is read from the fonts' own character maps.
"""

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from creditbank.errors import InvalidInput, Unavailable

FAMILIES: Final = ("Noto Sans SC", "Noto Sans CJK SC")
_COLLECTION_INDEX: Final = 2  # "Noto Sans CJK SC" within the collection
_VARIATION_SELECTORS: Final = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


class UnprintableCharacter(InvalidInput):
    """A text holds a character that no shipped font draws, or an invisible one; ``character`` is its code point."""

    code = "unprintable-character"
    default_message = "“%(field)s”里的字符 %(character)s 无法打印，请改正后再试。"


@cache
def font_files() -> tuple[Path, Path]:
    """The two font files of the installed packages; raises :class:`Unavailable` when one is missing."""
    found = (
        Path(str(files("justmytype_intl_cjk"))) / "fonts/ofl/notosanssc/NotoSansSC[wght].ttf",
        Path(str(files("noto_cjk_sans_otc"))) / "NotoSansCJK-Regular.ttc",
    )
    for path in found:
        if not path.is_file():
            raise Unavailable("缺少打印用的字体：%(font)s。", font=path.name)
    return found


@cache
def drawable() -> frozenset[int]:
    """Every code point that one of the fonts draws."""
    plain, collection = (path.read_bytes() for path in font_files())
    (start,) = struct.unpack_from(">I", collection, 12 + 4 * _COLLECTION_INDEX)
    return frozenset(_code_points(plain, 0)) | frozenset(_code_points(collection, start))


def printable(text: str, field: str) -> str:
    """``text`` unchanged, if each character is visible and can be drawn; else :class:`UnprintableCharacter`."""
    for character in text:
        if not _is_printable(character):
            raise UnprintableCharacter(field=field, character=f"U+{ord(character):04X}")
    return text


def spelled(text: str) -> str:
    """``text`` with every character that can't be drawn or seen written as its code point: <U+202E>."""
    return "".join(character if _is_printable(character) else f"<U+{ord(character):04X}>" for character in text)


def _is_printable(character: str) -> bool:
    code_point = ord(character)
    if any(code_point in selectors for selectors in _VARIATION_SELECTORS):
        return True
    return code_point in drawable() and unicodedata.category(character) not in {"Cc", "Cf", "Zl", "Zp"}


def _code_points(font: bytes, start: int) -> Iterator[int]:
    """The code points of the format-12 character map of the font that begins at ``start`` (OpenType, table cmap)."""
    (table_count,) = struct.unpack_from(">H", font, start + 4)
    records = (struct.unpack_from(">4sIII", font, start + 12 + 16 * index) for index in range(table_count))
    cmap = next(offset for tag, _checksum, offset, _length in records if tag == b"cmap")
    (subtable_count,) = struct.unpack_from(">H", font, cmap + 2)
    for index in range(subtable_count):
        _platform, _encoding, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * index)
        if struct.unpack_from(">H", font, cmap + offset)[0] == 12:
            (group_count,) = struct.unpack_from(">I", font, cmap + offset + 12)
            for group in range(group_count):
                first, last, glyph = struct.unpack_from(">III", font, cmap + offset + 16 + 12 * group)
                yield from range(first if glyph else first + 1, last + 1)
            return
