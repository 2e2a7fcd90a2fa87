"""A refused command becomes a page in words, with its clause and the right status."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from creditbank.errors import Busy, Conflict, CreditBankError, InvalidInput, NotAllowed, NotFound, Refused, Unavailable
from creditbank.ledger.errors import BookMissing, BookNotOpen
from creditbank.portals.failures import STATUS_OF, CreditBankErrors

pytestmark = pytest.mark.django_db


def _answer(error: Exception) -> HttpResponse | None:
    request: HttpRequest = RequestFactory().get("/")
    request.user = AnonymousUser()
    return CreditBankErrors(lambda _request: HttpResponse()).process_exception(request, error)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidInput(), 400),
        (NotAllowed(), 403),
        (NotFound(), 404),
        (Conflict(), 409),
        (Refused("按照规定不能办理。", clause="R-1.1"), 422),
        (Busy(), 503),
        (Unavailable(), 503),
        (BookNotOpen(), 409),
        (BookMissing(), 404),
    ],
)
def test_an_error_has_its_status_and_its_words(error: CreditBankError, status: int) -> None:
    response = _answer(error)
    assert response is not None
    assert response.status_code == status
    assert error.message in response.content.decode()


def test_every_error_of_the_tree_has_a_status() -> None:
    pending = [CreditBankError]
    while pending:
        found = pending.pop()
        pending += found.__subclasses__()
        if found.__module__ == "creditbank.errors":
            assert found.code in STATUS_OF


def test_the_clause_and_the_data_are_shown_escaped() -> None:
    response = _answer(Refused("不能办理：%(what)s", clause="R-1.1", what="<script>"))
    assert response is not None
    html = response.content.decode()
    assert "/regulation/#R-1.1" in html
    assert "&lt;script&gt;" in html
    assert "<script>" not in html


def test_a_broken_page_needs_no_database_to_say_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> dict[str, str]:
        raise RuntimeError

    monkeypatch.setattr("creditbank.portals.context.site_facts", broken)
    client.raise_request_exception = False
    response = client.get("/help/")
    assert response.status_code == 500
    assert "系统出错了" in response.content.decode()


def test_other_errors_stay_what_they_are() -> None:
    assert _answer(ValueError("no")) is None
