"""Agreement, per purpose, per version of the text, with its time and the way it was given."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from creditbank.people.models.persons import Person
from creditbank.people.models.students import Guardianship, Student


class Purpose(models.TextChoices):
    """What agreement is asked for. Only the first is needed for an account; a redemption asks for its own each time."""

    ACCOUNT = "account", _("开立户口并记录学分")
    REDEMPTION = "redemption", _("兑换教育产品")
    PUBLICATION = "publication", _("公示时显示姓名（部分隐去）")
    SHARING = "sharing", _("向招生单位等提供综合素质档案")


class ConsentText(models.Model):
    """One version of the words that are agreed to; the purpose ``privacy`` is the privacy notice itself."""

    purpose = models.CharField(max_length=20)
    version = models.CharField(max_length=20)
    zh = models.TextField()
    en = models.TextField()
    valid_from = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["purpose", "version"], name="one_text_per_version")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"


class PaperConsent(models.Model):
    """A signed paper: entered by one person of staff, confirmed by another. It holds nothing about the child.

    So a child under 14 may be entered only after her guardian's agreement is on record.
    """

    number = models.CharField(max_length=20, unique=True)
    guardian_name = models.CharField(max_length=100)
    relation = models.CharField(max_length=20, choices=Guardianship.Relation.choices)
    purposes = models.JSONField(default=list)
    text_versions = models.JSONField(default=dict)
    subject_ref = models.CharField(max_length=80, blank=True)
    institution_code = models.CharField(max_length=40, blank=True)
    signed_on = models.DateField()
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=models.F("entered_by")),
                name="paper_consent_two_persons",
            )
        ]

    def __str__(self) -> str:
        return self.number


class Consent(models.Model):
    """That a person agreed, for a student, to one version of one text; and when she took it back.

    ``subject_ref`` narrows it to one thing (a redemption's number); empty means the purpose as a whole.
    """

    class Way(models.TextChoices):
        """How the agreement was given."""

        LOGIN = "login", _("本人登录确认")
        PAPER = "paper", _("纸质签字，两人核录")
        FORM = "form", _("成年学生在申请表上勾选")

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="consents")
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    given_by_name = models.CharField(max_length=100)
    capacity = models.CharField(max_length=10)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="consents")
    way = models.CharField(max_length=10, choices=Way.choices)
    paper = models.ForeignKey(PaperConsent, on_delete=models.PROTECT, null=True, related_name="consents")
    subject_ref = models.CharField(max_length=80, blank=True)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["student", "purpose"], name="consent_student_purpose")]

    def __str__(self) -> str:
        return f"{self.student_id} {self.purpose}"
