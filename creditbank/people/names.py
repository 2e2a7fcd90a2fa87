"""Names of persons: what is accepted, the form they are compared by, the key they are sorted by."""

import re
import unicodedata
from typing import Final

from pypinyin import lazy_pinyin

from creditbank.errors import InvalidInput

LONGEST_NAME: Final = 60
_DOTS: Final = re.compile(r"\s*[·•・‧∙⋅●．.]\s*")
_SPACES: Final = re.compile(r"\s+")
_ALLOWED_MARKS: Final = frozenset("·-' ()")


def clean_name(text: str) -> str:
    """A person's name as it will be shown: NFKC, one kind of dot, no needless spaces.

    InvalidInput (``name``) when it is empty, too long, or holds digits, signs or invisible characters.
    """
    name = _DOTS.sub("·", _SPACES.sub(" ", unicodedata.normalize("NFKC", text).strip()))
    if not name or len(name) > LONGEST_NAME:
        raise InvalidInput("姓名没有填写，或超过 60 个字。", code="name", field="name")
    if not all(_belongs_in_a_name(character) for character in name):
        raise InvalidInput("姓名中只能有文字、空格和间隔号。", code="name", field="name")
    return name


def name_key(text: str) -> str:
    """The canonical form by which two names are one: Chinese without spaces, Latin in capitals with single spaces."""
    name = _DOTS.sub("·", _SPACES.sub(" ", unicodedata.normalize("NFKC", text).strip())).upper()
    return name.replace(" ", "") if any(_is_han(character) for character in name) else name


def pinyin_key(name: str) -> str:
    """The key that lists are sorted by: no Chinese collation is promised by the engines."""
    return " ".join(lazy_pinyin(name)).lower()[:300]


def mask_name(name: str) -> str:
    """The name with all but its first character hidden: 林** ."""
    return name[:1] + "*" * max(len(name) - 1, 1)


def _belongs_in_a_name(character: str) -> bool:
    return character in _ALLOWED_MARKS or unicodedata.category(character)[0] in "LM"


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or "\U00020000" <= character <= "\U0003ffff"
