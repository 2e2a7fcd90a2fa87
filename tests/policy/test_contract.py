"""The public contract: the shape of an answer, how routes are chosen, which requirements are listed."""

import json

import pytest

from creditbank.errors import InvalidInput
from creditbank.policy.codes import REQUIREMENT_CODES
from creditbank.policy.decide import decide, honour_to_use
from creditbank.policy.decision import decision_from_json
from creditbank.policy.facts import parse_json, parse_question
from creditbank.policy.loading import shipped_law
from tests.policy.cast import ask, full_facts, question

CONTRACT_EXAMPLE = """
{"on": "2026-11-23", "product": "certificate.athlete.3", "route": null,
 "facts": {"birth_date": "2008-01-02", "available_credits": "130.00",
  "skill_certificates": [{"subject": "robotics", "level": 12}],
  "honours": [{"scope": "exchange", "discipline": "robotics", "place": 1, "awarded_on": "2025-08-01", "used_for": []}],
  "certificates": [{"family": "athlete", "grade": "3"}],
  "exams": [{"family": "athlete", "score": 80, "taken_on": "2026-03-01"}]}}
"""


def test_the_contracts_own_example_is_refused_only_because_the_certificate_is_held() -> None:
    law = shipped_law()
    data = parse_json(CONTRACT_EXAMPLE.encode())
    decision = ask(data, law) if isinstance(data, dict) else None
    assert decision is not None
    assert [requirement.code for requirement in decision.unmet] == ["not-held"]
    assert decision.to_json()["credits"] == "120.00"
    assert decision.policy_version == "2021-09-01"


def test_an_answer_has_exactly_the_keys_of_the_contract() -> None:
    answer = ask(question()).to_json()
    assert list(answer) == [
        *("outcome", "product", "route", "credits", "policy_version", "requirements", "alternatives"),
    ]
    requirements = answer["requirements"]
    assert isinstance(requirements, list)
    for requirement in requirements:
        assert isinstance(requirement, dict)
        assert list(requirement) == [
            *("clause", "code", "met", "need", "have", "gap", "text", "interpretation", "close"),
        ]


def test_a_missing_credit_reads_as_in_the_contract() -> None:
    data = question(facts={**full_facts(), "available_credits": "95.00", "honours": []})
    (unmet,) = ask(data).unmet
    assert unmet.to_json() == {
        "clause": "R-1.1",
        "code": "credits",
        "met": False,
        "need": "120.00",
        "have": "95.00",
        "gap": "25.00",
        "text": {"zh": "还差 25 学分", "en": "25 credits short"},
        "interpretation": "I-1",
        "close": {
            "zh": "参加教、练、赛活动获得学分，由所在单位申报",
            "en": "Earn credits in teaching, practice or competition; your institution reports them",
        },
    }


def test_one_missing_credit_is_singular_in_english() -> None:
    data = question(facts={**full_facts(), "available_credits": "119.00", "honours": []})
    assert ask(data).unmet[0].text.en == "1 credit short"


def test_with_both_routes_open_the_one_for_fewer_credits_is_reported() -> None:
    answer = ask(question()).to_json()
    assert (answer["route"], answer["credits"]) == ("champion", "0.00")
    alternatives = answer["alternatives"]
    assert isinstance(alternatives, list)
    (other,) = alternatives
    assert isinstance(other, dict)
    assert (other["route"], other["outcome"], other["credits"]) == ("skill", "eligible", "120.00")


def test_with_both_routes_open_for_the_same_credits_skill_is_reported() -> None:
    law = shipped_law().select("I-2", "certificate-only")
    assert ask(question(), law).route == "skill"


def test_with_one_route_open_that_one_is_reported() -> None:
    assert ask(question(facts={**full_facts(), "honours": []})).route == "skill"
    assert ask(question(facts={**full_facts(), "available_credits": "0.00"})).route == "champion"


def test_with_no_route_open_the_one_with_fewer_unmet_requirements_is_reported() -> None:
    nothing = ask(question(facts={"birth_date": "2012-01-01"}))
    assert nothing.route == "champion"
    assert [requirement.code for requirement in nothing.unmet] == ["honour", "exam"]


def test_with_no_route_open_a_tie_goes_to_skill() -> None:
    facts = {**full_facts(), "available_credits": "10.00", "honours": []}
    assert ask(question(facts=facts)).route == "skill"


@pytest.mark.parametrize("route", ["skill", "champion"])
def test_a_route_that_is_asked_for_is_reported_and_the_other_stands_beside_it(route: str) -> None:
    decision = ask(question(route=route))
    assert decision.route == route
    assert [judgement.route for judgement in decision.alternatives] == [{"skill": "champion"}.get(route, "skill")]


def test_requirements_stand_in_the_order_of_the_contract() -> None:
    offer = {"window": {"from": "2026-01-01", "to": "2026-12-31"}, "seats": 3, "budget": "10.00"}
    for product in ("certificate.coach.2", "visit.beijing"):
        extra = {"class": "full"} if product.startswith("visit") else {}
        decision = ask(question(product, offer=offer, account={"state": "open"}, **extra))
        order = [REQUIREMENT_CODES.index(requirement.code) for requirement in decision.requirements]
        assert order == sorted(order)
        assert [requirement.code for requirement in decision.requirements][-4:] == [
            *("window", "seats", "budget", "account-open"),
        ]


def test_a_product_of_article_11_has_no_route_and_no_alternatives() -> None:
    answer = ask(question("party.domestic", **{"class": "half"})).to_json()
    assert (answer["route"], answer["credits"], answer["alternatives"]) == (None, None, [])


def test_missing_lists_and_credits_count_as_none() -> None:
    decision = ask({"on": "2026-11-23", "product": "certificate.athlete.3", "facts": {"birth_date": "2012-01-01"}})
    assert not decision.eligible


def test_every_product_answers_and_its_decision_survives_storage() -> None:
    for product in shipped_law().products.values():
        extra = {"class": product.classes[0]} if product.classes else {}
        decision = ask(question(product.code, **extra))
        stored = json.loads(json.dumps(decision.to_json()))
        assert decision_from_json(stored) == decision


def test_a_stored_decision_whose_outcome_was_changed_is_refused() -> None:
    stored = ask(question(facts={"birth_date": "2012-01-01"})).to_json()
    with pytest.raises(InvalidInput, match="outcome"):
        decision_from_json({**stored, "outcome": "eligible"})


def test_the_honour_to_use_is_the_first_that_is_unused() -> None:
    law = shipped_law()
    base = {"scope": "exchange", "discipline": "other", "awarded_on": "2025-08-01"}
    honours = [
        {**base, "place": 2, "used_for": []},
        {**base, "place": 1, "used_for": ["athlete", "robotics-teacher"]},
        {**base, "place": 1, "used_for": ["coach"]},
    ]
    asked = parse_question(question(facts={**full_facts(), "honours": honours}), law)
    assert honour_to_use("certificate.athlete.3", asked.facts, asked.on, law) == 2
    assert honour_to_use("certificate.coach.3", asked.facts, asked.on, law) == 1
    assert honour_to_use("certificate.programming-teacher.primary", asked.facts, asked.on, law) == 2
    assert honour_to_use("scholarship.100", asked.facts, asked.on, law) is None


def test_deciding_refuses_a_class_a_route_or_a_product_that_is_not_there() -> None:
    law = shipped_law()
    asked = parse_question(question(), law)
    with pytest.raises(InvalidInput, match="product"):
        decide("certificate.athlete.9", asked.facts, asked.on, law)
    with pytest.raises(InvalidInput, match="class"):
        decide("visit.beijing", asked.facts, asked.on, law)
    with pytest.raises(InvalidInput, match="route"):
        decide("scholarship.100", asked.facts, asked.on, law, route="skill")
