"""Opening an account online: the notice first, an adult for herself, a guardian by login; what was typed stays."""

import re
from datetime import date

import pytest
from django.test import Client

from creditbank.people.consents import current_text
from creditbank.people.logins import issue_activation_code
from creditbank.people.models import AccountOpening, Guardianship, Person, User
from tests.cast import citizen_number, person, pupil
from tests.everybody import Everybody
from tests.portals.world import NOW
from tests.printing.reading import page_texts

pytestmark = pytest.mark.django_db
ADULT = citizen_number(date(2000, 1, 2), 996)
CHILD = citizen_number(date(2015, 6, 7), 996)


def answers(client: Client, address: str) -> dict[str, str]:
    """The answer to the small question of a page."""
    html = client.get(address).content.decode()
    first, second = map(int, re.findall(r"(\d+) 加 (\d+) 等于几", html)[0])
    token = re.findall(r'name="question" value="([^"]+)"', html)[0]
    return {"question": token, "answer": str(first + second)}


def typed(number: str = ADULT, **changes: str) -> dict[str, str]:
    return {
        "for": "self",
        "name": "周明",
        "document_kind": "resident-id",
        "document_number": number,
        "privacy_version": current_text("privacy", NOW).version,
        "account": "on",
        **changes,
    }


def test_an_adult_applies_without_a_login(client: Client) -> None:
    response = client.post("/open/", {**typed(), **answers(client, "/open/")}, follow=True)
    made = AccountOpening.objects.get()
    assert made.number in response.content.decode()
    assert made.consents == [{"purpose": "account", "version": "2026-1"}]
    assert ADULT not in response.content.decode()


def test_the_number_is_shown_in_that_browser_only(client: Client) -> None:
    client.post("/open/", {**typed(), **answers(client, "/open/")})
    assert Client().get("/open/done/")["Location"] == "/open/status/"


def test_without_the_answer_nothing_is_stored(client: Client) -> None:
    html = client.post("/open/", typed()).content.decode()
    assert "请回答最下面的小问题" in html
    assert 'value="周明"' in html
    assert not AccountOpening.objects.exists()


def test_for_a_child_a_guardian_signs_in_before_anything_is_asked(client: Client) -> None:
    html = client.get("/open/", {"for": "child"}).content.decode()
    assert "请先登录" in html
    assert "document_number" not in html
    client.post("/open/", typed(CHILD, **{"for": "child", "relation": "father"}))
    assert not AccountOpening.objects.exists()


def test_a_minor_can_not_apply_for_herself(client: Client) -> None:
    response = client.post("/open/", {**typed(CHILD), **answers(client, "/open/")})
    assert response.status_code == 403
    assert "须由监护人登录后申请" in response.content.decode()
    assert not AccountOpening.objects.exists()


def test_a_guardian_applies_for_her_child(everybody: Everybody) -> None:
    door = everybody.at_door("guardian")
    given = typed(CHILD, **{"for": "child", "relation": "father", "name": "林知秋", "publication": "on"})
    door.post("/open/", given)
    made = AccountOpening.objects.get()
    assert made.guardian_id == everybody.cast.guardian.pk
    assert [each["purpose"] for each in made.consents] == ["account", "publication"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"document_number": ADULT[:-1] + ("0" if ADULT[-1] != "0" else "1")}, "document_number"),
        ({"name": "周明1"}, "name"),
        ({"phone": "abc"}, "phone"),
        ({"account": ""}, "account"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_the_rest_stays(
    changes: dict[str, str], told: str, client: Client
) -> None:
    html = client.post("/open/", {**typed(**changes), **answers(client, "/open/")}).content.decode()
    assert f'id="id_{told}_error"' in html
    assert told == "name" or 'value="周明"' in html
    assert not AccountOpening.objects.exists()


def test_the_blank_form_can_be_printed(client: Client) -> None:
    text = "".join(page_texts(client.get("/open/form.pdf").content))
    assert "学分银行开户申请表" in text


def test_a_guardian_registers_and_is_led_on_to_the_application(client: Client) -> None:
    given = {
        "name": "周建",
        "username": "zhoujian",
        "password": "correct-horse-7-battery",
        "again": "correct-horse-7-battery",
        "privacy_version": current_text("privacy", NOW).version,
        "read": "on",
        **answers(client, "/open/guardian/"),
    }
    response = client.post("/open/guardian/", given)
    assert response["Location"] == "/account/login/?next=%2Fopen%2F"
    assert User.objects.get().person.name == "周建"


def test_two_different_passwords_are_told_and_never_sent_back(client: Client) -> None:
    given = {"name": "周建", "username": "zhoujian", "password": "correct-horse-7", "again": "other-horse-8"}
    html = client.post("/open/guardian/", given).content.decode()
    assert "两次输入的密码不一样" in html
    assert "horse" not in html
    assert 'value="zhoujian"' in html
    assert not Person.objects.exists()


def test_a_guardian_takes_on_another_child_by_the_code_of_its_slip(everybody: Everybody) -> None:
    child = pupil("林知秋", sequence=997)
    on_paper = person("林远")
    Guardianship.objects.create(
        student=child.account.student,
        guardian=on_paper,
        relation="father",
        proved_by="household-register",
        checked_by_id=everybody.cast.reviewer.person_id or 0,
        proved_at=NOW,
    )
    code = issue_activation_code(account=child.account, person_id=on_paper.pk, at=NOW).code
    door = everybody.at_door("guardian")
    assert door.post("/me/join/", {"card_number": child.card, "code": "AAAA"}).status_code == 400
    spaced = f"{child.card[:5]} {child.card[5:]}"
    html = door.post("/me/join/", {"card_number": spaced, "code": code}, follow=True).content.decode()
    assert "林知秋的学分存折" in html
