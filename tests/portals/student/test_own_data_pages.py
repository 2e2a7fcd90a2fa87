"""Consents, looks, messages, the export: what she may see and decide herself, and what her guardian decides."""

import json
from datetime import timedelta

import pytest

from creditbank.messages.actions import send, unread_count
from creditbank.people.access import grant_access, reveal_personal_data
from creditbank.people.consents import current_text
from creditbank.people.models import Consent
from tests.cast import AT, person_of
from tests.everybody import Everybody
from tests.portals.world import NOW
from tests.records.books import Lived
from tests.redemption.stage import Stage12


def agreed(stage: Stage12) -> dict[str, str]:
    return {"purpose": "sharing", "text_version": current_text("sharing", NOW).version}


def test_a_guardian_gives_and_takes_back_agreement(everybody: Everybody, stage: Stage12) -> None:
    door = everybody.at_door("guardian")
    door.post("/me/consents/give/", agreed(stage))
    consent = Consent.objects.get(purpose="sharing")
    assert (consent.given_by_name, consent.capacity, consent.withdrawn_at) == ("林远", "guardian", None)
    door.post(f"/me/consents/{consent.pk}/withdraw/")
    consent.refresh_from_db()
    assert consent.withdrawn_at == NOW
    assert "已撤回" in door.get("/me/consents/").content.decode()


def test_a_minor_reads_the_texts_but_can_not_agree(everybody: Everybody, stage: Stage12) -> None:
    door = everybody.at_door("student")
    assert "由监护人登录后决定" in door.get("/me/consents/").content.decode()
    assert door.post("/me/consents/give/", agreed(stage)).status_code == 403
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"purpose": "account"}, 404), ({"purpose": "redemption"}, 404), ({"text_version": "2020-1"}, 400)],
)
def test_only_the_free_purposes_in_their_present_words_can_be_agreed_to_here(
    changes: dict[str, str], status: int, everybody: Everybody, stage: Stage12
) -> None:
    door = everybody.at_door("guardian")
    assert door.post("/me/consents/give/", {**agreed(stage), **changes}).status_code == status
    assert not Consent.objects.exists()


def test_who_saw_her_data_is_told_in_words(everybody: Everybody, stage: Stage12) -> None:
    reviewer = stage.cast.reviewer
    grant_access(
        actor=stage.decider,
        at=AT,
        student=stage.account.student,
        grantee=person_of(reviewer),
        purpose="核对成绩",
        starts=AT,
        ends=AT + timedelta(days=3),
    )
    reveal_personal_data(actor=reviewer, at=AT, student=stage.account.student, fields=["birth_date", "phone"])
    html = everybody.at_door("student").get("/me/looks/").content.decode()
    for shown in ("审核甲", "出生日期、电话", "查阅授权", "批准查阅授权"):
        assert shown in html


def test_nobody_looked_is_said_too(everybody: Everybody, stage: Stage12) -> None:
    assert "没有人查看过" in everybody.at_door("student").get("/me/looks/").content.decode()


def test_messages_are_opened_marked_and_lead_to_their_page(everybody: Everybody, lived: Lived) -> None:
    door = everybody.at_door("student")
    me = everybody.actor("student").person_id
    assert me is not None
    html = door.get("/me/inbox/").content.decode()
    assert f"兑换申请 {lived.redemption.number} 已通过，证书已颁发" in html
    number = html.split('action="/me/inbox/')[-1].split("/")[0]
    response = door.post(f"/me/inbox/{number}/")
    assert response["Location"] == f"/me/redemptions/{lived.redemption.number}"
    assert unread_count(me) == 0
    assert "没有未读消息" in door.get("/me/inbox/", {"show": "unread"}).content.decode()


def test_a_message_of_somebody_else_can_not_be_opened(everybody: Everybody, lived: Lived) -> None:
    html = everybody.at_door("student").get("/me/inbox/").content.decode()
    number = html.split('action="/me/inbox/')[-1].split("/")[0]
    assert everybody.at_door("adult").post(f"/me/inbox/{number}/").status_code == 404


def test_many_messages_come_in_pages(everybody: Everybody) -> None:
    me = everybody.actor("adult").person_id
    assert me is not None
    for number in range(25):
        send(to=me, template_code="redemption.expired", params={"number": f"DH-2026-{number:06d}"}, at=NOW)
    door = everybody.at_door("adult")
    first = door.get("/me/inbox/").content.decode()
    assert "?page=2" in first
    assert "DH-2026-000000" in door.get("/me/inbox/", {"page": "2"}).content.decode()
    assert door.get("/me/inbox/", {"page": "99999999999999999999"}).status_code == 200
    door.post("/me/inbox/read/")
    assert unread_count(me) == 0


def test_the_export_is_a_file_that_no_cache_keeps(everybody: Everybody, stage: Stage12) -> None:
    response = everybody.at_door("guardian").post("/me/data/")
    assert json.loads(response.content)["student"]["name"] == "林知夏"
    assert "no-store" in response["Cache-Control"]
    assert "林" not in response["Content-Disposition"]


def test_the_card_shows_the_number_and_a_code_that_holds_nothing_else(everybody: Everybody, stage: Stage12) -> None:
    html = everybody.at_door("student").get("/me/card/").content.decode()
    card = stage.cast.student.card
    assert f"{card[:5]} {card[5:10]} {card[10:]}" in html
    assert "二维码，只含卡号" in html


def test_a_certificate_that_is_not_valid_is_not_printed(everybody: Everybody, lived: Lived) -> None:
    address = f"/me/certificates/{lived.certificate.number}/"
    door = everybody.at_door("student")
    assert door.get(f"{address}sheet.pdf").content.startswith(b"%PDF")
    lived.certificate.state = "suspended"
    lived.certificate.state_reason = "核对考试成绩"
    lived.certificate.save(update_fields=["state", "state_reason"])
    assert door.get(f"{address}sheet.pdf").status_code == 404
    assert "核对考试成绩" in door.get(address).content.decode()
