"""A change of policy by pages: drafted by one, announced by another, read clause by clause by everybody."""

from datetime import timedelta

import pytest
from django.test import Client

from creditbank import clock
from creditbank.notices.models import Notice
from creditbank.rulebook.actions import load_shipped_versions
from creditbank.rulebook.models import PolicyVersion, VersionState
from tests.everybody import Everybody

pytestmark = pytest.mark.django_db


def head(days: int = 40) -> dict[str, str]:
    day = clock.today() + timedelta(days=days)
    return {"code": "sample-1", "title_zh": "示例修订", "title_en": "Sample", "in_force_on": day.isoformat()}


def test_a_version_is_drafted_announced_by_another_and_read_by_everybody(everybody: Everybody, client: Client) -> None:
    load_shipped_versions(at=clock.now())
    drafter, decider = everybody.at_door("reviewer"), everybody.at_door("decider")
    page = drafter.get("/office/policy/new/")
    assert page.status_code == 200
    given = {**head(), "reading.I-1": "threshold", "value.exam_pass_mark": "70", "value.athlete.credits": "150.00"}
    assert drafter.post("/office/policy/new/", given).status_code == 302
    text = decider.get("/office/policy/versions/sample-1/").content.decode()
    assert "考试及格分" in text
    assert client.get("/regulation/versions/sample-1/").status_code == 404
    assert decider.post("/office/policy/versions/sample-1/announce/").status_code == 302
    assert PolicyVersion.objects.get(code="sample-1").state == VersionState.ANNOUNCED
    shown = client.get("/regulation/versions/sample-1/").content.decode()
    assert "70" in shown
    assert "sample-1" in client.get(f"/notices/{Notice.objects.get().number}/").content.decode()
    assert decider.post("/office/policy/versions/sample-1/recall/", {"reason": "写错"}).status_code == 302
    assert client.get("/regulation/versions/sample-1/").status_code == 404


def test_a_notice_that_is_too_short_is_refused_with_its_clause(everybody: Everybody) -> None:
    load_shipped_versions(at=clock.now())
    everybody.at_door("reviewer").post("/office/policy/new/", {**head(10), "reading.I-1": "threshold"})
    answer = everybody.at_door("decider").post("/office/policy/versions/sample-1/announce/")
    assert answer.status_code == 422
    assert "公示期须满 30 日" in answer.content.decode()


@pytest.mark.parametrize("wrong", [{}, {"value.exam_pass_mark": "x"}, {"reading.I-1": "nothing"}, {"code": "a b"}])
def test_a_draft_that_changes_nothing_or_cannot_be_read_is_not_kept(
    everybody: Everybody, wrong: dict[str, str]
) -> None:
    load_shipped_versions(at=clock.now())
    answer = everybody.at_door("reviewer").post("/office/policy/new/", {**head(), **wrong})
    assert answer.status_code in {400, 422}
    assert not PolicyVersion.objects.filter(state=VersionState.DRAFT).exists()
