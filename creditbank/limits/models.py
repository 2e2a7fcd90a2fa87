"""The one table of limits. It belongs to no person: its keys are keyed digests, its rows go when they have run out."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class SharedCount(models.Model):
    """How often something happened, until when it counts, and (for the login library) a small value beside it."""

    key = models.CharField(max_length=64, primary_key=True)
    number = models.BigIntegerField(default=1)
    value = models.TextField(blank=True, default="")
    expires_at = models.DateTimeField(db_index=True)

    objects: ClassVar[models.Manager[SharedCount]] = models.Manager()

    class Meta:
        db_table = "creditbank_sharedcount"

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.number}"
