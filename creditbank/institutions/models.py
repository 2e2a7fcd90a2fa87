"""What is remembered of institutions, their staff, their keys, their students and their schemes of evaluation."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class InstitutionKind(models.TextChoices):
    """The kinds that Art. 4 and Art. 10 name; the list is open (M-11.0)."""

    SCHOOL = "school", _("学校")
    CAMP = "camp", _("营地")
    BASE = "base", _("基地")
    PARTNER = "partner", _("合作机构")
    EXCHANGE_CENTRE = "exchange-centre", _("交流中心")
    SPORTS_CENTRE = "sports-centre", _("竞技中心")
    ACTIVITY_CENTRE = "activity-centre", _("活动中心")
    EXHIBITION_HALL = "exhibition-hall", _("展览馆")
    OTHER = "other", _("其他")


class InstitutionState(models.TextChoices):
    """Where a membership stands; a proposed one waits for the second person of the office."""

    PROPOSED = "proposed", _("待核准")
    APPROVED = "approved", _("已获批")
    SUSPENDED = "suspended", _("已暂停")
    WITHDRAWN = "withdrawn", _("已退出")


class InstitutionQuerySet(models.QuerySet["Institution"]):
    """Questions about many institutions."""

    def in_good_standing(self) -> InstitutionQuerySet:
        """Those that may report and serve today."""
        return self.filter(state=InstitutionState.APPROVED)

    def issuing_bodies(self) -> InstitutionQuerySet:
        """Those that may be named as the issuer of a certificate (相关机构)."""
        return self.in_good_standing().filter(issues_certificates=True)

    def staffed_by(self, person_id: int) -> InstitutionQuerySet:
        """Those where the person has a role today."""
        return self.filter(staff__person_id=person_id, staff__until__isnull=True).distinct()


class Institution(models.Model):
    """A member of the alliance. ``code`` is the short code used in files and commands, e.g. ``SJSX``.

    ``credit_code`` is the unified social credit code (统一社会信用代码), when it is known.
    """

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100)
    name_pinyin = models.CharField(max_length=300, db_index=True)
    name_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20, choices=InstitutionKind.choices)
    state = models.CharField(max_length=12, choices=InstitutionState.choices, default=InstitutionState.APPROVED)
    region_code = models.CharField(max_length=6)
    region_name = models.CharField(max_length=60)
    approved_on = models.DateField()
    credit_code = models.CharField(max_length=18, blank=True)
    proposed_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    term_until = models.DateField(null=True, blank=True)
    issues_certificates = models.BooleanField(default=False)
    is_sample = models.BooleanField(default=False)

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name_pinyin", "id"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def may_report(self) -> bool:
        """Whether it may hand in returns and serve over its counter now."""
        return self.state == InstitutionState.APPROVED


class StaffRole(models.TextChoices):
    """What a member of an institution's staff may do."""

    CLERK = "clerk", _("经办")
    APPROVER = "approver", _("审批")


class Staff(models.Model):
    """A person's role at an institution; ended rows stay."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="staff")
    person = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="staff_roles")
    role = models.CharField(max_length=10, choices=StaffRole.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["institution", "person", "role"], condition=models.Q(until=None), name="staff_role_held_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.institution_id}/{self.person_id}/{self.role}"


class ApiKey(models.Model):
    """A key for an institution's own system: shown once, stored as a hash, limited to its scopes."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="api_keys")
    label = models.CharField(max_length=60)
    prefix = models.CharField(max_length=12, unique=True)
    key_hash = models.BinaryField(max_length=32)
    scopes = models.JSONField(default=list)
    acts_for = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.prefix}…"


class Enrolment(models.Model):
    """A student belongs to an institution, which serves her over its counter."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="enrolments")
    student = models.ForeignKey("creditbank.Student", on_delete=models.PROTECT, related_name="enrolments")
    group_name = models.CharField(max_length=40, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["institution", "student"], condition=models.Q(until=None), name="enrolled_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.institution_id}/{self.student_id}"


class Scheme(models.Model):
    """A scheme of evaluation (评价方案): from a date on, what each activity is worth. Approved by the office."""

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="schemes", null=True, blank=True
    )
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)
    approved_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+", null=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["-from_date", "id"]

    def __str__(self) -> str:
        return self.name

    def in_force_on(self, on: date) -> bool:
        """Whether the scheme decides about an achievement of that date (both ends count)."""
        return self.from_date <= on and (self.until_date is None or on <= self.until_date)


class ItemKind(models.TextChoices):
    """What a row under the activity records besides its credit."""

    PLAIN = "plain", _("一般成果")
    SKILL = "skill", _("技能等级")
    HONOUR = "honour", _("赛事荣誉")


class SchemeItem(models.Model):
    """One activity of a scheme, at one level and place: what it earns, in hundredths of a credit, and its caps.

    An empty ``level`` and the ``place`` 0 match any. Caps are sums per student: over all time and per half-year term
    (a term is 1 February to 31 July, or 1 August to 31 January).
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="items")
    activity_code = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=8, choices=ItemKind.choices, default=ItemKind.PLAIN)
    domain = models.PositiveSmallIntegerField()
    stage = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=20, blank=True)
    place = models.PositiveSmallIntegerField(default=0)
    amount_hundredths = models.PositiveIntegerField(null=True, blank=True)
    most_hundredths = models.PositiveIntegerField(null=True, blank=True)
    cap_student_hundredths = models.PositiveIntegerField(null=True, blank=True)
    cap_term_hundredths = models.PositiveIntegerField(null=True, blank=True)
    skill_subject = models.CharField(max_length=40, blank=True)
    honour_scope = models.CharField(max_length=20, blank=True)
    discipline = models.CharField(max_length=40, blank=True)
    evidence_required = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scheme", "activity_code", "level", "place"], name="scheme_item_once")
        ]
        ordering: ClassVar = ["activity_code", "level", "place"]

    def __str__(self) -> str:
        return f"{self.activity_code} {self.name}"
