"""One way to list: search, filters kept in the URL, pages, export. Every table of the portals is made with it.

::

    listing = make_listing(
        request.GET, returns, search=search_returns, filters=(Filter("state", _("状态"), STATES, by_state),)
    )
    if listing.export:
        return export_response(listing.export, COLUMNS, listing.rows, filename="returns")
    return render(request, "institution/returns.html", {"listing": listing})

The template shows ``{% filters listing %}``, the rows of ``listing.page`` and ``{% pager listing %}``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar, overload
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise

from creditbank.portals.export import FORMATS

PER_PAGE = 25
SEARCH_LIMIT = 80


class Rows(Protocol):
    """What can be listed: a sequence or a query set."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[object]: ...

    @overload
    def __getitem__(self, index: int, /) -> object: ...

    @overload
    def __getitem__(self, index: slice, /) -> "Rows": ...


Listed = TypeVar("Listed", bound=Rows)
Words = str | Promise


@dataclass(frozen=True, slots=True)
class Filter(Generic[Listed]):
    """A choice above the list: URL name, label, ``(value, label)`` choices, and how a choice narrows the rows.

    ``kind`` ``text`` or ``date`` (ISO) lets the reader type the value instead; choices are empty then.
    """

    name: str
    label: Words
    choices: Sequence[tuple[str, Words]]
    narrow: Callable[[Listed, str], Listed]
    kind: str = "choice"

    def value_of(self, asked: str) -> str:
        """What the URL asks for, when it means anything; else empty."""
        if self.kind == "choice":
            return asked if asked in {choice for choice, _label in self.choices} else ""
        typed = asked.strip()[:SEARCH_LIMIT]
        return typed if self.kind != "date" or _is_date(typed) else ""


@dataclass(frozen=True, slots=True)
class ChosenFilter:
    """A filter as the page shows it, with the value in the URL (empty: all)."""

    name: str
    label: Words
    choices: Sequence[tuple[str, Words]]
    value: str
    kind: str = "choice"


@dataclass(frozen=True, slots=True)
class Listing(Generic[Listed]):
    """A list as the page shows it: ``page`` of the narrowed ``rows``, and what the URL asked for."""

    rows: Listed
    page: Page[object]
    searchable: bool
    query: str
    filters: tuple[ChosenFilter, ...]
    export: str

    @property
    def narrowed(self) -> bool:
        """Whether anything is searched or filtered: an empty list then says so instead of “nothing yet”."""
        return bool(self.query or any(chosen.value for chosen in self.filters))

    def url(self, **changes: str | int) -> str:
        """The query string of this list with some of its parts changed."""
        parts: dict[str, str | int] = {"q": self.query, **{chosen.name: chosen.value for chosen in self.filters}}
        parts.update(changes)
        return "?" + urlencode({name: value for name, value in parts.items() if value != ""})


def make_listing(
    asked: Mapping[str, str],
    rows: Listed,
    *,
    search: Callable[[Listed, str], Listed] | None = None,
    filters: Sequence[Filter[Listed]] = (),
    per_page: int = PER_PAGE,
) -> Listing[Listed]:
    """Narrow ``rows`` by the URL's ``asked`` words (``q``, each filter's name, ``page``, ``format``).

    An unknown filter value means all, an unknown page the nearest one: an old link still shows something.
    """
    query = asked.get("q", "").strip()[:SEARCH_LIMIT] if search else ""
    if search and query:
        rows = search(rows, query)
    chosen = []
    for item in filters:
        value = item.value_of(asked.get(item.name, ""))
        rows = item.narrow(rows, value) if value else rows
        chosen.append(ChosenFilter(item.name, item.label, item.choices, value, item.kind))
    page: Page[object] = Paginator(rows, per_page).get_page(asked.get("page"))
    export = asked.get("format", "")
    return Listing(rows, page, search is not None, query, tuple(chosen), export if export in FORMATS else "")


def _is_date(text: str) -> bool:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    # Far from the ends of the calendar, where a day more or a zone less is no date any more.
    return day.isoformat() == text and 1900 <= day.year < 3000
