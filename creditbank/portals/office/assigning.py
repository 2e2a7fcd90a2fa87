"""Who works on which case: take some, give some to a colleague, put one back; from the list or from a case."""

from django import forms
from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from creditbank.errors import CreditBankError
from creditbank.people.assignments import Assigned, Case, assign_work, release_work, take_work, workers
from creditbank.people.models import Person
from creditbank.portals.failures import error_words
from creditbank.portals.office.access import Desk, Role, office_page
from creditbank.portals.office.frame import kept_query
from creditbank.portals.office.jobs import jobs_of
from creditbank.portals.office.work import PLAIN, Ref, sources_for, waiting_among


class AssignForm(forms.Form):
    """To whom."""

    to = forms.ModelChoiceField(label=gettext_lazy("分派给"), queryset=Person.objects.none())

    def __init__(self, desk: Desk, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Person.objects.filter(pk__in=[each.pk for each in workers(desk.at)])


@require_POST
@office_page(Role.REVIEWER, Role.DECIDER)
def take(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take the chosen cases; those that a colleague has stay with her."""
    cases = _cases(request, desk)
    try:
        done = take_work(actor=desk.acting(Role.REVIEWER, Role.DECIDER), at=desk.at, cases=cases)
    except CreditBankError as error:
        notes.error(request, error_words(error))
    else:
        _tell(request, done)
    return _back(request, desk, cases)


@require_POST
@office_page(Role.REVIEWER, Role.DECIDER)
def assign(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Give the chosen cases to a colleague."""
    cases = _cases(request, desk)
    form = AssignForm(desk, request.POST)
    if not form.is_valid():
        notes.error(request, _("请选择分派给哪位同事。"))
        return _back(request, desk, cases)
    try:
        done = assign_work(
            actor=desk.acting(Role.DECIDER, Role.REVIEWER), at=desk.at, cases=cases, to=form.cleaned_data["to"]
        )
    except CreditBankError as error:
        notes.error(request, error_words(error))
    else:
        _tell(request, done)
    return _back(request, desk, cases)


@require_POST
@office_page(Role.REVIEWER, Role.DECIDER)
def release(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Put one case back for everybody."""
    cases = _cases(request, desk)
    if len(cases) == 1:
        try:
            release_work(actor=desk.acting(Role.DECIDER, Role.REVIEWER), at=desk.at, case=cases[0])
        except CreditBankError as error:
            notes.error(request, error_words(error))
        else:
            notes.success(request, _("已放回，同事可以领取。"))
    return _back(request, desk, cases)


def _cases(request: HttpRequest, desk: Desk) -> list[Case]:
    return waiting_among(sources_for(desk.roles), request.POST.getlist("case"))


def _tell(request: HttpRequest, done: Assigned) -> None:
    if done.taken:
        notes.success(request, _("%(count)s 件已分派。") % {"count": done.taken})
    if done.left:
        notes.warning(request, _("%(count)s 件已由同事办理，没有改动。") % {"count": done.left})


def _back(request: HttpRequest, desk: Desk, cases: list[Case]) -> HttpResponse:
    """To the case that it was asked from, else to the list as it was."""
    if "stay" in request.POST and len(cases) == 1:
        source, row = cases[0]
        for job in jobs_of([Ref(source, row, desk.at, PLAIN)], desk):
            return HttpResponseRedirect(job.url + kept_query(request))
    return HttpResponseRedirect(reverse("office:inbox") + kept_query(request))
