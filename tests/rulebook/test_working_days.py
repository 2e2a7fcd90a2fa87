"""The office publishes a year; the newest revision counts, and who did it is on record."""

from datetime import UTC, date, datetime

import pytest

from creditbank.audit.models import AuditRecord
from creditbank.errors import NotAllowed
from creditbank.rulebook.working_days import publish_working_days
from creditbank.workdays.models import WorkdayYear
from creditbank.workdays.reading import calendar_now
from creditbank.workdays.year import Holiday, make_year
from tests.everybody import Everybody

AT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
NEW_YEAR = Holiday("元旦", date(2027, 1, 1), date(2027, 1, 3), ())
LONGER = Holiday("元旦", date(2027, 1, 1), date(2027, 1, 4), ())


def test_a_published_year_ends_the_provisional_deadlines(everybody: Everybody) -> None:
    before = calendar_now().after(date(2026, 12, 31), 1)
    assert (before.day, before.provisional) == (date(2027, 1, 1), True)
    publish_working_days(actor=everybody.actor("admin"), year=make_year(2027, "示例通知", [NEW_YEAR]), at=AT)
    after = calendar_now().after(date(2026, 12, 31), 1)
    assert (after.day, after.provisional) == (date(2027, 1, 4), False)


def test_a_correction_is_a_new_revision_and_the_old_one_stays(everybody: Everybody) -> None:
    for holiday in (NEW_YEAR, LONGER):
        publish_working_days(actor=everybody.actor("admin"), year=make_year(2027, "示例通知", [holiday]), at=AT)
    assert calendar_now().after(date(2026, 12, 31), 1).day == date(2027, 1, 5)
    assert list(WorkdayYear.objects.values_list("revision", flat=True)) == [2, 1]
    record = AuditRecord.objects.filter(action="publish-working-days").latest("id")
    assert (record.subject_id, record.refs) == ("2027", {"revision": "2"})


def test_a_reviewer_may_not_publish_one(everybody: Everybody) -> None:
    with pytest.raises(NotAllowed):
        publish_working_days(actor=everybody.actor("reviewer"), year=make_year(2027, "示例通知", [NEW_YEAR]), at=AT)
    assert not WorkdayYear.objects.exists()
