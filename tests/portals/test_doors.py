"""After the login everybody comes to the door that is theirs."""

import pytest
from django.test import Client

from creditbank.audit.actor import Actor
from creditbank.people.models import User
from creditbank.portals.public.doors import first_door
from tests.cast import AT, Cast, gather_cast, person_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return gather_cast()


def _login_of(someone: Actor) -> User:
    return User.objects.create(username=f"user{someone.person_id}", person=person_of(someone), created_at=AT)


def test_the_office_the_institution_and_everybody_else_have_their_own_door(cast: Cast) -> None:
    assert first_door(_login_of(cast.reviewer)) == "/office/"
    assert first_door(_login_of(cast.clerk)) == "/institution/"
    assert first_door(_login_of(cast.outsider)) == "/me/"


def test_a_stranger_is_sent_to_the_login(client: Client) -> None:
    response = client.get("/arrive/")
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")
