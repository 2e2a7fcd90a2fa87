"""Over the API, three persons open an account; its codes are told once. Writes by session need the CSRF token."""

import pytest
from django.test import Client

from creditbank.api.models import GivenAnswer
from creditbank.people.consents import PRIVACY, current_text
from tests.api.callers import Callers, post
from tests.cast import AT
from tests.everybody import Everybody

pytestmark = pytest.mark.django_db


def test_the_codes_of_an_account_are_told_once_and_kept_nowhere(callers: Callers) -> None:
    everybody = callers.everybody
    number = _applied(everybody)
    clerk, reviewer = everybody.at_door("clerk"), everybody.at_door("reviewer")
    seen = post(clerk, f"/openings/{number}/check-identity", {"method": "original-seen"})
    assert seen.json()["identity_checked"] is True
    first = post(reviewer, f"/openings/{number}/open", key="open-1")
    again = post(reviewer, f"/openings/{number}/open", key="open-1")
    assert (first.status_code, again.status_code) == (201, 201), first.content
    assert (again["Idempotent-Replayed"], again.json()["account"]) == ("true", first.json()["account"])
    told = [first.json()[name] for name in ("student_code", "card_number")]
    assert all(told)
    assert [again.json()[name] for name in ("student_code", "card_number")] == [None, None]
    kept = str(list(GivenAnswer.objects.values_list("body", flat=True)))
    assert [secret for secret in told if secret in kept] == []
    assert clerk.get("/api/v1/institutions/SJSX/students").json()["total"] == 1


def test_an_application_goes_out_masked_and_outsiders_find_none(callers: Callers) -> None:
    number = _applied(callers.everybody)
    shown = callers.everybody.at_door("clerk").get(f"/api/v1/openings/{number}").json()
    assert (shown["name"], shown["state"]) == ("王" + "*" * 3, "submitted")
    assert callers.everybody.cast.student.number not in str(shown)
    for role in ("outsider", "other_clerk", "student"):
        assert callers.everybody.at_door(role).get(f"/api/v1/openings/{number}").status_code == 404


def test_a_write_by_session_needs_the_csrf_token(callers: Callers) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = callers.everybody.at_door("guardian").cookies
    refused = post(client, "/redemptions/DH-2026-000001/decline")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf-failed")
    token = client.get("/api/v1/session").json()["csrf_token"]
    passed = client.post("/api/v1/redemptions/DH-2026-000001/decline", headers={"X-CSRFToken": token})
    assert (passed.status_code, passed.json()["code"]) == (404, "not-found")
    nobody = Client(enforce_csrf_checks=True)
    assert post(nobody, "/redemptions/DH-2026-000001/decline").status_code == 401


def _applied(everybody: Everybody) -> str:
    asked = {
        "name": "王示例甲",
        "document_kind": "passport",
        "document_number": "E12345678",
        "birth_date": "2000-01-02",
        "privacy_version": current_text(PRIVACY, AT).version,
        "institution_code": everybody.cast.school.code,
    }
    answer = post(everybody.at_door("clerk"), "/openings", asked)
    assert answer.status_code == 201, answer.content
    return str(answer.json()["number"])
