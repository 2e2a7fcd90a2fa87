"""What the part `people` forgets by itself: counts of queries, unused codes, wrong logins, sessions gone by."""

from datetime import datetime, timedelta
from typing import Final

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session

from creditbank.people.assignments import sweep_assignments
from creditbank.people.balance_query import sweep_query_counts
from creditbank.people.models import ActivationCode, StaffInvitation

WRONG_LOGINS_KEPT: Final = timedelta(days=2)


def sweep_people(at: datetime) -> int:
    """Delete what has run out at ``at``; returns how many rows. Harmless when run again."""
    codes = ActivationCode.objects.filter(used_at=None, expires_at__lte=at).delete()[0]
    attempts = AccessAttempt.objects.filter(attempt_time__lt=at - WRONG_LOGINS_KEPT).delete()[0]
    invitations = StaffInvitation.objects.filter(used_at=None, expires_at__lte=at).delete()[0]
    return sweep_query_counts(at) + sweep_assignments(at) + int(codes) + int(invitations) + int(attempts)


def sweep_sessions(at: datetime) -> int:
    """Delete the sessions that have ended; returns how many rows."""
    return Session.objects.filter(expire_date__lte=at).delete()[0]
