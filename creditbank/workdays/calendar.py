"""Counting in working days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from creditbank.workdays.year import SATURDAY, Year

MOST_DAYS = 1_000
ONE_DAY = timedelta(days=1)
# New Year's holiday may begin on one of these days of December, by the notice of the year after.
REACHED_BACK = (12, 29)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a term. Provisional when the count passes through a year whose notice is not published."""

    day: date
    provisional: bool


class Calendar:
    """The published years, ready to count. In a year that is not published, Monday to Friday count as worked."""

    def __init__(self, years: Iterable[Year]) -> None:
        """``years`` in any order, each number once."""
        self._years = {each.number: each for each in years}
        holidays = [each for year in self._years.values() for each in year.holidays]
        self._off = {day: each.name for each in holidays for day in each.days()}
        self._worked = {day for each in holidays for day in each.worked}

    @property
    def years(self) -> tuple[Year, ...]:
        """The published years, newest first."""
        return tuple(self._years[number] for number in sorted(self._years, reverse=True))

    def published(self, year: int) -> bool:
        """Whether the year's notice is known."""
        return year in self._years

    def holiday(self, day: date) -> str:
        """The name of the holiday that makes the day free; empty for any other day."""
        return self._off.get(day, "")

    def works(self, day: date) -> bool:
        """Whether the day is a working day."""
        if day in self._worked:
            return True
        return day.weekday() < SATURDAY and day not in self._off

    def after(self, start: date, count: int) -> Deadline:
        """The ``count``-th working day after ``start``, which itself does not count. 0 gives ``start``.

        Raises ``ValueError`` for a count outside 0 to 1,000.
        """
        if not 0 <= count <= MOST_DAYS:
            message = f"A term of {count} working days cannot be counted."
            raise ValueError(message)
        day = start
        while count:
            day += ONE_DAY
            count -= self.works(day)
        reached = day.year + ((day.month, day.day) >= REACHED_BACK)
        return Deadline(day, provisional=not all(map(self.published, range(start.year, reached + 1))))

    def between(self, first: date, last: date) -> int:
        """How many working days come after ``first`` up to and including ``last``; 0 when ``last`` is not later.

        Raises ``ValueError`` when the two lie more than 20 years apart.
        """
        span = (last - first).days
        if span > 20 * 366:
            message = "The two days lie too far apart."
            raise ValueError(message)
        return sum(self.works(first + timedelta(days=step)) for step in range(1, span + 1))
