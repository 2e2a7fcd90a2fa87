"""Nobody signs up, and nothing goes by e-mail: what the login library brings for that is closed, logged in or not."""

import pytest
from django.core import mail
from django.urls import reverse

from tests.everybody import Everybody

CLOSED = (
    reverse("account_signup"),
    reverse("account_email"),
    reverse("account_email_verification_sent"),
    reverse("account_confirm_email", args=["any-key"]),
    reverse("account_set_password"),
    reverse("account_reset_password"),
    reverse("account_reset_password_done"),
    reverse("account_reset_password_from_key", args=["1", "set-password"]),
    reverse("account_reset_password_from_key_done"),
    reverse("account_confirm_login_code"),
)


@pytest.mark.parametrize("role", ["public", "student", "reviewer"])
@pytest.mark.parametrize("address", CLOSED)
def test_a_closed_way_is_no_way(everybody: Everybody, role: str, address: str) -> None:
    door = everybody.at_door(role)
    assert door.get(address).status_code == 404
    assert door.post(address, {"email": "a@example.org", "action_add": ""}).status_code == 404
    assert mail.outbox == []


@pytest.mark.parametrize("name", ["account_login", "account_change_password", "mfa_index", "mfa_authenticate"])
def test_the_ways_in_use_stay_open(everybody: Everybody, name: str) -> None:
    assert everybody.at_door("student").get(reverse(name)).status_code in {200, 302}
