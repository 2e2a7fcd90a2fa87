"""The sample bank: made by everybody's own actions, the same each time, with work in every inbox and sound books."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from creditbank.demonstration.files import xlsx_file
from creditbank.demonstration.loading import load_demonstration, sample_logins
from creditbank.demonstration.main_job import SHIPPED_FILE, Done, classmates, shipped_rows
from creditbank.errors import Conflict
from creditbank.evaluation.models import AttainmentState, CreditReturn, Honour, ReturnState, RowReversal
from creditbank.evaluation.reader import open_return
from creditbank.examinations.models import (
    BankQuestion,
    Dispute,
    DisputeState,
    ExamResult,
    QuestionState,
    ResultState,
    Sitting,
)
from creditbank.institutions.models import Institution
from creditbank.ledger.models import PassbookLine
from creditbank.ledger.verify import verify
from creditbank.people.identity_documents import parse_document
from creditbank.people.models import Account, AccountOpening, User
from creditbank.redemption.holds import hold_facts
from creditbank.redemption.models import Redemption

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def loaded() -> Done:
    """A tenth of the bank."""
    return load_demonstration(now=NOW, say=lambda _: None, divisor=10)


@pytest.fixture(scope="module")
def done(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Done]:
    """The bank loaded once for the tests that only look at it; undone after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield loaded()
        transaction.set_rollback(True)


def test_the_main_job_ends_in_a_certificate_that_checks(done: Done) -> None:
    assert done.credit_return.state == ReturnState.POSTED
    assert (done.credit_return.rows_posted, done.credit_return.rows_faulty) == (10, 0)
    assert done.checked.number == done.certificate.number
    assert (done.checked.holder_name, done.checked.grade, done.checked.state) == ("林知夏", "3", "valid")
    assert done.checked.wording["certificate-nature"]["zh"]


@pytest.mark.usefixtures("done")
def test_work_waits_in_every_inbox_and_the_books_are_sound() -> None:
    states = set(CreditReturn.objects.values_list("state", flat=True))
    assert {"faulty", "ready", "submitted", "approved", "posted"} <= states
    waiting = set(Redemption.objects.values_list("state", flat=True))
    assert {"awaiting-guardian", "held", "reviewed", "issued", "refused"} <= waiting
    assert AccountOpening.objects.filter(state=AccountOpening.State.SUBMITTED).count() == 6
    assert ExamResult.objects.filter(state=ResultState.RECORDED).exists()
    assert BankQuestion.objects.filter(state=QuestionState.RELEASED).count() == 30
    assert sorted(score or 0 for score in Sitting.objects.values_list("score", flat=True)) == [50, 90, 100]
    assert Dispute.objects.filter(state=DisputeState.OPEN).count() == 1
    assert RowReversal.objects.exists()
    assert Honour.objects.filter(state=AttainmentState.REPORTED).exists()
    assert Institution.objects.filter(is_sample=True).count() == 12
    for login in sample_logins():
        assert User.objects.filter(username=login.username, is_active=True).exists(), login.username
    report = verify(at=NOW, hold_facts=hold_facts)
    assert report.problem is None
    assert report.lines == PassbookLine.objects.count() > 200


@pytest.mark.usefixtures("done")
def test_it_is_never_loaded_over_accounts() -> None:
    with pytest.raises(Conflict):
        loaded()


def fingerprint() -> tuple[list[tuple[int, int]], list[str], str]:
    """Amounts and balances of every line, the card numbers and the certificate of one load, which is undone again."""
    with transaction.atomic():
        certificate = loaded().certificate
        lines = PassbookLine.objects.order_by("recorded_at", "amount", "available").values_list("amount", "available")
        cards = Account.objects.order_by("pk").values_list("cards__card_number", flat=True)
        found = (list(lines), [str(card) for card in cards], certificate.check_code)
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
def test_the_same_seed_and_day_give_the_same_bank() -> None:
    assert fingerprint() == fingerprint()


def test_the_shipped_file_holds_the_rows_that_the_code_tells_of() -> None:
    kept = open_return(SHIPPED_FILE, SHIPPED_FILE.name)
    made = open_return(xlsx_file(shipped_rows()), "made.xlsx")
    assert [row.cells for row in kept.rows()] == [row.cells for row in made.rows()]


def test_invented_numbers_belong_to_no_living_child() -> None:
    for someone in classmates():
        assert someone.document_number[14:17] == "999"
        assert parse_document("resident-id", someone.document_number, on=NOW.date()).birth_date == someone.birth
