"""Messages: what happened to one's credits and applications, page by page."""

from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from creditbank import clock
from creditbank.messages.actions import inbox_of, mark_all_read, mark_read, unread_count
from creditbank.people.models import User
from creditbank.portals.student.access import back_to, reader_of, show

PER_PAGE: Final = 20
LAST_PAGE: Final = 500


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """The reader's own messages, newest first; also for who has no passbook to open."""
    assert isinstance(request.user, User)
    asked = request.GET.get("page", "1")
    page = min(max(int(asked), 1), LAST_PAGE) if asked.isascii() and asked.isdigit() else 1
    unread = request.GET.get("show") == "unread"
    rows = inbox_of(request.user.person_id, unread_only=unread, offset=(page - 1) * PER_PAGE, limit=PER_PAGE + 1)
    context: dict[str, object] = {
        "inbox": rows[:PER_PAGE],
        "unread_only": unread,
        "older": page + 1 if len(rows) > PER_PAGE else 0,
        "newer": page - 1,
        "unread_left": unread_count(request.user.person_id),
    }
    reader = reader_of(request, request.user)
    if reader is None:
        return render(request, "student/inbox.html", context)
    return show(request, reader, "inbox", "inbox", context)


@require_POST
@login_required
def open_message(request: HttpRequest, message: int) -> HttpResponse:
    """Mark one message as read and go where it leads."""
    assert isinstance(request.user, User)
    told = mark_read(person_id=request.user.person_id, message_id=message, at=clock.now())
    return HttpResponseRedirect(told.link) if told.link else back_to("inbox")


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark every message as read."""
    assert isinstance(request.user, User)
    mark_all_read(person_id=request.user.person_id, at=clock.now())
    return back_to("inbox")
