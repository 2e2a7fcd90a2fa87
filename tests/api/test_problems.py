"""Every refusal has one shape, whoever found it, in the language that was asked for; its address explains it."""

import pytest
from django.test import Client, override_settings

from creditbank.api.explaining import known_codes
from creditbank.api.problems import FACE
from creditbank.api.site import api
from tests.api.callers import JSON, PROBLEM, Callers, post
from tools import reference

pytestmark = pytest.mark.django_db
SHAPE = {"type", "title", "status", "detail", "code"}


def test_unknown_addresses_and_methods_are_problems(client: Client) -> None:
    nowhere = client.post("/api/v1/nowhere")
    assert (nowhere.status_code, nowhere["Content-Type"], nowhere.json()["code"]) == (404, PROBLEM, "unknown-address")
    wrong = client.delete("/api/v1/returns")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method-not-allowed")
    assert set(wrong["Allow"].split(", ")) == {"GET", "POST"}


def test_every_problem_has_the_shape_and_its_type_leads_to_an_explanation(client: Client) -> None:
    answers = [
        client.get("/api/v1/accounts"),
        client.get("/api/v1/nowhere"),
        client.get("/api/v1/institutions?limit=0"),
        client.post("/api/v1/policy/decide", "{", content_type=JSON),
        client.post("/api/v1/certificates/check", "{", content_type=JSON),
        client.post("/api/v1/certificates/check", {"number": "1"}, content_type="text/plain"),
        post(client, "/certificates/check", {"number": "LM-A3-2026-000001", "code": "AAAA"}),
    ]
    for answer in answers:
        problem = answer.json()
        assert answer["Content-Type"] == PROBLEM
        assert answer["Cache-Control"] == "no-store"
        assert set(problem) >= SHAPE
        assert problem["status"] == answer.status_code
        explained = client.get(problem["type"])
        assert (explained.status_code, explained.json()["code"]) == (200, problem["code"])
        assert explained.json()["status"] == answer.status_code


def test_every_code_in_the_tree_is_explained_to_programs_and_to_people(client: Client) -> None:
    assert {entry.code for entry in reference.errors()} | set(FACE) == set(known_codes())
    assert len(client.get("/api/v1/problems").json()) == len(known_codes())
    page = client.get("/api/v1/problems/not-found", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (page.status_code, page["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert client.get("/api/v1/problems/no-such-code").status_code == 404


@pytest.mark.parametrize(("language", "tag"), [("zh-hans", "zh-hans"), ("en", "en")])
def test_a_problem_speaks_the_language_that_was_asked_for(client: Client, language: str, tag: str) -> None:
    answer = client.get("/api/v1/accounts", headers={"Accept-Language": language})
    assert answer["Content-Language"] == tag


def test_characters_that_no_text_has_are_refused_unread(client: Client) -> None:
    assert client.get("/api/v1/institutions?text=%00").json()["code"] == "malformed-request"
    answer = client.post("/api/v1/certificates/check", '{"number": "\\u0000", "code": "a"}', content_type=JSON)
    assert answer.json()["code"] == "malformed-request"


def test_a_body_past_the_limit_is_not_read(client: Client) -> None:
    answer = client.post("/api/v1/certificates/check", b" " * (1024 * 1024 + 1), content_type=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "content-too-large")
    with override_settings(UPLOAD_MAX_BYTES=1000):
        sent = client.post("/api/v1/returns/check", {"file": "x" * 2000})
    assert (sent.status_code, sent.json()["code"]) == (413, "content-too-large")


def test_an_error_of_the_program_tells_no_inside(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr("creditbank.api.public.public_keys", broken)
    answer = client.get("/api/v1/keys")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal-error")
    assert b"secret" not in answer.content


def test_too_many_requests_of_one_caller_wait_for_the_next_minute(callers: Callers) -> None:
    with override_settings(API_REQUESTS_PER_MINUTE=3):
        answers = [callers.system(callers.key).get("/api/v1/returns") for _ in range(8)]
        assert answers[0].status_code == 200
        last = answers[-1]
        assert (last.status_code, last.json()["code"]) == (429, "too-many-requests")
        assert 0 <= int(last["Retry-After"]) <= 60
        assert callers.system(callers.other_key).get("/api/v1/returns").status_code == 200


def test_the_page_for_people_tells_every_operation(client: Client) -> None:
    page = client.get("/api/").content.decode()
    assert [path for path in api.document()["paths"] if path not in page] == []
    assert client.get("/api/v1/")["Location"] == "/api/"
