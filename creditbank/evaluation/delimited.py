"""Reading .csv and other delimited text as a stream: encoding, delimiter, header, rows; memory does not grow with rows.

Rows are counted as Excel shows them: one for each record, blank ones too, however many lines a quoted cell has. Lines,
records and cells are bounded, so that neither one endless line nor an open quote can fill the memory.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from creditbank.errors import InvalidInput
from creditbank.evaluation.encodings import find_encoding
from creditbank.evaluation.limits import Limits
from creditbank.evaluation.raw_rows import (
    FORMULA,
    Header,
    RawRow,
    RowCutter,
    check_lengths,
    count_known,
    find_header,
    no_header,
)
from creditbank.evaluation.refusals import refusal
from creditbank.evaluation.sources import Source

DELIMITERS: Final = (",", "\t", ";", "，", "|")
_QUOTED: Final = re.compile(r'="([^"]*)"')


@dataclass(frozen=True, slots=True)
class DelimitedTable:
    """A delimited text whose encoding, delimiter and header are known. ``rows`` may be asked for again and again."""

    source: Source
    encoding: str
    delimiter: str
    header: Header
    limits: Limits

    def rows(self) -> Iterator[RawRow]:
        """The rows below the header, blank ones left out."""
        cutter = RowCutter(self.header)
        count = 0
        for number, texts in _records(self.source, self.encoding, self.delimiter, self.limits):
            joined = "".join(texts)
            if number <= self.header.row_number or not joined.strip() or cutter.repeats_header(texts):
                continue
            count += 1
            if count > self.limits.csv_rows:
                raise refusal("too-many-rows", f"第 {number} 行", limit=self.limits.csv_rows)
            if len(joined) > self.limits.cell_chars:
                check_lengths(texts, number, self.limits)
            overflows = len(texts) > cutter.width and bool("".join(texts[cutter.width :]).strip())
            cells, extra = cutter.cut(texts)
            types: dict[int, str] = {}
            if "=" in joined:
                cells, types = _unwrap(cells)
            yield RawRow(number, cells, types, extra, overflows)


def open_delimited(source: Source, limits: Limits) -> DelimitedTable:
    """The table in a text file. Raises InvalidInput for a wrong encoding, NUL bytes, endless lines, no header."""
    with source.opened() as stream:
        encoding = find_encoding(stream)
    best: tuple[int, str, list[tuple[int, list[str]]]] = (-1, "", [])
    problems: list[InvalidInput] = []
    for delimiter in DELIMITERS:
        try:
            head = list(islice(_records(source, encoding, delimiter, limits), limits.header_rows))
        except InvalidInput as problem:
            problems.append(problem)
            continue
        known = max((count_known(texts) for _, texts in head), default=0)
        if known > best[0]:
            best = (known, delimiter, head)
    header = find_header(best[2], limits) if best[2] else None
    if header is None:
        raise problems[0] if problems else no_header(limits)
    return DelimitedTable(source, encoding, best[1], header, limits)


def _unwrap(cells: tuple[str, ...]) -> tuple[tuple[str, ...], dict[int, str]]:
    """Take ``="0123"``, the common way to keep zeros in CSV, as its text; mark any other formula."""
    types: dict[int, str] = {}
    texts = list(cells)
    for at, cell in enumerate(cells):
        if cell.startswith("="):
            quoted = _QUOTED.fullmatch(cell)
            if quoted is None:
                types[at] = FORMULA
            else:
                texts[at] = quoted[1]
    return tuple(texts), types


class _Progress:
    """Where the reading stands: records done, and lines taken for the present one."""

    __slots__ = ("lines", "records")

    def __init__(self) -> None:
        self.records = 0
        self.lines = 0


def _records(source: Source, encoding: str, delimiter: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    progress = _Progress()
    with source.opened() as stream:
        text = io.TextIOWrapper(stream, encoding=encoding, newline="")
        try:
            for record in csv.reader(_lines(text, progress, limits), delimiter=delimiter):
                progress.records += 1
                progress.lines = 0
                yield progress.records, record
        except csv.Error as problem:
            row = progress.records + 1
            raise refusal("open-quote", f"第 {row} 行", row=row) from problem
        except UnicodeError as problem:
            row = progress.records + 1
            raise refusal("encoding", f"第 {row} 行", row=row) from problem
        finally:
            text.detach()


def _lines(text: io.TextIOWrapper, progress: _Progress, limits: Limits) -> Iterator[str]:
    longest = limits.csv_line_chars
    while line := text.readline(longest):
        if len(line) == longest and line[-1] not in "\r\n":
            row = progress.records + 1
            raise refusal("line-too-long", f"第 {row} 行", row=row, limit=longest)
        progress.lines += 1
        if progress.lines > limits.csv_record_lines:
            row = progress.records + 1
            raise refusal("open-quote", f"第 {row} 行", row=row)
        yield line
