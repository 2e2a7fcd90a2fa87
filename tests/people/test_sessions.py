"""A session gets a new key whenever it opens more than before, ends with its cause, and needs the second factor."""

import base64
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from creditbank import clock
from creditbank.people.models import OfficeRole, User
from creditbank.people.rights import end_office
from creditbank.people.second_factor import enrol_totp, totp_code
from creditbank.people.sweeping import sweep_sessions
from tests.everybody import TOTP_SECRET, Everybody, log_in
from tests.people.cast import PASSWORD

pytestmark = pytest.mark.django_db

LOGIN = "/account/login/"
CHANGE = "/account/password/change/"
AUTHENTICATE = "/account/2fa/authenticate/"
AGAIN = "/account/2fa/reauthenticate/"
SECRET = base64.b32decode(TOTP_SECRET)


@pytest.fixture
def reviewer(everybody: Everybody) -> User:
    return with_password(everybody.user("reviewer"))


@pytest.fixture
def guardian(everybody: Everybody) -> User:
    return with_password(everybody.user("guardian"))


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    return user


def code(later: int = 0) -> str:
    """What the app shows now, or some periods later."""
    return totp_code(SECRET, clock.now() + timedelta(seconds=30 * later))


def give_password(client: Client, user: User) -> None:
    client.post(LOGIN, {"login": user.username, "password": PASSWORD})


def key_of(client: Client) -> str:
    return str(client.session.session_key)


def fixed() -> Client:
    """A browser whose session somebody else began, and knows the key of."""
    client = Client()
    session = client.session
    session["begun"] = "elsewhere"
    session.save()
    client.cookies["sessionid"] = str(session.session_key)
    return client


def alive(key: str) -> bool:
    return Session.objects.filter(session_key=key).exists()


def test_the_login_of_a_family_gets_a_new_key(guardian: User) -> None:
    client = fixed()
    known = key_of(client)
    give_password(client, guardian)
    assert client.session["_auth_user_id"] == str(guardian.pk)
    assert key_of(client) != known
    assert not alive(known)


def test_the_key_changes_after_the_password_and_again_after_the_second_factor(reviewer: User) -> None:
    client = fixed()
    known = key_of(client)
    give_password(client, reviewer)
    waiting = key_of(client)
    assert "_auth_user_id" not in client.session
    assert waiting != known
    assert not alive(known)
    client.post(AUTHENTICATE, {"code": code()})
    assert client.session["_auth_user_id"] == str(reviewer.pk)
    assert key_of(client) != waiting
    assert not alive(waiting)


def test_the_key_changes_when_the_second_factor_is_confirmed(reviewer: User) -> None:
    client = Client()
    log_in(client, reviewer)
    before = key_of(client)
    client.post(AGAIN, {"code": code()})
    assert client.session["_auth_user_id"] == str(reviewer.pk)
    assert key_of(client) != before
    assert not alive(before)


def test_setting_an_app_up_changes_the_key_and_counts_as_its_use(reviewer: User) -> None:
    Authenticator.objects.all().delete()
    client = Client()
    give_password(client, reviewer)
    assert client.get("/office/").headers["Location"] == reverse("mfa_index")
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.get("/account/2fa/totp/activate/")
    before = key_of(client)
    secret = base64.b32decode(client.session["mfa.totp.secret"])
    client.post("/account/2fa/totp/activate/", {"code": totp_code(secret, clock.now())})
    assert key_of(client) != before
    assert not alive(before)
    assert client.get("/office/").status_code == 200


def test_another_session_of_hers_does_not_count_as_its_use(reviewer: User) -> None:
    """The password alone was enough when it began; it is not any more."""
    client = Client()
    log_in(client, reviewer, second_factor=False)
    answer = client.get("/office/")
    assert answer.headers["Location"] == f"{AGAIN}?next=%2Foffice%2F"
    for path in ("/account/2fa/", "/account/2fa/totp/deactivate/", "/account/2fa/recovery-codes/generate/", CHANGE):
        assert client.get(path).headers["Location"].startswith(AGAIN), path
    assert client.post(AGAIN, {"code": code(), "next": "/office/"}).headers["Location"] == "/office/"
    assert client.get("/office/").status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/session", "/api/v1/returns", "/api/v1/openings"])
def test_the_api_refuses_a_session_without_the_second_factor(reviewer: User, path: str) -> None:
    client = Client()
    log_in(client, reviewer, second_factor=False)
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (403, "second-factor-unused")
    log_in(client, reviewer)
    assert client.get(path).status_code == 200


def test_the_api_refuses_a_session_while_the_second_factor_is_waited_for(reviewer: User) -> None:
    client = Client()
    give_password(client, reviewer)
    assert client.get("/api/v1/returns").status_code == 401
    client.post(AUTHENTICATE, {"code": code()})
    assert client.get("/api/v1/returns").status_code == 200


def test_a_code_is_taken_once_even_by_a_browser_of_another_minute(
    reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be right for a period more: the library forgets it after thirty seconds."""
    ahead = code(1)
    first, second = Client(), Client()
    give_password(first, reviewer)
    first.post(AUTHENTICATE, {"code": ahead})
    assert "_auth_user_id" in first.session
    later = clock.now() + timedelta(seconds=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    give_password(second, reviewer)
    second.post(AUTHENTICATE, {"code": ahead})
    assert "_auth_user_id" not in second.session


def test_a_code_that_logged_in_confirms_nothing_more(reviewer: User) -> None:
    client, used = Client(), code()
    give_password(client, reviewer)
    client.post(AUTHENTICATE, {"code": used})
    answer = client.post(AGAIN, {"code": f"{used[:3]} {used[3:]}"})
    assert answer.status_code == 200
    assert "验证码不正确，或已经用过" in answer.content.decode()


def test_five_wrong_codes_and_the_right_one_waits(reviewer: User) -> None:
    client = Client()
    give_password(client, reviewer)
    for _ in range(5):
        client.post(AUTHENTICATE, {"code": "000000"})
    client.post(AUTHENTICATE, {"code": code()})
    assert "_auth_user_id" not in client.session


def test_a_new_password_changes_the_key_and_ends_every_other_session(guardian: User) -> None:
    here, elsewhere = Client(), Client()
    give_password(here, guardian)
    give_password(elsewhere, guardian)
    before = key_of(here)
    new = PASSWORD + "-new"
    here.post(CHANGE, {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert not alive(before)
    assert elsewhere.get(CHANGE).headers["Location"].startswith(LOGIN)


def test_logging_out_ends_the_session_on_the_server(guardian: User) -> None:
    client = Client()
    give_password(client, guardian)
    kept = key_of(client)
    client.post("/account/logout/")
    assert not alive(kept)
    client.cookies["sessionid"] = kept
    assert client.get(CHANGE).headers["Location"].startswith(LOGIN)


def test_logging_out_needs_the_forms_own_post(guardian: User) -> None:
    client = Client()
    give_password(client, guardian)
    client.get("/account/logout/")
    assert "_auth_user_id" in client.session


def test_an_office_that_ended_opens_nothing_from_the_next_request_on(everybody: Everybody) -> None:
    client = everybody.at_door("reviewer")
    assert client.get("/office/").status_code == 200
    assert client.get("/api/v1/examinations/results").status_code == 200
    office = OfficeRole.objects.get(person__users__username="reviewer")
    end_office(actor=everybody.actor("admin"), at=clock.now(), office=office)
    assert client.get("/office/").status_code == 404
    assert client.get("/api/v1/examinations/results").status_code == 403


def test_a_login_that_was_ended_is_out_at_the_next_request(guardian: User) -> None:
    client = Client()
    give_password(client, guardian)
    User.objects.filter(pk=guardian.pk).update(is_active=False)
    assert client.get(CHANGE).headers["Location"].startswith(LOGIN)


def test_sessions_that_have_run_out_are_swept(guardian: User) -> None:
    client = Client()
    give_password(client, guardian)
    ends = Session.objects.get(session_key=key_of(client)).expire_date
    assert sweep_sessions(ends - timedelta(seconds=1)) == 0
    assert sweep_sessions(ends) == 1


def test_an_officer_with_a_passkey_alone_is_asked_for_the_passkey(reviewer: User) -> None:
    Authenticator.objects.all().delete()
    Authenticator.objects.create(user=reviewer, type=Authenticator.Type.WEBAUTHN, data={"name": "x", "credential": {}})
    client = Client()
    log_in(client, reviewer, second_factor=False)
    assert client.get("/office/").headers["Location"].startswith("/account/2fa/webauthn/reauthenticate/")
    enrol_totp(reviewer, TOTP_SECRET)
    assert client.post("/office/").headers["Location"] == f"{AGAIN}?next={reverse('public:arrive').replace('/', '%2F')}"
