"""The people of the office: who holds which office; an administrator proposes, another person confirms."""

from typing import Final

from django import forms
from django.contrib import messages as notes
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from creditbank.errors import CreditBankError
from creditbank.people.appointments import propose_new_person, propose_office
from creditbank.people.invitations import invite
from creditbank.people.models import OfficeProposal, OfficeRole
from creditbank.people.models.persons import OfficeRoleQuerySet
from creditbank.people.rights import end_office
from creditbank.portals.export import Column, export_response
from creditbank.portals.failures import error_words
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.office.access import Desk, Role, office_page, show
from creditbank.portals.office.colleagues import ColleagueForm
from creditbank.portals.office.frame import refuse_beside
from creditbank.portals.office.shown_once import keep_code, shown_code


class AppointForm(ColleagueForm):
    """Whose office, and which."""

    role = forms.ChoiceField(label=gettext_lazy("岗位"), choices=OfficeRole.Role.choices)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(Role.ADMIN, Role.AUDITOR)
def people(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Who holds and held which office, and what waits to be confirmed; a POST proposes."""
    form, status = AppointForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        if not desk.admin:
            raise Http404
        status = 400
        if form.is_valid():
            try:
                _propose(request, desk, form)
            except CreditBankError as error:
                status = refuse_beside(form, error)
            else:
                return HttpResponseRedirect(reverse("office:people"))
    listing = make_listing(
        request.GET,
        OfficeRole.objects.select_related("person")
        .prefetch_related("person__users")
        .order_by("role", "person__name_pinyin", "pk"),
        search=lambda rows, words: rows.filter(person__name__icontains=words),
        filters=(
            Filter("role", _("岗位"), OfficeRole.Role.choices, lambda rows, value: rows.filter(role=value)),
            Filter("state", _("状态"), _STATES, lambda rows, value: _standing(rows, value, desk)),
        ),
    )
    if listing.export:
        return export_response(listing.export, COLUMNS, listing.rows, filename="office-people")
    waiting = OfficeProposal.objects.filter(state=OfficeProposal.State.PROPOSED).select_related("person", "proposed_by")
    context: dict[str, object] = {
        "listing": listing,
        "rows": [_row(each, desk) for each in listing.page if isinstance(each, OfficeRole)],
        "waiting": waiting.order_by("proposed_at"),
        "invited": shown_code(request),
        "form": form,
    }
    return show(request, desk, "people", "people", context, status=status)


@require_POST
@office_page(Role.ADMIN)
def end(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """End an office."""
    end_office(actor=desk.acting(Role.ADMIN), at=desk.at, office=_office(pk))
    notes.success(request, _("岗位已结束。"))
    return HttpResponseRedirect(reverse("office:people"))


@require_POST
@office_page(Role.ADMIN)
def again(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """A fresh invitation for somebody of the office who has no login yet."""
    try:
        keep_code(request, invite(actor=desk.acting(Role.ADMIN), at=desk.at, person=_office(pk).person))
    except CreditBankError as error:
        notes.error(request, error_words(error))
    return HttpResponseRedirect(reverse("office:people"))


def _propose(request: HttpRequest, desk: Desk, form: AppointForm) -> None:
    actor, role, meant = desk.acting(Role.ADMIN), form.cleaned_data["role"], form.meant()
    if meant.person is not None:
        made = propose_office(actor=actor, at=desk.at, person=meant.person, role=role)
    else:
        made, code = propose_new_person(actor=actor, at=desk.at, name=meant.name, role=role)
        keep_code(request, code)
    waits = isinstance(made, OfficeProposal)
    notes.success(request, _("岗位已提议，等另一人确认。") if waits else _("岗位已安排。"))


def _standing(rows: OfficeRoleQuerySet, value: str, desk: Desk) -> OfficeRoleQuerySet:
    return rows.held_at(desk.at) if value == "held" else rows.filter(until__lte=desk.at)


def _row(office: OfficeRole, desk: Desk) -> dict[str, object]:
    held = office.until is None or office.until > desk.at
    return {
        "office": office,
        "held": held,
        "has_login": bool(office.person.users.all()),
        "may_end": held and desk.admin and office.person_id != desk.person_id,
    }


def _office(pk: int) -> OfficeRole:
    office = OfficeRole.objects.select_related("person").filter(pk=pk).first()
    if office is None:
        raise Http404
    return office


_STATES: Final = (("held", gettext_lazy("在岗")), ("ended", gettext_lazy("已结束")))
COLUMNS: Final[tuple[Column[OfficeRole], ...]] = (
    Column(gettext_lazy("姓名"), lambda row: row.person.name),
    Column(gettext_lazy("岗位"), lambda row: row.get_role_display()),
    Column(gettext_lazy("开始"), lambda row: row.since),
    Column(gettext_lazy("结束"), lambda row: row.until),
)
