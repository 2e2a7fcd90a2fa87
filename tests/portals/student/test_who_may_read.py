"""Nobody but the student and her guardian reads a passbook: every page is tried with everybody else."""

import pytest
from django.urls import URLPattern

from creditbank.people.consents import current_text, give_consent
from creditbank.people.models import Guardianship
from creditbank.portals.student.urls import urlpatterns
from tests.cast import AT, pupil
from tests.everybody import ROLES, Everybody
from tests.portals.world import NOW
from tests.records.books import Lived
from tests.redemption.stage import ATHLETE, Stage12

# A paper of one's own, and what begins one: tests/portals/test_every_door.py walks these with a paper.
SAT = {"exam_begin", "sitting", "sitting_save", "sitting_hand_in", "sitting_dispute"}
NAMES = [each.name or "" for each in urlpatterns if isinstance(each, URLPattern) and each.name not in SAT]
OTHERS = sorted(set(ROLES) - {"public", "student", "guardian"})
OWN = ("redemption", "withdraw", "cancel", "form_pdf", "certificate", "sheet")


def _address(name: str, lived: Lived) -> str:
    number = lived.redemption.number
    certificate = lived.certificate.number
    known = {
        "passbook": "/me/",
        "choose_holder": "/me/holders/choose/",
        "offer": f"/me/offers/{ATHLETE}/",
        "apply": f"/me/offers/{ATHLETE}/apply/",
        "redemption": f"/me/redemptions/{number}/",
        "withdraw": f"/me/redemptions/{number}/withdraw/",
        "cancel": f"/me/redemptions/{number}/cancel/",
        "answer": f"/me/redemptions/{number}/answer/",
        "form_pdf": f"/me/redemptions/{number}/form.pdf",
        "certificate": f"/me/certificates/{certificate}/",
        "sheet": f"/me/certificates/{certificate}/sheet.pdf",
        "give_consent": "/me/consents/give/",
        "withdraw_consent": "/me/consents/1/withdraw/",
        "read_all": "/me/inbox/read/",
        "open_message": "/me/inbox/1/",
    }
    return known.get(name, f"/me/{name}/")


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_learns_anything_of_her(role: str, everybody: Everybody, stage: Stage12, lived: Lived) -> None:
    door = everybody.at_door(role)
    for name in NAMES:
        address = _address(name, lived)
        for method in ("get", "post"):
            response = getattr(door, method)(address)
            text = response.content.decode(errors="replace")
            assert "林知夏" not in text, address
            assert stage.cast.student.card not in text, address
            if name in OWN:
                assert response.status_code in {404, 405}, (address, response.status_code)


@pytest.mark.parametrize("role", ["student", "guardian"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_she_and_her_guardian_open_every_page_in_both_languages(
    role: str, language: str, everybody: Everybody, lived: Lived
) -> None:
    door = everybody.at_door(role)
    door.cookies["django_language"] = language
    posts = {"choose_holder", "answer", "give_consent", "withdraw_consent", "read_all", "open_message"}
    for name in NAMES:
        response = door.get(_address(name, lived))
        assert response.status_code == (405 if name in posts else 200), name


def test_a_guardian_whose_guardianship_ended_sees_nothing(everybody: Everybody, lived: Lived) -> None:
    Guardianship.objects.update(ended_at=AT)
    response = everybody.at_door("guardian").get("/me/")
    assert "这个登录下没有存折" in response.content.decode()
    assert everybody.at_door("guardian").get(_address("redemption", lived)).status_code == 404


def test_a_passbook_of_somebody_else_can_not_be_chosen(everybody: Everybody, stage: Stage12) -> None:
    door = everybody.at_door("adult")
    assert door.post("/me/holders/choose/", {"holder": str(stage.account.holder_id)}).status_code == 404
    assert "林知夏" not in door.get("/me/").content.decode()


def test_a_consent_of_somebody_else_can_not_be_withdrawn(everybody: Everybody, stage: Stage12) -> None:
    consent = give_consent(
        actor=stage.guardian,
        student=stage.account.student,
        purpose="sharing",
        text_version=current_text("sharing", NOW).version,
        at=NOW,
    )
    assert everybody.at_door("adult").post(f"/me/consents/{consent.pk}/withdraw/").status_code == 404
    consent.refresh_from_db()
    assert consent.withdrawn_at is None


def test_a_guardian_of_two_chooses_whose_passbook_is_open(everybody: Everybody, stage: Stage12) -> None:
    second = pupil("林知秋", sequence=997)
    Guardianship.objects.create(
        student=second.account.student,
        guardian=everybody.cast.guardian,
        relation="father",
        proved_by="household-register",
        checked_by_id=everybody.cast.reviewer.person_id or 0,
        proved_at=AT,
    )
    door = everybody.at_door("guardian")
    for each in (second, stage.cast.student):
        door.post("/me/holders/choose/", {"holder": str(each.account.holder_id)})
        assert f"{each.name}的学分存折" in door.get("/me/").content.decode()


def test_a_member_of_staff_is_told_where_her_own_desk_is(everybody: Everybody) -> None:
    assert "/institution/" in everybody.at_door("clerk").get("/me/").content.decode()
    assert "/office/" in everybody.at_door("reviewer").get("/me/").content.decode()
