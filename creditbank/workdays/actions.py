"""The one verb: a year's notice is entered. Who may do so, and its record, is the caller's (see ``rulebook``)."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from creditbank.errors import Conflict
from creditbank.workdays.models import WorkdayYear
from creditbank.workdays.year import Year


@transaction.atomic
def enter_year(year: Year, *, person_id: int, at: datetime) -> WorkdayYear:
    """Enter a year's notice, or correct it by a new revision; earlier revisions stay.

    Raises ``Conflict`` when another person entered the same revision at the same moment.
    """
    last = WorkdayYear.objects.filter(number=year.number).aggregate(last=Max("revision"))["last"] or 0
    try:
        with transaction.atomic():
            return WorkdayYear.objects.create(
                number=year.number,
                revision=last + 1,
                source=year.source,
                holidays=year.to_json(),
                published_by_id=person_id,
                published_at=at,
            )
    except IntegrityError as error:
        raise Conflict("这一年的安排刚被另一位同事改过，请刷新后再改。") from error
