"""Registers as data: heads, and for each row its cells. One template shows them all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise

from creditbank.portals.listing import Listing, Rows
from creditbank.portals.office.access import Desk, show

Words = str | Promise
Row = TypeVar("Row")
Listed = TypeVar("Listed", bound=Rows)


@dataclass(frozen=True, slots=True)
class Head:
    """A column's heading; ``css`` is ``num`` for figures."""

    label: Words
    css: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: words, a smaller line below, a link (URL name and arguments), or a badge for a state."""

    text: Words
    sub: Words = ""
    name: str = ""
    args: tuple[str | int, ...] = ()
    state: str = ""
    tone: str = ""
    css: str = ""
    clause: str = ""

    @property
    def url(self) -> str:
        """Where the words lead; empty for nowhere."""
        return reverse(f"office:{self.name}", args=self.args) if self.name else ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table; the heads go along for the labels on phones."""

    cells: tuple[tuple[Head, Cell], ...]


def show_list(
    request: HttpRequest,
    desk: Desk,
    current: str,
    *,
    title: Words,
    listing: Listing[Listed],
    heads: Sequence[Head],
    cells: Callable[[Row], Sequence[Cell]],
    placeholder: Words = "",
    note: Words = "",
    extra: Mapping[str, object] | None = None,
    template: str = "register",
) -> HttpResponse:
    """The page of a register; ``template`` is one that extends the register's."""
    lines = [Line(tuple(zip(heads, cells(row), strict=True))) for row in listing.page]  # type: ignore[arg-type]
    context: dict[str, object] = {
        "title": title,
        "listing": listing,
        "heads": heads,
        "lines": lines,
        "placeholder": placeholder,
        "note": note,
        **(extra or {}),
    }
    return show(request, desk, template, current, context)
