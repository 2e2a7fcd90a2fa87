"""What is remembered of examination results."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class ResultState(models.TextChoices):
    """A result counts once a second person has confirmed it."""

    RECORDED = "recorded", _("待复核")
    CONFIRMED = "confirmed", _("已确认")
    REFUSED = "refused", _("不予确认")


class ExamResult(models.Model):
    """A score (0–100) in a certificate family's general-knowledge examination, taken on a day."""

    account = models.ForeignKey("creditbank.Account", on_delete=models.PROTECT, related_name="exam_results")
    family = models.CharField(max_length=30)
    score = models.PositiveSmallIntegerField()
    taken_on = models.DateField()
    state = models.CharField(max_length=10, choices=ResultState.choices, default=ResultState.RECORDED)
    recorded_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+", null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-taken_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "family", "taken_on"], name="one_result_a_day"),
            models.CheckConstraint(condition=models.Q(score__lte=100), name="score_at_most_100"),
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True) | ~models.Q(confirmed_by=models.F("recorded_by")),
                name="result_confirmed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family} {self.score}"
