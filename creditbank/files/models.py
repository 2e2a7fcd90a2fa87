"""What is remembered of a stored file; the content lies encrypted under ``DATA_DIR/files``."""

from __future__ import annotations

from django.db import models


class StoredFile(models.Model):
    """A file as it came in. ``sha256`` is of the plain content, in hex; ``size_bytes`` too."""

    sha256 = models.CharField(max_length=64, db_index=True)
    size_bytes = models.BigIntegerField()
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    place = models.CharField(max_length=100, unique=True)
    key_id = models.CharField(max_length=20)
    stored_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.sha256[:12]})"
