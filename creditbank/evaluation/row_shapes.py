"""How the rows of a sheet are written: rows of one shape differ in their values only, and one pattern reads them all.

A shape is learned from its first row, cell by cell; rows that follow are matched as wholes. The pattern holds every
byte of a row, so nothing in it can be passed over: an unknown attribute, element, comment or order is no match, and
what no shape can be learned from is an UnusualError.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from creditbank.evaluation.number_styles import NumberStyles
from creditbank.evaluation.raw_rows import DATE, NUMBER, TRUTH
from creditbank.evaluation.shared_texts import UnusualError

# What stands between the tags of a cell; plain numbers, because each cell of a sheet is asked.
SHARED: Final = 0
TRIMMED: Final = 1
KEPT: Final = 2
NUMERIC: Final = 3
DAY: Final = 4
BOOLEAN: Final = 5

# Possessive quantifiers: nothing here can match in two ways, so nothing is tried twice.
_ROW_HEAD: Final = r'<row r="([0-9]{1,7}+)"[^<>/]*+>'
_HEAD: Final = re.compile(_ROW_HEAD)
EMPTY_ROWS: Final = re.compile(r'\s*(?:<row(?: [\w:]+="[^"<>]*")* ?/>\s*)*')
_CELL: Final = re.compile(
    r'<c r="(?P<letters>[A-Z]{1,3})(?P<row>\d{1,7})"(?P<rest>(?: [a-z]+="[^"<>&]*")*)(?P<end> ?/>|>'
    r"(?P<formula><f(?: [a-z]+=(?:\"[^\"<>]*\"|'[^'<>]*'))* ?(?:/>|>[^<]*</f>))?"
    r'(?:(?P<open><v>|<is><t(?: xml:space="preserve")?>)(?P<value>[^<]*)(?P<close></v>|</t></is>))?</c>)'
)
_ATTRIBUTE: Final = re.compile(r' ([a-z]+)="([^"]*)"')
_STYLE: Final = re.compile(r"\d{1,5}")
_VALUES: Final = {
    SHARED: r"([0-9]{1,9}+)",
    TRIMMED: r"([^<]*+)",
    KEPT: r"([^<]*+)",
    NUMERIC: r"(-?[0-9]{1,20}+(?:\.[0-9]{1,20}+)?+(?:[eE][-+]?[0-9]{1,3}+)?+)",
    # Days from 1954 to 2173 without a time: all others are left to calamine.
    DAY: r"([2-9][0-9]{4})",
    BOOLEAN: r"([01])",
}
_FORMULA: Final = r"<f(?: [a-z]+=(?:\"[^\"<>]*\"|'[^'<>]*'))* ?(?:/>|>[^<]*</f>)"
_TYPES: Final = {NUMERIC: NUMBER, DAY: DATE, BOOLEAN: TRUTH}
_TEXT_KINDS: Final = {
    ("s", "<v>"): SHARED,
    ("str", "<v>"): KEPT,
    ("b", "<v>"): BOOLEAN,
    ("inlineStr", "<is><t>"): TRIMMED,
    ("inlineStr", '<is><t xml:space="preserve">'): KEPT,
}


@dataclass(frozen=True, slots=True)
class RowShape:
    """One way in which rows are written.

    ``match`` gives the row's number, then a value for each of ``positions``, of the kind in ``kinds``. ``types`` says
    by position what is not text, ``formulas`` where formulas stand; ``width`` counts the columns up to the last value.
    """

    match: Callable[[str], re.Match[str] | None]
    positions: tuple[int, ...]
    kinds: tuple[int, ...]
    types: Mapping[int, str]
    formulas: tuple[int, ...]
    width: int


def learn_shape(row: str, styles: NumberStyles, columns: int) -> RowShape:
    """The shape of a row (up to its ``</row>``). UnusualError if it is none, or reaches beyond ``columns``."""
    head = _HEAD.match(row)
    if head is None:
        raise UnusualError
    pattern = [_ROW_HEAD]
    cells: list[tuple[int, int]] = []
    formulas: list[int] = []
    at, before = head.end(), -1
    while at < len(row):
        cell = _CELL.match(row, at)
        if cell is None or cell["row"] != head[1]:
            raise UnusualError
        position = column_index(cell["letters"])
        if position <= before:
            raise UnusualError
        before, at = position, cell.end()
        kind, literal = _kind_and_pattern(cell, styles)
        pattern.append(literal)
        if kind is not None:
            cells.append((position, kind))
        if cell["formula"]:
            formulas.append(position)
    positions = tuple(position for position, _ in cells)
    width = positions[-1] + 1 if positions else 0
    if width > columns:
        raise UnusualError
    types = {position: _TYPES[kind] for position, kind in cells if kind in _TYPES}
    kinds = tuple(kind for _, kind in cells)
    return RowShape(re.compile("".join(pattern)).fullmatch, positions, kinds, types, tuple(formulas), width)


def column_index(letters: str) -> int:
    """0 for A, 26 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _kind_and_pattern(cell: re.Match[str], styles: NumberStyles) -> tuple[int | None, str]:
    """What the cell holds (None: nothing), and a pattern of cells like it in other rows."""
    start = f'<c r="{cell["letters"]}' + r'\1"' + re.escape(cell["rest"])
    kind = _kind(cell, styles)
    if cell["end"].endswith("/>"):
        return None, start + " ?/>"
    formula = _FORMULA if cell["formula"] else ""
    if kind is None:
        inside = re.escape((cell["open"] or "") + (cell["close"] or ""))
        return None, f"{start}>{formula}{inside}</c>"
    return kind, start + ">" + formula + re.escape(cell["open"]) + _VALUES[kind] + re.escape(cell["close"]) + "</c>"


def _kind(cell: re.Match[str], styles: NumberStyles) -> int | None:
    style, cell_type = _attributes(cell["rest"])
    opened = cell["open"]
    if not opened or (opened == "<v>" and not cell["value"] and cell_type != "s"):
        if cell_type not in ("n", "str"):
            raise UnusualError
        return None
    if (opened == "<v>") != (cell["close"] == "</v>"):
        raise UnusualError
    if cell_type == "n" and opened == "<v>":
        return DAY if styles.type_of(style) == DATE else NUMERIC
    kind = _TEXT_KINDS.get((cell_type, opened))
    if kind is None:
        raise UnusualError
    return kind


def _attributes(rest: str) -> tuple[int | None, str]:
    """The style and the type of a cell from what stands behind its reference."""
    found = _ATTRIBUTE.findall(rest)
    named = dict(found)
    if len(named) != len(found) or named.keys() - {"s", "t"}:
        raise UnusualError
    style = named.get("s")
    if style is not None and _STYLE.fullmatch(style) is None:
        raise UnusualError
    return (None if style is None else int(style)), named.get("t", "n")
