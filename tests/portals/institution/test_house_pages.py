"""The institution's own affairs: work that waits, messages, scheme, staff, keys."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from creditbank.institutions.actions import authenticate_api_key, set_institution_state
from creditbank.institutions.models import ApiKey, Staff
from creditbank.messages.models import InboxMessage
from tests.cast import AT, person_of
from tests.evaluation.returns import row, submitted, uploaded
from tests.everybody import Everybody
from tests.portals.institution.desks import at, html, sheet


@pytest.fixture
def clerk(everybody: Everybody) -> Client:
    return everybody.at_door("clerk")


@pytest.fixture
def approver(everybody: Everybody) -> Client:
    return everybody.at_door("approver")


def key_fields(everybody: Everybody, **changes: object) -> dict[str, object]:
    return {
        "label": "教务系统",
        "acts_for": everybody.actor("clerk").person_id,
        "scopes": ["returns:write", "returns:read"],
        **changes,
    }


def test_each_role_sees_the_work_that_is_hers(everybody: Everybody, clerk: Client, approver: Client) -> None:
    uploaded(everybody.cast, row(everybody.cast.student, "A-1", credits="x"))
    submitted(everybody.cast, row(everybody.cast.student, "A-2"))
    assert "申报单有问题待改" in html(clerk.get(at()))
    assert "申报单待审批" not in html(clerk.get(at()))
    assert "申报单待审批" in html(approver.get(at()))
    assert "申报单有问题待改" not in html(approver.get(at()))


def test_a_message_is_read_on_the_way_to_what_it_tells_of(everybody: Everybody, approver: Client) -> None:
    number = submitted(everybody.cast, row(everybody.cast.student, "A-1")).number
    page = html(approver.get(at("inbox")))
    assert number in page
    assert "未读" in page
    message = InboxMessage.objects.get(person_id=person_of(everybody.actor("approver")).pk)
    there = approver.post(at("inbox", message.pk, "read"), follow=True)
    assert there.request["PATH_INFO"] == at("returns", number)
    assert "未读" not in html(approver.get(at("inbox")))
    assert everybody.at_door("clerk").post(at("inbox", message.pk, "read")).status_code == 404


def test_all_messages_are_marked_at_once(everybody: Everybody, approver: Client) -> None:
    submitted(everybody.cast, row(everybody.cast.student, "A-1"))
    assert approver.post(at("inbox", "read")).status_code == 302
    assert InboxMessage.objects.filter(person_id=person_of(everybody.actor("approver")).pk, read_at=None).count() == 0


def test_the_scheme_is_searched_by_activity(clerk: Client) -> None:
    page = html(clerk.get(at("scheme"), {"q": "ZJ01"}))
    assert "ZJ01" in page
    assert "JN-ROB" not in page
    assert "没有符合的活动" in html(clerk.get(at("scheme"), {"q": "没有这个"}))
    assert clerk.get(at("scheme"), {"format": "csv"}).content.decode("utf-8-sig").startswith("活动代码")


def test_an_approver_arranges_staff_by_login_and_name(everybody: Everybody, clerk: Client, approver: Client) -> None:
    user = everybody.user("outsider")
    fields = {"username": user.username, "name": "别人", "role": "clerk"}
    assert "没有这个登录名，或姓名与它不一致" in html(approver.post(at("staff"), fields), 400)
    right = {**fields, "name": user.person.name}
    assert html(clerk.post(at("staff"), right), 403)
    assert approver.post(at("staff"), right).status_code == 302
    post = Staff.objects.get(person=user.person)
    assert "已经担任该角色" in html(approver.post(at("staff"), right), 409)
    assert clerk.post(at("staff", post.pk, "end")).status_code == 403
    assert approver.post(at("staff", post.pk, "end")).status_code == 302
    post.refresh_from_db()
    assert post.until is not None


def test_staff_of_another_institution_is_not_ended_here(everybody: Everybody, approver: Client) -> None:
    other = Staff.objects.get(person_id=person_of(everybody.actor("other_clerk")).pk)
    assert approver.post(at("staff", other.pk, "end")).status_code == 404


def test_a_key_is_shown_once_and_never_kept_in_clear(everybody: Everybody, approver: Client) -> None:
    made = approver.post(at("keys"), key_fields(everybody))
    assert made.status_code == 302
    prefix = ApiKey.objects.get().prefix
    stored = [each.get_decoded() for each in Session.objects.all()]
    assert f"{prefix}." not in str(stored)
    page = html(approver.get(at("keys")))
    secret = page.partition('<code class="num">')[2].partition("</code>")[0]
    assert authenticate_api_key(secret, at=AT).person_id == everybody.actor("clerk").person_id
    assert secret not in html(approver.get(at("keys")))


def test_a_key_is_made_by_an_approver_and_ended_at_once(everybody: Everybody, clerk: Client, approver: Client) -> None:
    assert clerk.post(at("keys"), key_fields(everybody)).status_code == 403
    assert "可以做什么" in html(approver.post(at("keys"), key_fields(everybody, scopes=[])), 400)
    approver.post(at("keys"), key_fields(everybody))
    key = ApiKey.objects.get()
    other = everybody.at_door("other_clerk")
    assert other.post(f"/institution/HEBX/keys/{key.pk}/revoke/").status_code == 404
    assert clerk.post(at("keys", key.pk, "revoke")).status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_a_suspended_institution_reads_why_nothing_works(everybody: Everybody, clerk: Client) -> None:
    cast = everybody.cast
    set_institution_state(actor=cast.admin, at=AT, institution=cast.school, state="suspended")
    page = html(clerk.get(at("returns", "new")))
    assert "不在有效成员之列" in page
    assert '<input type="file"' not in page
    sent = clerk.post(at("returns", "new"), {"file": sheet(row(cast.student, "A-1"))})
    assert html(sent, 403)
    assert "不在有效成员之列" in html(clerk.get(at("papers")))
