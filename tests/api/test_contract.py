"""The contract: whatever a caller sends, the answer is one that the OpenAPI document declares, in the shape it tells.

Schemathesis makes the requests from the document, always the same ones: for each operation some that fit the document
and some that do not, at random addresses and at those of things that exist. What they change is undone each time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as sizes
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from creditbank.api.site import api
from creditbank.wsgi import application
from tests.api.callers import Callers
from tests.api.things import Things, bodies, make_things

Operation = APIOperation[Any, Any, Any, Any]
load_all_checks()
PROMISES = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 12
SEED_OF_CSRF = "c" * 32
ROLES = ("guardian", "clerk", "reviewer")
# What stands in an address, by the beginning of the path and the name of the place.
ADDRESSED = {
    ("accounts", "account"): "account",
    ("redemptions", "account"): "account",
    ("institutions", "account"): "account",
    ("institutions", "code"): "school",
    ("returns", "number"): "return",
    ("returns", "row"): "row",
    ("reversals", "reversal"): "reversal",
    ("openings", "number"): "opening",
    ("openings", "duplicate"): "duplicate",
    ("paper-consents", "number"): "paper",
    ("redemptions", "number"): "redemption",
    ("certificates", "number"): "certificate",
    ("examinations", "result"): "examination",
    ("corrections", "number"): "correction",
    ("catalogue", "number"): "schedule",
    ("catalogue", "product"): "product",
    ("attainments", "skill"): "skill",
    ("attainments", "honour"): "honour",
}


@dataclass(frozen=True)
class Knock:
    """How one caller shows who it is."""

    headers: Mapping[str, str]
    cookies: Mapping[str, str]


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """Requests leave the test's connection open, as those of Django's own test client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_one_connection")
def test_every_answer_is_one_that_the_document_declares(callers: Callers) -> None:
    things, knocks = make_things(callers.everybody), list(_knocks(callers))
    broken: dict[str, str] = {}
    reached: set[int] = set()
    with override_settings(API_REQUESTS_PER_MINUTE=10**9):
        for operation in _operations():
            try:
                reached |= _try(operation, _ways(operation, things), knocks)
            except (FailureGroup, Failure) as failure:
                broken[operation.label] = str(failure)[:500]
    assert broken == {}
    assert reached >= {200, 201, 400, 403, 404, 409}, reached


def test_the_document_is_openapi_3_1_and_declares_every_error_as_a_problem() -> None:
    document = api.document()
    assert document["openapi"].startswith("3.1")
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            statuses = {int(status) for status in told["responses"]}
            assert {400, 404, 429, 500, 503} <= statuses, (method, path)
            assert ("security" in told) == (401 in statuses), (method, path)
            writes = method in {"post", "put", "delete"} and "security" in told and not path.endswith("/check")
            named = {each["name"] for each in told.get("parameters", [])}
            assert ("Idempotency-Key" in named) == writes, (method, path)
    for shared in document["components"]["responses"].values():
        assert list(shared["content"]) == ["application/problem+json"]


def _operations() -> Iterator[Operation]:
    config = schemathesis.Config()
    # Who knocks is told by the test, not made up.
    config.projects.default.generation.update(with_security_parameters=False)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=config)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        yield found.ok()


def _places(operation: Operation, things: Things) -> dict[str, object]:
    part = operation.path.split("/")[3]
    names = [piece[1:].partition("}")[0] for piece in operation.path.split("/") if piece.startswith("{")]
    known = {name: things[ADDRESSED[part, name]] for name in names if (part, name) in ADDRESSED}
    return {**known}


def _ways(operation: Operation, things: Things) -> list[SearchStrategy[Case[Any]]]:
    """Requests that fit, at random and at real addresses, with the right body if there is one; and some that do not."""
    ways = [operation.as_strategy()]
    places = _places(operation, things)
    if places:
        ways.append(operation.as_strategy(path_parameters=places))
    body = bodies(things).get(f"{operation.method.upper()} {operation.path.removeprefix('/api/v1')}")
    if body is not None:
        ways.append(operation.as_strategy(path_parameters=places or None, body=body, media_type="application/json"))
    if _takes_something(operation):
        ways.append(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    return ways


def _try(operation: Operation, ways: list[SearchStrategy[Case[Any]]], knocks: list[Knock]) -> set[int]:
    """Make the requests of one operation; the statuses that came back."""
    reached: set[int] = set()

    @sizes(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(ways), knock=st.sampled_from(knocks))
    def answered(case: Case[Any], knock: Knock) -> None:
        with transaction.atomic():
            response = case.call(headers=dict(knock.headers), cookies=dict(knock.cookies))
            transaction.set_rollback(True)
        reached.add(response.status_code)
        case.validate_response(response, checks=PROMISES)

    answered()
    return reached


def _takes_something(operation: Operation) -> bool:
    return any(True for _each in operation.iter_parameters()) or bool(operation.body)


def _knocks(callers: Callers) -> Iterator[Knock]:
    yield Knock({"Authorization": f"Bearer {callers.key}"}, {})
    for role in ROLES:
        session = callers.everybody.at_door(role).cookies["sessionid"].value
        yield Knock({"X-CSRFToken": SEED_OF_CSRF}, {"sessionid": session, "csrftoken": SEED_OF_CSRF})
