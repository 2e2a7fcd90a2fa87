"""A new code at the office: asked for on one desk, confirmed on another, shown once."""

import re

import pytest
from django.test import Client

from creditbank.people.cards import active_card
from creditbank.people.logins import activate_login
from creditbank.people.models import ActivationCode, CodeRenewal, User
from creditbank.people.second_factor import enrol_totp
from tests.cast import AT, person_of
from tests.everybody import TOTP_SECRET, Everybody, log_in
from tests.people.cast import PASSWORD

pytestmark = pytest.mark.django_db


def second_reviewer(everybody: Everybody) -> Client:
    client = Client()
    user = User.objects.create(username="reviewer-b", person=person_of(everybody.cast.second_reviewer), created_at=AT)
    enrol_totp(user, TOTP_SECRET)
    log_in(client, user)
    return client


def test_two_desks_make_a_code_that_is_shown_once(everybody: Everybody) -> None:
    account = everybody.cast.student.account
    page = f"/office/accounts/{account.holder_id}/code/"
    first, second = everybody.at_door("reviewer"), second_reviewer(everybody)
    assert page in first.get(f"/office/accounts/{account.holder_id}/").content.decode()
    assert first.post(page, {"person": account.student.person_id}).status_code == 400
    answer = first.post(page, {"person": account.student.person_id, "method": "original"})
    assert answer.status_code == 302
    case = f"/office/renewals/{CodeRenewal.objects.get().pk}/"
    assert "申请重发和确认须由不同的人办理" in first.get(case).content.decode()
    assert first.post(f"{case}answer/", {"answer": "yes"}).status_code == 403
    assert not ActivationCode.objects.filter(account=account, used_at=None, renewal__isnull=False).exists()
    shown = second.post(f"{case}answer/", {"answer": "yes"})
    assert "no-store" in shown.headers["Cache-Control"]
    (code,) = re.findall(r"\b[2-9A-Z]{4} [2-9A-Z]{4} [2-9A-Z]{4}\b", shown.content.decode())
    assert code not in second.get(case).content.decode()
    assert second.post(f"{case}answer/", {"answer": "yes"}).status_code == 409
    card = active_card(account)
    assert card is not None
    made = activate_login(at=AT, card_number=card.card_number, code=code, username="zhixia", password=PASSWORD)
    assert made.person_id == account.student.person_id


def test_the_code_waits_in_the_inbox_of_reviewers(everybody: Everybody) -> None:
    account = everybody.cast.student.account
    page = f"/office/accounts/{account.holder_id}/code/"
    everybody.at_door("hotline").post(page, {"person": account.student.person_id, "method": "call-back"})
    case = f"/office/renewals/{CodeRenewal.objects.get().pk}/"
    assert case in everybody.at_door("reviewer").get("/office/?kind=renewals").content.decode()
    refused = everybody.at_door("reviewer").post(f"{case}answer/", {"answer": "no"})
    assert refused.status_code == 302
    assert CodeRenewal.objects.get().state == CodeRenewal.State.REFUSED
