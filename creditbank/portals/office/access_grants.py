"""Grants to see students' data (查阅授权): ask for one, see one's own or all, end one before its term."""

from typing import Final
from uuid import UUID

from django.contrib import messages as notes
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from creditbank.errors import CreditBankError
from creditbank.people.access import end_grant
from creditbank.people.access_requests import (
    grants_seen_by,
    request_access,
    requests_seen_by,
    withdraw_access,
)
from creditbank.people.models import AccessGrant, AccessRequest
from creditbank.portals.export import Column, export_response
from creditbank.portals.failures import error_words
from creditbank.portals.listing import Filter, Listing, make_listing
from creditbank.portals.office.access import LOOKERS, Desk, Role, office_page, show
from creditbank.portals.office.accounts import account_page, find_account
from creditbank.portals.office.frame import refuse_beside
from creditbank.portals.office.grants import AskForm
from creditbank.portals.office.sight import shown_student

REQUESTS_SHOWN: Final = 20
Grants = QuerySet[AccessGrant]


@require_safe
@office_page(*LOOKERS)
def grants(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One's own grants and requests; for approvers and auditors everybody's."""
    listing = _listing(request, desk)
    if listing.export:
        return export_response(listing.export, _columns(desk), listing.rows, filename="grants")
    actor = desk.acting(*LOOKERS)
    asked = requests_seen_by(actor, desk.at)
    waiting = list(asked.filter(state=AccessRequest.State.ASKED)[:REQUESTS_SHOWN])
    answered = asked.filter(asked_by_id=desk.person_id).exclude(state=AccessRequest.State.ASKED)[:5]
    context: dict[str, object] = {
        "listing": listing,
        "rows": [_shown(each, desk) for each in listing.page if isinstance(each, AccessGrant)],
        "waiting": [(each, shown_student(each.student, desk.today)) for each in waiting],
        "answered": [(each, shown_student(each.student, desk.today)) for each in answered],
        "may_answer": desk.may(Role.DECIDER, Role.ADMIN),
        "sees_cases": desk.may(Role.DECIDER, Role.ADMIN, Role.AUDITOR),
    }
    return show(request, desk, "grants", "grants", context)


@require_POST
@office_page(*LOOKERS)
def ask(request: HttpRequest, desk: Desk, holder: UUID) -> HttpResponse:
    """Ask to see this student's data; somebody else answers."""
    found = find_account(holder)
    form, status = AskForm(request.POST, auto_id="ask_%s"), 400
    if form.is_valid():
        try:
            request_access(
                actor=desk.acting(*LOOKERS),
                at=desk.at,
                student=found.student,
                purpose=form.cleaned_data["purpose"],
                days=form.cleaned_data["days"],
            )
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            notes.success(request, _("已提交查阅申请，批准后会通知您。"))
            return HttpResponseRedirect(reverse("office:grants"))
    return account_page(request, desk, found, ask_form=form, status=status)


@require_POST
@office_page(*LOOKERS)
def withdraw(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Take one's own request back."""
    asked = requests_seen_by(desk.acting(*LOOKERS), desk.at).filter(pk=pk, asked_by_id=desk.person_id).first()
    if asked is None:
        raise Http404
    try:
        withdraw_access(actor=desk.acting(*LOOKERS), at=desk.at, request=asked)
    except CreditBankError as error:
        notes.error(request, error_words(error))
    else:
        notes.success(request, _("查阅申请已撤回。"))
    return HttpResponseRedirect(reverse("office:grants"))


@require_POST
@office_page(*LOOKERS)
def end(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """End a grant now: one's own, or anybody's as an approver."""
    grant = grants_seen_by(desk.acting(*LOOKERS), desk.at).filter(pk=pk).first()
    if grant is None:
        raise Http404
    end_grant(actor=desk.acting(Role.DECIDER, Role.ADMIN), at=desk.at, grant=grant)
    notes.success(request, _("查阅授权已结束。"))
    return HttpResponseRedirect(reverse("office:grants"))


def _listing(request: HttpRequest, desk: Desk) -> Listing[Grants]:
    def standing(rows: Grants, value: str) -> Grants:
        return rows.filter(ends__gt=desk.at) if value == "current" else rows.filter(ends__lte=desk.at)

    filters: list[Filter[Grants]] = [
        Filter("state", _("状态"), (("current", _("有效")), ("ended", _("已结束"))), standing)
    ]
    if desk.may(Role.DECIDER, Role.ADMIN, Role.AUDITOR):
        filters.append(
            Filter(
                "whose", _("谁的"), (("mine", _("我的")),), lambda rows, _value: rows.filter(grantee_id=desk.person_id)
            )
        )
    return make_listing(request.GET, grants_seen_by(desk.acting(*LOOKERS), desk.at), filters=filters)


def _shown(row: AccessGrant, desk: Desk) -> dict[str, object]:
    current = row.starts <= desk.at < row.ends
    return {
        "grant": row,
        "student": shown_student(row.student, desk.today),
        "current": current,
        "may_end": current and (row.grantee_id == desk.person_id or desk.may(Role.DECIDER, Role.ADMIN)),
    }


def _columns(desk: Desk) -> tuple[Column[AccessGrant], ...]:
    return (
        Column(gettext_lazy("学生"), lambda row: shown_student(row.student, desk.today)),
        Column(gettext_lazy("谁可以看"), lambda row: row.grantee.name),
        Column(gettext_lazy("目的"), lambda row: row.purpose),
        Column(gettext_lazy("批准人"), lambda row: row.approved_by.name),
        Column(gettext_lazy("开始"), lambda row: row.starts),
        Column(gettext_lazy("到期"), lambda row: row.ends),
    )
