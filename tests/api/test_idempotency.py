"""An Idempotency-Key: sent twice is done once, whatever the order, and a refusal leaves the key free."""

import threading

import pytest
from django.db import connections

from creditbank.api.models import GivenAnswer
from creditbank.evaluation.models import CreditReturn
from tests.api.callers import Callers, gather_callers, post, sent_file
from tests.evaluation.returns import row
from tests.everybody import gather_everybody

RETURNS = "/api/v1/returns"


@pytest.mark.django_db
def test_the_same_file_under_the_same_key_is_one_return(callers: Callers) -> None:
    system, pupil = callers.system(callers.key), callers.everybody.cast.student
    answers = [
        system.post(RETURNS, {"file": sent_file(row(pupil, "A-1"))}, headers={"Idempotency-Key": "k-1"})
        for _ in range(2)
    ]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert ("Idempotent-Replayed" in answers[0], answers[1]["Idempotent-Replayed"]) == (False, "true")
    assert CreditReturn.objects.count() == 1


@pytest.mark.django_db
def test_another_file_under_the_same_key_is_refused(callers: Callers) -> None:
    system, pupil = callers.system(callers.key), callers.everybody.cast.student
    system.post(RETURNS, {"file": sent_file(row(pupil, "A-1"))}, headers={"Idempotency-Key": "k-1"})
    other = system.post(RETURNS, {"file": sent_file(row(pupil, "A-2"))}, headers={"Idempotency-Key": "k-1"})
    assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-used")
    assert CreditReturn.objects.count() == 1


@pytest.mark.django_db
def test_two_callers_may_choose_the_same_key(callers: Callers) -> None:
    pupil = callers.everybody.cast.student
    for client in (callers.system(callers.key), callers.system(callers.other_key)):
        answer = client.post(RETURNS, {"file": sent_file(row(pupil, "A-1"))}, headers={"Idempotency-Key": "k"})
        assert "Idempotent-Replayed" not in answer
    assert CreditReturn.objects.count() == 2


@pytest.mark.django_db
def test_a_refused_step_may_be_tried_again_with_the_same_key(callers: Callers) -> None:
    system, pupil = callers.system(callers.key), callers.everybody.cast.student
    number = system.post(RETURNS, {"file": sent_file(row(pupil, "A-1"))}).json()["number"]
    door = callers.everybody.at_door("approver")
    assert post(door, f"/returns/{number}/approve", key="k-2").status_code == 409
    assert not GivenAnswer.objects.exists()
    post(system, f"/returns/{number}/submit")
    assert post(door, f"/returns/{number}/approve", key="k-2").status_code == 200
    assert post(door, f"/returns/{number}/approve", key="k-2")["Idempotent-Replayed"] == "true"


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 256, "密"])
def test_a_key_that_is_none_is_refused(callers: Callers, key: str) -> None:
    system = callers.system(callers.key)
    answer = system.post(
        f"{RETURNS}/SB-1/submit", "", content_type="application/json", headers={"Idempotency-Key": key}
    )
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "Idempotency-Key")


@pytest.mark.django_db(transaction=True)
def test_of_requests_that_come_at_once_one_is_done_and_all_get_its_answer() -> None:
    callers = gather_callers(gather_everybody())
    pupil, together = callers.everybody.cast.student, threading.Barrier(4)
    numbers: list[str] = []

    def send() -> None:
        system = callers.system(callers.key)
        together.wait()
        try:
            answer = system.post(RETURNS, {"file": sent_file(row(pupil, "A-1"))}, headers={"Idempotency-Key": "k-1"})
            numbers.append(answer.json()["number"])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 4
    assert len(set(numbers)) == 1
    assert CreditReturn.objects.count() == 1
