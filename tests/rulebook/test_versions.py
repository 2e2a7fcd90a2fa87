"""The 2021 texts are loaded as in force, once, and found by date."""

from datetime import UTC, date, datetime

import pytest

from creditbank.audit.models import AuditRecord
from creditbank.errors import Conflict, Unavailable
from creditbank.policy.loading import shipped_law
from creditbank.rulebook.actions import load_shipped_versions
from creditbank.rulebook.models import PolicyVersion
from creditbank.rulebook.reading import version_on, version_row_on

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_the_shipped_version_is_in_force_and_reads_back_as_the_same_law() -> None:
    load_shipped_versions(at=AT)
    law = version_on(date(2026, 3, 2))
    assert law.to_json() == shipped_law().to_json()
    assert law.code == "2021-09-01"
    assert version_row_on(date(2026, 3, 2)).in_force_on == date(2021, 9, 1)


def test_loading_twice_changes_and_records_nothing() -> None:
    load_shipped_versions(at=AT)
    load_shipped_versions(at=AT)
    assert PolicyVersion.objects.count() == 1
    assert AuditRecord.objects.filter(action="policy.load").count() == 1


def test_a_published_version_is_never_rewritten() -> None:
    load_shipped_versions(at=AT)
    PolicyVersion.objects.update(law_sha256="0" * 64)
    with pytest.raises(Conflict):
        load_shipped_versions(at=AT)


def test_the_later_of_two_versions_decides_from_its_own_day_on() -> None:
    (first,) = load_shipped_versions(at=AT)
    later = PolicyVersion.objects.create(
        code="2027-01-01",
        title="later",
        in_force_on=date(2027, 1, 1),
        state="in-force",
        law=first.law,
        law_sha256=first.law_sha256,
        loaded_at=AT,
    )
    assert version_row_on(date(2026, 12, 31)) == first
    assert version_row_on(date(2027, 1, 1)) == later
    assert version_row_on(date(2021, 3, 1)) == first


def test_a_draft_decides_nothing() -> None:
    load_shipped_versions(at=AT)
    PolicyVersion.objects.update(state="draft")
    with pytest.raises(Unavailable):
        version_on(date(2026, 3, 2))
