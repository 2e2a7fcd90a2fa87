"""From what stands in a cell of a sheet to its text: shared texts, numbers, days, truth values, texts in the cell."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import methodcaller
from typing import Final

from creditbank.evaluation.row_shapes import BOOLEAN, DAY, KEPT, NUMERIC, SHARED, TRIMMED
from creditbank.evaluation.shared_texts import XML_SPACE, UnusualError, plain_text
from creditbank.evaluation.whole_sheet import number_text

_EPOCH: Final = datetime.date(1899, 12, 30)
_EPOCH_1904: Final = datetime.date(1904, 1, 1)
_REMEMBERED: Final = 10_000

Convert = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Converters:
    """What turns a value into text, by its kind: as values are, and where there may be escapes in them."""

    plain: Mapping[int, Convert]
    odd: Mapping[int, Convert]


class _Memory(dict[str, str]):
    """Remembers the texts of the first values; what repeats in a return comes early. Asked as a plain dict, in C."""

    def __init__(self, convert: Convert) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, value: str) -> str:
        text = self._convert(value)
        if len(self) < _REMEMBERED:
            self[value] = text
        return text


def converters(texts: list[str], *, epoch_1904: bool) -> Converters:
    """The converters of one sheet. They raise UnusualError for what calamine shall read."""
    epoch = _EPOCH_1904 if epoch_1904 else _EPOCH

    def shared(value: str) -> str:
        try:
            return texts[int(value)]
        except IndexError as problem:
            raise UnusualError from problem

    def day(value: str) -> str:
        return (epoch + datetime.timedelta(days=int(value))).isoformat()

    common: dict[int, Convert] = {
        SHARED: _Memory(shared).__getitem__,
        NUMERIC: _Memory(lambda value: number_text(float(value))).__getitem__,
        DAY: _Memory(day).__getitem__,
        BOOLEAN: {"0": "FALSE", "1": "TRUE"}.__getitem__,
    }
    return Converters(
        {**common, TRIMMED: methodcaller("strip", XML_SPACE), KEPT: str},
        {**common, TRIMMED: lambda value: plain_text(value).strip(XML_SPACE), KEPT: plain_text},
    )
