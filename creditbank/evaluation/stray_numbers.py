"""Numbers of identity papers where they don't belong: in the title of an achievement, a remark, its number.

Only the column of the document may hold one. It is matched and forgotten; every other column is kept and shown.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from creditbank.people.identity_documents import citizen_check_digit, mask

_SHORTEST: Final = 18
# Eighteen signs that begin like a county and hold a birth date; digits of every script, as \d reads them.
_SHAPE: Final = re.compile(r"(?<!\d)[1-9１-９]\d{16}[\dXxＸｘ](?![0-9A-Za-z])")


def masked_strays(text: str) -> str:
    """The text with each number of a citizen's identity paper in it masked."""
    for number in _strays(text):
        text = text.replace(number, mask(unicodedata.normalize("NFKC", number)))
    return text


def has_stray(text: str) -> bool:
    """Whether a number of a citizen's identity paper stands in the text."""
    return len(text) >= _SHORTEST and next(_strays(text), None) is not None


def _strays(text: str) -> Iterator[str]:
    if len(text) < _SHORTEST:
        return
    for found in _SHAPE.findall(text):
        plain = unicodedata.normalize("NFKC", found).upper()
        # One in eleven of other long numbers passes the check digit; a date inside passes far fewer.
        if plain[6:8] in {"19", "20"} and plain[10:14] <= "1231" and citizen_check_digit(plain[:17]) == plain[17]:
            yield found
