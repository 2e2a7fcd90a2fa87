"""Offices are asked of the database at the moment; nobody appoints herself."""

from datetime import timedelta

import pytest

from creditbank.audit.actor import PUBLIC, SYSTEM, Actor
from creditbank.errors import Conflict, InvalidInput, NotAllowed
from creditbank.people.models import OfficeRole
from creditbank.people.rights import appoint_office, end_office, has_office_role, offices_of, require_office
from tests.people.cast import AT, Cast, person_of, someone

pytestmark = pytest.mark.django_db


def test_an_office_is_held_from_its_appointment_to_its_end(cast: Cast) -> None:
    person_id = cast.reviewer.person_id
    assert person_id is not None
    assert require_office(cast.reviewer, "reviewer", at=AT) == person_id
    assert require_office(cast.reviewer, at=AT) == person_id
    assert not has_office_role(cast.reviewer, "reviewer", at=AT - timedelta(seconds=1))
    end_office(actor=cast.admin, at=AT + timedelta(days=1), office=OfficeRole.objects.get(person_id=person_id))
    assert has_office_role(cast.reviewer, "reviewer", at=AT)
    assert not has_office_role(cast.reviewer, "reviewer", at=AT + timedelta(days=1))
    assert offices_of(person_id, AT) == ["reviewer"]
    assert offices_of(person_id, AT + timedelta(days=1)) == []


def test_the_word_in_the_actor_gives_no_right(cast: Cast) -> None:
    pretenders = [
        Actor(cast.outsider.person_id, "路人", "reviewer"),
        Actor(None, "x", "reviewer"),
        Actor(cast.reviewer.person_id, "key", "api"),
        PUBLIC,
        SYSTEM,
    ]
    for pretender in pretenders:
        with pytest.raises(NotAllowed):
            require_office(pretender, "reviewer", at=AT)


def test_one_office_is_not_another(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        require_office(cast.reviewer, "decider", "admin", at=AT)
    assert require_office(cast.decider, "reviewer", "decider", at=AT)


def test_the_system_appoints_only_the_first_administrator(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        appoint_office(actor=SYSTEM, at=AT, person=someone("第二人"), role="admin")


def test_nobody_appoints_or_dismisses_herself(cast: Cast) -> None:
    with pytest.raises(NotAllowed) as caught:
        appoint_office(actor=cast.admin, at=AT, person=person_of(cast.admin), role="decider")
    assert caught.value.reason == "own-office"
    with pytest.raises(NotAllowed):
        end_office(actor=cast.admin, at=AT, office=OfficeRole.objects.get(role="admin"))
    with pytest.raises(NotAllowed):
        appoint_office(actor=cast.reviewer, at=AT, person=someone("第二人"), role="reviewer")


def test_an_office_is_one_of_the_known_ones_and_held_once(cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        appoint_office(actor=cast.admin, at=AT, person=someone("第二人"), role="emperor")
    with pytest.raises(Conflict):
        appoint_office(actor=cast.admin, at=AT, person=person_of(cast.reviewer), role="reviewer")
    office = OfficeRole.objects.get(role="auditor")
    end_office(actor=cast.admin, at=AT, office=office)
    with pytest.raises(Conflict):
        end_office(actor=cast.admin, at=AT, office=office)
