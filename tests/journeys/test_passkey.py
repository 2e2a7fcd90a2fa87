"""A passkey, really registered and used: Chromium's own authenticator answers, and the browser checks the host."""

import re

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from creditbank.people.models import User
from tests.everybody import Everybody
from tests.journeys.conftest import Visitor
from tests.people.cast import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reviewer(live_server: object, everybody: Everybody) -> User:
    """A reviewer with a password, and no second factor yet."""
    user = everybody.user("reviewer")
    user.set_password(PASSWORD)
    user.save()
    Authenticator.objects.all().delete()
    return user


def plug_in(page: Page) -> None:
    """Give the browser an authenticator that is touched, and knows its owner, at once."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def give_password(visitor: Visitor) -> None:
    visitor.open("/account/login/")
    visitor.page.fill("input[name=login]", "reviewer")
    visitor.page.fill("input[name=password]", PASSWORD)
    visitor.page.click("main form button[type=submit]")


def log_out(visitor: Visitor) -> None:
    visitor.open("/account/logout/")
    visitor.page.click("main form button[type=submit]")


def test_an_officer_sets_a_passkey_up_and_logs_in_with_it(visitor: Visitor, reviewer: User) -> None:
    page = visitor.page
    plug_in(page)
    give_password(visitor)
    visitor.open("/office/")
    expect(page).to_have_url(re.compile(r"/account/2fa/$"))
    page.get_by_role("link", name="添加通行密钥").click()
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.click("#mfa_webauthn_add")
    expect(page).to_have_url(re.compile(r"/account/2fa/recovery-codes/$"))
    assert Authenticator.objects.filter(user=reviewer, type=Authenticator.Type.WEBAUTHN).count() == 1
    visitor.open("/office/")
    expect(page).to_have_url(re.compile(r"/office/$"))
    log_out(visitor)
    give_password(visitor)
    expect(page).to_have_url(re.compile(r"/account/2fa/authenticate/"))
    visitor.open("/office/")
    expect(page).to_have_url(re.compile(r"/account/"))
    page.click("#mfa_webauthn_authenticate")
    expect(page).not_to_have_url(re.compile(r"/account/"))
    visitor.open("/office/")
    expect(page).to_have_url(re.compile(r"/office/$"))
    visitor.open("/account/2fa/webauthn/reauthenticate/?next=/office/accounts/")
    page.click("#mfa_webauthn_reauthenticate")
    expect(page).to_have_url(re.compile(r"/office/accounts/$"))


def test_a_passkey_that_knows_its_owner_logs_in_without_a_password(visitor: Visitor, reviewer: User) -> None:
    page = visitor.page
    plug_in(page)
    give_password(visitor)
    visitor.open("/account/2fa/webauthn/add/")
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.check("input[name=passwordless]")
    page.click("#mfa_webauthn_add")
    expect(page).to_have_url(re.compile(r"/account/2fa/recovery-codes/$"))
    log_out(visitor)
    visitor.open("/account/login/")
    page.click("#passkey_login")
    expect(page).not_to_have_url(re.compile(r"/account/"))
    visitor.open("/office/")
    expect(page).to_have_url(re.compile(r"/office/$"))
