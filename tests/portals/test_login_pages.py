"""The pages of logging in and of the second factor are in the bank's own words, in both languages."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from creditbank.people.models import User
from tests.everybody import Everybody, log_in
from tests.people.cast import PASSWORD

pytestmark = pytest.mark.django_db
PAGES = (
    "/account/2fa/",
    "/account/2fa/totp/deactivate/",
    "/account/2fa/totp/activate/",
    "/account/2fa/recovery-codes/",
    "/account/2fa/recovery-codes/generate/",
    "/account/2fa/webauthn/",
    "/account/2fa/webauthn/add/",
    "/account/2fa/webauthn/keys/{key}/edit/",
    "/account/2fa/webauthn/keys/{key}/remove/",
    "/account/2fa/reauthenticate/",
    "/account/reauthenticate/",
    "/account/password/change/",
    "/account/logout/",
)
# What is no word of a language: names of things, and the language menu's own.
NAMES = re.compile(r"English|JavaScript|PIN|<[^>]*>|&[a-z#0-9]+;|Apache-2\.0|API|CSV|XLSX")


@pytest.fixture
def reviewer(everybody: Everybody) -> User:
    """A reviewer with an app, a passkey and recovery codes, and a password."""
    user = everybody.user("reviewer")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def client(reviewer: User) -> Client:
    """Her browser, at the bank's name, just confirmed."""
    client = Client(HTTP_HOST="localhost:8000")
    log_in(client, reviewer)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.post("/account/2fa/recovery-codes/generate/")
    return client


def passkey_of(user: User) -> Authenticator:
    made: Authenticator = Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "办公电脑", "credential": {}}
    )
    return made


def words_of(html: str) -> str:
    html = re.sub(r'<dd class="num.*?</dd>', "", html)
    body = html.split("<main", 1)[1].split(">", 1)[1].split("</main>", 1)[0]
    return NAMES.sub(" ", re.sub(r"<script.*?</script>", "", body, flags=re.DOTALL))


@pytest.mark.parametrize("path", PAGES)
def test_every_page_speaks_chinese_and_looks_like_the_rest(client: Client, reviewer: User, path: str) -> None:
    address = path
    if "{key}" in path:
        address = path.format(key=passkey_of(reviewer).pk)
    elif path.endswith("totp/activate/"):
        Authenticator.objects.filter(type=Authenticator.Type.TOTP).delete()
        Authenticator.objects.create(user=reviewer, type=Authenticator.Type.WEBAUTHN, data={"name": "x"})
    answer = client.get(address)
    assert answer.status_code == 200, answer.headers.get("Location")
    html = answer.content.decode()
    assert 'class="topbar' in html
    assert re.findall(r"[A-Za-z]{4,}", words_of(html)) == []


def test_a_name_is_needed_for_a_passkey_and_the_page_says_where_it_is(reviewer: User) -> None:
    here = Client(HTTP_HOST="127.0.0.1:8000")
    log_in(here, reviewer)
    html = here.get("/account/2fa/").content.decode()
    assert "http://localhost:8000/account/2fa/" in html
    assert "/account/2fa/webauthn/add/" not in html
    assert "passkey_login" not in Client(HTTP_HOST="127.0.0.1:8000").get("/account/login/").content.decode()
    assert "passkey_login" in Client(HTTP_HOST="localhost").get("/account/login/").content.decode()
