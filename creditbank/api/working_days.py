"""``/working-days``: the years that terms are counted with, for everybody (I-12)."""

from datetime import date

from django.http import HttpRequest
from ninja import Router, Schema

from creditbank.api.problems import FAULTS, Problem
from creditbank.workdays.reading import calendar_now

router = Router(tags=["public"])


class HolidayOut(Schema):
    """Days off in a row, both ends included, and the weekend days worked for them."""

    name: str
    first: date
    last: date
    worked: list[date]


class YearOut(Schema):
    """A year's notice."""

    year: int
    source: str
    holidays: list[HolidayOut]


@router.get(
    "", auth=None, response={200: list[YearOut], FAULTS: Problem}, summary="工作日历 · The calendar of working days"
)
def years(request: HttpRequest) -> list[YearOut]:
    """The published years, the newest first. A term that reaches a year that is not here is provisional."""
    return [
        YearOut(
            year=year.number,
            source=year.source,
            holidays=[
                HolidayOut(name=each.name, first=each.first, last=each.last, worked=list(each.worked))
                for each in year.holidays
            ],
        )
        for year in calendar_now().years
    ]
