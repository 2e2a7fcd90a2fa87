"""A cell of a file as the text that says the same in another file, where the type of the cell does not go along."""

from datetime import date
from typing import Final

from creditbank.evaluation.canonical import parse_date_number
from creditbank.evaluation.columns import INDEX_OF
from creditbank.evaluation.raw_rows import NUMBER, NUMBER_1904, RawRow

_EARNED_ON: Final = INDEX_OF["earned_on"]
_NUMBERS: Final = frozenset((NUMBER, NUMBER_1904))


def cell_text(raw: RawRow, key: str) -> str:
    """The text of a cell; a day that Excel counts as a number is written out as a date."""
    text = raw.text(key)
    if key != "earned_on" or raw.types.get(_EARNED_ON) not in _NUMBERS:
        return text
    day = parse_date_number(text, raw.types[_EARNED_ON] == NUMBER_1904)
    return day.isoformat() if isinstance(day, date) else text
