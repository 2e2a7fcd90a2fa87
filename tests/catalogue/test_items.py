"""Where a list is open (等), the office adds an item by two persons, and the rules know it like those of the text."""

from datetime import date
from typing import Any

import pytest

from creditbank.catalogue.actions import add_item, agree_item
from creditbank.catalogue.items import law_on
from creditbank.catalogue.models import AddedItem
from creditbank.errors import Conflict, InvalidInput, NotAllowed
from creditbank.policy.decide import decide
from creditbank.policy.facts import Facts
from creditbank.policy.offers import Offer
from tests.cast import AT
from tests.everybody import Everybody

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 2)
ICELAND: dict[str, Any] = {
    "group": "exchange.unilateral",
    "slug": "iceland",
    "name_zh": "冰岛",
    "name_en": "Iceland",
    "since": ON,
}


def test_an_item_counts_once_a_second_person_agreed(everybody: Everybody) -> None:
    item = add_item(actor=everybody.actor("reviewer"), at=AT, **ICELAND)
    assert "exchange.unilateral.iceland" not in law_on(ON).products
    agree_item(actor=everybody.actor("decider"), item=item, at=AT)
    law = law_on(ON)
    assert law.products["exchange.unilateral.iceland"].classes == ("full", "half", "subsidised")
    assert law.groups["exchange.unilateral"].products[-1].name.zh == "冰岛"
    assert "exchange.unilateral.iceland" not in law_on(date(2026, 3, 1)).products


def test_whoever_proposed_it_does_not_agree_to_it(everybody: Everybody) -> None:
    item = add_item(actor=everybody.actor("decider"), at=AT, **ICELAND)
    with pytest.raises(NotAllowed):
        agree_item(actor=everybody.actor("decider"), item=item, at=AT)


def test_an_item_that_fits_no_family_stands_under_other_and_can_be_decided(everybody: Everybody) -> None:
    item = add_item(
        actor=everybody.actor("reviewer"),
        group="other",
        slug="library-pass",
        name_zh="借书证",
        name_en="Library pass",
        since=ON,
        at=AT,
    )
    agree_item(actor=everybody.actor("decider"), item=item, at=AT)
    decision = decide(
        "other.library-pass", Facts(date(2012, 5, 6), available_hundredths=500), ON, law_on(ON), offer=Offer(500)
    )
    assert decision.eligible
    assert decision.requirement("price-published").clause == "M-11.0"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"group": "certificate"}, "group"),
        ({"slug": "Ice land"}, "slug"),
        ({"slug": "x" * 41}, "slug"),
        ({"name_en": " "}, "name_zh"),
        ({"group": "scholarship", "slug": "150"}, "amount_yuan"),
        ({"group": "scholarship", "slug": "150", "amount_yuan": 160}, "amount_yuan"),
        ({"group": "other", "classes": ("double",)}, "classes"),
    ],
)
def test_an_item_that_cannot_stand_is_refused_with_its_field(
    everybody: Everybody, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        add_item(actor=everybody.actor("reviewer"), at=AT, **(ICELAND | changes))
    assert refused.value.data["field"] == field
    assert not AddedItem.objects.exists()


def test_a_code_is_given_once(everybody: Everybody) -> None:
    with pytest.raises(Conflict):
        add_item(actor=everybody.actor("reviewer"), at=AT, **(ICELAND | {"slug": "japan"}))
    add_item(actor=everybody.actor("reviewer"), at=AT, **ICELAND)
    with pytest.raises(Conflict):
        add_item(actor=everybody.actor("reviewer"), at=AT, **ICELAND)
