"""The verbs of a redemption, one module for each stretch of its road."""

from creditbank.redemption.actions.applying import agree_as_guardian, apply_for_product, apply_over_counter
from creditbank.redemption.actions.calling_off import cancel_price, undo_cancelled
from creditbank.redemption.actions.deciding import accept_redemption, refuse_redemption, review_redemption
from creditbank.redemption.actions.ending import decline_as_guardian, expire_redemptions, withdraw_redemption
from creditbank.redemption.actions.fulfilling import (
    accept_priced,
    cancel_redemption,
    fulfil_redemption,
    record_no_show,
)

__all__ = [
    "accept_priced",
    "accept_redemption",
    "agree_as_guardian",
    "apply_for_product",
    "apply_over_counter",
    "cancel_price",
    "cancel_redemption",
    "decline_as_guardian",
    "expire_redemptions",
    "fulfil_redemption",
    "record_no_show",
    "refuse_redemption",
    "review_redemption",
    "undo_cancelled",
    "withdraw_redemption",
]
