"""After sending: number and code, a public page of how it stands, the filled form; what a frozen account is told."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from creditbank import clock
from creditbank.people.account_states import freeze_account, unfreeze_account
from creditbank.people.models import Account, AccountOpening
from creditbank.people.opening_review import refuse_opening
from tests.everybody import Everybody
from tests.portals.student.test_opening_page import ADULT, answers, typed
from tests.portals.world import NOW
from tests.printing.reading import page_texts


def send(client: Client, **changes: str) -> tuple[str, str]:
    """Send an adult's application; number and code as the page told them."""
    page = client.post("/open/", {**typed(**changes), **answers(client, "/open/")}, follow=True).content.decode()
    code = re.search(r'name="code" value="(\w{12})"', page)
    assert code, page
    assert f"{code[1][:4]} {code[1][4:8]} {code[1][8:]}" in page
    return AccountOpening.objects.latest("pk").number, code[1]


def status(number: str, code: str, **more: str) -> str:
    """What the public page says, in another browser."""
    response = Client().post("/open/status/", {"number": number, "code": code, **more})
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return response.content.decode()


def test_the_family_follows_its_application_without_a_login(everybody: Everybody, client: Client) -> None:
    number, code = send(client, originals_at=everybody.cast.school.code)
    page = status(number, code)
    for words in (number, "证件原件还没有核对", everybody.cast.school.name, "管理小组审核", "周*"):
        assert words in page
    assert ADULT not in page
    assert "周明" not in page


def test_every_miss_looks_the_same_and_the_code_is_not_sent_back(everybody: Everybody, client: Client) -> None:
    number, code = send(client)

    def told(number: str, code: str) -> str:
        page = status(number, code)
        assert "没有查到" in page
        assert code not in page
        return re.sub(r'value="[^"]*"', "", page)

    wrong = code[::-1] if code != code[::-1] else "A" * 12
    assert told(number, wrong) == told("KH-2026-777777", code)


def test_too_many_looks_are_refused(everybody: Everybody, client: Client) -> None:
    number, code = send(client)
    answers_given = [client.post("/open/status/", {"number": number, "code": "A" * 12}).status_code for _ in range(16)]
    assert answers_given == [200] * 15 + [429]
    assert "查得太频繁" in Client().post("/open/status/", {"number": number, "code": code}).content.decode()


def test_the_filled_form_is_given_for_the_code_alone_and_masked(everybody: Everybody, client: Client) -> None:
    number, code = send(client)
    response = Client().post("/open/status/form.pdf", {"number": number, "code": code})
    assert response["Content-Type"] == "application/pdf"
    text = "".join(page_texts(response.getvalue()))
    assert number in text
    assert "周明" in text
    assert ADULT not in text
    for given in ({"number": number, "code": "A" * 12}, {"number": number}, {}):
        assert Client().post("/open/status/form.pdf", given).status_code == 404
    assert Client().get("/open/status/form.pdf").status_code == 405


def test_the_place_can_be_changed_with_the_code(everybody: Everybody, client: Client) -> None:
    number, code = send(client)
    other = everybody.cast.other_school
    page = status(number, code, originals_at=other.code)
    assert "已改到" in page
    assert other.name in page
    assert AccountOpening.objects.get().originals_at == other.code
    assert "没有查到" in status(number, "A" * 12, originals_at="")
    assert AccountOpening.objects.get().originals_at == other.code


def test_a_refusal_is_told_with_its_reason_and_has_no_form_any_more(everybody: Everybody, client: Client) -> None:
    number, code = send(client)
    reason = "证件照片与本人不符，请换证"
    refuse_opening(actor=everybody.actor("reviewer"), at=NOW, opening=AccountOpening.objects.get(), reason=reason)
    page = status(number, code)
    assert reason in page
    assert "下载填好的申请表" not in page
    assert Client().post("/open/status/form.pdf", {"number": number, "code": code}).status_code == 404


def test_the_code_is_shown_for_ten_minutes_only(
    everybody: Everybody, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, code = send(client)
    assert code in client.get("/open/done/").content.decode()
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=11))
    assert client.get("/open/done/")["Location"] == "/open/status/"


def test_who_has_a_frozen_account_is_told_since_when_why_and_whom_to_ask(everybody: Everybody) -> None:
    account = Account.objects.get(pk=everybody.cast.student.account.pk)
    family = [everybody.at_door(role) for role in ("student", "guardian")]
    assert all("冻结期间" not in client.get("/me/").content.decode() for client in family)
    freeze_account(actor=everybody.actor("decider"), at=NOW, account=account, reason="家长报告卡被别人使用，正在核实")
    for client in family:
        for address in ("/me/", "/me/offers/"):
            page = client.get(address).content.decode()
            for words in ("户口从 2026-03-04 起冻结", "家长报告卡被别人使用，正在核实", "一分不少", "95130211"):
                assert words in page, (address, words)
    unfreeze_account(actor=everybody.actor("decider"), at=NOW, account=account, reason="核实无误，恢复")
    assert all("起冻结" not in client.get("/me/").content.decode() for client in family)


def test_a_correction_that_runs_is_told_by_its_number(everybody: Everybody) -> None:
    Account.objects.filter(pk=everybody.cast.student.account.pk).update(
        state="frozen", state_reason="GZ-2026-000001", state_since=NOW
    )
    page = everybody.at_door("student").get("/me/").content.decode()
    assert "事项编号 GZ-2026-000001" in page
    assert "管理小组写明" not in page
