"""An account that came over a counter stands on that institution's roster; one from the web on none."""

import pytest

from creditbank.audit.actor import PUBLIC
from creditbank.institutions.actions import open_account_and_enrol
from creditbank.institutions.models import Enrolment
from creditbank.people.applications import Application, submit_opening
from creditbank.people.models import AccountOpening
from tests.people.cast import ADULT_BIRTH, AT, TODAY, Cast, application, checked, gather

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("code", "enrolled"), [("SJSX", ["SJSX"]), ("", [])])
def test_the_counter_that_took_the_application_serves_the_student(code: str, enrolled: list[str]) -> None:
    cast = gather()
    form = application(ADULT_BIRTH, institution_code=code)
    opened = open_account_and_enrol(actor=cast.reviewer, at=AT, opening=_checked(cast, form))
    rows = Enrolment.objects.filter(student=opened.account.student, until=None, since=TODAY)
    assert list(rows.values_list("institution__code", flat=True)) == enrolled


def _checked(cast: Cast, form: Application) -> AccountOpening:
    by = cast.clerk if form.institution_code else PUBLIC
    return checked(cast, submit_opening(actor=by, at=AT, application=form))
