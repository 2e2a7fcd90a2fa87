"""The balance query on the public page: a hit shows figures, every miss the same words."""

import re

import pytest
from django.test import Client

from tests.cast import Pupil, pupil

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


@pytest.fixture
def student() -> Pupil:
    return pupil("林知夏")


def _ask(client: Client, card: str, number: str) -> str:
    response = client.post("/balance/", {"card": card, "document_number": number})
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return TOKEN.sub("", response.content.decode())


def test_card_and_paper_show_the_balance_and_a_masked_name(client: Client, student: Pupil) -> None:
    html = _ask(client, student.card, student.number)
    assert "可用学分" in html
    assert "0.00" in html
    assert student.name not in html
    assert student.number not in html


def test_every_miss_gets_the_same_words(student: Pupil) -> None:
    other_paper = student.number[:-1] + ("0" if student.number[-1] != "0" else "1")
    pages = [
        _ask(Client(REMOTE_ADDR="192.0.2.1"), student.card, other_paper),
        _ask(Client(REMOTE_ADDR="192.0.2.2"), "1234567890123", student.number),
        _ask(Client(REMOTE_ADDR="192.0.2.3"), "x", "y"),
    ]
    shown = {re.sub(r'name="card" value="[^"]*"', "", page) for page in pages}
    assert all("没有查到" in page for page in pages)
    assert len(shown) == 1


def test_the_paper_number_is_never_sent_back(client: Client, student: Pupil) -> None:
    assert "110101201205049" not in _ask(client, student.card, "110101201205049961")


def test_after_some_misses_a_question_is_asked_and_its_answer_opens_the_query(client: Client, student: Pupil) -> None:
    for _ in range(3):
        html = _ask(client, student.card, "nothing")
    first, second = map(int, re.findall(r"(\d+) 加 (\d+) 等于几", html)[0])
    token = re.findall(r'name="question" value="([^"]+)"', html)[0]
    assert "请先回答下面的小问题" in _ask(client, student.card, student.number)
    typed = {"card": student.card, "document_number": student.number, "question": token}
    answered = client.post("/balance/", {**typed, "answer": str(first + second)}).content.decode()
    assert "可用学分" in answered
    again = client.post("/balance/", {**typed, "answer": str(first + second)}).content.decode()
    assert "请先回答下面的小问题" in again


def test_a_card_that_others_guessed_at_asks_its_holder_the_question_too(student: Pupil) -> None:
    for _ in range(3):
        _ask(Client(REMOTE_ADDR="192.0.2.1"), student.card, "nothing")
    html = _ask(Client(REMOTE_ADDR="192.0.2.2"), student.card, student.number)
    assert "请先回答下面的小问题" in html
    assert re.search(r"\d+ 加 \d+ 等于几", html)


def test_too_many_queries_from_one_source_are_refused_for_a_while(client: Client) -> None:
    statuses = [client.post("/balance/", {"card": str(n), "document_number": "n"}).status_code for n in range(21)]
    assert statuses[-1] == 429


def test_a_query_by_address_shows_nothing(client: Client, student: Pupil) -> None:
    html = client.get("/balance/", {"card": student.card, "document_number": student.number}).content.decode()
    assert "可用学分" not in html
