"""The audit keeps ids and names of fields, never a value, and nobody changes or deletes what it says."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import PUBLIC, Actor
from creditbank.audit.models import AuditRecord
from creditbank.audit.reading import records_about, records_about_holder, records_by
from creditbank.errors import InvalidInput

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CLERK = Actor(7, "经办甲", "clerk")
HOLDER = uuid.UUID("018f0000-0000-7000-8000-000000000001")


def written() -> AuditRecord:
    return record(
        actor=CLERK,
        at=AT,
        action="return.submit",
        subject_kind="return",
        subject_id="SB-2026-000001",
        holder_id=HOLDER,
        clause="M-4",
        fields=["rows", "credits"],
        refs={"file": uuid.UUID(int=5), "rows": [1, 2], "institution": 3},
    )


def test_who_what_when_and_under_which_clause_is_kept() -> None:
    row = AuditRecord.objects.get(pk=written().pk)
    assert (row.at, row.actor_id, row.actor_name, row.actor_role) == (AT, 7, "经办甲", "clerk")
    assert (row.action, row.subject_kind, row.subject_id) == ("return.submit", "return", "SB-2026-000001")
    assert (row.holder_id, row.clause, row.fields) == (HOLDER, "M-4", ["credits", "rows"])
    assert row.refs == {"file": str(uuid.UUID(int=5)), "rows": [1, 2], "institution": 3}


def test_a_record_cannot_be_changed() -> None:
    row = written()
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditRecord.objects.filter(pk=row.pk).update(actor_name="别人")
    row.refresh_from_db()
    assert row.actor_name == "经办甲"


def test_a_record_cannot_be_deleted() -> None:
    row = written()
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditRecord.objects.filter(pk=row.pk).delete()
    assert AuditRecord.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("name", ["张三", "birth date", "1990", "", "x" * 61])
def test_a_field_is_named_never_quoted(name: str) -> None:
    with pytest.raises(InvalidInput):
        record(actor=CLERK, at=AT, action="a", subject_kind="student", subject_id=1, fields=[name])
    assert not AuditRecord.objects.exists()


@pytest.mark.parametrize("value", ["110101201205049996", "11010120120504999X", "林知夏", "due to a reason"])
def test_a_value_is_refused_where_an_id_belongs(value: str) -> None:
    with pytest.raises(InvalidInput):
        record(actor=CLERK, at=AT, action="a", subject_kind="student", subject_id=1, refs={"document": value})
    with pytest.raises(InvalidInput):
        record(actor=CLERK, at=AT, action="a", subject_kind="student", subject_id=value)


@pytest.mark.parametrize("digest", ["12345678901234567890123456789012abcdef", "a" * 20 + "1" * 20])
def test_a_digest_is_no_value(digest: str) -> None:
    assert record(actor=CLERK, at=AT, action="a", subject_kind="file", subject_id=digest).subject_id == digest


def test_questions_by_holder_by_subject_and_by_actor() -> None:
    row = written()
    record(actor=PUBLIC, at=AT, action="balance.query", subject_kind="account", subject_id=4, holder_id=HOLDER)
    assert [each.action for each in records_about_holder(HOLDER)] == ["balance.query", "return.submit"]
    assert list(records_about_holder(HOLDER, actions=["return.submit"])) == [row]
    assert list(records_about("return", "SB-2026-000001")) == [row]
    assert list(records_by(7)) == [row]


def test_an_action_that_fails_leaves_no_record() -> None:
    with pytest.raises(ValueError, match="later"), transaction.atomic():
        written()
        raise ValueError("later")
    assert not AuditRecord.objects.exists()
