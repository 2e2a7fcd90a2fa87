"""Identity documents and telephone numbers, encrypted; and who checked a document against its original."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from creditbank import ids
from creditbank.people.models.persons import Person


class DocumentKind(models.TextChoices):
    """The kinds of identity document that are accepted."""

    RESIDENT_ID = "resident-id", _("居民身份证")
    RESIDENCE_PERMIT_HMT = "residence-permit-hmt", _("港澳台居民居住证")
    HMT_PASS = "hmt-pass", _("港澳居民来往内地通行证")
    TAIWAN_PASS = "taiwan-pass", _("台湾居民来往大陆通行证")
    FOREIGN_PERMANENT_ID = "foreign-permanent-id", _("外国人永久居留身份证")
    PASSPORT = "passport", _("护照")
    STUDENT_NUMBER = "student-number", _("学籍号")


class IdentityDocument(models.Model):
    """A document's number, encrypted and bound to this row, with a keyed blind index for look-up and uniqueness.

    ``kind_group`` joins kinds that share one space of numbers (a resident ID and the 学籍号 made from it). No image of
    a document is ever stored.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=30, choices=DocumentKind.choices)
    kind_group = models.CharField(max_length=30)
    number_encrypted = models.BinaryField()
    key_id = models.CharField(max_length=20)
    blind_index = models.CharField(max_length=64)
    masked = models.CharField(max_length=40)
    current = models.BooleanField(default=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind_group", "blind_index"], condition=Q(current=True), name="one_current_document"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.masked}"


class IdentityCheck(models.Model):
    """That a named person compared a document with its original, how, and when (M-4)."""

    class Method(models.TextChoices):
        """How the original was seen."""

        ORIGINAL_SEEN = "original-seen", _("当面核对原件")
        CARD_READER = "card-reader", _("读卡器核对")
        VIDEO = "video", _("视频核对原件")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identity_checks")
    document = models.ForeignKey(IdentityDocument, on_delete=models.PROTECT, related_name="checks")
    method = models.CharField(max_length=20, choices=Method.choices)
    checked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.document_id} {self.method}"


class ContactPhone(models.Model):
    """The telephone number at which a person may be reached, encrypted and bound to this row."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="phone")
    number_encrypted = models.BinaryField()
    key_id = models.CharField(max_length=20)
    masked = models.CharField(max_length=20)
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.masked
