"""The scheme in force on a day decides what an activity is worth; the most exact item wins."""

from datetime import date
from pathlib import Path

import pytest

from creditbank.errors import InvalidInput, NotAllowed
from creditbank.institutions.actions import load_scheme, load_shipped_schemes
from creditbank.institutions.models import Scheme, SchemeItem
from creditbank.institutions.scheme_book import Item, load_scheme_book, scheme_in_force
from creditbank.institutions.scheme_reader import SchemeText, read_scheme, shipped_schemes
from creditbank.institutions.terms import term_begins, term_of
from tests.cast import AT, Cast, gather_cast

DAY = date(2026, 3, 1)


@pytest.fixture
def cast(db: None) -> Cast:
    return gather_cast()


def test_the_shipped_scheme_has_each_domain_at_each_stage_and_says_that_it_is_a_sample() -> None:
    (scheme,) = shipped_schemes()
    assert scheme.is_sample
    assert "示例" in scheme.name
    pairs = {(item.domain, item.stage) for item in scheme.items}
    assert {(domain, stage) for domain in range(1, 6) for stage in range(1, 4)} <= pairs
    assert {item.skill_subject for item in scheme.items if item.kind == "skill"} == {
        "robotics",
        "graphical-programming",
        "smart-hardware-programming",
        "python-programming",
    }


def test_an_other_discipline_is_an_honour_of_the_exchange_only() -> None:
    (scheme,) = shipped_schemes()
    assert {item.honour_scope for item in scheme.items if item.discipline == "other"} == {"exchange"}


@pytest.mark.parametrize(
    ("level", "place", "amount"), [("市级", 1, 500), ("市级", 2, 400), ("市级", 9, 150), ("市级", None, 150)]
)
def test_the_item_that_names_level_and_place_wins(cast: Cast, level: str, place: int | None, amount: int) -> None:
    item = load_scheme_book(cast.school).find("ZS01", DAY, level, place)
    assert isinstance(item, Item)
    assert item.amount_hundredths == amount


@pytest.mark.parametrize(
    ("asked", "miss"),
    [
        (("ZZ99", DAY, "", None), "activity-unknown"),
        (("ZS01", date(2021, 2, 28), "市级", 1), "no-scheme"),
        (("ZS01", DAY, "街道级", 1), "level-unknown"),
        (("RY-NA-ROB", DAY, "", 4), "place-unknown"),
    ],
)
def test_what_the_scheme_does_not_know_is_named(
    cast: Cast, asked: tuple[str, date, str, int | None], miss: str
) -> None:
    assert load_scheme_book(cast.school).find(*asked) == miss


def test_an_institutions_own_scheme_stands_before_the_shared_one(cast: Cast) -> None:
    own = SchemeText("own", "本校方案", False, date(2026, 1, 1), (SchemeItem(activity_code="A1", domain=1, stage=1),))
    load_scheme(actor=cast.admin, at=AT, text=own, institution=cast.school)
    book = load_scheme_book(cast.school)
    assert isinstance(book.find("A1", DAY), Item)
    assert book.find("DJ01", DAY) == "activity-unknown"
    assert isinstance(book.find("DJ01", date(2025, 12, 31)), Item)
    assert isinstance(load_scheme_book(cast.other_school).find("DJ01", DAY), Item)
    in_force = scheme_in_force(cast.school, DAY)
    assert in_force is not None
    assert in_force.code == "own"


def test_a_scheme_that_is_not_approved_decides_nothing(cast: Cast) -> None:
    Scheme.objects.update(approved_at=None)
    assert scheme_in_force(cast.school, DAY) is None


def test_loading_again_changes_nothing_and_only_the_office_may(cast: Cast) -> None:
    before = SchemeItem.objects.count()
    load_shipped_schemes(actor=cast.admin, at=AT)
    assert SchemeItem.objects.count() == before
    with pytest.raises(NotAllowed):
        load_shipped_schemes(actor=cast.approver, at=AT)


def test_a_faulty_scheme_file_is_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "scheme.yaml"
    path.write_text(
        "code: x\nname: x\nfrom: 2026-01-01\nactivities:\n"
        "  - {code: A, name: a, domain: moral, stage: teaching, credits: two}\n",
        "utf-8",
    )
    with pytest.raises(InvalidInput) as refused:
        read_scheme(path)
    assert refused.value.data["field"] == "scheme.yaml.activities[0].credits"


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2026, 2, 1), date(2026, 7, 31)), (date(2025, 8, 1), date(2026, 1, 31))],
)
def test_a_term_is_half_a_year(first: date, last: date) -> None:
    assert term_of(first) == term_of(last)
    assert term_begins(term_of(last)) == first
    assert term_of(last.replace(day=1)) == term_of(first)
