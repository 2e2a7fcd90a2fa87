"""Which version decides on a date (I-14), as a row and as the law itself."""

from datetime import date
from functools import lru_cache

from creditbank.errors import Unavailable
from creditbank.policy.law import Law, read_law
from creditbank.rulebook.models import PolicyVersion, VersionState


def version_row_on(on: date) -> PolicyVersion:
    """The version in force on a date. Before the first one, the first: its own dates say that nothing was in force.

    An announced version is in force from its date on; it was announced in time, or not at all (R-P).

    Unavailable when no version was ever loaded.
    """
    # The text of the law is large and read once per process: see law_of.
    decided = PolicyVersion.objects.exclude(state=VersionState.DRAFT).defer("law")
    row = decided.filter(in_force_on__lte=on).order_by("-in_force_on", "-id").first()
    row = row or decided.order_by("in_force_on", "id").first()
    if row is None:
        raise Unavailable("还没有载入政策版本。", code="no-policy-version")
    return row


def version_on(on: date) -> Law:
    """The law in force on a date, as a value."""
    return law_of(version_row_on(on))


def law_of(row: PolicyVersion) -> Law:
    """The law of a stored version; read once per process and content."""
    return _law(row.pk, row.law_sha256)


@lru_cache(maxsize=8)
def _law(version_id: int, law_sha256: str) -> Law:
    stored: dict[str, object] = PolicyVersion.objects.values_list("law", flat=True).get(
        pk=version_id, law_sha256=law_sha256
    )
    return read_law(stored)
