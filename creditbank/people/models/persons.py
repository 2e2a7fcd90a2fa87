"""Persons, their logins and their offices in the management group (管理小组)."""

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Person(models.Model):
    """One natural person. ``name_key`` is the canonical form that names are compared by; lists sort by pinyin."""

    name = models.CharField(max_length=100)
    name_key = models.CharField(max_length=100, db_index=True)
    name_pinyin = models.CharField(max_length=300, db_index=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Logins are looked up by user name; they are made only by actions, never by sign-up."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The login with this user name, in any case of letters."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A login. One person may have several; makers and checkers are compared as persons."""

    username = models.CharField(max_length=60, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="users")
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.username


class OfficeRoleQuerySet(models.QuerySet["OfficeRole"]):
    """Questions about who holds which office."""

    def held_at(self, at: datetime) -> "OfficeRoleQuerySet":
        """The roles that were in force at a moment."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=at), since__lte=at)


class OfficeRole(models.Model):
    """A person's office in the management group, from a moment to another."""

    class Role(models.TextChoices):
        """What the management group's people do."""

        REVIEWER = "reviewer", _("审核员")
        DECIDER = "decider", _("核准人")
        HOTLINE = "hotline", _("热线坐席")
        AUDITOR = "auditor", _("审计员")
        ADMIN = "admin", _("系统管理员")
        COMPLAINTS = "complaints", _("投诉专员")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="office_roles")
    role = models.CharField(max_length=20, choices=Role.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    objects = OfficeRoleQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "role"], condition=Q(until=None), name="one_open_office_role")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"
