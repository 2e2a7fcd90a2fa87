"""Small cases that wait for a second person: a request to see a student's data, a new member, an office proposed."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from creditbank.audit.actor import Actor
from creditbank.institutions.actions import approve_institution, credit_code_stands, refuse_institution
from creditbank.institutions.models import Institution, InstitutionState
from creditbank.people.access_requests import approve_access, refuse_access
from creditbank.people.appointments import confirm_office, refuse_office
from creditbank.people.models import AccessRequest, OfficeProposal
from creditbank.portals.office.access import Desk, Role, office_page
from creditbank.portals.office.frame import who_when
from creditbank.portals.office.sight import shown_student
from creditbank.portals.office.small_cases import Small, answer_case, show_case

SECOND: Final = (Role.DECIDER.value, Role.ADMIN.value)
SEERS: Final = (*SECOND, Role.AUDITOR.value)


def access_case(desk: Desk, pk: int) -> Small:
    """A colleague's request to see a student's data."""
    rows = AccessRequest.objects.select_related("student__person", "asked_by", "answered_by")
    row = rows.filter(pk=pk).first()
    if row is None or not desk.may(*SEERS):
        raise Http404
    facts = [
        (_("申请人"), who_when(row.asked_by, row.asked_at)),
        (_("学生"), shown_student(row.student, desk.today)),
        (_("查阅目的"), row.purpose),
        (_("期限"), _("%(days)s 天，自批准时起") % {"days": row.days}),
        (_("办理"), who_when(row.answered_by, row.answered_at) or "—"),
        *([(_("说明"), row.answer)] if row.answer else []),
    ]
    own = _("申请查阅的人不能自己批准，请由另一位同事办理。") if row.asked_by_id == desk.person_id else ""
    title = _("%(name)s 申请查阅资料") % {"name": row.asked_by.name}
    words = str(row.get_state_display())
    waits = row.state == AccessRequest.State.ASKED
    return Small(
        f"access:{pk}", "access", pk, _("查阅申请"), title, row.state, words, facts, waits, own or _shut(desk), "grants"
    )


def membership_case(desk: Desk, pk: int) -> Small:
    """A new member that an administrator entered (M-10)."""
    row = Institution.objects.select_related("proposed_by").filter(pk=pk).exclude(proposed_by=None).first()
    if row is None or not desk.may(*SEERS):
        raise Http404
    facts = [
        (_("代码"), row.code),
        (_("类别"), str(row.get_kind_display())),
        (_("地区"), f"{row.region_name} · {row.region_code}"),
        (_("统一社会信用代码"), _credit_code(row.credit_code)),
        (_("颁发证书"), _("可以") if row.issues_certificates else _("不可以")),
        (_("登记"), who_when(row.proposed_by, row.proposed_at)),
    ]
    own = _("登记单位的人不能自己核准，请由另一位同事办理。") if row.proposed_by_id == desk.person_id else ""
    words = str(row.get_state_display())
    waits = row.state == InstitutionState.PROPOSED
    key = f"membership:{pk}"
    return Small(
        key,
        "membership",
        pk,
        _("新成员单位"),
        row.name,
        row.state,
        words,
        facts,
        waits,
        own or _shut(desk),
        "institutions",
    )


def proposal_case(desk: Desk, pk: int) -> Small:
    """An office that an administrator proposed for somebody."""
    row = OfficeProposal.objects.select_related("person", "proposed_by", "answered_by").filter(pk=pk).first()
    if row is None or not desk.may(*SEERS):
        raise Http404
    facts = [
        (_("人员"), row.person.name),
        (_("岗位"), str(row.get_role_display())),
        (_("提议"), who_when(row.proposed_by, row.proposed_at)),
        (_("办理"), who_when(row.answered_by, row.answered_at) or "—"),
    ]
    own = ""
    if desk.person_id in (row.proposed_by_id, row.person_id):
        own = _("提议人和本人都不能确认，请由另一位同事办理。")
    title = _("%(name)s 担任%(role)s") % {"name": row.person.name, "role": row.get_role_display()}
    words = str(row.get_state_display())
    waits = row.state == OfficeProposal.State.PROPOSED
    return Small(
        f"proposal:{pk}",
        "proposal",
        pk,
        _("岗位提议"),
        title,
        row.state,
        words,
        facts,
        waits,
        own or _shut(desk),
        "people",
    )


def _shut(desk: Desk) -> str:
    return "" if desk.may(*SECOND) else _("由核准人或管理员办理，您现在只能查看。")


def _credit_code(code: str) -> str:
    if not code:
        return "—"
    return code if credit_code_stands(code) else _("%(code)s（校验位不对）") % {"code": code}


def _act_on_access(actor: Actor, desk: Desk, pk: int, yes: bool, note: str) -> object:
    row = AccessRequest.objects.get(pk=pk)
    if yes:
        return approve_access(actor=actor, at=desk.at, request=row)
    return refuse_access(actor=actor, at=desk.at, request=row, reason=note)


def _act_on_membership(actor: Actor, desk: Desk, pk: int, yes: bool, _note: str) -> object:
    act = approve_institution if yes else refuse_institution
    return act(actor=actor, at=desk.at, institution=Institution.objects.get(pk=pk))


def _act_on_proposal(actor: Actor, desk: Desk, pk: int, yes: bool, _note: str) -> object:
    proposal = OfficeProposal.objects.get(pk=pk)
    if yes:
        return confirm_office(actor=actor, at=desk.at, proposal=proposal)
    return refuse_office(actor=actor, at=desk.at, proposal=proposal)


@require_safe
@office_page(*SEERS)
def access(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One request to see a student's data."""
    return show_case(request, desk, pk, access_case)


@require_POST
@office_page(*SECOND)
def access_answer(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Approve or refuse it, as another person."""
    return answer_case(request, desk, pk, access_case, _act_on_access, roles=SECOND)


@require_safe
@office_page(*SEERS)
def membership(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One new member."""
    return show_case(request, desk, pk, membership_case)


@require_POST
@office_page(*SECOND)
def membership_answer(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Approve or refuse it, as another person."""
    return answer_case(request, desk, pk, membership_case, _act_on_membership, roles=SECOND)


@require_safe
@office_page(*SEERS)
def proposal(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One proposed office."""
    return show_case(request, desk, pk, proposal_case)


@require_POST
@office_page(*SECOND)
def proposal_answer(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Confirm or refuse it, as a third person."""
    return answer_case(request, desk, pk, proposal_case, _act_on_proposal, roles=SECOND)
