"""Who asked and who may see a minor's data, why and until when; and how often the public asked for a balance."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

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


class AccessRequest(models.Model):
    """That somebody of the office asks to see a student's data: for what, for how many days; another person answers."""

    class State(models.TextChoices):
        """Where the request stands; a granted one has its grant."""

        ASKED = "asked", _("待批准")
        GRANTED = "granted", _("已批准")
        REFUSED = "refused", _("未批准")
        WITHDRAWN = "withdrawn", _("已撤回")

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="access_requests")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="access_requests")
    asked_at = models.DateTimeField()
    purpose = models.CharField(max_length=200)
    days = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)
    grant = models.OneToOneField(AccessGrant, on_delete=models.PROTECT, null=True, related_name="request")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("asked_by")), name="access_request_two_persons"
            ),
            models.UniqueConstraint(
                fields=["student", "asked_by"], condition=Q(state="asked"), name="one_open_access_request"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "asked_at"], name="access_request_state")]

    def __str__(self) -> str:
        return f"{self.asked_by_id} → {self.student_id} {self.state}"


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
