"""What both ways of reading a sheet share: how a header lays it out, and how texts by position become rows of ours."""

from collections.abc import Iterator, Mapping
from typing import Final, Protocol

from creditbank.evaluation.columns import INDEX_OF
from creditbank.evaluation.limits import Limits
from creditbank.evaluation.raw_rows import NUMBER, Header, RawRow, RowCutter, check_lengths

_EARNED_ON: Final = INDEX_OF["earned_on"]


class Layout:
    """Where our columns stand under a header; ``index_at`` gives our index by the position in the file.

    ``number_type`` is what a number in the column of the date is: a serial day of one epoch or the other.
    """

    def __init__(self, header: Header, number_type: str, limits: Limits) -> None:
        self.header = header
        self.width = len(header.titles)
        self.limits = limits
        self.index_at = {position: INDEX_OF[key] for key, position in header.position_of.items()}
        self._number_type = number_type
        self._cutter = RowCutter(header)

    def known(self, types: Mapping[int, str]) -> dict[int, str]:
        """Types by our columns, from types by positions in the file."""
        known = {self.index_at[at]: kind for at, kind in types.items() if at in self.index_at}
        if known.get(_EARNED_ON) == NUMBER:
            known[_EARNED_ON] = self._number_type
        return known

    def raw_row(self, number: int, texts: list[str], types: Mapping[int, str]) -> RawRow | None:
        """The row of these texts (types by position); None where the header stands once more."""
        if len("".join(texts)) > self.limits.cell_chars:
            check_lengths(texts, number, self.limits)
        if self._cutter.repeats_header(texts):
            return None
        cells, extra = self._cutter.cut(texts)
        return RawRow(number, cells, self.known(types) if types else {}, extra)


class Sheet(Protocol):
    """A sheet that can be read again and again."""

    def first_rows(self) -> list[tuple[int, list[str]]]:
        """The rows among which the header is looked for: number and texts."""

    def rows(self, layout: Layout) -> Iterator[RawRow]:
        """The rows below the header that have content of their own, in their order, merged cells filled."""
