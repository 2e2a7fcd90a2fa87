"""Freezes: rows below, on opaque subjects. Whoever owns a subject asks before it goes on."""

from datetime import datetime

from creditbank.notices.models import Freeze


def freeze(subject_kind: str, subject_ref: str, *, cause: str, at: datetime) -> None:
    """Freeze a subject for a cause; again for the same cause, nothing changes."""
    Freeze.objects.get_or_create(
        subject_kind=subject_kind, subject_ref=subject_ref, cause=cause, defaults={"since": at}
    )


def lift(subject_kind: str, subject_ref: str, *, cause: str, at: datetime) -> None:
    """Lift what was frozen for a cause; other causes stay."""
    Freeze.objects.filter(subject_kind=subject_kind, subject_ref=subject_ref, cause=cause, lifted_at=None).update(
        lifted_at=at
    )


def causes_of(subject_kind: str, subject_ref: str) -> list[str]:
    """For which causes a subject is frozen now, the oldest first; empty when it may go on."""
    standing = Freeze.objects.filter(subject_kind=subject_kind, subject_ref=subject_ref, lifted_at=None)
    return list(standing.order_by("since", "id").values_list("cause", flat=True))
