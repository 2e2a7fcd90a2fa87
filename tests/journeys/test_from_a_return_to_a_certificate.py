"""The bank's main job in a real browser: a school's Excel file becomes a certificate that a stranger can check.

Everybody who takes part logs in for herself. The file is the shipped one; pictures go to build/screenshots.
"""

import base64
from datetime import timedelta

import pytest
from django.core.cache import cache

from creditbank import clock
from creditbank.certificates.models import Certificate
from creditbank.cli.running import run_queued_tasks
from creditbank.demonstration.bank import PASSWORD, TOTP_SECRET, found_bank
from creditbank.demonstration.loading import log_in_family
from creditbank.demonstration.main_job import SCHOOL, SHIPPED_FILE, give_first_her_past, open_class
from creditbank.evaluation.models import CreditReturn, ReturnState
from creditbank.ledger.verify import verify
from creditbank.people.consents import load_shipped_texts
from creditbank.people.second_factor import totp_code
from creditbank.redemption.holds import hold_facts
from creditbank.redemption.models import Redemption, RedemptionState
from creditbank.rulebook.actions import load_shipped_versions
from tests.journeys.conftest import DESKTOP, PHONE, Visitor

PRODUCT = "certificate.athlete.3"


@pytest.mark.django_db(transaction=True)
def test_a_return_becomes_a_certificate_that_a_stranger_can_check(visitor: Visitor) -> None:
    _open_bank()
    number = _school_reports(visitor)
    _office_reviews(visitor, number)
    run_queued_tasks()
    assert CreditReturn.objects.get(number=number).state == ReturnState.POSTED
    redemption = _student_applies(visitor)
    _guardian_agrees(visitor, redemption)
    _office_decides(visitor, redemption)
    certificate = _student_has_it(visitor)
    _stranger_checks(visitor, certificate)
    report = verify(at=clock.now(), hold_facts=hold_facts)
    assert (report.problem, report.holds) == (None, 1)


def _open_bank() -> None:
    """The office, the institutions, a class of ten, and the first of them 25 credits short."""
    now = clock.now() - timedelta(hours=1)
    since = now - timedelta(days=400)
    load_shipped_versions(at=now)
    load_shipped_texts()
    bank = found_bank(seed=1, now=now, since=since, divisor=1000)
    pupils = open_class(bank, since)
    give_first_her_past(bank, pupils[0])
    log_in_family(pupils[0])


def _enter(visitor: Visitor, username: str, *, second_factor: bool = True) -> None:
    visitor.page.context.clear_cookies()
    # A code counts once; the sample logins share one secret, and all of them log in within one half-minute.
    cache.clear()
    visitor.open("/account/login/")
    visitor.page.fill("input[name=login]", username)
    visitor.page.fill("input[name=password]", PASSWORD)
    visitor.page.click("main form button[type=submit]")
    if second_factor:
        visitor.page.fill("input[name=code]", totp_code(base64.b32decode(TOTP_SECRET), clock.now()))
        visitor.page.click("main form button[type=submit]")
    visitor.page.wait_for_url(lambda address: "/account/" not in address)


def _school_reports(visitor: Visitor) -> str:
    _enter(visitor, "clerk-basy")
    visitor.open(f"/institution/{SCHOOL}/returns/new/")
    visitor.page.set_input_files("input[type=file]", str(SHIPPED_FILE))
    visitor.page.click("text=上传并检查")
    visitor.page.wait_for_selector("text=提交给同事审批")
    visitor.shoot("journey-1-checked")
    visitor.page.click("button:has-text('提交给同事审批')")
    number = CreditReturn.objects.latest("pk").number
    visitor.open(f"/institution/{SCHOOL}/returns/{number}/receipt/")
    assert number in visitor.page.inner_text("main")
    visitor.shoot("journey-2-receipt")
    _enter(visitor, "approver-basy")
    visitor.open(f"/institution/{SCHOOL}/returns/{number}/")
    visitor.page.click("button:has-text('通过，送管理小组')")
    assert CreditReturn.objects.get(number=number).state == ReturnState.APPROVED
    visitor.shoot("journey-3-approved")
    return number


def _office_reviews(visitor: Visitor, number: str) -> None:
    _enter(visitor, "reviewer")
    visitor.open("/office/")
    visitor.shoot("journey-4-inbox")
    visitor.open(f"/office/returns/{number}/")
    visitor.page.check("input[name=verdict][value=accept]")
    visitor.page.check("input[name=confirm_attainments]")
    visitor.shoot("journey-5-review")
    visitor.page.click("button:has-text('作出决定')")
    assert CreditReturn.objects.get(number=number).state == ReturnState.ACCEPTED


def _student_applies(visitor: Visitor) -> Redemption:
    visitor.resize(PHONE)
    _enter(visitor, "student", second_factor=False)
    visitor.open("/me/")
    assert "135.00" in visitor.page.inner_text("main")
    visitor.shoot("journey-6-passbook")
    visitor.open(f"/me/offers/{PRODUCT}/")
    visitor.shoot("journey-7-eligible")
    visitor.open(f"/me/offers/{PRODUCT}/apply/")
    visitor.page.check("input[name=agreed]")
    visitor.page.click("button:has-text('提交申请')")
    redemption = Redemption.objects.get()
    assert redemption.state == RedemptionState.AWAITING_GUARDIAN
    visitor.shoot("journey-8-applied")
    return redemption


def _guardian_agrees(visitor: Visitor, redemption: Redemption) -> None:
    _enter(visitor, "guardian", second_factor=False)
    visitor.open("/me/")
    visitor.open(f"/me/redemptions/{redemption.number}/")
    visitor.page.check("input[name=agreed]")
    visitor.shoot("journey-9-guardian")
    visitor.page.click("button[value=agree]")
    redemption.refresh_from_db()
    assert redemption.state == RedemptionState.HELD
    visitor.resize(DESKTOP)


def _office_decides(visitor: Visitor, redemption: Redemption) -> None:
    _enter(visitor, "reviewer2")
    visitor.open(f"/office/redemptions/{redemption.number}/")
    visitor.page.check("input[name=advice][value=accept]")
    visitor.shoot("journey-10-advice")
    visitor.page.click("button:has-text('送出建议')")
    _enter(visitor, "decider")
    visitor.open(f"/office/redemptions/{redemption.number}/")
    visitor.page.check("input[name=verdict][value=accept]")
    visitor.page.select_option("select[name=issuer]", index=1)
    visitor.shoot("journey-11-decision")
    visitor.page.click("button:has-text('作出决定')")
    redemption.refresh_from_db()
    assert redemption.state == RedemptionState.ISSUED


def _student_has_it(visitor: Visitor) -> Certificate:
    certificate = Certificate.objects.get()
    visitor.resize(PHONE)
    _enter(visitor, "student", second_factor=False)
    visitor.open(f"/me/certificates/{certificate.number}/")
    text = visitor.page.inner_text("main")
    assert certificate.number in text
    assert "不是国家运动员技术等级" in text
    visitor.shoot("journey-12-certificate")
    answer = visitor.page.request.get(f"{visitor.address}/me/certificates/{certificate.number}/sheet.pdf")
    assert answer.body().startswith(b"%PDF")
    return certificate


def _stranger_checks(visitor: Visitor, certificate: Certificate) -> None:
    visitor.page.context.clear_cookies()
    visitor.open(f"/check/?number={certificate.number}")
    assert "林知夏" not in visitor.page.inner_text("main")
    visitor.page.fill("input[name=number]", certificate.number)
    visitor.page.fill("input[name=code]", certificate.check_code)
    visitor.page.click("main form button[type=submit]")
    text = visitor.page.inner_text("main")
    for part in ("林知夏", "三级", certificate.number, "有效", "不是国家运动员技术等级"):
        assert part in text, part
    visitor.shoot("journey-13-checked")
