"""What a reader hands on, whatever the format: the header it found and raw rows of text in the order of the columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final, NamedTuple

from django.utils.translation.trans_null import gettext_noop

from creditbank.evaluation.columns import (
    COLUMN_BY_KEY,
    COLUMNS,
    IDENTITY_KEYS,
    INDEX_OF,
    REQUIRED_KEYS,
    column_of,
)
from creditbank.evaluation.limits import Limits
from creditbank.evaluation.refusals import refusal

NUMBER: Final = "number"
NUMBER_1904: Final = "number-1904"
DATE: Final = "date"
TRUTH: Final = "truth"
DURATION: Final = "duration"
FORMULA: Final = "formula"

_FEWEST_KNOWN: Final = 4
NOTES: Final = {
    "sheet-read": gettext_noop("读取了工作表“%(detail)s”。"),
    "sheets-unread": gettext_noop("没有读取其他工作表：%(detail)s。"),
    "columns-ignored": gettext_noop("以下列不属于申报单，没有读取：%(detail)s。"),
    "name-differs": gettext_noop("文件名的后缀与内容不符，已按 %(detail)s 读取。"),
}


class RawRow(NamedTuple):
    """One row as it stands in the file. ``number`` is the one that Excel shows.

    ``cells`` has a text for each of :data:`COLUMNS` (empty where the file has no such column); ``types`` says of a cell
    that was not text what it was; ``extra`` holds the cells of columns that are not ours; ``overflows`` says
    that a line of CSV has more cells than the header, so that its values may have moved.
    """

    number: int
    cells: tuple[str, ...]
    types: Mapping[int, str]
    extra: tuple[str, ...] = ()
    overflows: bool = False

    def __repr__(self) -> str:
        return f"RawRow({self.number})"

    def text(self, key: str) -> str:
        """The text in a column."""
        return self.cells[INDEX_OF[key]]


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands and which column of the file (0-based) holds which of ours."""

    row_number: int
    titles: tuple[str, ...]
    position_of: dict[str, int]
    extra: tuple[int, ...]

    @property
    def extra_titles(self) -> tuple[str, ...]:
        """The headings that are not ours; their columns are not read."""
        return tuple(self.titles[position] for position in self.extra)

    def keys_in_order(self) -> list[str]:
        """Our columns in the order in which the file has them."""
        return sorted(self.position_of, key=self.position_of.__getitem__)


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the clerk should know about the file as a whole and that is no fault: a code and its data."""

    code: str
    detail: str

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """The note in words."""
        return translate(NOTES[self.code]) % {"detail": self.detail}


class RowCutter:
    """Cuts rows of a file into our order: one indexed look-up for each row, whatever the order in the file."""

    def __init__(self, header: Header) -> None:
        self.width = len(header.titles)
        absent = self.width
        self._pick = itemgetter(*(header.position_of.get(column.key, absent) for column in COLUMNS))
        self._extra = header.extra
        self._titles = header.titles
        self._first = min(header.position_of.values())

    def cut(self, texts: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Our cells and the extra cells of a row that has any number of texts."""
        missing = self.width + 1 - len(texts)
        if missing > 0:
            texts.extend([""] * missing)
        elif missing < 0 or texts[self.width]:
            del texts[self.width :]
            texts.append("")
        cells: tuple[str, ...] = self._pick(texts)
        return cells, tuple([texts[position] for position in self._extra]) if self._extra else ()

    def repeats_header(self, texts: list[str]) -> bool:
        """Whether a row is the header once more, as in pasted files or below a header of two merged rows."""
        if texts[self._first : self._first + 1] != [self._titles[self._first]]:
            return False
        return tuple(text.strip() for text in texts[: self.width]) == self._titles


def check_lengths(texts: Sequence[str], number: int, limits: Limits) -> None:
    """Refuse a row with a cell longer than any cell may be."""
    if any(len(text) > limits.cell_chars for text in texts):
        place = f"第 {number} 行"
        raise refusal("cell-too-long", place, row=number, limit=limits.cell_chars)


def count_known(texts: Sequence[str]) -> int:
    """How many different columns of ours a row of headings names."""
    return len({column.key for text in texts if (column := column_of(text)) is not None})


def find_header(first_rows: Sequence[tuple[int, Sequence[str]]], limits: Limits) -> Header | None:
    """The header among the first rows (number, texts), or None if no row looks like one.

    Raises InvalidInput if the row that looks like it lacks required columns, or names one twice.
    """
    best = max(first_rows, key=lambda row: count_known(row[1]), default=None)
    if best is None or count_known(best[1]) < _FEWEST_KNOWN:
        return None
    return _checked_header(best[0], [text.strip() for text in best[1]], limits)


def _checked_header(row_number: int, titles: list[str], limits: Limits) -> Header:
    while titles and not titles[-1]:
        titles.pop()
    place = f"第 {row_number} 行"
    if len(titles) > limits.columns:
        raise refusal("too-many-columns", place, row=row_number, limit=limits.columns)
    position_of: dict[str, int] = {}
    repeated: list[str] = []
    extra: list[int] = []
    for position, title in enumerate(titles):
        column = column_of(title)
        if column is None:
            extra.extend([position] if title else [])
        elif column.key in position_of:
            repeated.append(column.name)
        else:
            position_of[column.key] = position
    if repeated:
        raise refusal("columns-duplicate", place, row=row_number, columns="、".join(dict.fromkeys(repeated)))
    _check_complete(row_number, position_of, place)
    return Header(row_number, tuple(titles), position_of, tuple(extra))


def _check_complete(row_number: int, position_of: dict[str, int], place: str) -> None:
    missing = [COLUMN_BY_KEY[key].name for key in REQUIRED_KEYS if key not in position_of]
    if missing:
        raise refusal("columns-missing", place, row=row_number, columns="、".join(missing))
    if not any(key in position_of for key in IDENTITY_KEYS):
        raise refusal("identity-missing", place, row=row_number)


def no_header(limits: Limits) -> Exception:
    """The refusal of a file in which no header was found."""
    names = "、".join(COLUMN_BY_KEY[key].name for key in REQUIRED_KEYS)
    return refusal("header-missing", "header", limit=limits.header_rows, columns=names)
