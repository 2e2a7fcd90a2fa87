"""Working days at the office: the years that are counted with, and the form that publishes or corrects one (I-12)."""

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from creditbank.errors import CreditBankError, InvalidInput
from creditbank.portals.office.access import READERS, Desk, Role, office_page, show
from creditbank.portals.office.frame import done, refuse_beside
from creditbank.rulebook.working_days import publish_working_days
from creditbank.workdays.models import WorkdayYear
from creditbank.workdays.reading import calendar_now
from creditbank.workdays.year import FIRST_YEAR, LAST_YEAR, Holiday, Year, make_year

ISO: Final = "%Y-%m-%d"
SPARE_ROWS: Final = 3
LEAST_ROWS: Final = 8
_BETWEEN: Final = re.compile(r"[\s,，、;；]+")


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format=ISO)


class SourceForm(forms.Form):
    """What the year rests on."""

    source = forms.CharField(
        label=gettext_lazy("依据的通知"), max_length=120, help_text=gettext_lazy("例如 国办发明电〔2025〕7号")
    )


class HolidayForm(forms.Form):
    """One holiday: its days off, and the weekend days worked for it. An empty row is left out."""

    name = forms.CharField(label=gettext_lazy("节日"), max_length=30, required=False)
    first = forms.DateField(label=gettext_lazy("第一天"), input_formats=[ISO], widget=_day(), required=False)
    last = forms.DateField(label=gettext_lazy("最后一天"), input_formats=[ISO], widget=_day(), required=False)
    worked = forms.CharField(
        label=gettext_lazy("调休上班日"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("写成 2026-10-10，多天用空格隔开"),
    )

    def clean_worked(self) -> tuple[date, ...]:
        """The worked days as dates."""
        words = [word for word in _BETWEEN.split(self.cleaned_data["worked"]) if word]
        try:
            return tuple(sorted(date.fromisoformat(word) for word in words))
        except ValueError:
            raise forms.ValidationError(_("日期须写成 2026-10-01 的样子。")) from None

    def holiday(self) -> Holiday | None:
        """The row as a value; None for an empty one. Raises ``InvalidInput`` for one that is half filled in."""
        given = self.cleaned_data
        if not any(given.get(name) for name in ("name", "first", "last", "worked")):
            return None
        if not (given.get("name") and given.get("first") and given.get("last")):
            raise InvalidInput("每个节日都要写名称、第一天和最后一天。", field="holidays")
        return Holiday(given["name"].strip(), given["first"], given["last"], given["worked"])


if TYPE_CHECKING:
    Rows = BaseFormSet[HolidayForm]
else:
    Rows = BaseFormSet


@require_safe
@office_page(*READERS)
def working_days(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The years that are counted with, and the next one that is missing."""
    calendar = calendar_now()
    newest = max((year.number for year in calendar.years), default=desk.today.year)
    revisions: dict[int, int] = {}
    for row in WorkdayYear.objects.order_by("revision"):
        revisions[row.number] = row.revision
    context: dict[str, object] = {
        "years": [(year, revisions.get(year.number, 0)) for year in calendar.years],
        "next_year": newest + 1,
        "may_publish": desk.admin,
    }
    return show(request, desk, "working_days", "working_days", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(Role.ADMIN)
def working_year(request: HttpRequest, desk: Desk, year: int) -> HttpResponse:
    """The form of one year; on POST it is published, as a new revision where it was published before."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    if request.method != "POST":
        source, rows = _filled(year)
        return _page(request, desk, year, source, rows)
    source, rows = SourceForm(request.POST), _row_forms()(request.POST, prefix="h")
    if source.is_valid() and rows.is_valid():
        try:
            holidays = [holiday for form in rows.forms if (holiday := form.holiday()) is not None]
            made = make_year(year, source.cleaned_data["source"], holidays)
            publish_working_days(actor=desk.acting(Role.ADMIN), year=made, at=desk.at)
        except CreditBankError as error:
            return _page(request, desk, year, source, rows, status=refuse_beside(source, error))
        return done(request, _("%(year)s 年的工作日已公布。") % {"year": year}, name="working_days")
    return _page(request, desk, year, source, rows, status=400)


def _filled(number: int) -> tuple[SourceForm, Rows]:
    year: Year | None = next((each for each in calendar_now().years if each.number == number), None)
    if year is None:
        return SourceForm(), _row_forms(LEAST_ROWS)(prefix="h")
    initial = [
        {
            "name": each.name,
            "first": each.first,
            "last": each.last,
            "worked": " ".join(day.isoformat() for day in each.worked),
        }
        for each in year.holidays
    ]
    return SourceForm({"source": year.source}), _row_forms(SPARE_ROWS)(initial=initial, prefix="h")


def _row_forms(extra: int = 0) -> type[Rows]:
    return formset_factory(HolidayForm, extra=extra, max_num=20, absolute_max=20, validate_max=True)


def _page(
    request: HttpRequest, desk: Desk, year: int, source: SourceForm, rows: Rows, *, status: int = 200
) -> HttpResponse:
    context: dict[str, object] = {"year": year, "form": source, "rows": rows}
    return show(request, desk, "working_year", "working_days", context, status=status)
