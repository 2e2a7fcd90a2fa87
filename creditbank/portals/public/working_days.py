"""The calendar that terms are counted with, for everybody (I-12, I-16)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from creditbank import clock
from creditbank.workdays.reading import calendar_now


@require_safe
def working_days(request: HttpRequest) -> HttpResponse:
    """The published years, the newest first, and which coming year is not published."""
    calendar, this_year = calendar_now(), clock.today().year
    missing = next(year for year in range(this_year, this_year + 100) if not calendar.published(year))
    return render(request, "public/working_days.html", {"years": calendar.years, "missing": missing})
