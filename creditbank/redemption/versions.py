"""Which version decides an application: the one in force when it was made, whatever came into force since (I-14)."""

from datetime import datetime

from creditbank.clock import today
from creditbank.redemption.models import Redemption
from creditbank.rulebook.reading import version_row_on


def newer_version(redemption: Redemption, at: datetime) -> str:
    """The code of the version in force now if it is not the application's own, for both sides to read; else empty."""
    now = version_row_on(today(at))
    return "" if now.pk == redemption.policy_version_id else now.code
