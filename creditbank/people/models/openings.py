"""Applications to open an account (开户申请表, Annex 1), activation codes and their renewal, suspected duplicates."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from creditbank import ids
from creditbank.people.models.consents import Consent, PaperConsent
from creditbank.people.models.identity import DocumentKind, IdentityCheck
from creditbank.people.models.persons import Person
from creditbank.people.models.students import Account, Guardianship, Student


class AccountOpening(models.Model):
    """An application. Its personal columns are emptied when it is refused or withdrawn."""

    class State(models.TextChoices):
        """Where the application stands."""

        SUBMITTED = "submitted", _("待审核")
        OPENED = "opened", _("已开户")
        REFUSED = "refused", _("未通过")
        WITHDRAWN = "withdrawn", _("已撤回")

    class Way(models.TextChoices):
        """How the application came in."""

        ONLINE = "online", _("网上申请")
        COUNTER = "counter", _("成员单位柜台")

    number = models.CharField(max_length=40, unique=True)
    row_key = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUBMITTED)
    way = models.CharField(max_length=10, choices=Way.choices)
    institution_code = models.CharField(max_length=40, blank=True)
    # Where an applicant who applied online wants to show the originals; empty: to the office.
    originals_at = models.CharField(max_length=40, blank=True, db_index=True)
    # Keyed digest of the code with which a family without a login follows its application.
    follow_up_hash = models.CharField(max_length=64, blank=True)
    privacy_version = models.CharField(max_length=20)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    name = models.CharField(max_length=100, blank=True)
    name_key = models.CharField(max_length=100, blank=True)
    birth_date = models.DateField(null=True)
    document_kind = models.CharField(max_length=30, choices=DocumentKind.choices)
    kind_group = models.CharField(max_length=30)
    number_encrypted = models.BinaryField(null=True)
    key_id = models.CharField(max_length=20, blank=True)
    blind_index = models.CharField(max_length=64, blank=True)
    masked = models.CharField(max_length=40, blank=True)
    phone_encrypted = models.BinaryField(null=True)
    phone_masked = models.CharField(max_length=20, blank=True)

    guardian = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="openings_as_guardian")
    guardian_name = models.CharField(max_length=100, blank=True)
    relation = models.CharField(max_length=20, choices=Guardianship.Relation.choices, blank=True)
    consents = models.JSONField(default=list)
    consent_way = models.CharField(max_length=10, choices=Consent.Way.choices, default=Consent.Way.FORM)
    paper = models.ForeignKey(PaperConsent, on_delete=models.PROTECT, null=True, related_name="openings")

    checked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    check_method = models.CharField(max_length=20, choices=IdentityCheck.Method.choices, blank=True)
    guardian_proof = models.CharField(max_length=30, choices=Guardianship.Proof.choices, blank=True)

    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    refusal_reason = models.CharField(max_length=400, blank=True)
    account = models.OneToOneField(Account, on_delete=models.PROTECT, null=True, related_name="opening")

    class Meta:
        ordering: ClassVar = ["submitted_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind_group", "blind_index"], condition=Q(state="submitted"), name="one_open_application"
            )
        ]

    def __str__(self) -> str:
        return self.number


class ActivationCode(models.Model):
    """A one-time code on the opening slip, for a student's or a guardian's login. Only its keyed hash is kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="activation_codes")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="activation_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.account_id} {self.person_id}"


class CodeRenewal(models.Model):
    """That somebody of the office asks for a new code for a student's or guardian's login; another person answers."""

    class State(models.TextChoices):
        """Where the renewal stands; an approved one has its code."""

        ASKED = "asked", _("待另一人确认")
        APPROVED = "approved", _("已重发")
        REFUSED = "refused", _("未通过")

    class Method(models.TextChoices):
        """How the one who asks made sure of who wants the code."""

        ORIGINAL = "original", _("当面核对证件原件")
        CALL_BACK = "call-back", _("回拨登记的电话核实")

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="code_renewals")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="code_renewals")
    method = models.CharField(max_length=10, choices=Method.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    code = models.OneToOneField(ActivationCode, on_delete=models.SET_NULL, null=True, related_name="renewal")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answered_by=None) | Q(state="refused") | ~Q(answered_by=F("asked_by")),
                name="code_renewal_two_persons",
            ),
            models.UniqueConstraint(
                fields=["account", "person"], condition=Q(state="asked"), name="one_open_code_renewal"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "asked_at"], name="code_renewal_state")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.person_id} {self.state}"


class DuplicateCase(models.Model):
    """Same name and birth date as somebody who has an account: a person decides whether they are one."""

    class State(models.TextChoices):
        """What was found."""

        OPEN = "open", _("待核查")
        DISTINCT = "distinct", _("不是同一人")
        SAME = "same", _("是同一人")

    opening = models.ForeignKey(AccountOpening, on_delete=models.PROTECT, related_name="duplicate_cases")
    existing = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="duplicate_cases")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    resolved_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["opening", "existing"], name="one_duplicate_case_per_pair")
        ]

    def __str__(self) -> str:
        return f"{self.opening_id} ~ {self.existing_id}"
