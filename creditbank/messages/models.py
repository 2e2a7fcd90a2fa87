"""What the inbox remembers: which template was told to whom, with which plain facts, and when it was read."""

from typing import ClassVar

from django.db import models


class InboxMessage(models.Model):
    """One message to one person. The text is not stored: it is the template filled in the reader's language."""

    person_id = models.BigIntegerField()
    template = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    link = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["person_id", "-created_at"], name="inbox_person")]

    def __str__(self) -> str:
        return f"{self.template} → {self.person_id}"
