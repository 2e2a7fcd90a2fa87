"""How people come to the office: offices proposed and confirmed, invitations to a login; and who works on what."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from creditbank.people.models.persons import OfficeRole, Person


class OfficeProposal(models.Model):
    """That an administrator wants a person to hold an office; it is held once another person has confirmed."""

    class State(models.TextChoices):
        """Where the proposal stands."""

        PROPOSED = "proposed", _("待确认")
        CONFIRMED = "confirmed", _("已确认")
        REFUSED = "refused", _("未通过")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="office_proposals")
    role = models.CharField(max_length=20, choices=OfficeRole.Role.choices)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answered_by=None)
                | (~Q(answered_by=F("proposed_by")) & ~Q(answered_by=F("person")))
                | Q(state="refused"),
                name="office_proposal_two_persons",
            ),
            models.UniqueConstraint(
                fields=["person", "role"], condition=Q(state="proposed"), name="one_open_office_proposal"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.state}"


class StaffInvitation(models.Model):
    """A one-time code with which a person of staff makes her own login; kept as a keyed digest."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="invitations")
    code_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person"], condition=Q(used_at=None), name="one_open_invitation")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.expires_at:%Y-%m-%d}"


class WorkAssignment(models.Model):
    """Who works on a case of the office's inbox. The case is opaque here: the table of work it is in, and its row."""

    source = models.CharField(max_length=20)
    row = models.BigIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="work")
    assigned_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "row"], name="one_worker_per_case")]
        indexes: ClassVar = [models.Index(fields=["person", "source"], name="work_of_person")]

    def __str__(self) -> str:
        return f"{self.source}:{self.row} {self.person_id}"
