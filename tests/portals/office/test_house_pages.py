"""The office's own pages: grants, members, people, audit, books, and who works on what."""

from datetime import timedelta

from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from creditbank import clock
from creditbank.audit.models import AuditRecord
from creditbank.institutions.models import Institution, Staff
from creditbank.people.assignments import holders_of
from creditbank.people.models import AccessGrant, AccessRequest, OfficeProposal, User
from creditbank.people.rights import offices_of
from creditbank.records.models import BooksProof
from creditbank.records.proving import run_proof
from creditbank.records.reconciliation import refresh_totals
from tests.cast import person_of
from tests.everybody import Everybody, log_in
from tests.people.cast import PASSWORD
from tests.portals.office.cases import Waiting

ENTRY = {
    "kind": "school",
    "name": "新来示例学校",
    "code": "XINX",
    "region_code": "310104",
    "region_name": "上海市徐汇区",
}


def test_access_is_asked_for_approved_seen_by_the_student_and_ended(everybody: Everybody) -> None:
    student = everybody.cast.student
    reviewer, decider = everybody.at_door("reviewer"), everybody.at_door("decider")
    ask = reverse("office:account_ask", args=[student.holder_id])
    assert reviewer.post(ask, {"purpose": "看", "days": "7"}).status_code == 400
    assert reviewer.post(ask, {"purpose": "核对补登申请", "days": "7"}).status_code == 302
    assert reviewer.post(ask, {"purpose": "核对补登申请", "days": "7"}).status_code == 409
    request = AccessRequest.objects.get()
    answer = reverse("office:access_answer", args=[request.pk])
    assert str(request.purpose) in decider.get("/office/?kind=access").content.decode()
    assert decider.post(answer, {"answer": "no", "note": ""}).status_code == 400
    assert decider.post(answer, {"answer": "yes"}).status_code == 302
    grant = AccessGrant.objects.get()
    mine = reviewer.get(reverse("office:grants")).content.decode()
    assert "核对补登申请" in mine
    assert student.name not in mine
    assert "核对补登申请" in everybody.at_door("student").get("/me/looks/").content.decode()
    assert everybody.at_door("hotline").post(reverse("office:grant_end", args=[grant.pk])).status_code == 404
    assert reviewer.post(reverse("office:grant_end", args=[grant.pk])).status_code == 302
    grant.refresh_from_db()
    assert grant.ends <= clock.now()
    assert reviewer.get(reverse("office:grants") + "?state=current&format=csv").status_code == 200


def test_a_member_is_entered_approved_and_staffed_by_invitation(everybody: Everybody) -> None:
    admin, decider = everybody.at_door("admin"), everybody.at_door("decider")
    new = reverse("office:institution_new")
    odd = admin.post(new, {**ENTRY, "credit_code": "91110000600037342L"})
    assert odd.status_code == 400
    assert 'name="odd_code_meant"' in odd.content.decode()
    assert admin.post(new, {**ENTRY, "credit_code": "91110000600037342L", "odd_code_meant": "on"}).status_code == 302
    member = Institution.objects.get(code="XINX")
    page = reverse("office:institution", args=["XINX"])
    assert "待核准" in decider.get(page).content.decode()
    answer = reverse("office:membership_answer", args=[member.pk])
    assert admin.post(answer, {"answer": "yes"}).status_code == 403
    assert decider.post(answer, {"answer": "yes"}).status_code == 302
    appoint = reverse("office:institution_appoint", args=["XINX"])
    assert admin.post(appoint, {"name": "新经办", "username": "nobody", "role": "clerk"}).status_code == 400
    assert admin.post(appoint, {"name": "新经办", "role": "clerk"}).status_code == 302
    shown = admin.get(page)
    code = shown.context["invited"].code
    assert code in shown.content.decode()
    assert code not in admin.get(page).content.decode()
    public = everybody.at_door("public")
    own = {"code": code, "username": "xin-jingban", "password": PASSWORD, "again": PASSWORD}
    assert public.post(reverse("public:invitation"), own).status_code == 302
    assert public.post(reverse("public:invitation"), own).status_code == 200
    clerk = everybody.at_door("public")
    log_in(clerk, User.objects.get(username="xin-jingban"), second_factor=False)
    assert reverse("mfa_index") in clerk.get(f"/institution/{member.code}/").headers.get("Location", "")
    again = reverse("office:institution_staff_invite", args=["XINX", Staff.objects.get(institution=member).pk])
    assert admin.post(again, follow=True).context["invited"] is None


def test_an_office_is_proposed_on_the_page_and_confirmed_by_another(everybody: Everybody) -> None:
    admin, decider = everybody.at_door("admin"), everybody.at_door("decider")
    people = reverse("office:people")
    assert admin.post(people, {"name": "新审核", "role": "reviewer"}).status_code == 302
    assert admin.get(people).context["invited"].name == "新审核"
    proposal = OfficeProposal.objects.get()
    answer = reverse("office:proposal_answer", args=[proposal.pk])
    assert admin.post(answer, {"answer": "yes"}).status_code == 403
    assert decider.post(answer, {"answer": "yes"}).status_code == 302
    assert offices_of(proposal.person_id, clock.now()) == ["reviewer"]
    found = admin.get(people + "?role=reviewer&state=held&q=新审核")
    assert "新审核" in found.content.decode()
    assert "审核甲" not in found.content.decode()
    assert admin.get(people + "?format=xlsx").status_code == 200


def test_the_audit_is_narrowed_by_who_what_on_what_and_when(everybody: Everybody) -> None:
    client, admin = everybody.at_door("auditor"), everybody.cast.admin
    audit = reverse("office:audit")

    def rows(query: str) -> list[AuditRecord]:
        return list(client.get(f"{audit}?{query}").context["listing"].rows)

    registered = rows("action=institution.register")
    assert {row.action for row in registered} == {"institution.register"}
    assert rows(f"actor={admin.name}&subject=SJSX&clause=m-10&group=house")
    assert rows("actor=审核甲") == []
    day = clock.today(registered[0].at)
    assert len(rows(f"since={day}&until={day}&action=institution.register")) == len(registered)
    assert rows(f"until={day - timedelta(days=1)}") == []
    assert rows("since=0001-01-01&until=9999-12-31&action=nothing")
    body = client.get(f"{audit}?action=institution.register").content.decode()
    assert "登记单位" in body
    english = client.get(audit, headers={"accept-language": "en"}).content.decode()
    assert "Enter an institution" in english
    whole = client.get(reverse("office:audit_record", args=[registered[0].pk])).content.decode()
    assert "institution.register" in whole
    assert client.get(audit + "?format=csv").status_code == 200
    assert client.post(audit).status_code == 405
    assert client.get(reverse("office:audit_record", args=[10**9])).status_code == 404


def test_the_books_are_proved_in_the_background_and_their_page_adds_nothing_up(
    waiting: Waiting, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = waiting.everybody.at_door("auditor")
    books = reverse("office:books")
    assert "还没有汇总" in client.get(books).content.decode()
    refresh_totals(at=clock.now())
    with django_assert_max_num_queries(30) as asked:
        assert "账账相符" in client.get(books).content.decode()
    assert not any("passbook_line" in query["sql"] for query in asked.captured_queries)
    assert client.post(reverse("office:prove")).status_code == 302
    running = client.get(books).content.decode()
    assert "排队中" in running
    assert "</html>" not in client.get(reverse("office:proof")).content.decode()
    run_proof(BooksProof.objects.get().pk)
    done = client.get(books).content.decode()
    assert "无误" in done
    assert "every 2s" not in done
    assert waiting.everybody.at_door("reviewer").post(reverse("office:prove")).status_code == 404


def test_work_is_taken_in_bulk_given_on_and_put_back(waiting: Waiting) -> None:
    everybody = waiting.everybody
    reviewer, second = everybody.at_door("reviewer"), everybody.at_door("second_reviewer")
    mine, other = f"return:{waiting.credit_return.pk}", f"opening:{waiting.opening.pk}"
    take = reverse("office:work_take")
    assert reviewer.post(take + "?kind=returns", {"case": [mine, other]}).headers["Location"] == "/office/?kind=returns"
    assert set(holders_of([("return", waiting.credit_return.pk)]).values()) == {person_of(everybody.actor("reviewer"))}
    # Not a case, or not of her inbox: nothing happens.
    reviewer.post(take, {"case": ["return:999999", "decision:1", "nonsense", "return:1x"]})
    assert waiting.credit_return.number in reviewer.get("/office/?who=mine").content.decode()
    body = second.get("/office/?who=free").content.decode()
    assert waiting.credit_return.number not in body
    assert (
        "由 审核甲 办理" in second.get(reverse("office:return", args=[waiting.credit_return.number])).content.decode()
    )
    second.post(take, {"case": mine})
    assert holders_of([("return", waiting.credit_return.pk)])[("return", waiting.credit_return.pk)].name == "审核甲"
    to = everybody.actor("second_reviewer").person_id
    reviewer.post(reverse("office:work_assign"), {"case": mine, "to": to})
    release = reverse("office:work_release")
    reviewer.post(release, {"case": mine})
    assert holders_of([("return", waiting.credit_return.pk)])
    back = second.post(release, {"case": mine, "stay": "1"})
    assert back.headers["Location"] == reverse("office:return", args=[waiting.credit_return.number])
    assert not holders_of([("return", waiting.credit_return.pk)])
