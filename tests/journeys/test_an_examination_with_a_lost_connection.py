"""An examination in a real browser whose line breaks in the middle: no answer is lost, and the pass counts."""

import pytest
from django.conf import settings
from playwright.sync_api import Page

from creditbank import clock
from creditbank.examinations.models import Sitting, SittingState
from creditbank.redemption.eligibility import decision_for
from tests.everybody import Everybody, gather_everybody
from tests.examinations.stage import FAMILY, right_answers, set_exam_stage
from tests.journeys.conftest import DESKTOP, PHONE, Visitor

PRODUCT = "certificate.athlete.3"
SAVED = "#state:has-text('已保存')"
OFFLINE = "#state:has-text('连不上服务器')"


@pytest.mark.django_db(transaction=True)
def test_answers_survive_a_lost_connection_and_the_pass_counts(visitor: Visitor) -> None:
    everybody = gather_everybody()
    set_exam_stage(everybody)
    assert not _examination_passed(everybody)
    _enter(visitor, everybody)
    sitting = _begin(visitor)
    right = right_answers(sitting)
    _answer(visitor.page, right, range(5))
    visitor.page.wait_for_selector(SAVED)
    visitor.shoot("exam-2-paper")
    _lose_the_line(visitor, sitting, right)
    _close_the_page_without_a_line(visitor, sitting, right)
    _hand_in(visitor, sitting)
    assert _examination_passed(everybody)


def _examination_passed(everybody: Everybody) -> bool:
    decision = decision_for(everybody.cast.student.account, PRODUCT, clock.now(), route="skill")
    return next(each.met for each in decision.requirements if each.code == "exam")


def _enter(visitor: Visitor, everybody: Everybody) -> None:
    session = everybody.at_door("student").cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": visitor.address}
    visitor.page.context.add_cookies([cookie])  # type: ignore[list-item]


def _begin(visitor: Visitor) -> Sitting:
    visitor.resize(PHONE)
    visitor.open("/me/exams/")
    visitor.shoot("exam-0-list")
    visitor.page.click(f"a[href='/me/exams/{FAMILY}/begin/']")
    visitor.shoot("exam-1-begin")
    visitor.page.click("button:has-text('开始考试')")
    visitor.page.wait_for_selector("#paper")
    assert visitor.overflow() == 0
    return Sitting.objects.get(state=SittingState.OPEN)


def _answer(page: Page, right: dict[int, frozenset[int]], places: range) -> None:
    for place in places:
        for shown in right[place]:
            page.check(f"input[name=q{place}][value='{shown}']")


def _saved(sitting: Sitting) -> set[str]:
    sitting.refresh_from_db()
    return set(sitting.answers)


def _lose_the_line(visitor: Visitor, sitting: Sitting, right: dict[int, frozenset[int]]) -> None:
    visitor.page.context.set_offline(True)
    _answer(visitor.page, right, range(5, 8))
    visitor.page.wait_for_selector(OFFLINE)
    visitor.shoot("exam-3-offline")
    assert _saved(sitting) == {"0", "1", "2", "3", "4"}
    visitor.page.context.set_offline(False)
    visitor.page.wait_for_selector(SAVED)
    assert len(_saved(sitting)) == 8


def _close_the_page_without_a_line(visitor: Visitor, sitting: Sitting, right: dict[int, frozenset[int]]) -> None:
    """What was answered last stands on the device alone; opened again with a line it is there, and saved."""
    context = visitor.page.context
    context.set_offline(True)
    _answer(visitor.page, right, range(8, 10))
    visitor.page.wait_for_selector(OFFLINE)
    visitor.page.close()
    context.set_offline(False)
    visitor.page = context.new_page()
    visitor.resize(DESKTOP)
    visitor.open(f"/me/exams/sittings/{sitting.pk}/")
    visitor.page.wait_for_selector(SAVED)
    assert len(_saved(sitting)) == 10
    visitor.shoot("exam-4-resumed")


def _hand_in(visitor: Visitor, sitting: Sitting) -> None:
    visitor.page.click("button:has-text('保存并核对交卷')")
    assert "每一题都答了" in visitor.page.inner_text("main")
    visitor.shoot("exam-5-hand-in")
    visitor.page.click("button:has-text('交卷')")
    visitor.page.wait_for_selector("text=考试结果")
    sitting.refresh_from_db()
    assert (sitting.score, sitting.passed) == (100, True)
    visitor.shoot("exam-6-result")
    visitor.resize(PHONE)
    visitor.shoot("exam-7-result-phone")
    assert visitor.overflow() == 0
