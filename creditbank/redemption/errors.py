"""Refusals of a redemption that carry the whole decision with them."""

from creditbank.errors import Refused
from creditbank.policy.decision import Decision


class NotEligible(Refused):
    """The rules say no. ``decision`` holds every requirement, met or not; a face shows them all."""

    code = "not-eligible"
    default_message = "现在还不能兑换：有 %(unmet)s 项要求没有达到。"

    def __init__(self, decision: Decision) -> None:
        unmet = decision.unmet
        super().__init__(clause=unmet[0].clause if unmet else None, unmet=len(unmet), product=decision.product)
        self.decision = decision
