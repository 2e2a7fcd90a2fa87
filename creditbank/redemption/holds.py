"""What the redemptions say of their holds, for ``verify``: every hold has its redemption, every redemption its hold."""

from collections.abc import Iterator

from creditbank.ledger.verify import HoldFact
from creditbank.redemption.models import Redemption


def hold_facts() -> Iterator[HoldFact]:
    """One fact per redemption that asked for credits; read in one stream."""
    held = Redemption.objects.filter(hold_seq__isnull=False).order_by("id")
    rows = held.values_list("holder_id", "hold_seq", "credits_hundredths", "end_seq", "act_by")
    for holder_id, hold_seq, amount, end_seq, act_by in rows.iterator(chunk_size=2000):
        if hold_seq is not None:
            yield HoldFact(holder_id, hold_seq, amount, end_seq, act_by)
