"""What the API remembers: answers already given, so that a request sent twice is done once."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class GivenAnswer(models.Model):
    """The answer to one Idempotency-Key of one caller. ``key`` and ``request`` are SHA-256 in hex, never the text."""

    caller = models.CharField(max_length=80)
    key = models.CharField(max_length=64)
    request = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(null=True)
    given_at = models.DateTimeField()

    objects: ClassVar[models.Manager[GivenAnswer]] = models.Manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["caller", "key"], name="answer_once_per_key")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key[:8]}"
