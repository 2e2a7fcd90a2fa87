"""What is remembered of a correction: what is to be done to which account, who asked, who agreed, what came of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class CorrectionKind(models.TextChoices):
    """What is to be done."""

    MERGE = "merge", _("户口合并")
    SPLIT = "split", _("户口拆分")
    ERASE = "erase", _("删除身份资料")


class CorrectionState(models.TextChoices):
    """The road of a correction; what runs is gone on with until it is done."""

    ASKED = "asked", _("待核准")
    RUNNING = "running", _("办理中")
    DONE = "done", _("已办结")
    REFUSED = "refused", _("不予办理")
    WITHDRAWN = "withdrawn", _("已撤回")


OPEN_STATES = (CorrectionState.ASKED, CorrectionState.RUNNING)


class CorrectionQuerySet(models.QuerySet["AccountCorrection"]):
    """Questions about many corrections."""

    def open(self) -> CorrectionQuerySet:
        """Those not at their end."""
        return self.filter(state__in=OPEN_STATES)

    def touching(self, account_id: int) -> CorrectionQuerySet:
        """Those in which the account gives or receives."""
        return self.filter(models.Q(account_id=account_id) | models.Q(receiving_id=account_id))


class AccountCorrection(models.Model):
    """One correction. ``account`` gives (or is erased), ``receiving`` gets; ``seqs`` are the lines of a split.

    ``outcome`` holds line numbers and hundredths alone: ``moved`` and ``fell_out`` in counts, ``owed``.
    """

    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=6, choices=CorrectionKind.choices)
    state = models.CharField(max_length=10, choices=CorrectionState.choices, default=CorrectionState.ASKED)
    account = models.ForeignKey("creditbank.Account", on_delete=models.PROTECT, related_name="corrections")
    receiving = models.ForeignKey("creditbank.Account", on_delete=models.PROTECT, related_name="received", null=True)
    seqs = models.JSONField(default=list)
    reason = models.CharField(max_length=400)
    asked_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(max_length=400, blank=True)
    lease_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(state__in=["asked", "running"]), name="one_open_correction"
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("asked_by")),
                name="correction_decided_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="erase", receiving__isnull=True)
                | (
                    ~models.Q(kind="erase")
                    & models.Q(receiving__isnull=False)
                    & ~models.Q(receiving=models.F("account"))
                ),
                name="correction_between_two",
            ),
        ]

    def __str__(self) -> str:
        return self.number
