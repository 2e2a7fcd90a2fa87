"""A whole journey with identity numbers in it, then a search for them in every column, file, log line and error."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from creditbank.errors import CreditBankError
from creditbank.evaluation.actions import confirm_skill, upload_return
from creditbank.evaluation.models import SkillCertificate
from creditbank.logbook import JsonLines
from creditbank.people.access import reveal_personal_data
from creditbank.people.balance_query import query_account
from creditbank.people.identity_documents import resident_id
from creditbank.redemption.actions import accept_redemption
from creditbank.redemption.models import Redemption
from tests.cast import AT
from tests.evaluation.returns import csv_file, posted, row, skill
from tests.redemption.stage import Stage12, apply_as_guardian, reviewed, set_stage

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)


@pytest.fixture
def heard() -> Iterator[StringIO]:
    """What the bank's own log says while the test runs, to the least word."""
    words = StringIO()
    handler = logging.StreamHandler(words)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    # The statements that the database backend tells at this level carry parameters; nobody runs a bank like that.
    logging.getLogger("django.db.backends").setLevel(logging.WARNING)
    yield words
    root.removeHandler(handler)
    root.setLevel(before)


def test_after_a_whole_journey_no_identity_number_stands_anywhere_in_clear(heard: StringIO) -> None:
    stage = set_stage()
    number = stage.cast.student.number
    stranger = resident_id("230102", AT.date().replace(year=2011), 996)
    refusals = _journey(stage, number, stranger)
    for secret in (number, stranger):
        assert _rows_with(secret) == []
        assert _files_with(secret) == []
        assert secret not in heard.getvalue()
        assert not any(secret in refusal for refusal in refusals)
    assert len(refusals) == 2
    assert _rows_with("林知夏"), "the search finds what is there"


def _journey(stage: Stage12, number: str, stranger: str) -> list[str]:
    """A return with findings, a posted one, queries, looks, an application, a certificate; the words of what failed."""
    cast = stage.cast
    pupil = cast.student
    faulty = csv_file(
        row(pupil, "B-1", document_number=stranger),
        row(pupil, "B-2", name="别人"),
        row(pupil, "B-3", document_number=number[:-1]),
        row(pupil, "B-4", document_number=f"x{number}"),
        row(pupil, number, title=number, evidence=number, remark=number),
    )
    bad = upload_return(
        actor=cast.clerk, at=AT, institution=cast.school, stream=faulty, filename=f"申报 {number} {stranger}.csv"
    )
    assert bad.state == "faulty"
    posted(cast, row(pupil, "A-1"), skill(pupil, "S-1", 2, "20.00"))
    confirm_skill(actor=cast.second_reviewer, at=AT, skill=SkillCertificate.objects.get(level=2))
    refusals = []
    for document in (number, stranger):
        query_account(at=AT, source="127.0.0.1", card_number=pupil.card, document_number=document)
    redemption = apply_as_guardian(stage)
    case = {"student": stage.account.student, "fields": ["document_number"], "at": AT}
    assert (
        reveal_personal_data(actor=cast.reviewer, case_ref=redemption.number, **case)["document_number"] == number  # type: ignore[arg-type]
    )
    for actor in (cast.reviewer, cast.clerk):
        try:
            reveal_personal_data(actor=actor, **case)  # type: ignore[arg-type]
        except CreditBankError as refusal:
            refusals.append(f"{refusal} {refusal.data} {refusal!r}")
    accept_redemption(actor=stage.decider, redemption=reviewed(stage, redemption), issuer=stage.issuer, at=LATER)
    assert Redemption.objects.get().state == "issued"
    return refusals


def _rows_with(secret: str) -> list[str]:
    """The tables in which a row says ``secret`` in any column, as text or as bytes."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            if any(_says(cell, secret) for cells in cursor.fetchall() for cell in cells):
                found.append(table)
    return found


def _says(cell: object, secret: str) -> bool:
    if isinstance(cell, (bytes, bytearray, memoryview)):
        return secret.encode() in bytes(cell)
    return secret in str(cell)


def _files_with(secret: str) -> list[str]:
    places = (each for each in Path(settings.DATA_DIR, "files").rglob("*") if each.is_file())
    return [str(each) for each in places if secret.encode() in each.read_bytes() or secret in each.name]
