"""What is remembered of returns, their rows, their findings, and the skill certificates and honours they report."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReturnState(models.TextChoices):
    """The road of a return."""

    CHECKING = "checking", _("校验中")
    FAULTY = "faulty", _("有问题待改")
    READY = "ready", _("可以提交")
    SUBMITTED = "submitted", _("待校内审批")
    APPROVED = "approved", _("待管理小组审核")
    ACCEPTED = "accepted", _("审核通过，等待入账")
    POSTING = "posting", _("入账中")
    POSTED = "posted", _("已入账")
    SENT_BACK = "sent-back", _("退回修改")
    REFUSED = "refused", _("不通过")
    WITHDRAWN = "withdrawn", _("已撤回")


class ReturnQuerySet(models.QuerySet["CreditReturn"]):
    """Questions about many returns."""

    def of_institutions(self, institution_ids: list[int]) -> ReturnQuerySet:
        """Those that these institutions handed in."""
        return self.filter(institution_id__in=institution_ids)

    def awaiting_approval(self) -> ReturnQuerySet:
        """Submitted, waiting for the institution's approver."""
        return self.filter(state=ReturnState.SUBMITTED)

    def awaiting_review(self) -> ReturnQuerySet:
        """Approved, waiting for the office."""
        return self.filter(state=ReturnState.APPROVED)


class CreditReturn(models.Model):
    """A file or batch of achievements that an institution hands in. Sums are hundredths of a credit.

    ``lease_until`` and ``rows_posted`` make background work resumable: whoever holds the lease works, the next one goes
    on from the cursor. ``findings_by_code`` counts the findings that :class:`ReturnFinding` keeps.
    """

    number = models.CharField(max_length=20, unique=True)
    institution = models.ForeignKey("creditbank.Institution", on_delete=models.PROTECT, related_name="returns")
    state = models.CharField(max_length=10, choices=ReturnState.choices, default=ReturnState.CHECKING, db_index=True)
    file = models.ForeignKey("creditbank.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    rows_total = models.PositiveIntegerField(default=0)
    rows_checked = models.PositiveIntegerField(default=0)
    rows_faulty = models.PositiveIntegerField(default=0)
    findings_by_code = models.JSONField(default=dict)
    checked_at = models.DateTimeField(null=True)
    students_total = models.PositiveIntegerField(default=0)
    amount_hundredths = models.BigIntegerField(default=0)
    uploaded_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    submitted_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+", null=True)
    submitted_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+", null=True)
    approved_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+", null=True)
    reviewed_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    attainments_confirmed = models.BooleanField(default=False)
    policy_version = models.SmallIntegerField(null=True)
    batch_id = models.BigIntegerField(null=True, unique=True)
    rows_posted = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    posted_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("submitted_by")),
                name="return_approved_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(reviewed_by__isnull=True)
                | (~models.Q(reviewed_by=models.F("submitted_by")) & ~models.Q(reviewed_by=models.F("approved_by"))),
                name="return_reviewed_by_a_third",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class RowState(models.TextChoices):
    """What became of a row."""

    CHECKED = "checked", _("已校验")
    POSTED = "posted", _("已入账")
    KNOWN = "known", _("此前已入账")
    CLASHED = "clashed", _("与已入账内容不一致，未入账")
    REVERSED = "reversed", _("已冲正")


class ReturnRow(models.Model):
    """One achievement of a return, in canonical values, tied to the account that its identity matched.

    The number of the identity paper is not here: it was matched and forgotten. ``source`` is the ledger's digest,
    ``term`` the half-year whose cap it counts against, ``levels_mask`` the skill levels that it credits (bit n-1 for
    level n, I-7).
    """

    credit_return = models.ForeignKey(CreditReturn, on_delete=models.CASCADE, related_name="rows")
    row_number = models.PositiveIntegerField()
    account = models.ForeignKey("creditbank.Account", on_delete=models.PROTECT, related_name="+")
    holder_id = models.UUIDField()
    achievement_number = models.CharField(max_length=60)
    revision = models.PositiveSmallIntegerField(default=1)
    source = models.UUIDField()
    item = models.ForeignKey("creditbank.SchemeItem", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    domain = models.PositiveSmallIntegerField()
    stage = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=20, blank=True)
    place = models.PositiveIntegerField(null=True)
    occurred_on = models.DateField()
    term = models.PositiveSmallIntegerField()
    amount_hundredths = models.PositiveIntegerField()
    skill_subject = models.CharField(max_length=40, blank=True)
    skill_level = models.PositiveSmallIntegerField(null=True)
    levels_mask = models.PositiveSmallIntegerField(default=0)
    issuer = models.CharField(max_length=100, blank=True)
    certificate_number = models.CharField(max_length=100, blank=True)
    evidence = models.CharField(max_length=200, blank=True)
    remark = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=RowState.choices, default=RowState.CHECKED)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["credit_return", "row_number"], name="return_row_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["holder_id", "source"], name="return_row_source"),
            models.Index(fields=["credit_return", "holder_id"], name="return_row_order"),
        ]

    def __str__(self) -> str:
        return f"{self.credit_return_id}#{self.row_number}"


class ReturnFinding(models.Model):
    """One finding of a check: which row and column, what was wrong, how to mend it. Personal values are masked."""

    credit_return = models.ForeignKey(CreditReturn, on_delete=models.CASCADE, related_name="findings")
    row_number = models.PositiveIntegerField()
    column = models.CharField(max_length=30)
    code = models.CharField(max_length=40)
    severity = models.CharField(max_length=8)
    value = models.CharField(max_length=80, blank=True)
    params = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["row_number", "id"]
        indexes: ClassVar = [
            models.Index(fields=["credit_return", "code"], name="finding_by_code"),
            models.Index(fields=["credit_return", "row_number"], name="finding_by_row"),
        ]

    def __str__(self) -> str:
        return f"{self.credit_return_id}#{self.row_number} {self.code}"


class Receipt(models.Model):
    """The signed receipt of a submitted return: the exact bytes that were signed, the signature, the key.

    A return that was sent back and submitted again has one for each time; ``serial`` counts from 1.
    """

    credit_return = models.ForeignKey(CreditReturn, on_delete=models.PROTECT, related_name="receipts")
    serial = models.PositiveSmallIntegerField(default=1)
    payload = models.TextField()
    signature = models.BinaryField(max_length=64)
    key_id = models.CharField(max_length=20)
    signed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["credit_return", "serial"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["credit_return", "serial"], name="receipt_serial_once")
        ]

    def __str__(self) -> str:
        return f"receipt {self.serial} of {self.credit_return_id}"


class ReversalState(models.TextChoices):
    """What became of the request to reverse a credited row."""

    ASKED = "asked", _("待管理小组审核")
    DONE = "done", _("已冲正")
    REFUSED = "refused", _("不予冲正")


class RowReversal(models.Model):
    """An institution asks to take a credited achievement back; the office does it. A new revision may then follow."""

    row = models.ForeignKey(ReturnRow, on_delete=models.PROTECT, related_name="reversals")
    reason = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=ReversalState.choices, default=ReversalState.ASKED)
    asked_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["asked_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["row"], condition=models.Q(state__in=["asked", "done"]), name="row_reversed_once"
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("asked_by")),
                name="reversal_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.row_id} {self.state}"


class AttainmentState(models.TextChoices):
    """Whether an attainment counts."""

    REPORTED = "reported", _("待管理小组确认")
    CONFIRMED = "confirmed", _("已确认")
    WITHDRAWN = "withdrawn", _("已撤销")


class SkillCertificate(models.Model):
    """A skill certificate that a student holds: its subject and the highest level it proves; it implies lower ones."""

    account = models.ForeignKey("creditbank.Account", on_delete=models.PROTECT, related_name="skill_certificates")
    row = models.OneToOneField(ReturnRow, on_delete=models.PROTECT, related_name="skill_certificate", null=True)
    subject = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField()
    issuer = models.CharField(max_length=100)
    certificate_number = models.CharField(max_length=100)
    awarded_on = models.DateField()
    state = models.CharField(max_length=10, choices=AttainmentState.choices, default=AttainmentState.REPORTED)
    decided_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-awarded_on", "-id"]

    def __str__(self) -> str:
        return f"{self.subject} {self.level}"


class Honour(models.Model):
    """A place in a contest: issuer, event, level, discipline, place. Counts once the office has confirmed it."""

    account = models.ForeignKey("creditbank.Account", on_delete=models.PROTECT, related_name="honours")
    row = models.OneToOneField(ReturnRow, on_delete=models.PROTECT, related_name="honour", null=True)
    scope = models.CharField(max_length=20)
    event = models.CharField(max_length=120)
    level = models.CharField(max_length=20, blank=True)
    discipline = models.CharField(max_length=40)
    place = models.PositiveIntegerField()
    issuer = models.CharField(max_length=100)
    certificate_number = models.CharField(max_length=100)
    awarded_on = models.DateField()
    state = models.CharField(max_length=10, choices=AttainmentState.choices, default=AttainmentState.REPORTED)
    decided_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-awarded_on", "-id"]

    def __str__(self) -> str:
        return f"{self.event} {self.place}"
