"""What the redemptions say of their holds, for ``verify``: every hold has its redemption, every redemption its hold."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from creditbank.ledger.verify import HoldFact
from creditbank.people.models import Account
from creditbank.redemption.models import Redemption

# The sweep comes each minute; a hold that an hour later is still open was forgotten by it.
SWEEP_GRACE: Final = timedelta(hours=1)


def hold_facts() -> Iterator[HoldFact]:
    """One fact per redemption that asked for credits, in one stream; the clock rests while an account is frozen."""
    held = Redemption.objects.filter(hold_seq__isnull=False).order_by("id")
    rows = held.values_list("holder_id", "hold_seq", "credits_hundredths", "end_seq", "act_by", "account__state")
    for holder_id, hold_seq, amount, end_seq, act_by, state in rows.iterator(chunk_size=2000):
        deadline = act_by + SWEEP_GRACE if act_by is not None and state == Account.State.OPEN else None
        if hold_seq is not None:
            yield HoldFact(holder_id, hold_seq, amount, end_seq, deadline)
