"""Member institutions at the office (M-10): the register, a new member, one member with people, keys and returns."""

from typing import Final

from django import forms
from django.contrib import messages as notes
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from creditbank.errors import CreditBankError
from creditbank.institutions.actions import (
    Entry,
    appoint_new_person,
    appoint_staff,
    credit_code_stands,
    end_staff,
    propose_institution,
    set_institution_state,
)
from creditbank.institutions.models import Institution, InstitutionKind, InstitutionState, Staff, StaffRole
from creditbank.people.invitations import invite
from creditbank.portals.export import Column, export_response
from creditbank.portals.failures import error_words
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.office.access import READERS, Desk, Role, office_page, show
from creditbank.portals.office.colleagues import ColleagueForm
from creditbank.portals.office.frame import refuse_beside
from creditbank.portals.office.shown_once import keep_code, shown_code
from creditbank.portals.office.tables import Cell, Head, show_list

_STATES: Final = tuple(each for each in InstitutionState.choices if each[0] != InstitutionState.PROPOSED)


class EntryForm(forms.Form):
    """A new member as an administrator enters it."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=InstitutionKind.choices)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=100)
    name_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=200, required=False)
    code = forms.CharField(
        label=gettext_lazy("单位代码"),
        max_length=20,
        help_text=gettext_lazy("2–20 个大写字母、数字或短横，以字母开头；用在申报文件里，如 SJSX。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    credit_code = forms.CharField(
        label=gettext_lazy("统一社会信用代码"),
        max_length=18,
        required=False,
        help_text=gettext_lazy("18 位，可以先不填。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    odd_code_meant = forms.BooleanField(label=gettext_lazy("校验位不对，但已对照证书，就是这个代码"), required=False)
    region_code = forms.CharField(
        label=gettext_lazy("行政区划代码"), max_length=6, help_text=gettext_lazy("六位数字，如 230102。")
    )
    region_name = forms.CharField(label=gettext_lazy("地区"), max_length=60)
    issues_certificates = forms.BooleanField(label=gettext_lazy("可以颁发证书"), required=False)


class StateForm(forms.Form):
    """The state that the membership takes."""

    state = forms.ChoiceField(label=gettext_lazy("状态"), choices=_STATES)


class StaffForm(ColleagueForm):
    """Somebody for a role at the institution."""

    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=StaffRole.choices, widget=forms.RadioSelect)


@require_safe
@office_page(*READERS)
def institutions(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every member."""
    listing = make_listing(
        request.GET,
        Institution.objects.all(),
        search=lambda rows, words: (
            rows.filter(name__icontains=words)
            | rows.filter(code__iexact=words)
            | rows.filter(credit_code=words.upper())
        ),
        filters=(
            Filter("kind", _("类别"), InstitutionKind.choices, lambda rows, value: rows.filter(kind=value)),
            Filter("state", _("状态"), InstitutionState.choices, lambda rows, value: rows.filter(state=value)),
        ),
    )
    if listing.export:
        return export_response(listing.export, COLUMNS, listing.rows, filename="institutions")
    buttons = [(_("登记单位"), reverse("office:institution_new"))] if desk.admin else []
    return show_list(
        request,
        desk,
        "institutions",
        title=_("成员单位"),
        listing=listing,
        heads=_HEADS,
        cells=_cells,
        placeholder=_("名称、代码"),
        extra={"buttons": buttons},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(Role.ADMIN)
def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Enter a new member; a second person approves it."""
    form, status = EntryForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            given = dict(form.cleaned_data)
            meant = bool(given.pop("odd_code_meant"))
            try:
                made = propose_institution(
                    actor=desk.acting(Role.ADMIN), at=desk.at, entry=Entry(**given), odd_code_meant=meant
                )
            except CreditBankError as error:
                status = refuse_beside(form, error)
            else:
                waits = made.state == InstitutionState.PROPOSED
                notes.success(request, _("单位已登记，等另一人核准。") if waits else _("单位已登记。"))
                return HttpResponseRedirect(reverse("office:institution", args=[made.code]))
    odd = _is_odd(form)
    return show(request, desk, "institution_new", "institutions", {"form": form, "odd": odd}, status=status)


@require_safe
@office_page(*READERS)
def institution(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """One member with its staff, keys and returns."""
    return _page(request, desk, _found(code))


@require_POST
@office_page(Role.ADMIN)
def state(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Suspend a member, take it back, or note that it left."""
    found = _found(code)
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
    return _page(request, desk, found, form=form, status=status)


@require_POST
@office_page(Role.ADMIN)
def appoint(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Give somebody a role here; a new person gets an invitation, whose code the next page shows once."""
    found = _found(code)
    form, status = StaffForm(request.POST), 400
    if form.is_valid():
        try:
            _appoint(request, desk, found, form)
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            notes.success(request, _("已安排。首次登录须先设置两步验证。"))
            return HttpResponseRedirect(reverse("office:institution", args=[code]))
    return _page(request, desk, found, staff_form=form, status=status)


@require_POST
@office_page(Role.ADMIN)
def staff_end(request: HttpRequest, desk: Desk, code: str, pk: int) -> HttpResponse:
    """End a role at this institution."""
    end_staff(actor=desk.acting(Role.ADMIN), at=desk.at, staff=_post(code, pk))
    notes.success(request, _("角色已结束。"))
    return HttpResponseRedirect(reverse("office:institution", args=[code]))


@require_POST
@office_page(Role.ADMIN)
def staff_invite(request: HttpRequest, desk: Desk, code: str, pk: int) -> HttpResponse:
    """A fresh invitation for somebody of this institution who has no login yet."""
    post = _post(code, pk)
    try:
        keep_code(request, invite(actor=desk.acting(Role.ADMIN), at=desk.at, person=post.person))
    except CreditBankError as error:
        notes.error(request, error_words(error))
    return HttpResponseRedirect(reverse("office:institution", args=[code]))


def _appoint(request: HttpRequest, desk: Desk, found: Institution, form: StaffForm) -> None:
    actor, role, meant = desk.acting(Role.ADMIN), form.cleaned_data["role"], form.meant()
    if meant.person is not None:
        appoint_staff(actor=actor, at=desk.at, institution=found, person=meant.person, role=role)
        return
    _staff, code = appoint_new_person(actor=actor, at=desk.at, institution=found, name=meant.name, role=role)
    keep_code(request, code)


def _page(
    request: HttpRequest,
    desk: Desk,
    found: Institution,
    *,
    form: StateForm | None = None,
    staff_form: StaffForm | None = None,
    status: int = 200,
) -> HttpResponse:
    staff = found.staff.filter(until=None).select_related("person").prefetch_related("person__users")
    context: dict[str, object] = {
        "institution": found,
        "odd_code": bool(found.credit_code) and not credit_code_stands(found.credit_code),
        "proposed": found.state == InstitutionState.PROPOSED,
        "sees_case": found.proposed_by_id is not None and desk.may(Role.ADMIN, Role.DECIDER, Role.AUDITOR),
        "staff": [(each, bool(each.person.users.all())) for each in staff.order_by("role", "person__name_pinyin")],
        "invited": shown_code(request),
        "keys": found.api_keys.select_related("acts_for").order_by("-pk")[:20],
        "returns": found.returns.order_by("-id")[:10],
        "now": desk.at,
        "form": form or StateForm(initial={"state": found.state}),
        "staff_form": staff_form or StaffForm(),
    }
    return show(request, desk, "institution", "institutions", context, status=status)


def _found(code: str) -> Institution:
    found = Institution.objects.filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _post(code: str, pk: int) -> Staff:
    post = Staff.objects.select_related("institution", "person").filter(pk=pk, institution__code=code, until=None)
    found = post.first()
    if found is None:
        raise Http404
    return found


def _is_odd(form: EntryForm) -> bool:
    """Whether the form was refused for the check digit alone: then the box that insists on it is shown."""
    given = str(form.data.get("credit_code", "")).strip().upper() if form.is_bound else ""
    return bool(given) and not credit_code_stands(given)


_HEADS: Final = (
    Head(gettext_lazy("单位")),
    Head(gettext_lazy("类别")),
    Head(gettext_lazy("状态")),
    Head(gettext_lazy("地区")),
    Head(gettext_lazy("获批日期"), "num"),
)


def _cells(row: Institution) -> tuple[Cell, ...]:
    approved = "—" if row.state == InstitutionState.PROPOSED else row.approved_on.isoformat()
    return (
        Cell(row.name, sub=row.code, name="institution", args=(row.code,)),
        Cell(row.get_kind_display()),
        Cell(row.get_state_display(), state=row.state),
        Cell(row.region_name),
        Cell(approved, css="num"),
    )


COLUMNS: Final[tuple[Column[Institution], ...]] = (
    Column(gettext_lazy("代码"), lambda row: row.code),
    Column(gettext_lazy("单位"), lambda row: row.name),
    Column(gettext_lazy("类别"), lambda row: row.get_kind_display()),
    Column(gettext_lazy("状态"), lambda row: row.get_state_display()),
    Column(gettext_lazy("地区"), lambda row: row.region_name),
    Column(gettext_lazy("统一社会信用代码"), lambda row: row.credit_code),
    Column(gettext_lazy("获批日期"), lambda row: row.approved_on),
)
