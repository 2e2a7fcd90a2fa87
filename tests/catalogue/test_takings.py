"""Seats and budgets: never oversold, given back once, and the same reference takes once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from creditbank.catalogue.models import Allotment, Price, Taking
from creditbank.catalogue.takings import give_back, take
from creditbank.errors import Refused
from creditbank.ledger.retrying import retrying
from tests.cast import AT
from tests.catalogue.stage import Stage, set_stage
from tests.everybody import Everybody


def taken() -> dict[str, int]:
    return dict(Allotment.objects.values_list("code", "taken"))


@pytest.fixture
def stage(everybody: Everybody) -> Stage:
    return set_stage(everybody.actor("reviewer"), everybody.actor("decider")).published()


@pytest.mark.django_db
def test_taking_draws_a_seat_and_the_money_once_for_one_reference(stage: Stage) -> None:
    for _again in range(2):
        take(price=stage.price, reference="DH-1", at=AT)
    assert taken() == {"harbin": 1, "trips": 800_00}


@pytest.mark.django_db
def test_what_is_given_back_can_be_taken_again_and_is_given_back_once(stage: Stage) -> None:
    take(price=stage.price, reference="DH-1", at=AT)
    assert [give_back(reference="DH-1", at=AT) for _again in range(2)] == [True, False]
    assert give_back(reference="DH-none", at=AT) is False
    assert taken() == {"harbin": 0, "trips": 0}


@pytest.mark.django_db
def test_the_last_seat_is_the_last_and_a_refusal_leaves_nothing(stage: Stage) -> None:
    for number in range(2):
        take(price=stage.price, reference=f"DH-{number}", at=AT)
    with pytest.raises(Refused) as refused:
        take(price=stage.price, reference="DH-3", at=AT)
    assert refused.value.reason == "no-seats-left"
    assert taken() == {"harbin": 2, "trips": 1_600_00}
    assert not Taking.objects.filter(reference="DH-3").exists()


@pytest.mark.django_db
def test_money_that_does_not_cover_one_more_refuses_and_leaves_the_seat(everybody: Everybody) -> None:
    stage = set_stage(everybody.actor("reviewer"), everybody.actor("decider"), budget_fen=1_500_00)
    take(price=stage.price, reference="DH-1", at=AT)
    with pytest.raises(Refused) as refused:
        take(price=stage.price, reference="DH-2", at=AT)
    assert refused.value.reason == "no-fen-left"
    assert taken() == {"harbin": 1, "trips": 800_00}
    offer = Price.objects.select_related("seats", "budget").get().offer()
    assert (offer.seats, offer.budget_hundredths) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_for_five_seats_are_five(everybody: Everybody) -> None:
    stage = set_stage(everybody.actor("reviewer"), everybody.actor("decider"), seats=5, budget_fen=100_000_00)

    def run(number: int) -> bool:
        try:
            retrying(lambda: take(price=stage.price, reference=f"DH-{number}", at=AT))
        except Refused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(16) as clients:
        won = list(clients.map(run, range(16)))
    assert sum(won) == 5
    assert taken() == {"harbin": 5, "trips": 5 * 800_00}
    assert Taking.objects.count() == 5
