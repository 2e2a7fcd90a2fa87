"""Notices for people: read by everybody, indexed by nobody, objected to by anybody, decided by the office."""

import re
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from creditbank import clock
from creditbank.audit.models import AuditRecord
from creditbank.notices.models import Notice, NoticeState, Objection, ObjectionState
from creditbank.notices.reading import sweep_notices
from creditbank.redemption.actions import accept_redemption
from creditbank.redemption.disclosure import disclose_redemptions
from creditbank.redemption.models import Redemption
from tests.cast import AT
from tests.everybody import Everybody
from tests.portals.world import stage_of
from tests.redemption.stage import apply_as_guardian, reviewed

pytestmark = pytest.mark.django_db
NOW = AT + timedelta(days=1)


@pytest.fixture
def redemption(everybody: Everybody, monkeypatch: pytest.MonkeyPatch) -> Redemption:
    """An issued one; the clock stands a day later."""

    def now() -> datetime:
        return NOW

    monkeypatch.setattr(clock, "now", now)
    cache.clear()
    stage = stage_of(everybody)
    found = reviewed(stage, apply_as_guardian(stage))
    accept_redemption(actor=stage.decider, redemption=found, issuer=stage.issuer, at=AT)
    found.refresh_from_db()
    return found


@pytest.fixture
def notice(everybody: Everybody, redemption: Redemption) -> Notice:
    return disclose_redemptions(actor=everybody.actor("decider"), at=NOW)


def answer_to(page: str) -> dict[str, str]:
    """The small sum of the page, answered."""
    token = re.search(r'name="question" value="([^"]+)"', page)
    words = re.search(r"(\d+) 加 (\d+) 等于几", page)
    assert token
    assert words
    return {"question": token[1], "answer": str(int(words[1]) + int(words[2]))}


def object_to(client: Client, notice: Notice, **given: str) -> str:
    address = f"/notices/{notice.number}/lines/{notice.lines.get().pk}/objection/"
    proof = answer_to(client.get(address).content.decode())
    return client.post(address, {"text": "这个人没有参加比赛。", **proof, **given}).content.decode()


def test_a_notice_tells_everybody_and_no_search_engine(client: Client, redemption: Redemption, notice: Notice) -> None:
    for address in ("/notices/", f"/notices/{notice.number}/"):
        response = client.get(address)
        assert "noindex" in response.headers["X-Robots-Tag"]
        assert '<meta name="robots" content="noindex' in response.content.decode()
    assert redemption.number in response.content.decode()
    assert redemption.account.student.person.name not in response.content.decode()


def test_after_its_last_day_it_says_so_and_shows_nobody_before_and_after_the_sweep(
    client: Client, redemption: Redemption, notice: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = NOW + timedelta(days=30)

    def now() -> datetime:
        return later

    line = notice.lines.get().pk
    monkeypatch.setattr(clock, "now", now)
    for _ in range(2):
        text = client.get(f"/notices/{notice.number}/").content.decode()
        assert "公示期已满，内容已经撤下" in text
        assert redemption.number not in text
        assert client.get(f"/notices/{notice.number}/lines/{line}/objection/").status_code == 404
        sweep_notices(later)
    assert Notice.objects.get().state == NoticeState.ENDED


def test_anybody_objects_gets_a_receipt_and_follows_it(client: Client, notice: Notice) -> None:
    text = object_to(client, notice)
    number = re.search(r"YY-\d{4}-\d{6}", text)
    code = re.search(r"<dt>查询码</dt><dd class=\"num strong\">(\w+)</dd>", text)
    assert number
    assert code
    followed = client.post("/notices/objections/", {"number": number[0], "code": code[1].lower()}).content.decode()
    assert "处理中" in followed
    assert "没有参加比赛" not in followed
    missed = client.post("/notices/objections/", {"number": number[0], "code": "AAAAAAAAAA"})
    unknown = client.post("/notices/objections/", {"number": "YY-2026-999999", "code": code[1]})
    assert (missed.status_code, unknown.status_code) == (200, 200)
    assert "没有查到" in missed.content.decode()
    assert "没有查到" in unknown.content.decode()
    assert code[1] not in unknown.content.decode()


def test_without_the_small_answer_nothing_is_filed(client: Client, notice: Notice) -> None:
    text = object_to(client, notice, answer="0")
    assert "请先回答下面的小问题" in text
    assert not Objection.objects.exists()


def test_a_source_objects_ten_times_an_hour(client: Client, notice: Notice) -> None:
    for _ in range(11):
        text = object_to(client, notice)
    assert "异议提交过于频繁" in text
    assert Objection.objects.count() == 10


def test_following_is_limited(client: Client, notice: Notice) -> None:
    given = {"number": "YY-2026-999999", "code": "AAAAAAAAAA"}
    answers = [client.post("/notices/objections/", given).status_code for _ in range(21)]
    assert answers[-1] == 429


def test_the_office_previews_publishes_once_and_withdraws(everybody: Everybody, redemption: Redemption) -> None:
    desk = everybody.at_door("decider")
    assert redemption.number in desk.get("/office/notices/disclosure/").content.decode()
    assert desk.post("/office/notices/disclosure/").status_code == 302
    assert desk.post("/office/notices/disclosure/").status_code == 422
    notice = Notice.objects.get()
    assert desk.post(f"/office/notices/{notice.number}/withdraw/", {"reason": ""}).status_code == 400
    assert desk.post(f"/office/notices/{notice.number}/withdraw/", {"reason": "单位写错。"}).status_code == 302
    assert "单位写错。" in desk.get(f"/notices/{notice.number}/").content.decode()


def test_the_office_opens_the_text_on_record_and_upholds(
    everybody: Everybody, client: Client, notice: Notice, redemption: Redemption
) -> None:
    object_to(client, notice)
    objection = Objection.objects.get()
    desk, page = everybody.at_door("decider"), f"/office/objections/{objection.number}/"
    assert "没有参加比赛" not in desk.get(page).content.decode()
    assert "没有参加比赛" in desk.post(page + "read/").content.decode()
    assert AuditRecord.objects.filter(action="read-objection").count() == 1
    assert desk.post(page + "decide/", {"verdict": "upheld", "reason": "属实。"}).status_code == 302
    objection.refresh_from_db()
    assert objection.state == ObjectionState.UPHELD
    assert "请先暂停使用" in desk.get(page).content.decode()


def test_the_student_reads_of_the_notice_and_of_her_agreement(
    everybody: Everybody, redemption: Redemption, notice: Notice
) -> None:
    text = everybody.at_door("guardian").get(f"/me/redemptions/{redemption.number}/").content.decode()
    assert notice.number in text
    assert "公示中只显示申请号" in text
