"""The office's doors: the inbox of work, the plain desk of those without one, and the person's messages."""

from typing import Final

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from creditbank.messages.actions import inbox_of, mark_all_read, mark_read
from creditbank.portals.export import Column, export_response
from creditbank.portals.office.access import EVERYBODY, Desk, office_page, show
from creditbank.portals.office.frame import holder_context, work_context, work_listing
from creditbank.portals.office.jobs import Job, jobs_of
from creditbank.portals.office.panes import pane_of
from creditbank.portals.office.work import Ref, WorkList

MESSAGES_SHOWN: Final = 30
_EXPORTED_AT_ONCE: Final = 500


@require_safe
@office_page(*EVERYBODY)
def inbox(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Work by risk and age; for an office without cases the plain desk."""
    if not desk.reader:
        return HttpResponseRedirect(reverse("office:duties"))
    listing = work_listing(request, desk)
    if listing.export:
        return export_response(listing.export, COLUMNS, _every_job(listing.rows, desk), filename="inbox")
    context = work_context(request, desk, listing)
    first = next((ref for ref in listing.page if isinstance(ref, Ref)), None)
    pane = pane_of(first, desk) if first else None
    if pane:
        context.update(pane.context)
        context.update(holder_context(desk, pane.key))
    return show(request, desk, "inbox", "inbox", {**context, "pane": pane})


@require_safe
@office_page(*EVERYBODY)
def duties(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What the person's offices can do here now."""
    return show(request, desk, "duties", "duties")


@require_safe
@office_page(*EVERYBODY)
def messages(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The person's messages, newest first."""
    asked = request.GET.get("page", "1")
    number = min(int(asked), 1000) if asked.isdecimal() and len(asked) < 5 and int(asked) else 1
    found = inbox_of(desk.person_id, offset=(number - 1) * MESSAGES_SHOWN, limit=MESSAGES_SHOWN + 1)
    context: dict[str, object] = {
        "letters": found[:MESSAGES_SHOWN],
        "page": number,
        "more": len(found) > MESSAGES_SHOWN,
    }
    return show(request, desk, "messages", "messages", context)


@require_POST
@office_page(*EVERYBODY)
def read_message(request: HttpRequest, desk: Desk, message_id: int) -> HttpResponse:
    """Mark a message as read and go where it leads."""
    read = mark_read(person_id=desk.person_id, message_id=message_id, at=desk.at)
    return HttpResponseRedirect(read.link or reverse("office:messages"))


@require_POST
@office_page(*EVERYBODY)
def read_all(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Mark every message as read."""
    count = mark_all_read(person_id=desk.person_id, at=desk.at)
    notes.success(request, _("已把 %(count)s 条消息标为已读。") % {"count": count})
    return HttpResponseRedirect(reverse("office:messages"))


def _every_job(rows: WorkList, desk: Desk) -> "list[Job]":
    found: list[Job] = []
    start = 0
    while refs := rows[start : start + _EXPORTED_AT_ONCE]:
        found += jobs_of(refs, desk)
        start += _EXPORTED_AT_ONCE
    return found


COLUMNS: Final[tuple[Column[Job], ...]] = (
    Column(gettext_lazy("类别"), lambda job: job.kind_label),
    Column(gettext_lazy("事项"), lambda job: job.title),
    Column(gettext_lazy("说明"), lambda job: job.detail),
    Column(gettext_lazy("提示"), lambda job: job.hint),
    Column(gettext_lazy("收到时间"), lambda job: job.since),
    Column(gettext_lazy("等待天数"), lambda job: job.days),
    Column(gettext_lazy("由谁办"), lambda job: job.holder),
)
