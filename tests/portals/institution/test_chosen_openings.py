"""Applications sent online whose families chose this institution: seen, compared with the original, here alone."""

from datetime import date

import pytest
from django.test import Client

from creditbank.audit.actor import PUBLIC
from creditbank.audit.models import AuditRecord
from creditbank.people.access import REVEAL
from creditbank.people.applications import Application
from creditbank.people.consents import current_text
from creditbank.people.follow_up import submit_followed
from creditbank.people.models import AccountOpening
from tests.cast import AT, citizen_number
from tests.everybody import Everybody
from tests.portals.institution.desks import at, html

NUMBER = citizen_number(date(2000, 1, 2), 996)


@pytest.fixture
def clerk(everybody: Everybody) -> Client:
    return everybody.at_door("clerk")


@pytest.fixture
def chosen(everybody: Everybody) -> AccountOpening:
    """An adult's application, sent online, for the school's counter."""
    form = Application(
        name="周知远",
        document_kind="resident-id",
        document_number=NUMBER,
        privacy_version=current_text("privacy", AT).version,
        phone="13800000000",
        originals_at=everybody.cast.school.code,
    )
    return submit_followed(actor=PUBLIC, at=AT, application=form).opening


def test_it_waits_at_the_counter_and_the_look_is_recorded(clerk: Client, chosen: AccountOpening) -> None:
    assert "开户申请待核对原件" in html(clerk.get(at()))
    listed = html(clerk.get(at("openings"), {"state": "unchecked", "way": "online"}))
    assert chosen.number in listed
    assert "周知远" not in listed
    page = html(clerk.get(at("openings", chosen.number)))
    for words in ("周知远", "2000-01-02", chosen.masked, "原件上的证件号码"):
        assert words in page
    assert NUMBER not in page
    assert "138" not in page
    look = AuditRecord.objects.get(action=REVEAL)
    assert (look.subject_id, look.refs["institution"]) == (chosen.number, "SJSX")


def test_the_clerk_types_the_number_from_the_original(clerk: Client, chosen: AccountOpening) -> None:
    address = at("openings", chosen.number)
    wrong = html(
        clerk.post(address, {"method": "original-seen", "seen_number": citizen_number(date(2000, 1, 2), 997)}), 400
    )
    assert "与申请里的证件号码不一致" in wrong
    assert "请照原件输入" in html(clerk.post(address, {"method": "original-seen"}), 400)
    assert clerk.post(address, {"method": "original-seen", "seen_number": NUMBER.lower()}).status_code == 302
    chosen.refresh_from_db()
    assert chosen.checked_by is not None
    after = html(clerk.get(address))
    assert "周知远" not in after
    assert "已核对，送管理小组审核" in after


def test_no_other_institution_sees_it(everybody: Everybody, chosen: AccountOpening) -> None:
    other = everybody.at_door("other_clerk")
    for address in (
        at("openings", chosen.number),
        f"/institution/HEBX/openings/{chosen.number}/",
        f"/institution/HEBX/openings/{chosen.number}/form.pdf",
    ):
        assert other.get(address).status_code == 404
        assert other.post(address, {"method": "original-seen", "seen_number": NUMBER}).status_code in {404, 405}
    assert chosen.number not in html(other.get("/institution/HEBX/openings/"))
    chosen.refresh_from_db()
    assert chosen.checked_by is None


def test_the_family_prints_its_form_itself(clerk: Client, chosen: AccountOpening) -> None:
    assert clerk.get(at("openings", chosen.number) + "form.pdf").status_code == 404
