"""What is kept of reconciliation: the sums of all books as of a moment, and every proof of them with its result."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BooksTotals(models.Model):
    """All books added up as of a moment, in hundredths of a credit; the newest row is the one shown."""

    as_of = models.DateTimeField(db_index=True)
    books = models.BigIntegerField()
    available = models.BigIntegerField()
    held = models.BigIntegerField()
    spent = models.BigIntegerField()
    expired = models.BigIntegerField()
    owed = models.BigIntegerField()
    earned = models.BigIntegerField()
    lines = models.BigIntegerField()
    from_lines = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.as_of:%Y-%m-%d %H:%M} {self.total}"

    @property
    def total(self) -> int:
        """What the buckets come to."""
        return self.available + self.held + self.spent + self.expired - self.owed

    @property
    def agree(self) -> bool:
        """Whether buckets, earned and lines say the same."""
        return self.total == self.earned == self.from_lines


class BooksProof(models.Model):
    """One proof of every line of every book: asked for by a person, done by a worker, its result kept.

    ``lines`` is how far it has read; ``lease_until`` is when a worker that says nothing counts as dead.
    """

    class State(models.TextChoices):
        """Where the proof stands."""

        ASKED = "asked", _("排队中")
        RUNNING = "running", _("核对中")
        SOUND = "sound", _("无误")
        BROKEN = "broken", _("有错")

    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+")
    asked_role = models.CharField(max_length=20)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    lines = models.BigIntegerField(default=0)
    lines_expected = models.BigIntegerField(default=0)
    books = models.BigIntegerField(default=0)
    problem_code = models.CharField(max_length=40, blank=True)
    problem_place = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state__in=["asked", "running"]), name="one_proof_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M} {self.state}"

    @property
    def going_on(self) -> bool:
        """Whether a worker has it still before it."""
        return self.state in (self.State.ASKED, self.State.RUNNING)
