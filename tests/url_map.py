"""Every named route of the site as Django's own resolver knows it, so that a new one cannot be forgotten."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse

# Not ours to knock at here: the login's own pages, and the API's operations, which have their own table.
ELSEWHERE = ("account/", "v1/")


@dataclass(frozen=True)
class Route:
    """A route: its full name (``student:offer``) and the names of its parameters."""

    name: str
    parameters: tuple[str, ...]

    def address(self, values: Mapping[str, str | int]) -> str:
        """The path with these values; those that the route does not ask for are left out."""
        return reverse(self.name, kwargs={each: values[each] for each in self.parameters})


def routes() -> list[Route]:
    """The portals' routes and those of the house, in the order of the map."""
    return [route for each in get_resolver().url_patterns for route in _below(each, "") if route is not None]


def _below(entry: URLPattern | URLResolver, space: str) -> Iterator[Route]:
    if isinstance(entry, URLPattern):
        assert entry.name, f"the route {entry.pattern} has no name"
        given = set(entry.default_args)
        yield Route(space + entry.name, tuple(name for name in entry.pattern.converters if name not in given))
    elif str(entry.pattern) not in ELSEWHERE:
        inner = f"{space}{entry.namespace}:" if entry.namespace else space
        for each in entry.url_patterns:
            yield from _below(each, inner)
