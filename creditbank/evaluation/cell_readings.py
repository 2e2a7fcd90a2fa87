"""The cells of one row while it is being checked: reads values, gathers findings, and asks each cell only once."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from operator import itemgetter
from typing import Final, TypeVar

from creditbank.errors import InvalidInput
from creditbank.evaluation import canonical
from creditbank.evaluation.canonical import Flaw
from creditbank.evaluation.columns import COLUMNS, EXACT_KEYS, EXAMPLE_MARK, INDEX_OF, KEYS, REQUIRED_KEYS
from creditbank.evaluation.findings import ROW, Finding, shown_value
from creditbank.evaluation.raw_rows import DATE, FORMULA, NUMBER, NUMBER_1904, RawRow
from creditbank.people.names import clean_name

V = TypeVar("V")

_EXACT: Final = frozenset(INDEX_OF[key] for key in EXACT_KEYS)
_EARNED_ON: Final = INDEX_OF["earned_on"]
_REMARK: Final = INDEX_OF["remark"]
_REQUIRED: Final = tuple((INDEX_OF[key], key) for key in REQUIRED_KEYS)
_required_of: Final = itemgetter(*(index for index, _ in _REQUIRED))
_exact_of: Final = itemgetter(*_EXACT)
_LONGEST_SAFE: Final = min(column.max_chars for column in COLUMNS)
# What Excel writes into a CSV file for a long number that was not kept as text.
_SCIENTIFIC: Final = re.compile(r"\d(\.\d+)?[eE]\+\d+")
_TYPE_WORDS: Final = {"date": "日期", "truth": "TRUE/FALSE", "duration": "时间"}


@lru_cache(maxsize=1 << 14)
def _clean_name(text: str) -> str | None:
    try:
        return clean_name(text)
    except InvalidInput:
        return None


class Reading:
    """One raw row, its findings so far, and which of its cells are already known to be bad."""

    __slots__ = ("_bad", "findings", "raw", "texts")

    def __init__(self, raw: RawRow) -> None:
        self.raw = raw
        self.texts = ["" if text.isspace() else text for text in raw.cells]
        self.findings: list[Finding] = []
        self._bad: set[str] = set()

    def text(self, key: str) -> str:
        """The text of a cell; empty if it is blank."""
        return self.texts[INDEX_OF[key]]

    def plain(self, key: str) -> str:
        """The text of a cell as it will be shown."""
        return canonical.plain_text(self.raw.cells[INDEX_OF[key]])

    def add(self, column: str, code: str, **params: str) -> None:
        """Note a finding; its value is masked where personal."""
        value = shown_value(column, self.raw.cells[INDEX_OF[column]]) if column != ROW else ""
        self.findings.append(Finding(self.raw.number, column, code, value, params))
        self._bad.add(column)

    def note_missing(self, keys: Iterable[str]) -> None:
        """Note the cells that hold no value, where nothing was found yet."""
        for key in keys:
            if key not in self._bad:
                self.add(key, "required-missing")

    def is_bad(self, key: str) -> bool:
        """Whether something was found in this cell."""
        return key in self._bad

    def is_given(self, key: str, parse: Callable[[str], object]) -> bool:
        """Whether the cell says something, readable or not."""
        return bool(self.text(key)) and parse(self.text(key)) is not None

    def value(self, key: str, parse: Callable[[str], V | Flaw]) -> V | None:
        """The canonical value of a cell; None if it is blank or bad (then there is a finding)."""
        text = self.texts[INDEX_OF[key]]
        if not text or key in self._bad:
            return None
        found = parse(text)
        if isinstance(found, Flaw):
            self.add(key, found.code, **dict(found.params))
            return None
        return found

    def name(self) -> str | None:
        """The name as it will be shown."""
        text = self.text("name")
        if not text or self.is_bad("name"):
            return None
        name = _clean_name(text)
        if name is None:
            self.add("name", "name")
        return name

    def check_cells(self) -> None:
        """What can be wrong with a cell before its text is looked at: missing, too long, a formula, a wrong type."""
        cells = self.raw.cells
        if cells[_REMARK].startswith(EXAMPLE_MARK):
            self.add(ROW, "example-row")
        if self.raw.overflows:
            self.add(ROW, "row-overflows")
        for index, kind in self.raw.types.items():
            self._check_type(index, kind)
        if "" in _required_of(self.texts):
            for index, key in _REQUIRED:
                if not self.texts[index] and key not in self._bad:
                    self.add(key, "required-missing")
        if "+" in "".join(_exact_of(cells)):
            self._check_digits()
        if max(map(len, cells)) > _LONGEST_SAFE:
            self._check_lengths()

    def check_identity(self) -> None:
        """A row must say who it is about."""
        if not (self.text("document_number") or self.text("card_number")):
            self.add("document_number", "identity-missing")

    def _check_type(self, index: int, kind: str) -> None:
        key = KEYS[index]
        if kind == FORMULA:
            self.add(key, "formula")
        elif kind in (NUMBER, NUMBER_1904):
            if index in _EXACT:
                self.add(key, "numeric-identifier")
        elif kind != DATE or index != _EARNED_ON:
            self.add(key, "wrong-type", type=_TYPE_WORDS[kind])

    def _check_digits(self) -> None:
        for index in _EXACT:
            cell = self.raw.cells[index]
            if KEYS[index] not in self._bad and _SCIENTIFIC.fullmatch(cell.strip()):
                self.add(KEYS[index], "numeric-identifier")

    def _check_lengths(self) -> None:
        for column, cell in zip(COLUMNS, self.raw.cells, strict=True):
            if len(cell) > column.max_chars and column.key not in self._bad:
                self.add(column.key, "too-long", limit=str(column.max_chars))
