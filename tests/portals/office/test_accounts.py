"""Accounts at the office: masked for all, the book for those with a reason, every look on record."""

from datetime import timedelta

from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from creditbank import clock
from creditbank.audit.models import AuditRecord
from creditbank.certificates.models import Certificate
from creditbank.people.access import grant_access, who_saw
from tests.cast import person_of
from tests.everybody import Everybody
from tests.portals.office.cases import Waiting

SEARCH = "/office/accounts/"


def test_an_account_is_found_by_card_or_name_and_neither_stands_in_an_address(everybody: Everybody) -> None:
    client, student = everybody.at_door("hotline"), everybody.cast.student
    for sought in (student.card, student.name):
        body = client.post(SEARCH, {"sought": sought}).content.decode()
        assert reverse("office:account", args=[student.holder_id]) in body
        assert student.name not in body.replace(f'value="{student.name}"', "")
    assert (
        reverse("office:account", args=[student.holder_id])
        not in client.get(f"{SEARCH}?q={student.card}").content.decode()
    )
    assert client.post(SEARCH, {"sought": ""}).status_code == 400


def test_a_book_is_shown_under_a_grant_alone_and_the_family_reads_of_it(waiting: Waiting) -> None:
    everybody, student = waiting.everybody, waiting.everybody.cast.student
    client, address = everybody.at_door("reviewer"), reverse("office:account", args=[student.holder_id])
    body = client.get(address).content.decode()
    assert "存折须有查阅授权才能看" in body
    assert "科技校本课程" not in body
    assert AuditRecord.objects.filter(action="account.look", holder_id=student.holder_id).count() == 1
    now = clock.now()
    grant_access(
        actor=everybody.actor("decider"),
        at=now,
        student=student.account.student,
        grantee=person_of(everybody.actor("reviewer")),
        purpose="核对补登申请",
        starts=now - timedelta(minutes=1),
        ends=now + timedelta(days=1),
    )
    assert "科技校本课程" in client.get(address).content.decode()
    sights = who_saw(actor=everybody.actor("student"), at=now, student=student.account.student)
    assert [sight.fields for sight in sights] == [("passbook",)]


def test_an_auditor_reads_the_book_and_who_looked(waiting: Waiting) -> None:
    student = waiting.everybody.cast.student
    client = waiting.everybody.at_door("auditor")
    body = client.get(reverse("office:account", args=[student.holder_id])).content.decode()
    assert "科技校本课程" in body
    assert "谁看过资料" in body
    assert student.name not in body


def test_a_grant_needs_another_person(everybody: Everybody) -> None:
    student = everybody.cast.student
    everybody.user("reviewer")
    everybody.user("decider")
    client = everybody.at_door("decider")
    address = reverse("office:account_grant", args=[student.holder_id])
    given = {"username": "reviewer", "purpose": "核对来电人", "days": "7"}
    assert client.post(address, {**given, "days": "40"}).status_code == 400
    assert client.post(address, {**given, "username": "decider"}).status_code == 403
    assert client.post(address, given).status_code == 302


def test_a_printed_certificate_is_on_record(waiting: Waiting) -> None:
    everybody, number = waiting.everybody, waiting.redemption.number
    reviewer, decider = everybody.at_door("reviewer"), everybody.at_door("decider")
    reviewer.post(reverse("office:redemption_review", args=[number]), {"advice": "accept"})
    decider.post(
        reverse("office:redemption_decide", args=[number]), {"verdict": "accept", "issuer": waiting.issuer.code}
    )
    certificate = Certificate.objects.get(redemption_number=number)
    pdf = decider.get(reverse("office:certificate_sheet", args=[certificate.number]))
    assert pdf.content.startswith(b"%PDF")
    assert AuditRecord.objects.get(action="personal-data.reveal").refs["case"] == certificate.number
    step = {"reason": "登记的成绩有疑问，先暂停核查。"}
    suspend, revoke = (
        reverse("office:certificate_step", args=[certificate.number, name]) for name in ("suspend", "revoke")
    )
    assert decider.post(revoke, step).status_code == 409
    assert decider.post(suspend, {"reason": "短"}).status_code == 400
    assert decider.post(suspend, step).status_code == 302
    assert decider.post(revoke, step).status_code == 403


def test_the_inbox_asks_as_many_questions_for_many_lines_as_for_few(
    waiting: Waiting, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = waiting.everybody.at_door("auditor")
    client.get("/office/")
    with django_assert_max_num_queries(45):
        client.get("/office/")


def test_the_pages_of_the_office_are_in_both_languages(waiting: Waiting) -> None:
    client = waiting.everybody.at_door("auditor")
    for name in ("inbox", "returns", "openings", "redemptions", "exams", "books", "policy", "audit", "people"):
        for language in ("zh-hans", "en"):
            response = client.get(reverse(f"office:{name}"), headers={"accept-language": language})
            assert response.status_code == 200, (name, language)
