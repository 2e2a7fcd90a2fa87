"""The calendar as it stands now: the shipped years, each replaced whole by what the office published for it."""

from functools import lru_cache
from pathlib import Path
from typing import TypedDict

import yaml

from creditbank.workdays.calendar import Calendar
from creditbank.workdays.models import WorkdayYear
from creditbank.workdays.year import Year, read_year

SHIPPED = Path(__file__).with_name("years.yaml")


class _ShippedYear(TypedDict):
    year: int
    source: str
    holidays: list[dict[str, object]]


def calendar_now() -> Calendar:
    """The calendar to count with. One query."""
    years = {year.number: year for year in shipped_years()}
    # Oldest revision first: the newest of a year stays.
    for row in WorkdayYear.objects.order_by("number", "revision"):
        years[row.number] = read_year(row.number, row.source, row.holidays)
    return Calendar(years.values())


@lru_cache(maxsize=1)
def shipped_years() -> tuple[Year, ...]:
    """The years whose notice was published when this program was."""
    documents: list[_ShippedYear] = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    return tuple(read_year(each["year"], each["source"], each["holidays"]) for each in documents)
