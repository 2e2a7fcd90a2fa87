"""Every role at every door: who is meant comes in, nobody else does, and nobody else changes anything by knocking.

The doors come from the resolver, the expectations from ``doors.py``; a route without an entry fails here.
"""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import transaction
from django.http.response import HttpResponseBase
from django.utils import translation
from pytest_django import DjangoDbBlocker

from creditbank import clock
from tests.everybody import ROLES, gather_everybody
from tests.portals.doors import DOORS, HOUSES, NOBODY, Door
from tests.portals.world import NOW, World, make_world
from tests.url_map import Route, routes

# Each test inside a transaction of its own, within that of the world.
pytestmark = pytest.mark.django_db

LOGIN = "/account/login/"
SHUT = {403, 404, 405}
# In one's own house, but not one's own step: refused with a reason, beside the form or on the next page.
REFUSED = SHUT | {302, 400, 409, 422}
# What a hostile hand would fill in; every form takes from it what it knows.
FIELDS = {
    "reason": "原因写在这里，足够长",
    "note": "原因写在这里，足够长",
    "verdict": "accept",
    "advice": "accept",
    "agreed": "on",
    "signed": "on",
    "route": "skill",
    "method": "original-seen",
    "name": "新生示例乙",
    "role": "clerk",
    "label": "外来的钥匙",
    "scopes": "returns:write",
    "group_name": "九年级",
    "guardian_name": "林远",
    "relation": "father",
    "purposes": "account",
    "signed_on": "2026-03-01",
    "purpose": "publication",
    "answer": "agree",
}
# Knocking may note that somebody knocked.
TRACES = {"QueryCount", "SharedCount", "Session"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The world made once, on its own day; undone after the last knock."""

    def now() -> datetime:
        return NOW

    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(clock, "now", now)
        made = make_world(gather_everybody())
        # The logins are made before anybody looks whether something changed.
        for role in ROLES:
            made.everybody.at_door(role)
        yield made
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    """A knock leaves its language behind in the thread."""
    yield
    translation.activate("zh-hans")


def test_every_route_says_who_may_open_it_and_no_entry_is_left_over() -> None:
    names = [route.name for route in routes()]
    assert len(names) == len(set(names))
    assert sorted(set(names) - set(DOORS)) == [], "routes of which tests/portals/doors.py does not know who may open"
    assert sorted(set(DOORS) - set(names)) == [], "entries of tests/portals/doors.py without a route"


@pytest.mark.parametrize("role", ROLES)
def test_a_page_opens_for_those_who_are_meant_and_for_nobody_else(world: World, role: str) -> None:
    client = world.everybody.at_door(role)
    wrong: list[str] = []
    for route, door in _doors():
        cache.clear()
        with transaction.atomic():
            response = client.get(route.address(door.values(world.things)))
            transaction.set_rollback(True)
        if not _as_meant(response, door, role):
            wrong.append(_told(route, response))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_a_form_that_is_not_ones_own_changes_nothing(world: World, role: str) -> None:
    client = world.everybody.at_door(role)
    wrong: list[str] = []
    before = _fingerprint()
    for route, door in _doors():
        if role in door.sends:
            continue
        cache.clear()
        response = client.post(route.address(door.values(world.things)), _fields(world))
        at_home = role in HOUSES.get(route.name.partition(":")[0], NOBODY)
        if not (response.status_code in REFUSED if at_home else _stays_out(response)):
            wrong.append(_told(route, response))
    assert wrong == []
    assert _fingerprint() == before


@pytest.mark.parametrize("role", ROLES)
def test_a_form_of_ones_own_is_taken_or_told_what_is_wrong(world: World, role: str) -> None:
    wrong: list[str] = []
    for route, door in _doors():
        if role not in door.sends:
            continue
        cache.clear()
        with transaction.atomic():
            client = world.everybody.at_door(role)
            response = client.post(route.address(door.values(world.things)), _fields(world))
            transaction.set_rollback(True)
        if response.status_code not in {200, 204, 302, 400, 409, 422} or _to_login(response):
            wrong.append(_told(route, response))
    assert wrong == []


def _doors() -> list[tuple[Route, Door]]:
    return [(route, DOORS[route.name]) for route in routes() if route.name in DOORS]


def _fields(world: World) -> dict[str, str | int]:
    return {**FIELDS, "holder": world.things["holder"]}


def _as_meant(response: HttpResponseBase, door: Door, role: str) -> bool:
    if role in door.led:
        return response.status_code == 302 and not _to_login(response)
    return _comes_in(response, door) if role in door.opens else _stays_out(response)


def _comes_in(response: HttpResponseBase, door: Door) -> bool:
    if door.shape == "way":
        return response.status_code == 302 and not _to_login(response)
    whole = b"</html>" in response.getvalue() if response.status_code == 200 else False
    return response.status_code == 200 and whole == (door.shape == "page")


def _stays_out(response: HttpResponseBase) -> bool:
    return response.status_code in SHUT or _to_login(response)


def _to_login(response: HttpResponseBase) -> bool:
    return response.status_code == 302 and urlsplit(str(response["Location"])).path == LOGIN


def _told(route: Route, response: HttpResponseBase) -> str:
    return f"{route.name}: {response.status_code} {response.headers.get('Location', '')}".strip()


def _fingerprint() -> dict[str, str]:
    """Of every table how many rows it has and what they say."""
    found = {}
    for model in apps.get_app_config("creditbank").get_models():
        if model.__name__ not in TRACES:
            rows = "\n".join(map(repr, model._default_manager.order_by("pk").values_list()))
            found[model.__name__] = sha256(rows.encode()).hexdigest()
    return found
