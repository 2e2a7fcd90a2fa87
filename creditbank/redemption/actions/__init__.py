"""The verbs of a redemption, one module for each stretch of its road."""

from creditbank.redemption.actions.applying import agree_as_guardian, apply_for_product, apply_over_counter
from creditbank.redemption.actions.deciding import accept_redemption, refuse_redemption, review_redemption
from creditbank.redemption.actions.ending import decline_as_guardian, expire_redemptions, withdraw_redemption

__all__ = [
    "accept_redemption",
    "agree_as_guardian",
    "apply_for_product",
    "apply_over_counter",
    "decline_as_guardian",
    "expire_redemptions",
    "refuse_redemption",
    "review_redemption",
    "withdraw_redemption",
]
