"""Who may see a minor's data, why and until when; and how often the public asked for a balance."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from creditbank.people.models.persons import Person
from creditbank.people.models.students import Student


class AccessGrant(models.Model):
    """A grant (查阅授权): approved by another person, for a purpose, from a moment to another."""

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="access_grants")
    grantee = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="access_grants")
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=200)
    starts = models.DateTimeField()
    ends = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(grantee=F("approved_by")), name="grant_two_persons"),
            models.CheckConstraint(condition=Q(starts__lt=F("ends")), name="grant_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.grantee_id} → {self.student_id}"


class QueryCount(models.Model):
    """How many balance queries came in one window from one source, for one card, or to the whole site.

    ``key`` is a keyed digest, so that neither an address nor a card number stands in the table.
    """

    scope = models.CharField(max_length=10)
    key = models.CharField(max_length=64)
    window_start = models.DateTimeField()
    count = models.IntegerField(default=0)
    misses = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope", "key", "window_start"], name="one_query_count_per_window")
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.count}"
