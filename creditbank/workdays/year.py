"""One year's notice as a value: its holidays, and the weekend days that are worked for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from creditbank.errors import InvalidInput

MOST_HOLIDAYS = 20
LONGEST_HOLIDAY = 31
MOST_WORKED = 10
FIRST_YEAR, LAST_YEAR = 2021, 2100
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days off in a row, both ends included, and the weekend days worked for them (调休)."""

    name: str
    first: date
    last: date
    worked: tuple[date, ...]

    def days(self) -> list[date]:
        """Every day off, weekends among them."""
        return [self.first + timedelta(days=step) for step in range((self.last - self.first).days + 1)]


@dataclass(frozen=True, slots=True)
class Year:
    """What the notice ``source`` arranges for the year ``number``."""

    number: int
    source: str
    holidays: tuple[Holiday, ...]

    def to_json(self) -> list[dict[str, object]]:
        """The holidays as plain data; :func:`read_year` reads them back."""
        return [
            {
                "name": each.name,
                "first": each.first.isoformat(),
                "last": each.last.isoformat(),
                "worked": [day.isoformat() for day in each.worked],
            }
            for each in self.holidays
        ]


def make_year(number: int, source: str, holidays: Iterable[Holiday]) -> Year:
    """A year that can be counted with.

    Raises ``InvalidInput`` naming the field (``holidays.2.last``): a day outside the year (a holiday may begin in the
    December before), an end before its beginning, a worked day that is no weekend day or is off as well, a day twice.
    """
    kept = tuple(sorted(holidays, key=lambda each: each.first))
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise InvalidInput("年份须在 %(first)s 到 %(last)s 之间。", field="year", first=FIRST_YEAR, last=LAST_YEAR)
    if not source.strip():
        raise InvalidInput("请写明依据的通知文号。", field="source")
    if not 0 < len(kept) <= MOST_HOLIDAYS:
        raise InvalidInput("节假日须有 1 到 %(most)s 个。", field="holidays", most=MOST_HOLIDAYS)
    for place, each in enumerate(kept):
        _check_holiday(number, f"holidays.{place}", each)
    off = [day for each in kept for day in each.days()]
    worked = [day for each in kept for day in each.worked]
    twice = sorted({day for day in off + worked if (off + worked).count(day) > 1})
    if twice:
        raise InvalidInput("%(day)s 出现了两次。", field="holidays", day=twice[0].isoformat())
    return Year(number, source.strip(), kept)


def read_year(number: int, source: str, holidays: Sequence[Mapping[str, object]]) -> Year:
    """A year from plain data, as :meth:`Year.to_json` writes it or YAML gives it. Raises as :func:`make_year`."""
    return make_year(number, source, (_read_holiday(f"holidays.{place}", each) for place, each in enumerate(holidays)))


def _read_holiday(place: str, data: Mapping[str, object]) -> Holiday:
    worked = data.get("worked", [])
    if not isinstance(worked, list):
        raise InvalidInput("调休上班日须是日期的列表。", field=f"{place}.worked")
    return Holiday(
        str(data.get("name", "")).strip(),
        _read_day(f"{place}.first", data.get("first")),
        _read_day(f"{place}.last", data.get("last")),
        tuple(sorted(_read_day(f"{place}.worked", day) for day in worked)),
    )


def _read_day(place: str, value: object) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise InvalidInput("日期须写成 2026-10-01 的样子。", field=place) from None


def _check_holiday(number: int, place: str, holiday: Holiday) -> None:
    if not holiday.name:
        raise InvalidInput("请写节日名称。", field=f"{place}.name")
    if not 0 <= (holiday.last - holiday.first).days < LONGEST_HOLIDAY:
        raise InvalidInput("结束日期不能早于开始日期，也不能超过一个月。", field=f"{place}.last")
    if len(holiday.worked) > MOST_WORKED:
        raise InvalidInput("调休上班日太多。", field=f"{place}.worked")
    for day in (holiday.first, holiday.last, *holiday.worked):
        if not date(number - 1, 12, 1) <= day <= date(number, 12, 31):
            raise InvalidInput("%(day)s 不在这一年。", field=place, day=day.isoformat())
    for day in holiday.worked:
        if day.weekday() < SATURDAY:
            raise InvalidInput("%(day)s 不是周末，本来就上班。", field=f"{place}.worked", day=day.isoformat())
