"""Bad input is refused with the path of the field and what was expected there; nothing is guessed, nothing crashes."""

import copy
import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditbank.errors import InvalidInput
from creditbank.policy.decide import decide_question
from creditbank.policy.decision import decision_from_json
from creditbank.policy.facts import LARGEST_INPUT_BYTES, parse_json, parse_question
from creditbank.policy.loading import shipped_law
from tests.policy.cast import Data, question

REMOVED = object()


def refused_field(data: object) -> str:
    with pytest.raises(InvalidInput) as caught:
        parse_question(data, shipped_law())
    assert caught.value.data["expected"]
    assert "expected" in str(caught.value.data["expected_en"])
    return str(caught.value.data["field"])


def keys_and_places(data: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in the plain data, as the keys that lead to it."""
    pairs: list[tuple[str | int, object]] = []
    if isinstance(data, dict):
        pairs = list(data.items())
    elif isinstance(data, list):
        pairs = list(enumerate(data))
    return [(*path, key) for key, _ in pairs] + [
        place for key, value in pairs for place in keys_and_places(value, (*path, key))
    ]


def put(data: object, place: tuple[str | int, ...], value: object) -> object:
    """The data with another value at one place."""
    if not place:
        return value
    first, *rest = place
    copied: dict[str | int, object] | list[object]
    if isinstance(data, dict):
        copied = {**data, first: put(data[first], tuple(rest), value)}
        return copied
    assert isinstance(data, list)
    assert isinstance(first, int)
    return [*data[:first], put(data[first], tuple(rest), value), *data[first + 1 :]]


def changed(path: str, value: object) -> Data:
    data: Data = copy.deepcopy(question())
    place: object = data
    *parents, last = path.replace("[0]", ".0").split(".")
    for name in parents:
        place = place[int(name)] if isinstance(place, list) else place[name] if isinstance(place, dict) else None
    if isinstance(place, dict) and value is REMOVED:
        del place[last]
    elif isinstance(place, dict):
        place[last] = value
    elif isinstance(place, list):
        place[int(last)] = value
    return data


HONOUR, EXAM, SKILL = "facts.honours[0]", "facts.exams[0]", "facts.skill_certificates[0]"
SPOILT: dict[str, list[object]] = {
    "on": [REMOVED, None, 20261123, "2026-02-30", "20261123", "2026-11-23\n", "2026-W48-1", "0000-01-01", "", True],
    "product": [REMOVED, None, 3, [], {}, "", "certificate.athlete.4", "other.camp", "CERTIFICATE.ATHLETE.3"],
    "route": ["", "credits", "Skill", 0, False, ["skill"]],
    "class": ["full", None],
    "facts": [REMOVED, None, [], "facts"],
    "facts.birth_date": [REMOVED, None, "2026-11-24", "2001-02-29", "２０００-01-01", 20000506],
    "facts.available_credits": [120, 120.0, None, True, "", "-1", "+1", "1.234", "1.", ".5", "1e3", " 1", "1\n", "NaN"],
    f"{SKILL}": [None, [], "robotics"],
    f"{SKILL}.subject": [REMOVED, "robots", None],
    f"{SKILL}.level": [REMOVED, 0, 13, -1, True, "12", 12.0, None],
    f"{HONOUR}.scope": [REMOVED, "city", None],
    f"{HONOUR}.discipline": [REMOVED, "chess", "other", None],
    f"{HONOUR}.place": [REMOVED, 0, -1, True, "1", 1.0],
    f"{HONOUR}.awarded_on": [REMOVED, "2026-11-24", None],
    f"{HONOUR}.used_for": [None, "athlete"],
    f"{HONOUR}.used": [[]],
    f"{EXAM}.family": [REMOVED, "robot", None],
    f"{EXAM}.score": [REMOVED, -1, 101, 80.0, "80", True, None],
    f"{EXAM}.taken_on": [REMOVED, "2026-11-24", "2026-13-01"],
    "facts.exams": [None, {}, ""],
    "facts.honours": [None, {}, ""],
    "facts.certificates": [None, {}, ""],
    "facts.id_number": ["1"],
    "facts.Exams": [[]],
    "version": [1],
    "": [1],
    "offer": [None, [], "free"],
    "account": [None, "open", []],
}
LONG_CREDITS = ["1234567890123", "１２０", "1,000", "0x10", "12O", "120.00 "]


@pytest.mark.parametrize(
    ("path", "value"),
    [(path, value) for path, values in SPOILT.items() for value in values],
    ids=lambda value: "removed" if value is REMOVED else repr(value),
)
def test_a_spoilt_field_is_refused_by_its_path(path: str, value: object) -> None:
    assert refused_field(changed(path, value)) == (path or '""')


@pytest.mark.parametrize("value", LONG_CREDITS)
def test_credits_that_are_no_plain_decimal_are_refused(value: str) -> None:
    assert refused_field(changed("facts.available_credits", value)) == "facts.available_credits"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (question("visit.beijing"), "class"),
        (question("visit.beijing", **{"class": "free"}), "class"),
        (question("scholarship.100", **{"class": "full"}), "class"),
        (question("scholarship.100", route="skill"), "route"),
        (question("scholarship.100", offer={"price": 100}), "offer.price"),
        (question("scholarship.100", offer={"cost": "1"}), "offer.cost"),
        (question("scholarship.100", offer={"seats": -1}), "offer.seats"),
        (question("scholarship.100", offer={"window": {"from": "2026-01-01"}}), "offer.window.to"),
        (
            question("scholarship.100", offer={"window": {"from": "2026-01-02", "to": "2026-01-01"}}),
            "offer.window.to",
        ),
        (question(offer={"price": "1.00"}), "offer.price"),
        (question(account={"state": "gone"}), "account.state"),
        (question(facts={"birth_date": "2000-01-01", "certificates": [{"family": "coach", "grade": "master"}]}),
         "facts.certificates[0].grade"),
        (question(facts={"birth_date": "2000-01-01", "certificates": [{"family": "athlete", "grade": 3}]}),
         "facts.certificates[0].grade"),
        ([], "input"),
        (None, "input"),
        ({}, "on"),
    ],
)  # fmt: skip
def test_what_does_not_fit_its_place_is_refused_by_its_path(data: object, field: str) -> None:
    assert refused_field(data) == field


def test_a_programming_level_ends_at_six() -> None:
    data = changed("facts.skill_certificates[0]", {"subject": "python-programming", "level": 7})
    assert refused_field(data) == "facts.skill_certificates[0].level"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('{"on": "2026-11-23", "on": "2026-11-24", "product": "scholarship.100", "facts": {}}', "on"),
        ('{"on": "2026-11-23", "facts": {}, "product": "scholarship.100", "product": "scholarship.200"}', "product"),
        (
            '{"on": "2026-11-23", "product": "scholarship.100", '
            '"facts": {"birth_date": "2000-01-01", "available_credits": "1", "available_credits": "9"}}',
            "facts.available_credits",
        ),
    ],
)
def test_a_key_given_twice_is_refused_by_its_path(text: str, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_question(parse_json(text.encode()), shipped_law())
    assert caught.value.data["field"] == field
    assert "once" in str(caught.value.data["expected_en"])


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b" ", b"{", b"[1,]", b"{'on': 1}", b"\xff\xfe{\x00}", b"NaN", b'{"on": NaN}', b'{"on": Infinity}'),
        *(b"\x00", b'{"on": -Infinity}', b'"\\ud800', b"[" * 400_000, b'{"a":' * 100_000, b"1" * 5_000),
        b'{"on": "' + b"9" * LARGEST_INPUT_BYTES + b'"}',
    ],
    ids=lambda data: repr(data[:12]),
)
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_question(parse_json(data), shipped_law())
    assert str(caught.value.data["field"]).startswith("input")


ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just("2026-11-23")),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=5,
)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(keys_and_places(question())), ANYTHING)
def test_anything_anywhere_is_read_or_refused_but_never_crashes(place: tuple[str | int, ...], value: object) -> None:
    data = put(question(), place, value)
    try:
        decision = decide_question(parse_question(data, shipped_law()), shipped_law())
    except InvalidInput as error:
        assert error.data["field"]
        return
    assert decision_from_json(decision.to_json()) == decision


@given(st.binary(max_size=50))
def test_any_bytes_are_json_or_refused(data: bytes) -> None:
    with suppress(InvalidInput):
        parse_json(data)


def test_a_byte_order_mark_is_allowed() -> None:
    assert parse_json(b"\xef\xbb\xbf" + json.dumps(question()).encode()) == question()


def test_a_strange_key_is_shown_short_and_printable() -> None:
    field = refused_field({**question(), "\x1b[31m\u202e" + "k" * 5_000: 1})
    assert len(field) < 80
    assert field.isprintable()


def test_no_value_that_was_given_is_shown() -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_question(changed("facts.birth_date", "110101200005060018"), shipped_law())
    assert "110101" not in str(caught.value)
    assert "110101" not in json.dumps(dict(caught.value.data))
