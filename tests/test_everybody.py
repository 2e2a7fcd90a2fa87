"""Each role of the cast gets through its login, and staff have the second factor that their duties ask."""

import pytest

from creditbank.people.second_factor import has_second_factor
from tests.everybody import ROLES, Everybody

STAFF = {"clerk", "approver", "other_clerk", "reviewer", "decider", "hotline", "auditor", "admin"}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_who_it_says(everybody: Everybody, role: str) -> None:
    session = everybody.at_door(role).session
    if role == "public":
        assert "_auth_user_id" not in session
        return
    user = everybody.user(role)
    assert session["_auth_user_id"] == str(user.pk)
    assert user.person_id == everybody.actor(role).person_id
    assert has_second_factor(user) == (role in STAFF)


def test_no_two_roles_are_one_person(everybody: Everybody) -> None:
    people = [everybody.actor(role).person_id for role in ROLES]
    assert len(set(people)) == len(ROLES)
