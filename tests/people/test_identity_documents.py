"""Numbers of identity documents: one canonical form, and no single wrong digit passes."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from creditbank.errors import InvalidInput
from creditbank.people.identity_documents import (
    NAMES_OF_KINDS,
    Kind,
    canonical_text,
    citizen_check_digit,
    mask,
    parse_document,
    parse_kind,
    resident_id,
    travel_check_digit,
)
from creditbank.people.models.identity import DocumentKind

TODAY = date(2026, 3, 2)
CITIZEN = resident_id("110101", date(2012, 5, 4), 999)
PERMIT = resident_id("810000", date(2010, 2, 28), 998)
FOREIGN_NEW = resident_id("911840", date(1985, 7, 1), 997)
FOREIGN_OLD_BODY = "USA1101850701" + "1"
FOREIGN_OLD = FOREIGN_OLD_BODY + travel_check_digit(FOREIGN_OLD_BODY)
OLD_CITIZEN = "110101850504999"

births = st.dates(min_value=date(1920, 1, 1), max_value=TODAY)
counties = st.sampled_from(["110101", "230102", "310104", "440305", "540102", "650102"])
sequences = st.integers(min_value=1, max_value=999)


def reason(kind: str, text: str, on: date = TODAY) -> str:
    with pytest.raises(InvalidInput) as caught:
        parse_document(kind, text, on=on)
    typed = canonical_text(text)
    assert len(typed) < 6 or typed not in f"{caught.value} {caught.value.data}"
    return caught.value.reason


@given(counties, births, sequences)
def test_a_resident_id_tells_birth_date_and_sex(county: str, birth: date, sequence: int) -> None:
    found = parse_document("resident-id", resident_id(county, birth, sequence), on=TODAY)
    assert found.birth_date == birth
    assert found.sex == ("male" if sequence % 2 else "female")
    assert found.canonical == found.comparison_key == resident_id(county, birth, sequence)


@given(
    st.sampled_from(
        [(Kind.RESIDENT_ID, CITIZEN), (Kind.RESIDENCE_PERMIT_HMT, PERMIT), (Kind.STUDENT_NUMBER, "G" + CITIZEN)]
    ),
    st.data(),
)
def test_every_single_wrong_digit_is_found(document: tuple[Kind, str], data: st.DataObject) -> None:
    kind, number = document
    place = data.draw(st.integers(min_value=len(number) - 18, max_value=len(number) - 1))
    wrong = data.draw(st.sampled_from("0123456789X" if place == len(number) - 1 else "0123456789"))
    assume(wrong != number[place])
    with pytest.raises(InvalidInput):
        parse_document(kind, number[:place] + wrong + number[place + 1 :], on=TODAY)


@given(st.integers(min_value=0, max_value=16))
def test_two_neighbours_that_changed_places_are_found(place: int) -> None:
    swapped = CITIZEN[:place] + CITIZEN[place + 1] + CITIZEN[place] + CITIZEN[place + 2 :]
    assume(swapped != CITIZEN)
    with pytest.raises(InvalidInput):
        parse_document("resident-id", swapped, on=TODAY)


@given(st.sampled_from([FOREIGN_OLD, FOREIGN_NEW]), st.data())
def test_a_single_wrong_digit_of_a_foreign_card_is_found(number: str, data: st.DataObject) -> None:
    first = 3 if len(number) == 15 else 0
    place = data.draw(st.integers(min_value=first, max_value=len(number) - 1))
    wrong = data.draw(st.sampled_from("0123456789"))
    # Weights 7-3-1 see every change of one digit; modulo ten, 3 and 7 have inverses.
    assume(wrong != number[place])
    with pytest.raises(InvalidInput):
        parse_document("foreign-permanent-id", number[:place] + wrong + number[place + 1 :], on=TODAY)


@given(counties, st.dates(min_value=date(1920, 1, 1), max_value=date(1999, 12, 31)), sequences)
def test_the_old_and_the_new_form_of_a_resident_id_are_one(county: str, birth: date, sequence: int) -> None:
    new = resident_id(county, birth, sequence)
    assert parse_document("resident-id", new[:6] + new[8:17], on=TODAY).canonical == new


@pytest.mark.parametrize(
    "typed",
    [
        f"  {CITIZEN[:6]} {CITIZEN[6:14]} {CITIZEN[14:]} ",
        "".join(chr(ord(character) + 0xFEE0) for character in CITIZEN),
        f"{CITIZEN[:6]}-{CITIZEN[6:14]}-{CITIZEN[14:]}",
        CITIZEN + "\u200b",
        "\ufeff" + CITIZEN + "\u3000",
    ],
)
def test_spaces_dashes_and_full_width_do_not_matter(typed: str) -> None:
    assert parse_document("居民身份证", typed, on=TODAY).canonical == CITIZEN


def test_a_small_x_is_a_capital_x() -> None:
    number = next(
        resident_id("310104", date(2011, 1, day), 996)
        for day in range(1, 32)
        if resident_id("310104", date(2011, 1, day), 996).endswith("X")
    )
    assert parse_document("resident-id", number.lower(), on=TODAY).canonical == number


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("resident-id", "", "document-empty"),
        ("resident-id", " - ", "document-empty"),
        ("resident-id", CITIZEN[:-1] + "号", "document-characters"),
        ("resident-id", CITIZEN + "\x00", "document-characters"),
        ("resident-id", CITIZEN[:-1], "document-length"),
        ("resident-id", CITIZEN + "1", "document-length"),
        ("resident-id", "X" + CITIZEN[1:], "document-format"),
        ("resident-id", "1.10101201205049E+17", "document-characters"),
        ("resident-id", resident_id("990101", date(2012, 5, 4), 999), "document-kind-mismatch"),
        ("resident-id", resident_id("160101", date(2012, 5, 4), 999), "document-region"),
        ("resident-id", resident_id("000101", date(2012, 5, 4), 999), "document-region"),
        ("resident-id", PERMIT, "document-kind-mismatch"),
        ("resident-id", "110101201302301231", "document-birth-date"),
        ("resident-id", resident_id("110101", date(2027, 1, 1), 999), "document-birth-date"),
        ("resident-id", resident_id("110101", date(1899, 12, 31), 999), "document-birth-date"),
        ("resident-id", "110101850230999", "document-birth-date"),
        ("resident-id", CITIZEN[:-1] + ("0" if CITIZEN[-1] != "0" else "1"), "document-check-digit"),
        ("residence-permit-hmt", CITIZEN, "document-region"),
        ("residence-permit-hmt", PERMIT[:15], "document-length"),
        ("hmt-pass", "A12345678", "document-format"),
        ("hmt-pass", "H1234567", "document-format"),
        ("taiwan-pass", "1234567", "document-format"),
        ("foreign-permanent-id", CITIZEN, "document-region"),
        ("foreign-permanent-id", "US1110185070113", "document-format"),
        ("foreign-permanent-id", FOREIGN_OLD[:9] + "13" + FOREIGN_OLD[11:], "document-check-digit"),
        ("passport", "ABCDEFGH", "document-format"),
        ("passport", "12345", "document-format"),
        ("student-number", "G" + CITIZEN[:-1], "document-length"),
        ("student-number", CITIZEN, "document-kind-mismatch"),
        ("student-number", "1234567", "document-format"),
        ("library-card", CITIZEN, "document-kind"),
    ],
)
def test_what_is_wrong_is_said_by_reason_and_never_repeats_the_number(kind: str, text: str, expected: str) -> None:
    assert reason(kind, text) == expected


def test_a_document_of_tomorrow_is_refused_today_and_taken_tomorrow() -> None:
    number = resident_id("110101", date(2026, 3, 3), 999)
    assert reason("resident-id", number) == "document-birth-date"
    assert parse_document("resident-id", number, on=date(2026, 3, 3)).birth_date == date(2026, 3, 3)


@pytest.mark.parametrize("renewal", ["", "00", "03"])
def test_a_hong_kong_pass_is_compared_without_its_renewals(renewal: str) -> None:
    assert parse_document("hmt-pass", "h12345678" + renewal, on=TODAY).comparison_key == "H12345678"


@pytest.mark.parametrize("typed", ["12345678", "1234567801", "12345678(B)", "1234567801B"])
def test_a_taiwan_pass_is_compared_on_eight_digits(typed: str) -> None:
    assert parse_document("taiwan-pass", typed, on=TODAY).comparison_key == "12345678"


def test_the_student_number_made_from_a_resident_id_is_that_number() -> None:
    from_card = parse_document("resident-id", CITIZEN, on=TODAY)
    for letter in "GLgl":
        found = parse_document("student-number", letter + CITIZEN, on=TODAY)
        assert (found.group, found.comparison_key) == (from_card.group, from_card.comparison_key)
    own = parse_document("student-number", "2301022012050001", on=TODAY)
    assert own.group != from_card.group


def test_a_permit_and_a_new_foreign_card_follow_the_same_standard() -> None:
    assert parse_document("residence-permit-hmt", PERMIT, on=TODAY).birth_date == date(2010, 2, 28)
    assert parse_document("foreign-permanent-id", FOREIGN_NEW, on=TODAY).birth_date == date(1985, 7, 1)
    assert parse_document("foreign-permanent-id", FOREIGN_OLD, on=TODAY).birth_date == date(1985, 7, 1)


def test_the_check_digit_of_the_standards_own_example() -> None:
    # GB 11643-1999, appendix: 11010519491231002X and 44052418800101001(4).
    assert citizen_check_digit("11010519491231002") == "X"
    assert citizen_check_digit("44052418800101001") == "4"
    # ICAO 9303-3, appendix A: "520727" has 3, "AB2134" has 5.
    assert travel_check_digit("520727") == "3"
    assert travel_check_digit("AB2134") == "5"


def test_a_mask_hides_all_but_the_ends() -> None:
    assert mask(CITIZEN) == "11" + "*" * 14 + CITIZEN[-2:]
    assert mask("E12345678") == "E*******8"


def test_kinds_have_chinese_names_and_the_models_know_them_all() -> None:
    assert {kind.value for kind in Kind} == set(DocumentKind.values) == {kind.value for kind in NAMES_OF_KINDS.values()}
    assert parse_kind(" 护照 ") is Kind.PASSPORT


def test_a_document_does_not_show_itself() -> None:
    shown = repr(parse_document("resident-id", CITIZEN, on=TODAY))
    assert CITIZEN not in shown
    assert "2012" not in shown


@given(st.sampled_from(list(Kind)), st.text(max_size=40))
def test_whatever_is_typed_is_a_document_or_a_reason(kind: Kind, text: str) -> None:
    try:
        found = parse_document(kind, text, on=TODAY)
    except InvalidInput as error:
        assert error.reason.startswith("document-")
    else:
        assert found.comparison_key
