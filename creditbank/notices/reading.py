"""Notices as the public may see them: after the last day nobody does, whether the sweep has come by or not."""

from datetime import date, datetime

from django.db.models import QuerySet

from creditbank.notices.actions import end_notices
from creditbank.notices.models import Notice, NoticeState


def is_shown(notice: Notice, on: date) -> bool:
    """Whether the notice is shown on a date, with what stands in it."""
    return notice.state == NoticeState.SHOWN and notice.starts_on <= on <= notice.ends_on


def shown_notices(on: date) -> QuerySet[Notice]:
    """The notices that are shown on a date, the newest first."""
    return Notice.objects.filter(state=NoticeState.SHOWN, starts_on__lte=on, ends_on__gte=on)


def sweep_notices(at: datetime) -> int:
    """Take down what has run its term; how many."""
    return end_notices(at=at)
