"""Which version decides an application: the one in force when it was made, whatever came into force since (I-14)."""

from datetime import datetime

from creditbank.catalogue.items import with_items
from creditbank.clock import today
from creditbank.policy.law import Law
from creditbank.redemption.models import Redemption
from creditbank.rulebook.reading import law_of, version_row_on


def newer_version(redemption: Redemption, at: datetime) -> str:
    """The code of the version in force now if it is not the application's own, for both sides to read; else empty."""
    now = version_row_on(today(at))
    return "" if now.pk == redemption.policy_version_id else now.code


def law_for(redemption: Redemption) -> Law:
    """The law that decided an application: its version, with the added items that counted on its day (M-11.0)."""
    return with_items(law_of(redemption.policy_version), redemption.applied_on)
