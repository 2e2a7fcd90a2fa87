"""Every caller at every operation of the document: who is meant is served, nobody else is, and nothing breaks.

Whatever comes back is what the OpenAPI document declares.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from creditbank.api.site import api
from tests.api.callers import Callers
from tests.api.calling import V1, call, code_of, send_file
from tests.api.operations import EVERYBODY, MEANT, OWN_LISTS, address
from tests.api.promises import broken_promise
from tests.api.things import Things, bodies, make_things
from tests.evaluation.returns import csv_file, row
from tests.everybody import ROLES

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db

# Done, or told what is wrong with the wish itself.
SERVED = {200, 201, 204, 400, 409, 422}
KEYS = ("key", "narrow_key", "other_key")


def operations() -> list[str]:
    """Every operation of the OpenAPI document, as ``POST /returns``."""
    paths = api.document()["paths"]
    return [f"{method.upper()} {path.removeprefix(V1)}" for path, methods in paths.items() for method in methods]


def test_every_operation_says_who_is_meant_and_no_entry_is_left_over() -> None:
    assert sorted(operations()) == sorted(MEANT)


def test_an_operation_needs_nobody_known_just_when_everybody_is_meant() -> None:
    paths = api.document()["paths"]
    public = {
        f"{method.upper()} {path.removeprefix(V1)}"
        for path, methods in paths.items()
        for method, told in methods.items()
        if not told.get("security")
    }
    assert public == {operation for operation, roles in MEANT.items() if roles == EVERYBODY}


def test_each_operation_serves_those_who_are_meant_and_nobody_else(callers: Callers, settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    things = make_things(callers.everybody)
    wrong: list[str] = []
    for role, client in _clients(callers):
        for operation in operations():
            cache.clear()
            with transaction.atomic():
                response = _knock(callers, client, operation, things)
                transaction.set_rollback(True)
            if not _as_meant(response, operation, role):
                wrong.append(f"{role}: {operation}: {response.status_code}")
            if response.status_code >= 400:
                code_of(response)
            if broken := broken_promise(operation, response):
                wrong.append(f"{role}: {operation}: {broken}")
    assert wrong == []


def _clients(callers: Callers) -> Iterator[tuple[str, Client]]:
    for role in ROLES:
        yield role, callers.everybody.at_door(role)
    yield from zip(KEYS, map(callers.system, (callers.key, callers.narrow_key, callers.other_key)), strict=True)


def _knock(callers: Callers, client: Client, operation: str, things: Things) -> "Answer":
    method, to = operation.partition(" ")[0], address(operation, things)
    if operation in {
        "POST /returns",
        "POST /returns/check",
        "PUT /returns/{number}/file",
        "POST /returns/{number}/mend",
        "POST /catalogue/schedules/{number}/prices",
    }:
        return send_file(client, method, to, csv_file(row(callers.everybody.cast.student, "N-1")))
    return call(client, method, to, bodies(things).get(operation))


def _as_meant(response: "Answer", operation: str, role: str) -> bool:
    if role in MEANT[operation]:
        found_nothing = operation in {"POST /certificates/check", "POST /balance"}
        return response.status_code in (SERVED | {404} if found_nothing else SERVED)
    if role == "public":
        return response.status_code == 401
    if operation in OWN_LISTS and response.status_code == 200:
        found = response.json()
        return found == [] or (isinstance(found, dict) and found["total"] == 0)
    if operation == "GET /session":
        return response.status_code == 401
    if operation == "POST /examinations/sittings" and role == "student":
        # Her own paper lies open: she is told so, as the adult beside her begins.
        return response.status_code == 409
    # Who may read a return is told that its state does not allow a step that is not hers anyway.
    told_the_state = operation.startswith("POST /returns/{number}/") and role in MEANT["GET /returns/{number}"]
    return response.status_code in ({403, 404, 409} if told_the_state else {403, 404})
