"""The regulation's cases, one file per clause: each decides as a regulator wrote it down."""

from pathlib import Path

import pytest

from creditbank.policy.decide import decide_question
from creditbank.policy.decision import Decision, decision_from_json
from creditbank.policy.facts import parse_question
from creditbank.policy.loading import read_yaml, shipped_law
from creditbank.policy.reader import Reader

FOLDER = Path(__file__).parent / "cases"
FILE_FIELDS = ("clause", "title", "person", "cases")
CASE_FIELDS = ("name", "on", "product", "outcome")
CASE_OPTIONS = (
    *("class", "route", "offer", "account", "readings", "but"),
    *("reported", "credits", "met", "reasons", "unlisted", "cites"),
)
REASON_FIELDS = ("clause", "interpretation", "need", "have", "gap")


def all_cases() -> list[object]:
    found: list[object] = []
    for file in sorted(FOLDER.glob("*.yaml")):
        fields = Reader(read_yaml(file), file.name).fields(FILE_FIELDS)
        assert fields["clause"].text() == file.stem
        assert fields["title"].text()
        for row in fields["cases"].items():
            case = row.fields(CASE_FIELDS, CASE_OPTIONS)
            name = case["name"].text()
            found.append(pytest.param(file.stem, fields["person"], case, id=f"{file.stem} {name}"))
    return found


def decide_case(person: Reader, case: dict[str, Reader]) -> Decision:
    law = shipped_law()
    readings = case["readings"].pairs() if "readings" in case else {}
    for interpretation, reading in readings.items():
        law = law.select(interpretation, reading.text())
    given: dict[str, object] = {
        key: case[key].value for key in ("on", "product", "class", "route", "offer", "account") if key in case
    }
    facts = {key: field.value for key, field in person.pairs().items()}
    if "but" in case:
        facts.update({key: field.value for key, field in case["but"].pairs().items()})
    given["facts"] = facts
    return decide_question(parse_question(given, law), law)


@pytest.mark.parametrize(("clause", "person", "case"), all_cases())
def test_a_case_is_decided_as_it_is_written(clause: str, person: Reader, case: dict[str, Reader]) -> None:
    decision = decide_case(person, case)

    reasons = [reason.pairs() for reason in case["reasons"].items()] if "reasons" in case else []
    assert decision.outcome == case["outcome"].text()
    assert [requirement.code for requirement in decision.unmet] == [reason["code"].text() for reason in reasons]
    for requirement, reason in zip(decision.unmet, reasons, strict=True):
        said = {"zh": requirement.text.zh, "en": requirement.text.en, **requirement.to_json()}
        for key, expected in reason.items():
            assert said[key] == expected.value, f"{requirement.code}.{key}"
        assert requirement.close is not None
    listed = {requirement.code: requirement.met for requirement in decision.requirements}
    for code in case["met"].items() if "met" in case else []:
        assert listed[code.text()], code.text()
    for code in case["unlisted"].items() if "unlisted" in case else []:
        assert code.value not in listed


@pytest.mark.parametrize(("clause", "person", "case"), all_cases())
def test_a_case_reports_its_route_and_credits_and_cites_its_clause(
    clause: str, person: Reader, case: dict[str, Reader]
) -> None:
    decision = decide_case(person, case)
    data = decision.to_json()

    if "reported" in case:
        assert data["route"] == case["reported"].value
    if "credits" in case:
        assert data["credits"] == case["credits"].value
    if "cites" not in case:
        judgements = (decision.judgement, *decision.alternatives)
        assert clause in {requirement.clause for each in judgements for requirement in each.requirements}
    assert decision_from_json(data) == decision
