"""Students, the accounts and cards they hold, and the guardians who act for them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from creditbank.people.models.persons import Person


class Student(models.Model):
    """A person as a student; there is one per person."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="student")
    birth_date = models.DateField(db_index=True)

    def __str__(self) -> str:
        return str(self.person)


class Account(models.Model):
    """The account (户口) of a student. ``holder_id`` is the ledger's holder: the ledger knows nothing else of her.

    ``state_since`` is since when it stands so; empty for one that was never frozen or closed. The applicant's terms
    rest while it is frozen.
    """

    class State(models.TextChoices):
        """Whether the account may act."""

        OPEN = "open", _("正常")
        FROZEN = "frozen", pgettext_lazy("account", "冻结")
        CLOSED = "closed", _("已销户")

    student = models.OneToOneField(Student, on_delete=models.PROTECT, related_name="account")
    holder_id = models.UUIDField(unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    institution_code = models.CharField(max_length=40, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    state_reason = models.CharField(max_length=400, blank=True)
    state_since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.holder_id}"


class StudentCard(models.Model):
    """A card (素质教育卡). Its number is random with a check digit; the QR on it holds the number only."""

    class State(models.TextChoices):
        """Only an active card identifies an account."""

        ACTIVE = "active", _("有效")
        LOST = "lost", _("挂失")
        REPLACED = "replaced", _("已换卡")

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="cards")
    card_number = models.CharField(max_length=13, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    issued_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account"], condition=Q(state="active"), name="one_active_card")
        ]

    def __str__(self) -> str:
        return self.card_number


class Guardianship(models.Model):
    """That one person is another's guardian: by which proof, seen by whom, since when, until when."""

    class Relation(models.TextChoices):
        """What the guardian is to the student."""

        FATHER = "father", _("父亲")
        MOTHER = "mother", _("母亲")
        GRANDPARENT = "grandparent", _("祖父母或外祖父母")
        SIBLING = "sibling", _("成年兄姐")
        APPOINTED = "appointed", _("指定监护人")

    class Proof(models.TextChoices):
        """The original that was seen; no copy of it is kept."""

        HOUSEHOLD_REGISTER = "household-register", _("户口簿")
        BIRTH_CERTIFICATE = "birth-certificate", _("出生医学证明")
        COURT_DECISION = "court-decision", _("法院文书")
        COMMITTEE_STATEMENT = "committee-statement", _("居（村）委会或民政部门证明")

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="guardianships")
    guardian = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="wards")
    relation = models.CharField(max_length=20, choices=Relation.choices)
    proved_by = models.CharField(max_length=30, choices=Proof.choices)
    checked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proved_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["student", "guardian"], condition=Q(ended_at=None), name="one_open_guardianship"
            )
        ]

    def __str__(self) -> str:
        return f"{self.guardian_id} → {self.student_id}"
