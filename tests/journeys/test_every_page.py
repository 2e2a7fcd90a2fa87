"""Every page of the site in a real browser: accessible, within its window, light, and loading nothing from elsewhere.

The pages are those of ``tests/portals/doors.py``, seen in the sample bank by one of those who may open them; pictures
and their index go to build/screenshots.
"""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Response

from creditbank import clock
from tests.journeys.conftest import DESKTOP, PHONE, SCREENSHOTS, Visitor
from tests.journeys.sample import Sample, make_sample
from tests.portals.doors import DOORS, Door
from tests.url_map import routes

LIMIT_BYTES = 150_000
# One page in so many is looked at in English and dark as well.
OTHER_SIGHT = 5
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE_OPTIONS = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": WCAG}}
ORDER = ("public", "student", "guardian", "clerk", "approver", "reviewer", "decider", "admin", "auditor", "hotline")
# What the table of doors does not tell of: the house's own pages, and the faces that a page has besides its first.
MORE = (
    ("public", "/account/login/"),
    ("public", "/no-such-page/"),
    ("student", "/me/?q=nothing"),
    ("student", "/me/statement/?since=2026-03-01&until=2026-01-01&format=pdf"),
    ("student", "/me/offers/certificate.coach.3/"),
    ("student", "/account/2fa/"),
    ("student", "/account/reauthenticate/"),
    ("student", "/account/password/change/"),
    ("student", "/account/logout/"),
    ("guardian", "/me/"),
    ("guardian", "/me/redemptions/{own_redemption}/"),
    ("clerk", "/institution/{code}/returns/?q=nothing"),
)


@dataclass(frozen=True)
class Sight:
    """A page to look at: by whom, where."""

    role: str
    path: str


@pytest.mark.django_db(transaction=True)
def test_every_page_is_accessible_fits_the_window_and_is_light(visitor: Visitor, subtests: pytest.Subtests) -> None:
    sample = make_sample(clock.now())
    weigh = Scales(visitor)
    pictures: list[str] = []
    role = ""
    for number, sight in enumerate(sights(sample)):
        if sight.role != role:
            role = sight.role
            _enter(visitor, sample, role)
        with subtests.test(role=role, path=sight.path):
            name = f"page-{role}{sight.path}".rstrip("/").replace("?", "/")
            wrong = _look(visitor, sight.path, name, pictures)
            if weigh.total() > LIMIT_BYTES:
                wrong.append(f"{weigh.total()} bytes")
            if number % OTHER_SIGHT == 0:
                visitor.prefer(language="en", theme="dark")
                wrong += _look(visitor, sight.path, f"{name}-en-dark", pictures, pictured=(PHONE,))
                visitor.prefer()
            assert wrong == []
    _write_index(pictures)


def sights(sample: Sample) -> list[Sight]:
    """Every page of the table once, and the faces besides, by role."""
    found = [Sight(role, path.format(**sample.things)) for role, path in MORE]
    for route in routes():
        door = DOORS.get(route.name)
        if door is not None and door.shape == "page":
            found.append(Sight(_role(door), route.address(door.values(sample.things))))
    return sorted(found, key=lambda sight: ORDER.index(sight.role))


def _role(door: Door) -> str:
    """Who sees most of the page: who may send its form."""
    return next(role for role in ORDER if role in (door.opens & door.sends or door.opens))


def _enter(visitor: Visitor, sample: Sample, role: str) -> None:
    visitor.page.context.clear_cookies()
    visitor.prefer()
    if session := sample.session(role):
        name = settings.SESSION_COOKIE_NAME
        visitor.page.context.add_cookies([{"name": name, "value": session, "url": visitor.address}])


def _look(
    visitor: Visitor, path: str, name: str, pictures: list[str], *, pictured: tuple[int, ...] = (PHONE, DESKTOP)
) -> list[str]:
    """Look at a page at both widths; what is wrong with it."""
    visitor.resize(PHONE)
    visitor.open(path)
    found = Axe().run(visitor.page, options=AXE_OPTIONS)
    wrong = [f"{PHONE}: {each['id']} {each['nodes'][0]['html'][:160]}" for each in found.response["violations"]]
    if "/account/login" in visitor.page.url and "/account/login" not in path:
        wrong.append("led to the login")
    for width in (PHONE, DESKTOP):
        visitor.resize(width)
        if past := visitor.overflow():
            wrong.append(f"{width}: {past} px too wide")
        if width in pictured:
            pictures.append(visitor.shoot(f"{name}-{width}").name)
    return wrong


class Scales:
    """Weighs the page that was opened last: every answer as the bank sends it."""

    def __init__(self, visitor: Visitor) -> None:
        self._answers: list[Response] = []
        self._known: dict[str, int] = {}
        visitor.page.on("response", self._keep)

    def _keep(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self._answers.clear()
        self._answers.append(response)

    def total(self) -> int:
        """Bytes of the bodies; what is static is kept compressed in production."""
        return sum(self._weights())

    def _weights(self) -> Iterator[int]:
        for answer in self._answers:
            static = urlsplit(answer.url).path.startswith(("/static/", "/style/"))
            if static and answer.url in self._known:
                yield self._known[answer.url]
            elif 200 <= answer.status < 300 or answer.status >= 400:
                body = answer.body()
                self._known[answer.url] = len(gzip.compress(body)) if static else len(body)
                yield self._known[answer.url]


def _write_index(pictures: list[str]) -> None:
    shown = "\n".join(
        f'<figure><a href="{name}"><img src="{name}" alt="" loading="lazy"></a><figcaption>{name}</figcaption></figure>'
        for name in sorted(pictures)
    )
    style = "body{display:flex;flex-wrap:wrap;gap:1rem;font:12px sans-serif}figure{margin:0;width:240px}img{width:100%}"
    (SCREENSHOTS / "index.html").write_text(
        f'<!doctype html><meta charset="utf-8"><title>Pages</title><style>{style}</style>\n{shown}\n', encoding="utf-8"
    )
