"""The office enters a year's notice of holidays, which moves every term counted in working days (I-12, I-16)."""

from datetime import datetime

from django.db import transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.people.models import OfficeRole
from creditbank.people.rights import require_office
from creditbank.workdays.actions import enter_year
from creditbank.workdays.models import WorkdayYear
from creditbank.workdays.year import Year


@transaction.atomic
def publish_working_days(*, actor: Actor, year: Year, at: datetime) -> WorkdayYear:
    """Enter or correct the working days of a year (:func:`creditbank.workdays.year.make_year`). An administrator does.

    Terms already running are counted anew from then on. Raises ``NotAllowed`` without the role, ``Conflict`` when the
    year was changed at the same moment. Clause: I-12.
    """
    person_id = require_office(actor, OfficeRole.Role.ADMIN, at=at)
    row = enter_year(year, person_id=person_id, at=at)
    record(
        actor=actor,
        at=at,
        action="publish-working-days",
        subject_kind="working-days",
        subject_id=str(year.number),
        clause="I-12",
        fields=["source", "holidays"],
        refs={"revision": str(row.revision)},
    )
    return row
