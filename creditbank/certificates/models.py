"""What is remembered of certificates, their number series and the honours that were used for them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class UseState(models.TextChoices):
    """An honour is reserved while an application runs, used when its certificate is issued, else freed."""

    RESERVED = "reserved", _("已占用")
    USED = "used", _("已使用")
    FREED = "freed", _("已退还")


class HonourUse(models.Model):
    """An honour stands for one certificate: once per family, once in all across the two teacher families (I-2).

    ``use_group`` is the family, or ``teacher`` for both teacher families: the unique key is the rule.
    """

    honour = models.ForeignKey("creditbank.Honour", on_delete=models.PROTECT, related_name="uses")
    family = models.CharField(max_length=30)
    use_group = models.CharField(max_length=30)
    redemption_number = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=UseState.choices, default=UseState.RESERVED)
    reserved_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["honour", "use_group"],
                condition=models.Q(state__in=["reserved", "used"]),
                name="honour_used_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.honour_id} for {self.use_group}"


class NumberSeries(models.Model):
    """The next number of a series, e.g. certificates of a family in a year. Locked while a number is drawn."""

    series = models.CharField(max_length=40, primary_key=True)
    next_number = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.series} {self.next_number}"


class CertificateState(models.TextChoices):
    """What a check page says of a certificate."""

    VALID = "valid", _("有效")
    SUSPENDED = "suspended", _("暂停使用")
    REVOKED = "revoked", _("已撤销")


class Certificate(models.Model):
    """An issued certificate. What it certifies is kept as it was printed: name, grade, issuer, clause, wording."""

    number = models.CharField(max_length=30, unique=True)
    check_code = models.CharField(max_length=12)
    account = models.ForeignKey("creditbank.Account", on_delete=models.PROTECT, related_name="certificates")
    family = models.CharField(max_length=30)
    grade = models.CharField(max_length=30)
    holder_name = models.CharField(max_length=100)
    issuer = models.ForeignKey("creditbank.Institution", on_delete=models.PROTECT, related_name="issued_certificates")
    issuer_name = models.CharField(max_length=100)
    issued_on = models.DateField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+")
    redemption_number = models.CharField(max_length=20, unique=True)
    policy_version = models.ForeignKey("creditbank.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    clause = models.CharField(max_length=20)
    wording = models.JSONField()
    state = models.CharField(max_length=10, choices=CertificateState.choices, default=CertificateState.VALID)
    state_reason = models.TextField(blank=True)
    state_at = models.DateTimeField(null=True)
    state_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering: ClassVar = ["-issued_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "family", "grade"],
                condition=~models.Q(state="revoked"),
                name="certificate_held_once",
            )
        ]

    def __str__(self) -> str:
        return self.number
