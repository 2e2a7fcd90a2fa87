"""Merged cells: only the first cell of a merged range has a value; the others are filled from it, row by row."""

from collections import deque
from collections.abc import Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
MergedRange = tuple[tuple[int, int], tuple[int, int]]


class OverlappingMergesError(ValueError):
    """More ranges cover one row than it has cells: no spreadsheet writes that."""


class MergeFiller(Generic[T]):
    """Fills rows given in rising order (0-based). Holds only the ranges that reach the present row.

    Raises :class:`OverlappingMergesError` for overlapping ranges.
    """

    def __init__(self, ranges: Sequence[MergedRange], width: int) -> None:
        self._waiting = deque(sorted(ranges))
        self._active: list[tuple[MergedRange, T]] = []
        self._width = width

    def fill(self, row: int, cells: list[T]) -> None:
        """Fill the cells of one row in place. A range outside the given width is left alone."""
        if self._active:
            self._active = [entry for entry in self._active if entry[0][1][0] >= row]
            for ((_, left), (_, right)), value in self._active:
                cells[left : right + 1] = [value] * (min(right + 1, len(cells)) - left)
        while self._waiting and self._waiting[0][0][0] <= row:
            merged = self._waiting.popleft()
            (top, left), (bottom, right) = merged
            if top != row or left >= len(cells) or bottom < top or right < left:
                continue
            value = cells[left]
            cells[left : right + 1] = [value] * (min(right + 1, len(cells)) - left)
            if bottom > row:
                self._active.append((merged, value))
        if len(self._active) > self._width:
            raise OverlappingMergesError
