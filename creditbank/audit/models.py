"""What the audit remembers: one row per action, never changed, never deleted (triggers refuse both on each engine)."""

from typing import ClassVar

from django.db import models


class AuditRecord(models.Model):
    """Who did what, when, to what, under which clause. Ids and names of fields only, never a value.

    ``actor_id`` is the id of a person (``None`` for the public and the system); ``actor_name`` is empty for students
    and guardians: their names could never be erased from here. ``holder_id`` names the book of the
    student whom the action concerned, so that she can be shown who saw her data.
    """

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=100)
    actor_role = models.CharField(max_length=20)
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=80)
    holder_id = models.UUIDField(null=True, db_index=True)
    clause = models.CharField(max_length=20, blank=True)
    fields = models.JSONField(default=list)
    refs = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["subject_kind", "subject_id"], name="audit_subject"),
            models.Index(fields=["actor_id", "at"], name="audit_actor"),
            models.Index(fields=["action", "at"], name="audit_action"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject_kind} {self.subject_id}"
