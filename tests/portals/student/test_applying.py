"""From “what am I missing” to a redemption: the student, her guardian, and an adult apply, answer and withdraw."""

import pytest
from django.test import Client

from creditbank.ledger.books import balance_of
from creditbank.people.account_states import freeze_account
from creditbank.people.consents import current_text
from creditbank.redemption.models import Redemption, RedemptionState
from tests.everybody import Everybody
from tests.portals.world import NOW
from tests.redemption.stage import ATHLETE, Stage12, make_ready

APPLY = f"/me/offers/{ATHLETE}/apply/"


def form(stage: Stage12, **changes: str) -> dict[str, str]:
    """What the page sends."""
    version = current_text("redemption", NOW).version
    return {"holder": str(stage.account.holder_id), "text_version": version, "agreed": "on", **changes}


def asked_by_the_student(stage: Stage12, everybody: Everybody) -> Redemption:
    """The student's own application, waiting for her guardian."""
    everybody.at_door("student").post(APPLY, form(stage))
    return Redemption.objects.get()


def test_every_product_of_the_law_is_listed_with_where_she_stands(everybody: Everybody, stage: Stage12) -> None:
    door = everybody.at_door("student")
    csv = door.get("/me/offers/", {"format": "csv"}).content.decode("utf-8-sig")
    assert csv.count("\r\n") == 168
    html = door.get("/me/offers/", {"standing": "ready"}).content.decode()
    assert "运动员注册证书（三级）" in html
    assert "教练员证书" not in html
    assert "待公布" in door.get("/me/offers/", {"group": "scholarship"}).content.decode()


def test_the_page_of_a_product_lists_every_requirement_with_clause_gap_and_way(
    everybody: Everybody, stage: Stage12
) -> None:
    html = everybody.at_door("student").get("/me/offers/certificate.coach.3/").content.decode()
    for shown in (
        "还差 2 项",
        "技能途径",
        "另一条路：冠军途径",
        "怎样补上",
        "细则 二·1",
        "现在还不能申请",
        "什么是冻结",
    ):
        assert shown in html
    assert html.index("年龄") < html.index("细则已生效")


def test_a_product_without_a_price_says_so_and_can_not_be_applied_for(everybody: Everybody, stage: Stage12) -> None:
    door = everybody.at_door("student")
    assert "学分价目待公布" in door.get("/me/offers/scholarship.100/").content.decode()
    refused = door.post("/me/offers/scholarship.100/apply/", form(stage))
    assert refused.status_code == 422
    assert "学分价目还没有公布" in refused.content.decode()
    assert door.get("/me/offers/none.such/").status_code == 404


def test_a_guardian_applies_and_agrees_in_one_step(everybody: Everybody, stage: Stage12) -> None:
    door = everybody.at_door("guardian")
    assert "监护人同意书" in door.get(APPLY).content.decode()
    response = door.post(APPLY, form(stage), follow=True)
    made = Redemption.objects.get()
    assert (made.state, made.consent is not None) == (RedemptionState.HELD, True)
    assert made.number in response.content.decode()
    assert balance_of(stage.account.holder_id).held == 12000


def test_a_minor_applies_and_her_guardian_agrees_from_the_message(everybody: Everybody, stage: Stage12) -> None:
    made = asked_by_the_student(stage, everybody)
    assert made.state == RedemptionState.AWAITING_GUARDIAN
    door = everybody.at_door("guardian")
    assert made.number in door.get("/me/inbox/").content.decode()
    html = door.get(f"/me/redemptions/{made.number}", follow=True).content.decode()
    assert "等您同意" in html
    version = current_text("redemption", NOW).version
    unticked = door.post(f"/me/redemptions/{made.number}/answer/", {"answer": "agree", "text_version": version})
    assert unticked.status_code == 400
    assert "请先阅读，再勾选。" in unticked.content.decode()
    door.post(f"/me/redemptions/{made.number}/answer/", {"answer": "agree", "text_version": version, "agreed": "on"})
    made.refresh_from_db()
    assert made.state == RedemptionState.HELD


def test_a_minor_can_not_agree_for_her_guardian(everybody: Everybody, stage: Stage12) -> None:
    made = asked_by_the_student(stage, everybody)
    door = everybody.at_door("student")
    assert "等您同意" not in door.get(f"/me/redemptions/{made.number}/").content.decode()
    version = current_text("redemption", NOW).version
    door.post(f"/me/redemptions/{made.number}/answer/", {"answer": "agree", "text_version": version, "agreed": "on"})
    made.refresh_from_db()
    assert made.state == RedemptionState.AWAITING_GUARDIAN


def test_a_guardian_declines_and_everything_goes_back(everybody: Everybody, stage: Stage12) -> None:
    made = asked_by_the_student(stage, everybody)
    everybody.at_door("guardian").post(f"/me/redemptions/{made.number}/answer/", {"answer": "decline"})
    made.refresh_from_db()
    assert made.state == RedemptionState.WITHDRAWN
    assert balance_of(stage.account.holder_id).available == 13000


def test_she_withdraws_after_a_second_question(everybody: Everybody, stage: Stage12) -> None:
    made = asked_by_the_student(stage, everybody)
    door = everybody.at_door("student")
    address = f"/me/redemptions/{made.number}/withdraw/"
    assert "撤回这份申请？" in door.get(address).content.decode()
    made.refresh_from_db()
    assert made.state == RedemptionState.AWAITING_GUARDIAN
    assert "申请已撤回" in door.post(address, follow=True).content.decode()
    assert balance_of(stage.account.holder_id).held == 0
    assert door.post(address).status_code == 409


def test_an_adult_applies_for_herself(everybody: Everybody, stage: Stage12) -> None:
    make_ready(stage, everybody.adult.account)
    door = everybody.at_door("adult")
    door.post(APPLY, form(stage, holder=str(everybody.adult.account.holder_id)))
    made = Redemption.objects.get()
    assert (made.account, made.state) == (everybody.adult.account, RedemptionState.HELD)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"agreed": ""}, "请先阅读，再勾选。"),
        ({"text_version": "2020-1"}, "告知文本已更新"),
        ({"holder": "another"}, "您在另一个页面切换了存折"),
    ],
)
def test_what_is_wrong_is_told_on_the_form_and_nothing_is_held(
    changes: dict[str, str], told: str, everybody: Everybody, stage: Stage12
) -> None:
    response = everybody.at_door("guardian").post(APPLY, form(stage, **changes))
    assert told in response.content.decode()
    assert Redemption.objects.count() == 0
    assert balance_of(stage.account.holder_id).held == 0


def test_a_second_application_for_the_same_is_refused_in_words(everybody: Everybody, stage: Stage12) -> None:
    make_ready(stage, everybody.adult.account, amount=30000)
    door = everybody.at_door("adult")
    given = form(stage, holder=str(everybody.adult.account.holder_id))
    door.post(APPLY, given)
    again = door.post(APPLY, given)
    assert again.status_code == 409
    assert "同一产品已经有一份申请在办理" in again.content.decode()
    assert Redemption.objects.count() == 1


def test_a_frozen_account_is_told_and_takes_no_application(everybody: Everybody, stage: Stage12) -> None:
    freeze_account(actor=stage.decider, at=NOW, account=stage.account, reason="核对重复户口")
    door = everybody.at_door("guardian")
    assert "起冻结" in door.get("/me/").content.decode()
    answer = door.post(APPLY, form(stage))
    assert answer.status_code == 422
    assert "学分户口已冻结或已注销" in answer.content.decode()
    assert Redemption.objects.count() == 0


def test_who_is_not_eligible_gets_the_reasons_and_not_the_form(everybody: Everybody, stage: Stage12) -> None:
    door = everybody.at_door("guardian")
    address = "/me/offers/certificate.coach.3/apply/"
    response = door.post(address, form(stage))
    assert response.status_code == 422
    assert "现在还不能申请" in response.content.decode()
    assert Redemption.objects.count() == 0


def test_a_form_from_elsewhere_is_refused(everybody: Everybody, stage: Stage12) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(everybody.user("guardian"), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert strict.post(APPLY, form(stage)).status_code == 403


def test_the_road_tells_who_did_what(everybody: Everybody, stage: Stage12) -> None:
    made = asked_by_the_student(stage, everybody)
    html = everybody.at_door("student").get(f"/me/redemptions/{made.number}/").content.decode()
    assert "林知夏 · 2026-03-04 16:00" in html
    assert "请在 2026-03-18 16:00 前登录答复" in html
