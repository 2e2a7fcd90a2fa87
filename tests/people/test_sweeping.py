"""What need not be kept is forgotten: old counts, codes that ran out, wrong logins, a telephone number taken back."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessLog
from django.test import Client

from creditbank import clock
from creditbank.audit.actor import PUBLIC
from creditbank.errors import NotFound
from creditbank.people.actors import acting_as
from creditbank.people.documents import forget_phone, phone_number
from creditbank.people.models import ActivationCode
from creditbank.people.sweeping import sweep_people
from tests.people.cast import ADULT_BIRTH, AT, PASSWORD, Cast, application, guardian, opened

pytestmark = pytest.mark.django_db


def test_a_code_is_forgotten_when_it_has_run_out(cast: Cast) -> None:
    slip = opened(cast, application(ADULT_BIRTH), PUBLIC)
    assert sweep_people(slip.student_code.expires_at - timedelta(seconds=1)) == 0
    assert sweep_people(slip.student_code.expires_at) == 1
    assert not ActivationCode.objects.exists()


def test_wrong_logins_are_forgotten_after_two_days(client: Client) -> None:
    client.post("/account/login/", {"login": "nobody", "password": PASSWORD})
    assert AccessAttempt.objects.count() == 1
    assert sweep_people(clock.now() + timedelta(days=1)) == 0
    assert sweep_people(clock.now() + timedelta(days=3)) == 1


def test_right_logins_are_not_listed(client: Client) -> None:
    guardian()
    client.post("/account/login/", {"login": "linyuan", "password": PASSWORD})
    assert "_auth_user_id" in client.session
    assert not AccessLog.objects.exists()


def test_a_telephone_number_is_taken_back_by_its_owner(cast: Cast) -> None:
    person = opened(cast, application(ADULT_BIRTH, phone="13800000000"), PUBLIC).account.student.person
    assert phone_number(person) == "13800000000"
    for stranger in (cast.outsider, cast.reviewer, PUBLIC):
        with pytest.raises(NotFound):
            forget_phone(actor=stranger, at=AT, person=person)
    forget_phone(actor=acting_as(person, "student"), at=AT, person=person)
    assert phone_number(person) == ""
    with pytest.raises(NotFound):
        forget_phone(actor=acting_as(person, "student"), at=AT, person=person)
