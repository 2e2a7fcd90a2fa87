"""One quick look over the XML of a sheet before calamine holds it: how far it reaches, and where formulas are.

calamine lays a sheet out as a full rectangle, so two cells in far corners would cost gigabytes; and it gives the
stored value of a formula without saying that it is one. The look is a few searches over inflated blocks. XML that is
not written the usual way (prefixes, other attribute order, comments) is looked at again with expat, more slowly.
"""

import re
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from creditbank.evaluation.limits import Limits
from creditbank.evaluation.refusals import refusal

_FAR_CELL: Final = re.compile(
    rb'<c r="(?:([A-Za-z]{2,})(\d+)|([A-Za-z])(\d{6,}))[^"]*"(?!(?: [\w:]+="\w*")* ?/>)',
)
# A cheap question first: most sheets have no cell beyond column Z or row 99,999.
_MAYBE_FAR: Final = re.compile(rb'r="[A-Za-z](?:[A-Za-z]|\d{6})')
_FORMULA: Final = re.compile(rb"<f[\s/>]")
_FORMULA_CELL: Final = re.compile(rb'<c r="([A-Za-z]{1,4})(\d{1,8})"[^>]*>\s*<f[\s/>]')
_UNUSUAL_CELL: Final = re.compile(rb'<c(?!\w| r=")')
_REFERENCE: Final = re.compile(r"([A-Za-z]{1,4})(\d{1,8})")
_STRING_END: Final = re.compile(rb"</(?:\w+:)?si\s*>|<(?:\w+:)?si\s*/>")
_VALUE: Final = re.compile(rb"[<:]v\b[^>]*>\s*(\d{1,9})")
_LONGEST_CELL_BYTES: Final = 4 << 20


class _UnusualError(Exception):
    """The XML is not written the usual way; look again with expat."""


@dataclass(slots=True)
class SheetFacts:
    """What the look found: cells, the furthest row and column (1-based), columns with formulas by row as bit masks."""

    cells: int = 0
    last_row: int = 0
    last_column: int = 26
    merges: int = 0
    formulas: dict[int, int] = field(default_factory=dict)

    def reach(self, column: int, row: int) -> None:
        """A cell with content stands here."""
        self.last_column = max(self.last_column, column)
        self.last_row = max(self.last_row, row)

    def mark_formula(self, column: int, row: int) -> None:
        """A formula stands here."""
        self.formulas[row] = self.formulas.get(row, 0) | 1 << min(column, 200) - 1


def column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def look_over(blocks: Callable[[], Iterator[bytes]], sheet: str, limits: Limits) -> SheetFacts:
    """The facts of a sheet within limits. ``blocks`` gives the part's bytes anew each time it is called.

    Raises InvalidInput for too many rows or columns, a giant cell, broken XML.
    """
    try:
        facts = _look_quickly(blocks(), sheet, limits)
    except _UnusualError:
        facts = _look_slowly(blocks(), sheet, limits)
    _check_reach(facts, sheet, limits)
    return facts


def _check_reach(facts: SheetFacts, sheet: str, limits: Limits) -> None:
    if facts.last_column > limits.columns:
        raise refusal("too-many-columns-xlsx", sheet, sheet=sheet, limit=limits.columns)
    if facts.merges > limits.merged_ranges:
        raise refusal("too-many-merges", sheet, sheet=sheet)
    header_room = limits.header_rows
    if facts.last_row > limits.xlsx_rows + header_room or facts.last_row * facts.last_column > limits.xlsx_cells:
        raise refusal("too-many-rows-xlsx", sheet, sheet=sheet, limit=limits.xlsx_rows)


def _look_quickly(blocks: Iterator[bytes], sheet: str, limits: Limits) -> SheetFacts:
    facts = SheetFacts()
    carry = b""
    for block in blocks:
        chunk = carry + block
        cut = chunk.rfind(b"<c ")
        if cut <= 0:
            if len(chunk) > _LONGEST_CELL_BYTES:
                raise _UnusualError
            carry = chunk
            continue
        carry = chunk[cut:]
        _look_at(chunk[:cut], facts)
        _check_reach(facts, sheet, limits)
    _look_at(carry, facts)
    return facts


def _look_at(chunk: bytes, facts: SheetFacts) -> None:
    usual = chunk.count(b'<c r="')
    if chunk.count(b"<c") != usual and _UNUSUAL_CELL.search(chunk):
        raise _UnusualError
    if b"<!" in chunk or b":c" in chunk:
        raise _UnusualError
    facts.cells += usual
    facts.merges += chunk.count(b"mergeCell ")
    for letters, row, letter, far_row in _FAR_CELL.findall(chunk) if _MAYBE_FAR.search(chunk) else ():
        facts.reach(column_number((letters or letter).decode()), int((row or far_row)[:9]))
    if b"<f" in chunk:
        _find_formulas(chunk, facts)


def _find_formulas(chunk: bytes, facts: SheetFacts) -> None:
    found = _FORMULA_CELL.findall(chunk)
    if len(found) != len(_FORMULA.findall(chunk)):
        raise _UnusualError
    for letters, row in found:
        facts.mark_formula(column_number(letters.decode()), int(row))


class _Walker:
    """The expat way: counts positions where cells do not say theirs, as every reader of the format must."""

    def __init__(self) -> None:
        self.facts = SheetFacts()
        self.row = self.column = 0
        self.in_cell = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        local = name.rpartition(":")[2]
        if local == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = 0
        elif local == "c":
            self._start_cell(attributes.get("r"))
        elif local == "mergeCell":
            self.facts.merges += 1
        elif local == "f" and self.in_cell:
            self.facts.mark_formula(self.column, self.row)
        elif local in ("v", "is") and self.in_cell:
            self.facts.reach(self.column, self.row)

    def _start_cell(self, reference: str | None) -> None:
        self.in_cell = True
        self.facts.cells += 1
        self.column += 1
        if reference is not None:
            match = _REFERENCE.fullmatch(reference)
            if match is None:
                raise ValueError("no cell reference")
            self.column, self.row = column_number(match[1]), int(match[2])

    def end(self, name: str) -> None:
        """An element ends."""
        if name.rpartition(":")[2] == "c":
            self.in_cell = False


def _look_slowly(blocks: Iterator[bytes], sheet: str, limits: Limits) -> SheetFacts:
    walker = _Walker()
    parser = expat.ParserCreate()
    parser.StartElementHandler = walker.start
    parser.EndElementHandler = walker.end
    try:
        for block in blocks:
            parser.Parse(block, False)
            _check_reach(walker.facts, sheet, limits)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as problem:
        raise refusal("damaged", sheet, place=sheet) from problem
    return walker.facts


def text_lengths(blocks: Iterator[bytes]) -> "array[int]":
    """The length in bytes, with its markup, of each shared text of the workbook."""
    lengths = array("I")
    pending, tail = 0, b""
    for block in blocks:
        pieces = _STRING_END.split(tail + block)
        for piece in pieces[:-1]:
            lengths.append(pending + len(piece))
            pending = 0
        rest = pieces[-1]
        tail = rest[-32:]
        pending += len(rest) - len(tail)
    return lengths


def check_text_sum(
    facts: SheetFacts, lengths: "array[int]", blocks: Callable[[], Iterator[bytes]], sheet: str, limits: Limits
) -> None:
    """Refuse a sheet whose cells together point at more text than may be held; counted only if it could be so."""
    if facts.cells * max(lengths, default=0) <= limits.xlsx_text_bytes:
        return
    total, tail = 0, b""
    known = len(lengths)
    for block in blocks():
        chunk = tail + block
        cut = max(chunk.rfind(b"<"), 0)
        tail = chunk[cut:]
        for digits in _VALUE.findall(chunk[:cut]):
            index = int(digits)
            total += lengths[index] if index < known else 0
        if total > limits.xlsx_text_bytes:
            raise refusal("too-much-text", sheet, sheet=sheet)
