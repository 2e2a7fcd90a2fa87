"""Terms in working days: holidays, the weekend days worked for them, and years whose notice is not published."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditbank.errors import InvalidInput
from creditbank.workdays.calendar import Calendar, Deadline
from creditbank.workdays.reading import shipped_years
from creditbank.workdays.year import Holiday, make_year, read_year

SHIPPED = Calendar(shipped_years())
DAYS = st.dates(date(2021, 3, 1), date(2028, 12, 31))


def test_a_term_over_the_national_day_of_2026_jumps_the_holiday_and_counts_the_worked_saturday() -> None:
    # 2026-09-30 is a Wednesday; 1 to 7 October are off; Saturday the 10th is worked.
    assert SHIPPED.after(date(2026, 9, 30), 3) == Deadline(date(2026, 10, 10), provisional=False)
    assert SHIPPED.after(date(2026, 9, 30), 4) == Deadline(date(2026, 10, 12), provisional=False)


def test_a_worked_sunday_counts() -> None:
    assert SHIPPED.works(date(2026, 9, 20))
    assert not SHIPPED.works(date(2026, 9, 19))


def test_a_new_years_holiday_that_begins_in_december_belongs_to_the_next_years_notice() -> None:
    assert SHIPPED.holiday(date(2023, 12, 31)) == "元旦"
    only_2023 = Calendar(year for year in shipped_years() if year.number == 2023)
    assert only_2023.after(date(2023, 12, 20), 2).provisional is False
    assert only_2023.after(date(2023, 12, 27), 2) == Deadline(date(2023, 12, 29), provisional=True)


def test_a_term_into_an_unpublished_year_is_provisional() -> None:
    assert SHIPPED.after(date(2026, 12, 25), 5) == Deadline(date(2027, 1, 1), provisional=True)
    assert SHIPPED.after(date(2026, 12, 21), 3).provisional is False


@given(DAYS, st.integers(0, 60))
def test_the_days_between_a_start_and_its_deadline_are_the_count(start: date, count: int) -> None:
    deadline = SHIPPED.after(start, count)
    assert SHIPPED.between(start, deadline.day) == count
    assert count == 0 or SHIPPED.works(deadline.day)


@given(DAYS, st.integers(0, 30), st.integers(0, 30))
def test_two_terms_in_a_row_are_one_of_their_sum(start: date, first: int, second: int) -> None:
    assert SHIPPED.after(SHIPPED.after(start, first).day, second).day == SHIPPED.after(start, first + second).day


@pytest.mark.parametrize(("year", "off", "worked"), [(2021, 31, 7), (2022, 31, 7), (2025, 28, 5), (2026, 33, 6)])
def test_the_shipped_years_have_as_many_days_as_their_notices(year: int, off: int, worked: int) -> None:
    (found,) = (each for each in shipped_years() if each.number == year)
    assert sum(len(each.days()) for each in found.holidays) == off
    assert sum(len(each.worked) for each in found.holidays) == worked


def test_a_year_reads_back_from_its_plain_data() -> None:
    for year in shipped_years():
        assert read_year(year.number, year.source, year.to_json()) == year


DAY = date(2027, 5, 1)


@pytest.mark.parametrize(
    ("holidays", "field"),
    [
        ([], "holidays"),
        ([Holiday("", DAY, DAY, ())], "holidays.0.name"),
        ([Holiday("甲", DAY, DAY - timedelta(days=1), ())], "holidays.0.last"),
        ([Holiday("甲", DAY, DAY + timedelta(days=40), ())], "holidays.0.last"),
        ([Holiday("甲", date(2028, 5, 1), date(2028, 5, 1), ())], "holidays.0"),
        ([Holiday("甲", DAY, DAY, (date(2027, 5, 5),))], "holidays.0.worked"),
        ([Holiday("甲", DAY, DAY, (DAY,))], "holidays"),
        ([Holiday("甲", DAY, DAY, ()), Holiday("乙", DAY, DAY, ())], "holidays"),
    ],
)
def test_a_year_that_cannot_be_counted_with_is_refused_with_its_place(holidays: list[Holiday], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        make_year(2027, "通知", holidays)
    assert refused.value.data["field"] == field


@pytest.mark.parametrize("value", ["2027-13-01", "", None, 7, "五月一日"])
def test_a_date_that_is_none_is_refused_with_its_place(value: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_year(2027, "通知", [{"name": "甲", "first": value, "last": "2027-05-01"}])
    assert refused.value.data["field"] == "holidays.0.first"
