"""Names of persons: what is accepted, the form they are compared by, the key they are sorted by."""

import re
import unicodedata
from typing import Final

from pypinyin import lazy_pinyin

from creditbank.errors import InvalidInput

LONGEST_NAME: Final = 60
_DOTS: Final = re.compile(r"\s*[·•・‧∙⋅●．.]\s*")
_SPACES: Final = re.compile(r"\s+")
_COMPOUND_SURNAMES_TEXT: Final = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容"
    "仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁拓跋夹谷轩辕令狐"
    "段干百里呼延东郭南门羊舌微生公户公玉公仪梁丘公仲公上公门公山公坚左丘公伯西门公祖第五公乘贯丘公皙"
    "南荣东里东宫仲长子书子桑即墨达奚褚师纳兰"
)
_COMPOUND_SURNAMES: Final = frozenset(
    _COMPOUND_SURNAMES_TEXT[place : place + 2] for place in range(0, len(_COMPOUND_SURNAMES_TEXT), 2)
)
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


def public_name(name: str) -> str:
    """A name as a public notice shows it (I-15): enough to know oneself by, not enough to be found by.

    Two characters keep the surname (张*); longer names the surname and the last (张*丰, 司马*如); a compound surname
    with one character after it only itself (欧阳*). Each part of a name with · and each word of a Latin name keeps
    its first letter.
    """
    parts = re.split(r"([· -])", name)
    if len(parts) > 1 or not all(_is_han(character) for character in name):
        return "".join(part if part in "· -" else mask_name(part) for part in parts if part)
    surname = 2 if len(name) > 2 and name[:2] in _COMPOUND_SURNAMES else 1
    given = len(name) - surname
    return name[:surname] + ("*" if given <= 1 else "*" * (given - 1) + name[-1])


def _belongs_in_a_name(character: str) -> bool:
    return character in _ALLOWED_MARKS or unicodedata.category(character)[0] in "LM"


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or "\U00020000" <= character <= "\U0003ffff"
