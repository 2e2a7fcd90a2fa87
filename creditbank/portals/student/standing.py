"""What a family is told about an account that is not open: since when, why, and what it means."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from creditbank.people.models import Account

# A correction that moves lines between accounts freezes one and leaves its own number as the reason.
_CASE: Final = re.compile(r"[A-Z]{2}-\d{4}-\d{6,}")


@dataclass(frozen=True, slots=True)
class Standing:
    """An account that is frozen or closed: since when, if known; the office's reason, or the case that it waits for."""

    frozen: bool
    since: datetime | None
    reason: str
    case: str


def standing_of(account: Account) -> Standing | None:
    """How an account stands that is not open; nothing for one that is."""
    if account.state == Account.State.OPEN:
        return None
    is_case = _CASE.fullmatch(account.state_reason) is not None
    return Standing(
        frozen=account.state == Account.State.FROZEN,
        since=account.state_since or account.closed_at,
        reason="" if is_case else account.state_reason,
        case=account.state_reason if is_case else "",
    )
