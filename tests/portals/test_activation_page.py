"""The first login with the code of the opening slip."""

import pytest
from django.test import Client

from creditbank import clock
from creditbank.people.logins import issue_activation_code
from creditbank.people.models import User
from tests.cast import Pupil, pupil

pytestmark = pytest.mark.django_db
PASSWORD = "lin-zhixia-2026-ok"


@pytest.fixture
def student() -> Pupil:
    return pupil("林知夏")


@pytest.fixture
def code(student: Pupil) -> str:
    person_id = student.account.student.person_id
    return issue_activation_code(account=student.account, person_id=person_id, at=clock.now()).code


def _typed(student: Pupil, code: str, **other: str) -> dict[str, str]:
    typed = {"card": student.card, "code": code, "username": "zhixia", "password": PASSWORD, "again": PASSWORD}
    return typed | other


def test_card_and_code_make_a_login_that_works(client: Client, student: Pupil, code: str) -> None:
    response = client.post("/activate/", _typed(student, code))
    assert response["Location"] == "/account/login/"
    answer = client.post("/account/login/", {"login": "zhixia", "password": PASSWORD})
    assert answer["Location"] == "/arrive/"


def test_a_wrong_card_and_a_wrong_code_read_alike_and_make_no_login(client: Client, student: Pupil, code: str) -> None:
    words = "卡号或激活码不正确，或激活码已失效。"
    assert words in client.post("/activate/", _typed(student, "ABCDEFGHJKMN")).content.decode()
    assert words in client.post("/activate/", _typed(student, code, card="1234567890123")).content.decode()
    assert not User.objects.exists()


def test_a_code_works_once(client: Client, student: Pupil, code: str) -> None:
    client.post("/activate/", _typed(student, code))
    again = client.post("/activate/", _typed(student, code, username="second"))
    assert "卡号或激活码不正确" in again.content.decode()


def test_what_is_wrong_stands_beside_its_field_and_the_password_is_not_sent_back(
    client: Client, student: Pupil, code: str
) -> None:
    html = client.post("/activate/", _typed(student, code, username="1", again="other-password-9")).content.decode()
    assert "两次输入的密码不一样。" in html
    assert PASSWORD not in html
    html = client.post("/activate/", _typed(student, code, username="1")).content.decode()
    assert 'id="id_username_error"' in html
    assert f'value="{student.card}"' in html
