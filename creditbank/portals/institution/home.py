"""The doors: which institution, what waits there for this person, and her messages."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from creditbank.evaluation.models import CreditReturn, ReturnState
from creditbank.institutions.models import Enrolment, Institution
from creditbank.institutions.rights import staff_roles
from creditbank.institutions.terms import term_begins, term_of
from creditbank.messages.actions import inbox_of, mark_all_read, mark_read
from creditbank.people.models import AccountOpening, PaperConsent, User
from creditbank.portals.institution.access import Desk, back_to, desk_page, show
from creditbank.portals.institution.openings import openings_here
from creditbank.portals.institution.returns import PEOPLE

MESSAGES_SHOWN = 30
RECENT = 6


@dataclass(frozen=True, slots=True)
class Work:
    """Work of one kind that waits: how much, in words, and where."""

    count: int
    label: str | Promise
    url: str
    hot: bool = False


@require_safe
@login_required
def door(request: HttpRequest) -> HttpResponse:
    """To the one institution where the person works, or to choose among several; 404 without any post."""
    posts = staff_roles(request.user.person_id) if isinstance(request.user, User) else []
    codes = sorted({post.institution_code for post in posts})
    if not codes:
        raise Http404
    if len(codes) == 1:
        return HttpResponseRedirect(reverse("institution:home", args=codes))
    roles: dict[str, list[str]] = {}
    for post in posts:
        roles.setdefault(post.institution_code, []).append(post.role)
    return render(
        request,
        "institution/door.html",
        {"choices": [(each, roles[each.code]) for each in Institution.objects.filter(code__in=codes)]},
    )


@require_safe
@desk_page
def home(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What waits for this person, and how the institution stands this term."""
    mine = CreditReturn.objects.filter(institution=desk.institution)
    begins = term_begins(term_of(desk.today))
    posted = mine.filter(state=ReturnState.POSTED, posted_at__date__gte=begins)
    sums = posted.aggregate(rows=Sum("rows_posted"), credits=Sum("amount_hundredths"))
    context: dict[str, object] = {
        "work": [each for each in work_of(desk) if each.count],
        "recent": mine.select_related(*PEOPLE)[:RECENT],
        "students": Enrolment.objects.filter(institution=desk.institution, until=None).count(),
        "rows": sums["rows"] or 0,
        "credits": sums["credits"] or 0,
        "with_office": mine.filter(state__in=(ReturnState.APPROVED, ReturnState.ACCEPTED, ReturnState.POSTING)).count(),
        "begins": begins,
    }
    return show(request, desk, "home", "home", context)


def work_of(desk: Desk) -> list[Work]:
    """Every kind of work with its count, in the order in which it presses."""
    mine = CreditReturn.objects.filter(institution=desk.institution)
    listed = desk.url("returns")
    openings = openings_here(desk.code).filter(state=AccountOpening.State.SUBMITTED, checked_by=None)
    papers = PaperConsent.objects.filter(institution_code=desk.code, confirmed_by=None).exclude(
        entered_by_id=desk.person_id
    )
    work = []
    if desk.is_approver:
        waiting = mine.filter(state=ReturnState.SUBMITTED).exclude(submitted_by_id=desk.person_id)
        waiting = waiting.exclude(uploaded_by_id=desk.person_id)
        work.append(Work(waiting.count(), gettext_lazy("申报单待审批"), f"{listed}?state=submitted", hot=True))
    if desk.is_clerk:
        for state, label, hot in (
            (ReturnState.SENT_BACK, gettext_lazy("申报单被退回，待修改"), True),
            (ReturnState.FAULTY, gettext_lazy("申报单有问题待改"), False),
            (ReturnState.READY, gettext_lazy("申报单可以提交"), False),
        ):
            work.append(Work(mine.filter(state=state).count(), label, f"{listed}?state={state.value}", hot))
    work.append(Work(papers.count(), gettext_lazy("监护人同意书待确认"), f"{desk.url('papers')}?state=entered"))
    work.append(Work(openings.count(), gettext_lazy("开户申请待核对原件"), f"{desk.url('openings')}?state=unchecked"))
    return work


@require_safe
@desk_page
def inbox(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The person's messages, newest first."""
    asked = request.GET.get("page", "1")
    page = min(int(asked), 1000) if asked.isdecimal() and len(asked) < 5 and int(asked) else 1
    found = inbox_of(desk.person_id, offset=(page - 1) * MESSAGES_SHOWN, limit=MESSAGES_SHOWN + 1)
    context: dict[str, object] = {"letters": found[:MESSAGES_SHOWN], "page": page, "more": len(found) > MESSAGES_SHOWN}
    return show(request, desk, "inbox", "inbox", context)


@require_POST
@desk_page
def read_message(request: HttpRequest, desk: Desk, message_id: int) -> HttpResponse:
    """Mark a message as read and go where it leads."""
    read = mark_read(person_id=desk.person_id, message_id=message_id, at=desk.at)
    return HttpResponseRedirect(read.link) if read.link else back_to(desk, "inbox")


@require_POST
@desk_page
def read_all(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Mark every message as read."""
    count = mark_all_read(person_id=desk.person_id, at=desk.at)
    messages.success(request, _("已把 %(count)s 条消息标为已读。") % {"count": count})
    return back_to(desk, "inbox")
