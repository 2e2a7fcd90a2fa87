"""Logging in: no sign-up, few guesses; who works with other people's data has a second factor first."""

import base64
from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from creditbank import clock
from creditbank.audit.actor import SYSTEM
from creditbank.people.logins import create_person, create_staff_login
from creditbank.people.models import User
from creditbank.people.rights import appoint_office
from creditbank.people.second_factor import enrol_totp, has_second_factor, second_factor_required, totp_code
from tests.everybody import log_in as log_in_fully
from tests.people.cast import AT, PASSWORD, guardian, person_of

pytestmark = pytest.mark.django_db

SECRET = b"12345678901234567890"
BASE32 = base64.b32encode(SECRET).decode()
LOGIN = "/account/login/"


@pytest.fixture
def officer() -> User:
    person = create_person(name="管理员", at=AT)
    appoint_office(actor=SYSTEM, at=AT, person=person, role="admin")
    return create_staff_login(actor=SYSTEM, at=AT, person=person, username="admin.a", password=PASSWORD)


@pytest.fixture
def parent() -> User:
    return person_of(guardian()).users.get()


def log_in(client: Client, username: str, password: str = PASSWORD) -> str:
    """Where the login leads; empty when it fails."""
    answer = client.post(LOGIN, {"login": username, "password": password})
    return str(answer.headers.get("Location", ""))


def is_logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_parent_logs_in_with_a_password_in_any_case_of_the_name(client: Client, parent: User) -> None:
    assert log_in(client, "LinYuan")
    assert is_logged_in(client)


def test_nobody_signs_up(client: Client) -> None:
    client.post("/account/signup/", {"username": "intruder", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.filter(username="intruder").exists()


def test_an_unknown_address_gets_no_mail(client: Client, mailoutbox: list[object]) -> None:
    assert client.post("/account/password/reset/", {"email": "somebody@example.org"}).status_code == 404
    assert mailoutbox == []


def test_a_login_that_was_ended_stays_out(client: Client, parent: User) -> None:
    User.objects.update(is_active=False)
    log_in(client, "linyuan")
    assert not is_logged_in(client)


def test_after_five_wrong_passwords_the_right_one_waits(client: Client, parent: User) -> None:
    for _ in range(5):
        log_in(client, "linyuan", "wrong-password")
    log_in(client, "linyuan")
    assert not is_logged_in(client)


def test_another_address_is_not_locked_out_by_it(client: Client, parent: User) -> None:
    for _ in range(3):
        log_in(client, "linyuan", "wrong-password")
    other = Client(REMOTE_ADDR="192.0.2.77")
    log_in(other, "linyuan")
    assert is_logged_in(other)


def test_an_officer_without_a_second_factor_sees_only_where_to_set_it_up(client: Client, officer: User) -> None:
    assert second_factor_required(officer, clock.now())
    assert not has_second_factor(officer)
    client.force_login(officer)
    assert client.get("/").headers["Location"] == reverse("mfa_index")
    assert client.post("/balance/").headers["Location"] == reverse("mfa_index")
    assert client.get(reverse("mfa_index")).status_code == 200
    assert client.get(reverse("account_logout")).status_code == 200


def test_recovery_codes_alone_are_no_second_factor(client: Client, officer: User) -> None:
    Authenticator.objects.create(user=officer, type=Authenticator.Type.RECOVERY_CODES, data={})
    client.force_login(officer)
    assert client.get("/").headers["Location"] == reverse("mfa_index")


def test_with_a_second_factor_the_pages_open(client: Client, officer: User) -> None:
    enrol_totp(officer, BASE32)
    log_in_fully(client, officer)
    assert client.get("/").status_code == 200


def test_a_parent_needs_none(client: Client, parent: User) -> None:
    assert not second_factor_required(parent, clock.now())
    client.force_login(parent)
    assert client.get("/").status_code == 200


def test_the_login_of_an_officer_ends_with_the_code_of_the_app(client: Client, officer: User) -> None:
    enrol_totp(officer, BASE32)
    assert log_in(client, "admin.a") == reverse("mfa_authenticate")
    assert not is_logged_in(client)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not is_logged_in(client)
    client.post(reverse("mfa_authenticate"), {"code": totp_code(SECRET, clock.now())})
    assert is_logged_in(client)


def test_an_office_that_ended_asks_for_no_second_factor_any_more(officer: User) -> None:
    assert not second_factor_required(officer, datetime(2020, 1, 1, tzinfo=UTC))


def test_the_secret_of_the_app_is_sealed_in_the_database(officer: User) -> None:
    enrol_totp(officer, BASE32)
    assert BASE32 not in str(list(Authenticator.objects.values_list("data", flat=True)))


def test_the_code_follows_the_standards_own_examples() -> None:
    # RFC 6238, appendix B (SHA-1), last six of eight digits.
    for second, code in ((59, "287082"), (1111111109, "081804"), (2000000000, "279037")):
        assert totp_code(SECRET, datetime.fromtimestamp(second, UTC)) == code
