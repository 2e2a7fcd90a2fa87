"""What is remembered: notices with their lines, objections, and what is frozen for which cause."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from creditbank import ids


class NoticeKind(models.TextChoices):
    """What a notice is about."""

    REDEMPTIONS = "redemptions", _("兑换公示")
    POLICY = "policy", _("政策公示")


class TermUnit(models.TextChoices):
    """What a term counts."""

    WORKING_DAYS = "working-days", _("个工作日")
    DAYS = "days", _("日")


class NoticeState(models.TextChoices):
    """A notice is shown from its first to its last day, then taken down by itself."""

    SHOWN = "shown", _("公示中")
    ENDED = "ended", _("期满")
    WITHDRAWN = "withdrawn", _("已撤回")


class Notice(models.Model):
    """One notice. ``ends_on`` is its last day; provisional while a year's holidays are not published."""

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12, choices=NoticeKind.choices)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=200)
    clause = models.CharField(max_length=12)
    # The whole of what a policy notice publishes; the lines of a notice of redemptions stand in NoticeLine.
    content = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=NoticeState.choices, default=NoticeState.SHOWN, db_index=True)
    published_by_id = models.BigIntegerField(null=True)
    published_at = models.DateTimeField()
    starts_on = models.DateField()
    term = models.PositiveSmallIntegerField()
    term_unit = models.CharField(max_length=12, choices=TermUnit.choices)
    ends_on = models.DateField(db_index=True)
    provisional = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.number


class NoticeLine(models.Model):
    """One subject of a notice and what is shown of it. ``shown`` is emptied when the notice is taken down (I-15)."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="lines")
    subject_kind = models.CharField(max_length=20)
    subject_ref = models.CharField(max_length=40, db_index=True)
    shown = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "subject_kind", "subject_ref"], name="notice_names_once")
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.subject_ref}"


class ObjectionState(models.TextChoices):
    """What became of an objection."""

    OPEN = "open", _("处理中")
    UPHELD = "upheld", _("成立")
    DISMISSED = "dismissed", _("不成立")


class Objection(models.Model):
    """An objection to one line, by anyone. Its text and contact are sealed; its maker follows it by number and code."""

    number = models.CharField(max_length=20, unique=True)
    row_key = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    line = models.ForeignKey(NoticeLine, on_delete=models.PROTECT, related_name="objections")
    code_digest = models.CharField(max_length=64)
    key_id = models.CharField(max_length=20)
    text_encrypted = models.BinaryField()
    contact_encrypted = models.BinaryField(null=True)
    state = models.CharField(max_length=9, choices=ObjectionState.choices, default=ObjectionState.OPEN, db_index=True)
    filed_at = models.DateTimeField()
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.number


class Freeze(models.Model):
    """A subject that must not go on, and why: the number of an objection or a complaint."""

    subject_kind = models.CharField(max_length=20)
    subject_ref = models.CharField(max_length=40)
    cause = models.CharField(max_length=20)
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_kind", "subject_ref", "cause"], name="frozen_once_per_cause")
        ]
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_ref"], name="freeze_subject")]

    def __str__(self) -> str:
        return f"{self.subject_ref}: {self.cause}"
