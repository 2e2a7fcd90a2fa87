"""Accounts that came over an institution's counter: opened by the office, and on the institution's roster at once."""

from datetime import datetime

from django.db import transaction

from creditbank import clock
from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.institutions.models import Enrolment, Institution
from creditbank.people.account_creation import Opened
from creditbank.people.models import AccountOpening
from creditbank.people.opening_review import open_account


def open_account_and_enrol(*, actor: Actor, at: datetime, opening: AccountOpening) -> Opened:
    """Open the account (see :func:`creditbank.people.opening_review.open_account` for rights and errors); when the
    application came over an institution's counter, that institution serves the student from today (M-10)."""
    opened = open_account(actor=actor, at=at, opening=opening)
    institution = Institution.objects.filter(code=opening.institution_code).first()
    if institution is not None:
        with transaction.atomic():
            Enrolment.objects.get_or_create(
                institution=institution,
                student=opened.account.student,
                until=None,
                defaults={"since": clock.today(at)},
            )
            record(
                actor=actor,
                at=at,
                action="enrolment.begin",
                subject_kind="institution",
                subject_id=institution.code,
                clause="M-10",
                refs={"student": opened.account.student_id},
            )
    return opened
