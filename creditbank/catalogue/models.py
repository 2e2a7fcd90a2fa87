"""What is remembered: added items, price schedules, what is scarce, and who took how much of it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from creditbank.policy.offers import Audience, Offer


class ScheduleState(models.TextChoices):
    """Drafted by one person, published by another; withdrawn for new applications only."""

    DRAFT = "draft", _("草案")
    PUBLISHED = "published", _("已公布")
    WITHDRAWN = "withdrawn", _("已撤下")


class PriceScheduleQuerySet(models.QuerySet["PriceSchedule"]):
    """Questions about many schedules."""

    def in_force(self, on: date) -> PriceScheduleQuerySet:
        """Those that count on a day, the newest first: of two prices for one thing the newest counts."""
        begun = self.filter(state=ScheduleState.PUBLISHED, starts_on__lte=on)
        return begun.filter(models.Q(ends_on=None) | models.Q(ends_on__gte=on)).order_by("-starts_on", "-id")


class PriceSchedule(models.Model):
    """A dated list of prices. It never changes once published; the next one replaces it (I-8)."""

    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=9, choices=ScheduleState.choices, default=ScheduleState.DRAFT)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    is_sample = models.BooleanField(default=False)
    drafted_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    # Whoever wrote any of it; none of them publishes it.
    writer_ids = models.JSONField(default=list)
    published_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+", null=True)
    published_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+", null=True)
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    objects = PriceScheduleQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-starts_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(published_by__isnull=True) | ~models.Q(published_by=models.F("drafted_by")),
                name="schedule_published_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="schedule_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class AllotmentUnit(models.TextChoices):
    """What is counted: seats one by one, money in fen."""

    SEATS = "seats", _("名额")
    FEN = "fen", _("经费")


class Allotment(models.Model):
    """Something scarce that prices of a schedule draw from together: the seats of a trip, the budget of a term.

    Its row is locked while it is drawn from; the CHECK is the last guard against taking more than there is.
    """

    schedule = models.ForeignKey(PriceSchedule, on_delete=models.CASCADE, related_name="allotments")
    code = models.SlugField(max_length=40)
    title = models.CharField(max_length=80)
    unit = models.CharField(max_length=5, choices=AllotmentUnit.choices)
    total = models.PositiveBigIntegerField()
    taken = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["schedule", "code"], name="allotment_code"),
            models.CheckConstraint(condition=models.Q(taken__lte=models.F("total")), name="allotment_not_overdrawn"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.taken}/{self.total}"

    @property
    def left(self) -> int:
        """What can still be taken."""
        return self.total - self.taken


class Price(models.Model):
    """What one product asks in one class: credits, the cash part, and whom and when it is for.

    ``charge_fen`` is what the alliance pays for one redemption, drawn from ``budget``: a scholarship's amount, the
    share of a trip that credits stand for.
    """

    schedule = models.ForeignKey(PriceSchedule, on_delete=models.CASCADE, related_name="prices")
    product = models.CharField(max_length=80)
    price_class = models.CharField(max_length=12, blank=True)
    credits_hundredths = models.PositiveIntegerField()
    cash_part_fen = models.PositiveIntegerField(default=0)
    charge_fen = models.PositiveBigIntegerField(default=0)
    opens_on = models.DateField(null=True)
    closes_on = models.DateField(null=True)
    # The first day of the trip or course; cancellation terms count back from it.
    happens_on = models.DateField(null=True)
    seats = models.ForeignKey(Allotment, on_delete=models.PROTECT, related_name="+", null=True)
    budget = models.ForeignKey(Allotment, on_delete=models.PROTECT, related_name="+", null=True)
    from_age = models.PositiveSmallIntegerField(null=True)
    to_age = models.PositiveSmallIntegerField(null=True)
    places = models.JSONField(default=list)
    institutions = models.JSONField(default=list)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["schedule", "product", "price_class"], name="price_once"),
            models.CheckConstraint(condition=models.Q(credits_hundredths__gt=0), name="price_asks_credits"),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.price_class}".strip()

    @property
    def audience(self) -> Audience:
        """Whom the price is for."""
        return Audience(self.from_age, self.to_age, tuple(self.places), tuple(self.institutions))

    def offer(self) -> Offer:
        """The price as the rules look at it; money that does not cover one more redemption is none."""
        budget = self.budget.left if self.budget else None
        return Offer(
            price_hundredths=self.credits_hundredths,
            cash_part_hundredths=self.cash_part_fen,
            opens_on=self.opens_on,
            closes_on=self.closes_on,
            seats=self.seats.left if self.seats else None,
            budget_hundredths=budget if budget is None or budget >= self.charge_fen else 0,
            audience=self.audience,
        )


class Taking(models.Model):
    """What one redemption took from a price's allotments; given back at most once."""

    reference = models.CharField(max_length=20, unique=True)
    price = models.ForeignKey(Price, on_delete=models.PROTECT, related_name="takings")
    taken_at = models.DateTimeField()
    given_back_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.reference


class AddedItem(models.Model):
    """An item that the office added where a list is open (等, M-11.0); it counts once a second person agreed."""

    code = models.CharField(max_length=80, unique=True)
    group = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    classes = models.JSONField(default=list)
    amount_yuan = models.PositiveIntegerField(null=True)
    since = models.DateField()
    until = models.DateField(null=True)
    added_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    agreed_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+", null=True)
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["group", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(agreed_by__isnull=True) | ~models.Q(agreed_by=models.F("added_by")),
                name="item_agreed_by_another",
            )
        ]

    def __str__(self) -> str:
        return self.code
