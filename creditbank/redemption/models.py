"""What is remembered of a redemption. The decision that the rules took is kept whole, with every reason in it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class RedemptionState(models.TextChoices):
    """The road of an application."""

    AWAITING_GUARDIAN = "awaiting-guardian", _("等监护人同意")
    HELD = "held", _("待管理小组审核")
    REVIEWED = "reviewed", _("待决定")
    ISSUED = "issued", _("已颁发")
    ACCEPTED = "accepted", _("已通过，待履行")
    FULFILLED = "fulfilled", _("已履行")
    CANCELLED = "cancelled", _("已取消")
    NO_SHOW = "no-show", _("未到场")
    REFUSED = "refused", _("不通过")
    WITHDRAWN = "withdrawn", _("已撤回")
    EXPIRED = "expired", _("逾期失效")


class FulfilmentKind(models.TextChoices):
    """What was done for the credits."""

    PAID = "paid", _("已支付")
    TRAVELLED = "travelled", _("已出行")
    ENROLLED = "enrolled", _("已入学")
    DELIVERED = "delivered", _("已交付")


OPEN_STATES = (RedemptionState.AWAITING_GUARDIAN, RedemptionState.HELD, RedemptionState.REVIEWED)


class RedemptionQuerySet(models.QuerySet["Redemption"]):
    """Questions about many redemptions."""

    def open(self) -> RedemptionQuerySet:
        """Those not at their end; each holds its credits."""
        return self.filter(state__in=OPEN_STATES)

    def awaiting_office(self) -> RedemptionQuerySet:
        """Those that the office has to act on."""
        return self.filter(state__in=(RedemptionState.HELD, RedemptionState.REVIEWED))

    def running(self) -> RedemptionQuerySet:
        """Those not at their end, and those that are accepted and not yet fulfilled."""
        return self.filter(state__in=(*OPEN_STATES, RedemptionState.ACCEPTED))

    def running_for(self, price_id: int) -> RedemptionQuerySet:
        """Those of a price that hold or have spent credits for something still to come."""
        return self.running().filter(price_id=price_id)


class Redemption(models.Model):
    """One application. ``hold_seq`` is the ledger line of its hold; it is empty when nothing is asked (champion route).

    ``act_by`` runs only while the applicant or the guardian must act, never while the office has the case.
    """

    number = models.CharField(max_length=20, unique=True)
    account = models.ForeignKey("creditbank.Account", on_delete=models.PROTECT, related_name="redemptions")
    holder_id = models.UUIDField(db_index=True)
    product = models.CharField(max_length=80)
    price_class = models.CharField(max_length=12, blank=True)
    route = models.CharField(max_length=10, blank=True)
    state = models.CharField(max_length=18, choices=RedemptionState.choices, db_index=True)
    applied_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField()
    applied_on = models.DateField()
    counter = models.ForeignKey("creditbank.Institution", on_delete=models.PROTECT, related_name="+", null=True)
    policy_version = models.ForeignKey("creditbank.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    decision = models.JSONField()
    facts = models.JSONField()
    credits_hundredths = models.PositiveIntegerField()
    hold_seq = models.PositiveIntegerField(null=True)
    end_seq = models.PositiveIntegerField(null=True)
    consent = models.ForeignKey("creditbank.Consent", on_delete=models.PROTECT, related_name="+", null=True)
    act_by = models.DateTimeField(null=True, db_index=True)
    reviewer = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+", null=True)
    reviewed_at = models.DateTimeField(null=True)
    review_advice = models.CharField(max_length=8, blank=True)
    review_note = models.TextField(blank=True)
    decider = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)
    # Of a product of Article 11: the price, what it offered when the rules decided, and what became of it.
    price = models.ForeignKey("creditbank.Price", on_delete=models.PROTECT, related_name="+", null=True)
    offer = models.JSONField(null=True)
    refund_seq = models.PositiveIntegerField(null=True)
    fulfilment = models.CharField(max_length=10, choices=FulfilmentKind.choices, blank=True)
    proof = models.TextField(blank=True)
    fulfilled_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+", null=True)
    fulfilled_at = models.DateTimeField(null=True)

    objects = RedemptionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "product", "price_class"],
                condition=models.Q(state__in=["awaiting-guardian", "held", "reviewed", "accepted"]),
                name="one_open_redemption",
            ),
            models.CheckConstraint(
                condition=models.Q(decider__isnull=True) | ~models.Q(decider=models.F("reviewer")),
                name="decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PriceCancellation(models.Model):
    """The office calls a priced product off: every running redemption of the price is undone, one by one, resumably."""

    price = models.OneToOneField("creditbank.Price", on_delete=models.PROTECT, related_name="cancellation")
    reason = models.TextField()
    cancelled_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.price_id)
