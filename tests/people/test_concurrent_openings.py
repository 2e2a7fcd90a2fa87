"""Several hands at once: one application becomes one account, one document has one application."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from creditbank.audit.actor import PUBLIC
from creditbank.errors import Conflict
from creditbank.people.applications import submit_opening
from creditbank.people.models import Account, AccountOpening, DuplicateCase, StudentCard
from creditbank.people.opening_review import open_account
from tests.people.cast import ADULT_BIRTH, AT, application, checked, gather

pytestmark = pytest.mark.django_db(transaction=True)

HANDS = 4


def at_once(action: Callable[[], object]) -> list[str]:
    """Run the action in several threads; what became of each."""

    def attempt() -> str:
        try:
            action()
        except Conflict as error:
            return error.reason
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(HANDS) as pool:
        return sorted(future.result() for future in [pool.submit(attempt) for _ in range(HANDS)])


def test_one_application_becomes_one_account() -> None:
    cast = gather()
    opening = checked(cast, submit_opening(actor=PUBLIC, at=AT, application=application(ADULT_BIRTH)))
    outcomes = at_once(lambda: open_account(actor=cast.reviewer, at=AT, opening=opening))
    assert outcomes == ["done"] + ["opening-decided"] * (HANDS - 1)
    assert not DuplicateCase.objects.exists()
    assert (Account.objects.count(), StudentCard.objects.count()) == (1, 1)


def test_one_document_has_one_open_application() -> None:
    gather()
    form = application(ADULT_BIRTH)
    outcomes = at_once(lambda: submit_opening(actor=PUBLIC, at=AT, application=form))
    assert outcomes == ["done"] + ["opening-pending"] * (HANDS - 1)
    assert AccountOpening.objects.count() == 1


def test_a_case_found_at_the_opening_stays_although_the_opening_is_refused() -> None:
    cast = gather()
    forms = [application(ADULT_BIRTH), application(ADULT_BIRTH, sequence=996)]
    first, second = (checked(cast, submit_opening(actor=PUBLIC, at=AT, application=form)) for form in forms)
    open_account(actor=cast.reviewer, at=AT, opening=first)
    with pytest.raises(Conflict):
        open_account(actor=cast.reviewer, at=AT, opening=second)
    assert DuplicateCase.objects.filter(opening=second, state="open").exists()
