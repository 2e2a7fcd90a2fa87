"""Registers that are read: member institutions, the audit, the people of the office; and who holds which office."""

from typing import Final

from django import forms
from django.contrib import messages as notes
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from creditbank.audit.models import AuditRecord
from creditbank.clock import CIVIL_ZONE
from creditbank.errors import CreditBankError
from creditbank.institutions.actions import set_institution_state
from creditbank.institutions.models import Institution, InstitutionKind, InstitutionState
from creditbank.people.models import OfficeRole, User
from creditbank.people.rights import appoint_office, end_office
from creditbank.portals.export import Column, export_response
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.office.access import READERS, Desk, Role, office_page, show
from creditbank.portals.office.frame import refuse_beside
from creditbank.portals.office.tables import Cell, Head, show_list


@require_safe
@office_page(*READERS)
def institutions(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every member."""
    listing = make_listing(
        request.GET,
        Institution.objects.all(),
        search=lambda rows, words: rows.filter(name__icontains=words) | rows.filter(code__iexact=words),
        filters=(
            Filter("kind", _("类别"), InstitutionKind.choices, lambda rows, value: rows.filter(kind=value)),
            Filter("state", _("状态"), InstitutionState.choices, lambda rows, value: rows.filter(state=value)),
        ),
    )
    if listing.export:
        return export_response(listing.export, INSTITUTION_COLUMNS, listing.rows, filename="institutions")
    return show_list(
        request,
        desk,
        "institutions",
        title=_("成员单位"),
        listing=listing,
        heads=_INSTITUTION_HEADS,
        cells=_institution_cells,
        placeholder=_("名称、代码"),
    )


@require_safe
@office_page(*READERS)
def institution(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """One member with its staff."""
    return _institution_page(request, desk, code)


class StateForm(forms.Form):
    """The state that the membership takes."""

    state = forms.ChoiceField(label=gettext_lazy("状态"), choices=InstitutionState.choices)


@require_POST
@office_page(Role.ADMIN)
def institution_state(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Suspend a member, take it back, or note that it left."""
    found = Institution.objects.filter(code=code).first()
    if found is None:
        raise Http404
    form, status = StateForm(request.POST), 400
    if form.is_valid():
        try:
            set_institution_state(
                actor=desk.acting(Role.ADMIN), at=desk.at, institution=found, state=form.cleaned_data["state"]
            )
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            notes.success(request, _("单位状态已变更。"))
            return HttpResponseRedirect(reverse("office:institution", args=[code]))
    return _institution_page(request, desk, code, form, status=status)


def _institution_page(
    request: HttpRequest, desk: Desk, code: str, form: StateForm | None = None, *, status: int = 200
) -> HttpResponse:
    found = Institution.objects.filter(code=code).first()
    if found is None:
        raise Http404
    context: dict[str, object] = {
        "institution": found,
        "staff": found.staff.filter(until=None).select_related("person").order_by("role", "person__name_pinyin"),
        "returns": found.returns.order_by("-id")[:10],
        "form": form or StateForm(initial={"state": found.state}),
    }
    return show(request, desk, "institution", "institutions", context, status=status)


@require_safe
@office_page(Role.AUDITOR, Role.ADMIN)
def audit(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every action: who, when, on what, under which clause; ids and names of fields, never a value."""
    listing = make_listing(
        request.GET,
        AuditRecord.objects.all(),
        search=lambda rows, words: (
            rows.filter(subject_id=words) | rows.filter(actor_name=words) | rows.filter(action=words)
        ),
    )
    if listing.export:
        return export_response(listing.export, AUDIT_COLUMNS, listing.rows, filename="audit")
    return show_list(
        request,
        desk,
        "audit",
        title=_("审计记录"),
        listing=listing,
        heads=_AUDIT_HEADS,
        cells=_audit_cells,
        placeholder=_("编号、经办人或动作"),
    )


class AppointForm(forms.Form):
    """Whose office, and which."""

    username = forms.CharField(label=gettext_lazy("登录名"), max_length=60)
    role = forms.ChoiceField(label=gettext_lazy("岗位"), choices=OfficeRole.Role.choices)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(Role.ADMIN, Role.AUDITOR)
def people(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Who holds which office; an administrator appoints, never herself."""
    form, status = AppointForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        if not desk.admin:
            raise Http404
        status = 400
        if form.is_valid():
            user = User.objects.filter(username__iexact=form.cleaned_data["username"], is_active=True).first()
            if user is None:
                form.add_error("username", _("没有这个登录名。"))
            else:
                try:
                    appoint_office(
                        actor=desk.acting(Role.ADMIN), at=desk.at, person=user.person, role=form.cleaned_data["role"]
                    )
                except CreditBankError as error:
                    status = refuse_beside(form, error)
                else:
                    notes.success(request, _("岗位已安排。"))
                    return HttpResponseRedirect(reverse("office:people"))
    held = OfficeRole.objects.held_at(desk.at).select_related("person").order_by("role", "person__name_pinyin")
    return show(request, desk, "people", "people", {"held": held, "form": form}, status=status)


@require_POST
@office_page(Role.ADMIN)
def end(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """End an office."""
    office = OfficeRole.objects.filter(pk=pk).first()
    if office is None:
        raise Http404
    end_office(actor=desk.acting(Role.ADMIN), at=desk.at, office=office)
    notes.success(request, _("岗位已结束。"))
    return HttpResponseRedirect(reverse("office:people"))


_INSTITUTION_HEADS: Final = (
    Head(gettext_lazy("单位")),
    Head(gettext_lazy("类别")),
    Head(gettext_lazy("状态")),
    Head(gettext_lazy("地区")),
    Head(gettext_lazy("获批日期"), "num"),
)


def _institution_cells(row: Institution) -> tuple[Cell, ...]:
    return (
        Cell(row.name, sub=row.code, name="institution", args=(row.code,)),
        Cell(row.get_kind_display()),
        Cell(row.get_state_display(), state=row.state),
        Cell(row.region_name),
        Cell(row.approved_on.isoformat(), css="num"),
    )


INSTITUTION_COLUMNS: Final[tuple[Column[Institution], ...]] = (
    Column(gettext_lazy("代码"), lambda row: row.code),
    Column(gettext_lazy("单位"), lambda row: row.name),
    Column(gettext_lazy("类别"), lambda row: row.get_kind_display()),
    Column(gettext_lazy("状态"), lambda row: row.get_state_display()),
    Column(gettext_lazy("地区"), lambda row: row.region_name),
    Column(gettext_lazy("获批日期"), lambda row: row.approved_on),
)
_AUDIT_HEADS: Final = (
    Head(gettext_lazy("时间"), "num"),
    Head(gettext_lazy("经办人")),
    Head(gettext_lazy("动作")),
    Head(gettext_lazy("对象")),
)


def _moment(row: AuditRecord) -> str:
    return row.at.astimezone(CIVIL_ZONE).strftime("%Y-%m-%d %H:%M:%S")


def _audit_cells(row: AuditRecord) -> tuple[Cell, ...]:
    return (
        Cell(_moment(row), css="num"),
        Cell(row.actor_name, sub=row.actor_role),
        Cell(row.action, sub="、".join(row.fields), clause=row.clause),
        Cell(row.subject_id, sub=row.subject_kind),
    )


AUDIT_COLUMNS: Final[tuple[Column[AuditRecord], ...]] = (
    Column(gettext_lazy("时间"), lambda row: row.at),
    Column(gettext_lazy("经办人"), lambda row: row.actor_name),
    Column(gettext_lazy("身份"), lambda row: row.actor_role),
    Column(gettext_lazy("动作"), lambda row: row.action),
    Column(gettext_lazy("对象"), lambda row: row.subject_kind),
    Column(gettext_lazy("编号"), lambda row: row.subject_id),
    Column(gettext_lazy("依据"), lambda row: row.clause),
    Column(gettext_lazy("字段"), lambda row: "、".join(row.fields)),
)
