"""A sheet read row by row out of its XML, in memory that does not grow with its rows.

Only sheets written the usual way are read so, which is how Excel, WPS and every library write them; at the first thing
that is not usual, calamine takes over from there (see ``whole_sheet``). Both ways give the same, cell for cell.
"""

import re
from collections.abc import Callable, Iterator
from operator import call, itemgetter
from typing import Final
from zipfile import ZipInfo

from creditbank.evaluation.archive import part_blocks
from creditbank.evaluation.cell_values import Converters, converters
from creditbank.evaluation.columns import KEYS
from creditbank.evaluation.limits import Limits
from creditbank.evaluation.merges import MergedRange, MergeFiller
from creditbank.evaluation.number_styles import NumberStyles
from creditbank.evaluation.raw_rows import FORMULA, RawRow
from creditbank.evaluation.row_shapes import EMPTY_ROWS, RowShape, column_index, learn_shape
from creditbank.evaluation.shared_texts import UnusualError, check_head, decoded, is_odd
from creditbank.evaluation.sheet_rows import Layout, Sheet
from creditbank.evaluation.sources import Source
from creditbank.evaluation.whole_sheet import fill_row

_BEGIN: Final = b"<sheetData>"
_END: Final = b"</sheetData>"
_ROW_END: Final = b"</row>"
_LONGEST_ROW_BYTES: Final = 4 << 20
_LONGEST_TAIL_BYTES: Final = 16 << 20
_MOST_SHAPES: Final = 64
_SEAM_BYTES: Final = 4096
_ROW_BEGIN: Final = b'<row r="'
_LAST_ROW: Final = re.compile(rb'<row r="(\d{1,18})"')
_MERGE: Final = re.compile(rb'<mergeCell ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})" ?/>')

Found = tuple[int, RowShape, list[str]]
"""A row as matched: its number, its shape, the texts of its cells."""


class StreamedSheet:
    """One sheet. ``whole`` opens the same sheet the other way; ``place`` names it in a refusal."""

    def __init__(
        self,
        source: Source,
        part: ZipInfo,
        texts: list[str],
        styles: NumberStyles,
        *,
        epoch_1904: bool,
        limits: Limits,
        place: str,
        whole: Callable[[], Sheet],
    ) -> None:
        self._source = source
        self._part = part
        self._styles = styles
        self._limits = limits
        self._place = place
        self._whole = whole
        self._last_row = limits.xlsx_rows + limits.header_rows
        self._converters = converters(texts, epoch_1904=epoch_1904)
        with source.opened() as stream:
            self._merges = _merges_behind(part_blocks(stream, part)(), limits)

    def first_rows(self) -> list[tuple[int, list[str]]]:
        """The rows among which the header is looked for. Raises UnusualError."""
        rows: list[tuple[int, list[str]]] = []
        for number, shape, found in self._found():
            if number > self._limits.header_rows:
                break
            rows.append((number, _placed(shape, found, 0)))
        return rows

    def rows(self, layout: Layout) -> Iterator[RawRow]:
        """The rows below the header that have content of their own; through calamine from the first unusual one on."""
        done = header_row = layout.header.row_number
        ranges = [merged for merged in self._merges if merged[0][0] >= header_row]
        rows = self._merged_rows(layout, ranges) if ranges else self._plain_rows(layout)
        try:
            for raw in rows:
                done = raw[0]
                yield raw
        except UnusualError:
            pass
        else:
            return
        for raw in self._whole().rows(layout):
            if raw[0] > done:
                yield raw

    def _plain_rows(self, layout: Layout) -> Iterator[RawRow]:
        header_row, longest = layout.header.row_number, self._limits.cell_chars
        fits: dict[int, _Fit] = {}
        for number, shape, found in self._found():
            if number <= header_row or not any(found):
                continue
            fit = fits.get(id(shape))
            if fit is None:
                fit = fits[id(shape)] = _Fit(shape, layout)
            if len("".join(found)) > longest or found[fit.first] == fit.title:
                raw = layout.raw_row(number, _placed(shape, found, layout.width), fit.types_at)
                if raw is not None:
                    yield raw
                continue
            found.append("")
            others = fit.others
            yield RawRow(number, fit.pick(found), fit.types, () if others is None else others(found))

    def _merged_rows(self, layout: Layout, ranges: list[MergedRange]) -> Iterator[RawRow]:
        width, done = layout.width, layout.header.row_number
        filler: MergeFiller[tuple[str, str]] = MergeFiller(ranges, width)
        for number, shape, found in self._found():
            if number <= done:
                continue
            for absent in range(done + 1, number):
                fill_row(filler, absent, [("", "")] * width, self._place)
            done = number
            cells = [(text, shape.types.get(at, "")) for at, text in enumerate(_placed(shape, found, width))]
            fill_row(filler, number, cells, self._place)
            if any(found):
                types = {at: kind for at, (_, kind) in enumerate(cells) if kind}
                types.update(dict.fromkeys(shape.formulas, FORMULA))
                raw = layout.raw_row(number, [text for text, _ in cells], types)
                if raw is not None:
                    yield raw

    def _found(self) -> Iterator[Found]:
        """Every row with cells, matched and converted. Raises UnusualError at the first that can't be."""
        known: list[_Known] = []
        first = second = None
        before = 0
        with self._source.opened() as stream:
            for chunk in _row_chunks(part_blocks(stream, self._part)()):
                odd = is_odd(chunk)
                for piece in chunk.split("</row>")[:-1]:
                    match = None if first is None else first.match(piece)
                    if match is None:
                        match = None if second is None else second.match(piece)
                        first, second = second, first
                        if match is None:
                            first, match = self._known_for(piece, known)
                    assert first is not None, "a match has a shape"
                    number, *values = match.groups()
                    row = int(number)
                    if row <= before or row > self._last_row:
                        if row > before and not values:
                            continue
                        raise UnusualError
                    before = row
                    calls = first.odd if odd else first.plain
                    yield row, first.shape, list(map(call, calls, values))

    def _known_for(self, piece: str, known: list["_Known"]) -> tuple["_Known", re.Match[str]]:
        """A shape that was met before, or a new one."""
        empty = EMPTY_ROWS.match(piece)
        row = piece[empty.end() :] if empty is not None else piece
        for each in known:
            match = each.match(row)
            if match is not None:
                return each, match
        if len(known) >= _MOST_SHAPES:
            raise UnusualError
        shape = learn_shape(row, self._styles, self._limits.columns)
        match = shape.match(row)
        if match is None:
            raise UnusualError
        known.append(_Known(shape, self._converters))
        return known[-1], match


class _Known:
    """A shape that was met, with what turns each of its values into text: as it is, and where there may be escapes."""

    __slots__ = ("match", "odd", "plain", "shape")

    def __init__(self, shape: RowShape, converters: Converters) -> None:
        self.shape = shape
        self.match = shape.match
        self.plain = tuple(converters.plain[kind] for kind in shape.kinds)
        self.odd = tuple(converters.odd[kind] for kind in shape.kinds)


class _Fit:
    """How the values of a shape fall into our columns."""

    __slots__ = ("first", "others", "pick", "title", "types", "types_at")

    def __init__(self, shape: RowShape, layout: Layout) -> None:
        header = layout.header
        order = {position: at for at, position in enumerate(shape.positions)}
        absent = len(order)
        self.pick = itemgetter(*(order.get(header.position_of.get(key, -1), absent) for key in KEYS))
        extra = tuple(order.get(position, absent) for position in header.extra)
        self.others: Callable[[list[str]], tuple[str, ...]] | None = None
        if extra:
            self.others = lambda found: tuple([found[at] for at in extra])
        self.types_at = {**shape.types, **dict.fromkeys(shape.formulas, FORMULA)}
        self.types = layout.known(self.types_at)
        # A row that repeats the header has its first title in its place.
        leftmost = min(header.position_of.values())
        self.first = order.get(leftmost, 0)
        self.title = header.titles[leftmost]


def _placed(shape: RowShape, found: list[str], width: int) -> list[str]:
    """The texts by position, at least ``width`` of them."""
    row = [""] * max(width, shape.width)
    for at, text in zip(shape.positions, found, strict=True):
        row[at] = text
    return row


def _row_chunks(blocks: Iterator[bytes]) -> Iterator[str]:
    """The rows of the sheet, in chunks that end with a row's end. Raises UnusualError."""
    data = _behind_head(blocks)
    while True:
        end = data.find(_END)
        cut = data.rfind(_ROW_END, 0, len(data) if end < 0 else end)
        cut = 0 if cut < 0 else cut + len(_ROW_END)
        if cut:
            yield decoded(data[:cut])
        if end >= 0:
            if EMPTY_ROWS.fullmatch(decoded(data[cut:end])) is None:
                raise UnusualError
            return
        block = next(blocks, None)
        if block is None or len(data) - cut > _LONGEST_ROW_BYTES:
            raise UnusualError
        data = data[cut:] + block


def _behind_head(blocks: Iterator[bytes]) -> bytes:
    data = b""
    for block in blocks:
        data += block
        at = data.find(_BEGIN)
        if at >= 0:
            check_head(decoded(data[:at]))
            return data[at + len(_BEGIN) :]
        if len(data) > _LONGEST_ROW_BYTES:
            break
    raise UnusualError


def _merges_behind(blocks: Iterator[bytes], limits: Limits) -> list[MergedRange]:
    """The merged ranges, which stand behind the rows. UnusualError also where the rows are too many to be streamed."""
    recent, tail = b"", b""
    for block in blocks:
        if tail:
            tail += block
        else:
            recent = recent[-_SEAM_BYTES:] + block
            at = recent.find(_END)
            if at >= 0:
                recent, tail = recent[:at], recent[at:]
        if len(tail) > _LONGEST_TAIL_BYTES:
            raise UnusualError
    last = recent.rfind(_ROW_BEGIN)
    number = _LAST_ROW.match(recent, last) if last >= 0 else None
    if number is not None and int(number[1]) > limits.xlsx_rows + limits.header_rows:
        raise UnusualError
    found = _MERGE.findall(tail)
    if len(found) != tail.count(b"mergeCell ") or b"<!" in tail or b"<sheetData" in tail:
        raise UnusualError
    if len(found) > limits.merged_ranges:
        raise UnusualError
    return [
        ((int(top) - 1, column_index(left.decode())), (int(bottom) - 1, column_index(right.decode())))
        for left, top, right, bottom in found
    ]
