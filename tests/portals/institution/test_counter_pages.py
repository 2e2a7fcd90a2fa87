"""The counter: the roster, accounts opened, guardians' papers, redemptions taken in."""

from datetime import date

import pytest
from django.test import Client

from creditbank.institutions.actions import enrol_student
from creditbank.institutions.models import Enrolment
from creditbank.people.access import who_saw
from creditbank.people.consents import current_text
from creditbank.people.models import AccountOpening, PaperConsent
from creditbank.redemption.models import Redemption
from tests.cast import AT, citizen_number, person_of
from tests.everybody import Everybody
from tests.portals.institution.desks import at, html
from tests.redemption.stage import ATHLETE, Stage12, grown_up, set_stage


@pytest.fixture
def clerk(everybody: Everybody) -> Client:
    return everybody.at_door("clerk")


@pytest.fixture
def approver(everybody: Everybody) -> Client:
    return everybody.at_door("approver")


def enrolled(everybody: Everybody, group: str = "七年级 2 班") -> Enrolment:
    cast = everybody.cast
    return enrol_student(
        actor=cast.clerk, at=AT, institution=cast.school, student=cast.student.account.student, group_name=group
    )


def paper_fields(**changes: object) -> dict[str, object]:
    return {
        "guardian_name": "林远",
        "relation": "father",
        "purposes": ["account", "redemption"],
        "signed_on": "2026-03-01",
        **changes,
    }


def opening_fields(birth: date, **changes: str) -> dict[str, str]:
    return {
        "privacy_version": current_text("privacy", AT).version,
        "name": "新生示例甲",
        "document_kind": "resident-id",
        "document_number": citizen_number(birth, 997),
        "agreed_account": "on",
        **changes,
    }


def test_a_student_is_enrolled_by_card_and_name_alone(everybody: Everybody, clerk: Client) -> None:
    pupil = everybody.cast.student
    wrong = html(clerk.post(at("students", "enrol"), {"name": "林知秋", "card_number": pupil.card}), 400)
    unknown = html(clerk.post(at("students", "enrol"), {"name": pupil.name, "card_number": "1234567890123"}), 400)
    assert "姓名和卡号对不上" in wrong
    assert "姓名和卡号对不上" in unknown
    assert 'value="林知秋"' in wrong
    fields = {"name": pupil.name, "card_number": f" {pupil.card[:5]} {pupil.card[5:]} ", "group_name": "七年级 2 班"}
    assert clerk.post(at("students", "enrol"), fields).status_code == 302
    page = html(clerk.get(at("students")))
    assert pupil.name in page
    assert pupil.card not in page


def test_a_name_is_sought_without_standing_in_an_address(everybody: Everybody, clerk: Client) -> None:
    enrolled(everybody)
    found = clerk.post(at("students"), {"words": "林"}, follow=True)
    assert everybody.cast.student.name in html(found)
    assert found.request["QUERY_STRING"] == ""
    assert "没有符合的学生" in html(clerk.post(at("students"), {"words": "王"}, follow=True))
    assert everybody.cast.student.name in html(clerk.post(at("students"), {"words": ""}, follow=True))
    assert clerk.get(at("students"), {"format": "xlsx"}).content.startswith(b"PK")


def test_who_left_is_no_longer_served(everybody: Everybody, clerk: Client, approver: Client) -> None:
    enrolment = enrolled(everybody)
    assert approver.post(at("students", enrolment.pk, "leave")).status_code == 403
    assert clerk.post(at("students", enrolment.pk, "group"), {"group_name": "八年级"}).status_code == 302
    enrolment.refresh_from_db()
    assert enrolment.group_name == "八年级"
    assert clerk.post(at("students", enrolment.pk, "leave")).status_code == 302
    assert clerk.get(at("students", enrolment.pk)).status_code == 404
    assert clerk.get(at("students", enrolment.pk, "redeem")).status_code == 404


def test_a_paper_is_confirmed_by_a_colleague_not_by_who_entered_it(
    everybody: Everybody, clerk: Client, approver: Client
) -> None:
    unfinished = html(clerk.post(at("papers", "new"), paper_fields(purposes=[])), 400)
    assert "请选择监护人签字同意的事项" in unfinished
    assert 'value="林远"' in unfinished
    assert clerk.post(at("papers", "new"), paper_fields()).status_code == 302
    number = PaperConsent.objects.get().number
    assert "这份同意书由您录入" in html(clerk.get(at("papers", number)))
    assert clerk.post(at("papers", number, "confirm")).status_code == 403
    assert approver.post(at("papers", number, "confirm")).status_code == 302
    assert "已由另一位同事对照原件确认" in html(clerk.get(at("papers", number)))
    assert number in html(clerk.get(at("papers"), {"state": "confirmed"}))
    assert "没有符合的同意书" in html(clerk.get(at("papers"), {"state": "entered"}))


def test_a_paper_of_another_institution_is_unknown(everybody: Everybody, clerk: Client) -> None:
    clerk.post(at("papers", "new"), paper_fields())
    number = PaperConsent.objects.get().number
    other = everybody.at_door("other_clerk")
    assert other.get(f"/institution/HEBX/papers/{number}/").status_code == 404
    assert other.post(f"/institution/HEBX/papers/{number}/confirm/").status_code == 404
    assert PaperConsent.objects.get().confirmed_by is None


def test_a_grown_up_applies_over_the_counter_and_the_original_is_seen(everybody: Everybody, clerk: Client) -> None:
    fields = opening_fields(date(2000, 1, 2))
    made = clerk.post(at("openings", "new"), fields)
    assert made.status_code == 302, made.content.decode()
    opening = AccountOpening.objects.get()
    assert fields["document_number"] not in str(made["Location"])
    page = html(clerk.get(at("openings", opening.number)))
    assert "核对证件原件" in page
    assert fields["document_number"] not in page
    assert opening.masked in page
    assert clerk.post(at("openings", opening.number), {"method": "original-seen"}).status_code == 302
    opening.refresh_from_db()
    assert opening.checked_by_id == everybody.actor("clerk").person_id
    assert clerk.get(at("openings", opening.number) + "form.pdf").content.startswith(b"%PDF")
    assert everybody.at_door("other_clerk").get(f"/institution/HEBX/openings/{opening.number}/").status_code == 404
    again = html(clerk.post(at("openings", "new"), fields), 409)
    assert "已有一份待审核的开户申请" in again
    assert 'value="新生示例甲"' in again


def test_a_minor_needs_the_paper_and_a_child_a_confirmed_one(
    everybody: Everybody, clerk: Client, approver: Client
) -> None:
    child = opening_fields(date(2015, 5, 4))
    refused = html(clerk.post(at("openings", "new"), child), 403)
    assert 'id="id_paper_number_error"' in refused
    clerk.post(at("papers", "new"), paper_fields())
    number = PaperConsent.objects.get().number
    assert "须先由另一位同事确认" in html(clerk.post(at("openings", "new"), {**child, "paper_number": number}), 403)
    assert AccountOpening.objects.count() == 0
    approver.post(at("papers", number, "confirm"))
    assert clerk.post(at("openings", "new"), {**child, "paper_number": number}).status_code == 302
    opening = AccountOpening.objects.get()
    page = at("openings", opening.number)
    assert "请选择所核对的监护关系证明" in html(clerk.post(page, {"method": "original-seen"}), 400)
    fields = {"method": "original-seen", "guardian_proof": "household-register"}
    assert clerk.post(page, fields).status_code == 302


def test_a_wrong_number_is_told_beside_its_field_and_stays(everybody: Everybody, clerk: Client) -> None:
    right = citizen_number(date(2000, 1, 2), 997)
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    page = html(clerk.post(at("openings", "new"), opening_fields(date(2000, 1, 2), document_number=wrong)), 400)
    assert 'id="id_document_number_error"' in page
    assert f'value="{wrong}"' in page


def test_blank_forms_are_printed(clerk: Client) -> None:
    for name in ("annex-1.pdf", "annex-2.pdf"):
        response = clerk.get(at("forms") + name)
        assert response.content.startswith(b"%PDF")
        assert response["Cache-Control"] == "private, no-store"


@pytest.fixture
def stage(db: None) -> Stage12:
    return set_stage()


def door_of(stage: Stage12) -> Client:
    """The clerk's browser on the stage of redemptions."""
    everybody = Everybody(cast=stage.cast, adult=stage.cast.student, actors={"clerk": stage.cast.clerk})
    return everybody.at_door("clerk")


def test_an_application_is_taken_in_for_a_grown_up(stage: Stage12) -> None:
    adult = grown_up(stage)
    cast = stage.cast
    enrolment = enrol_student(actor=cast.clerk, at=AT, institution=cast.school, student=adult.account.student)
    clerk = door_of(stage)
    page = at("students", enrolment.pk, "redeem", ATHLETE)
    assert "现在就能申请" in html(clerk.get(at("students", enrolment.pk, "redeem")))
    assert "条件全部满足" in html(clerk.get(page))
    assert "请先收到签名的申请表" in html(clerk.post(page, {"route": "skill"}), 400)
    assert Redemption.objects.count() == 0
    assert clerk.post(page, {"route": "skill", "signed": "on"}).status_code == 302
    taken = Redemption.objects.get()
    assert (taken.state, taken.counter, taken.applied_by_id) == ("held", cast.school, cast.clerk.person_id)
    assert taken.number in html(clerk.get(at("redemptions")))
    assert clerk.get(at("redemptions", taken.number) + "form.pdf").content.startswith(b"%PDF")
    assert "现在还不能受理" in html(clerk.post(page, {"route": "skill", "signed": "on"}), 422)
    assert Redemption.objects.count() == 1


def test_a_minor_waits_for_her_guardian_or_brings_the_paper(stage: Stage12) -> None:
    cast = stage.cast
    enrolment = enrol_student(actor=cast.clerk, at=AT, institution=cast.school, student=stage.account.student)
    clerk = door_of(stage)
    page = at("students", enrolment.pk, "redeem", ATHLETE)
    clerk.post(at("papers", "new"), paper_fields())
    number = PaperConsent.objects.get().number
    clerk.get(at("papers"))  # takes the notice with the number away
    assert number not in html(clerk.get(page))
    PaperConsent.objects.update(confirmed_by=person_of(cast.approver), confirmed_at=AT)
    assert number in html(clerk.get(page))
    assert clerk.post(page, {"route": "skill", "signed": "on", "paper_number": number}).status_code == 302
    taken = Redemption.objects.get()
    assert taken.state == "held"
    assert taken.consent is not None


def test_a_look_at_what_she_may_redeem_is_seen_by_the_student(stage: Stage12) -> None:
    cast = stage.cast
    enrolment = enrol_student(actor=cast.clerk, at=AT, institution=cast.school, student=stage.account.student)
    door_of(stage).get(at("students", enrolment.pk, "redeem"))
    looks = who_saw(actor=stage.guardian, at=AT, student=stage.account.student)
    assert [(look.who, look.role, look.fields) for look in looks] == [(cast.clerk.name, "clerk", ("eligibility",))]


def test_a_student_of_another_roster_is_unknown_here(stage: Stage12) -> None:
    cast = stage.cast
    enrolment = enrol_student(
        actor=cast.other_clerk, at=AT, institution=cast.other_school, student=stage.account.student
    )
    clerk = door_of(stage)
    for parts in ((), ("redeem",), ("redeem", ATHLETE)):
        assert clerk.get(at("students", enrolment.pk, *parts)).status_code == 404
    assert clerk.post(at("students", enrolment.pk, "leave")).status_code == 404
