"""The public check of a certificate: number and code show all that is certified, and never who else she is."""

from datetime import date

import pytest
from django.test import Client

from creditbank.certificates.models import Certificate
from creditbank.policy.loading import shipped_law
from creditbank.rulebook.models import PolicyVersion
from tests.cast import AT, Cast, gather_cast

pytestmark = pytest.mark.django_db
NUMBER, CODE = "LM-A-2026-000123", "ABCDEFGHJK"


@pytest.fixture
def cast() -> Cast:
    return gather_cast()


@pytest.fixture
def certificate(cast: Cast) -> Certificate:
    assert cast.reviewer.person_id is not None
    return Certificate.objects.create(
        number=NUMBER,
        check_code=CODE,
        account=cast.student.account,
        family="athlete",
        grade="3",
        holder_name="林知夏<b>",
        issuer=cast.school,
        issuer_name="北岸机器人运动协会（示例）",
        issued_on=date(2026, 5, 18),
        issued_at=AT,
        issued_by_id=cast.reviewer.person_id,
        redemption_number="DH-2026-000001",
        policy_version=PolicyVersion.objects.get(),
        clause="R-1.1",
        wording={"certificate-nature": shipped_law().wording["certificate-nature"].text.to_json()},
    )


def _page(client: Client, number: str = NUMBER, code: str = CODE) -> str:
    response = client.post("/check/", {"number": number, "code": code})
    assert "no-store" in response["Cache-Control"]
    return response.content.decode()


@pytest.mark.usefixtures("certificate")
def test_number_and_code_show_the_whole_certified_content(client: Client) -> None:
    html = _page(client)
    for part in (
        "运动员注册证书",
        "三级",
        "林知夏&lt;b&gt;",
        "北岸机器人运动协会",
        "2026-05-18",
        "细则 一·1",
        "不是国家运动员",
    ):
        assert part in html, part


def test_the_page_shows_no_identity(client: Client, certificate: Certificate, cast: Cast) -> None:
    html = _page(client)
    assert cast.student.number not in html
    assert certificate.account.student.birth_date.isoformat() not in html
    assert cast.student.card not in html


@pytest.mark.usefixtures("certificate")
def test_the_code_of_the_qr_opens_the_same_page(client: Client) -> None:
    html = client.get("/check/", {"number": NUMBER, "code": CODE}).content.decode()
    assert "目前有效" in html


@pytest.mark.usefixtures("certificate")
@pytest.mark.parametrize(
    ("number", "code"), [(f" {NUMBER.lower()} ", "abcd efgh-jk"), ("ＬＭ－Ａ－2026－000123", CODE)]
)
def test_number_and_code_may_be_typed_as_people_type(client: Client, number: str, code: str) -> None:
    assert "目前有效" in _page(client, number, code)


@pytest.mark.usefixtures("certificate")
def test_a_number_alone_shows_nothing(client: Client) -> None:
    for html in (_page(client, code=""), client.get("/check/", {"number": NUMBER}).content.decode()):
        assert "林知夏" not in html
        assert "目前有效" not in html


@pytest.mark.usefixtures("certificate")
def test_a_wrong_code_and_a_wrong_number_read_alike(client: Client) -> None:
    wrong_code, wrong_number = _page(client, code="KJHGFEDCBA"), _page(client, number="LM-A-2026-999999")
    for html in (wrong_code, wrong_number):
        assert "没有查到这张证书" in html
        assert "林知夏" not in html


@pytest.mark.parametrize(("state", "words"), [("suspended", "已暂停使用"), ("revoked", "已撤销，不再有效")])
def test_a_certificate_that_does_not_stand_says_so_with_its_reason(
    client: Client, certificate: Certificate, state: str, words: str
) -> None:
    Certificate.objects.filter(pk=certificate.pk).update(state=state, state_reason="成绩经复核不成立")
    html = _page(client)
    assert words in html
    assert "成绩经复核不成立" in html
    assert "目前有效" not in html
