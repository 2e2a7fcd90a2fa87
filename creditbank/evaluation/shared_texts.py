"""The shared texts of a workbook (``sharedStrings.xml``), read in blocks; each text is held once however often used.

Only what spreadsheet programs write is read here: plain texts, rich texts, phonetic notes (left out). Anything else is
:class:`UnusualError`, and calamine reads the workbook.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

XML_SPACE: Final = " \t\n\r"
_MOST_TEXTS: Final = 4_000_000
_LONGEST_TEXT_BYTES: Final = 4 << 20
_HEAD: Final = re.compile(r'\s*(?:<\?xml(?: [a-z]+="[^"<>]*")*\s*\?>)?\s*<sst(?:\s+[\w:]+="[^"<>]*")*\s*>\s*')
_DECLARED: Final = re.compile(r'encoding="(?!utf-8")', re.IGNORECASE)
_PHONETIC: Final = r'(?:<rPh(?: \w+="[^"<>]*")*><t(?: xml:space="preserve")?>[^<]*</t></rPh>)*(?:<phoneticPr [^<>]*/>)?'
_ONE: Final = re.compile(r'<t( xml:space="preserve")?>([^<]*)</t>' + _PHONETIC)
_RUN: Final = r'<r>(?:<rPr>(?:<\w+(?: \w+="[^"<>]*")*/>)*</rPr>)?<t(?: xml:space="preserve")?>[^<]*</t></r>'
_RICH: Final = re.compile(f"(?:{_RUN})+{_PHONETIC}")
_RUN_TEXT: Final = re.compile(r'<t( xml:space="preserve")?>([^<]*)</t></r>')
_ESCAPED: Final = re.compile(r"_x[0-9A-Fa-f]{4}_")
_ENTITY: Final = re.compile(r"&([^;&]{0,8});?")
_ENTITIES: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class UnusualError(Exception):
    """The XML is not written the usual way: calamine shall read it."""


@dataclass(frozen=True, slots=True)
class SharedTexts:
    """The texts by their index; ``longest`` in bytes with the markup."""

    texts: list[str]
    longest: int


def is_odd(chunk: str) -> bool:
    """Whether some text of the chunk may need :func:`plain_text`."""
    return "&" in chunk or "\r" in chunk or ("_" in chunk and "_x" in chunk)


def plain_text(text: str) -> str:
    """The text with its five named entities resolved. UnusualError for other escapes and for carriage returns."""
    if "\r" in text or _ESCAPED.search(text):
        raise UnusualError
    return _ENTITY.sub(_entity, text) if "&" in text else text


def _entity(match: re.Match[str]) -> str:
    named = _ENTITIES.get(match[1])
    if named is None or not match[0].endswith(";"):
        raise UnusualError
    return named


def check_head(head: str) -> None:
    """UnusualError unless the XML is declared as UTF-8 or not at all, and begins without comments."""
    if _DECLARED.search(head) or "<!" in head:
        raise UnusualError


def read_texts(blocks: Iterator[bytes]) -> SharedTexts:
    """The texts of the part. Raises UnusualError."""
    texts: list[str] = []
    longest = 0
    for chunk in _chunks(blocks):
        pieces = chunk.removesuffix("</si>").split("</si>")
        longest = max(longest, *map(len, pieces))
        texts += _plain_ones(chunk, len(pieces)) or map(_text_of, pieces)
        if len(texts) > _MOST_TEXTS:
            raise UnusualError
    # In UTF-8 a character has four bytes at most.
    return SharedTexts(texts, longest * 4)


def _plain_ones(chunk: str, count: int) -> list[str] | None:
    """The texts of a chunk that holds plain ones only, as most do; else None."""
    if not chunk.startswith("<si><t>") or not chunk.endswith("</t></si>") or is_odd(chunk):
        return None
    texts = chunk[7:-9].split("</t></si><si><t>")
    if len(texts) != count or chunk.count("<") != 4 * count:
        return None
    return [text.strip(XML_SPACE) for text in texts]


def _chunks(blocks: Iterator[bytes]) -> Iterator[str]:
    """What stands from each ``<si>`` to its ``</si>``, many at a time."""
    data = b""
    begun = False
    for block in blocks:
        data += block
        cut = data.rfind(b"</si>") + 5
        if len(data) > _LONGEST_TEXT_BYTES or b"<!" in data:
            raise UnusualError
        if cut < 5:
            continue
        text = decoded(data[:cut])
        data = data[cut:]
        yield text if begun else _without_head(text)
        begun = True
    rest = decoded(data)
    if (rest if begun else _without_head(rest)).strip(XML_SPACE) != "</sst>":
        raise UnusualError


def decoded(data: bytes) -> str:
    """The text of a piece of XML. UnusualError if it is not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as problem:
        raise UnusualError from problem


def _without_head(text: str) -> str:
    match = _HEAD.match(text.removeprefix("\ufeff"))
    if match is None:
        raise UnusualError
    check_head(match[0])
    return text.removeprefix("\ufeff")[match.end() :]


def _text_of(piece: str) -> str:
    if piece.startswith("<si><t>") and piece.endswith("</t>") and piece.count("<") == 3:
        text = piece[7:-4]
        return (plain_text(text) if is_odd(text) else text).strip(XML_SPACE)
    piece = piece.lstrip(XML_SPACE)
    if not piece.startswith("<si>"):
        raise UnusualError
    inside = piece[4:]
    one = _ONE.fullmatch(inside)
    if one is not None:
        return _kept(one[1], one[2])
    if _RICH.fullmatch(inside) is None:
        raise UnusualError
    return "".join(_kept(keep, text) for keep, text in _RUN_TEXT.findall(inside))


def _kept(keep: str | None, text: str) -> str:
    plain = plain_text(text)
    return plain if keep else plain.strip(XML_SPACE)
