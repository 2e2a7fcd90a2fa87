"""What is remembered: the years that the office published; each correction is a new revision, and the newest counts."""

from typing import ClassVar

from django.db import models


class WorkdayYear(models.Model):
    """One revision of a year's notice, as plain data of :mod:`creditbank.workdays.year`."""

    number = models.PositiveSmallIntegerField()
    revision = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=120)
    holidays = models.JSONField()
    published_by_id = models.BigIntegerField()
    published_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-number", "-revision"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["number", "revision"], name="workday_year_revision")]

    def __str__(self) -> str:
        return f"{self.number} ({self.revision})"
