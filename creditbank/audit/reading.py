"""Questions to the audit: what concerned one holder, one subject, one actor."""

import uuid
from collections.abc import Iterable

from django.db.models import QuerySet

from creditbank.audit.models import AuditRecord


def records_about_holder(holder_id: uuid.UUID, *, actions: Iterable[str] = ()) -> QuerySet[AuditRecord]:
    """What was done that concerned one holder, newest first; ``actions`` narrows it to those actions."""
    found = AuditRecord.objects.filter(holder_id=holder_id)
    names = list(actions)
    return found.filter(action__in=names) if names else found


def records_about(subject_kind: str, subject_id: int | str) -> QuerySet[AuditRecord]:
    """What was done to one thing, newest first."""
    return AuditRecord.objects.filter(subject_kind=subject_kind, subject_id=str(subject_id))


def records_by(person_id: int) -> QuerySet[AuditRecord]:
    """What one person did, newest first."""
    return AuditRecord.objects.filter(actor_id=person_id)
