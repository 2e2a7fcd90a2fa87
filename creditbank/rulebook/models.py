"""What is remembered of policy versions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class VersionState(models.TextChoices):
    """Where a policy version stands (R-P)."""

    DRAFT = "draft", _("草案")
    ANNOUNCED = "announced", _("公示中")
    IN_FORCE = "in-force", _("生效")
    ENDED = "ended", _("已被取代")


class PolicyVersion(models.Model):
    """A version of the law: its whole content as plain JSON, and the day from which it decides (I-14).

    ``id`` is small because ledger lines name it. The 2021 texts were loaded: nobody drafted or announced them here.
    """

    id = models.SmallAutoField(primary_key=True)
    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    in_force_on = models.DateField(db_index=True)
    state = models.CharField(max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    law = models.JSONField()
    law_sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()
    drafted_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, null=True, related_name="+")
    announced_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, null=True, related_name="+")
    announced_on = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["-in_force_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(announced_by__isnull=True) | ~models.Q(announced_by=models.F("drafted_by")),
                name="version_announced_by_another",
            )
        ]

    def __str__(self) -> str:
        return self.code
