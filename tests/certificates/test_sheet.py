"""The certificate on paper: what was issued, in both languages, with an address that checks it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from creditbank.certificates.checking import check_certificate
from creditbank.certificates.sheet import certificate_pdf, certificate_sheet
from creditbank.printing.values import Language
from tests.cast import AT
from tests.printing.reading import page_texts
from tests.records.books import live
from tests.redemption.stage import Stage12, set_stage

BASE = "https://bank.example/"


@pytest.fixture
def stage(db: None) -> Stage12:
    return set_stage()


def test_the_address_in_the_qr_checks_the_certificate(stage: Stage12) -> None:
    certificate = live(stage).certificate
    address = urlsplit(certificate_sheet(certificate, check_address_base=BASE, lang="zh", at=AT).check_address)
    asked = parse_qs(address.query)
    assert (address.netloc, address.path) == ("bank.example", "/check/")
    found = check_certificate(number=asked["number"][0], code=asked["code"][0])
    assert found is not None
    assert found.holder_name == "林知夏"


@pytest.mark.parametrize(("lang", "grade"), [("zh", "三级"), ("en", "Grade3")])
def test_the_paper_shows_name_number_grade_and_both_statements(stage: Stage12, lang: Language, grade: str) -> None:
    certificate = live(stage).certificate
    (text,) = page_texts(certificate_pdf(certificate, check_address_base=BASE, lang=lang, at=AT))
    for shown in ("林知夏", certificate.number, certificate.check_code, grade):
        assert shown in text
    for words in certificate.wording.values():
        assert words[lang].replace(" ", "") in text


def test_the_paper_has_neither_birth_date_nor_the_number_of_an_identity_paper(stage: Stage12) -> None:
    certificate = live(stage).certificate
    (text,) = page_texts(certificate_pdf(certificate, check_address_base=BASE, lang="zh", at=AT))
    assert stage.cast.student.number not in text
    assert "2012" not in text


def test_the_route_is_told(stage: Stage12) -> None:
    sheet = certificate_sheet(live(stage).certificate, check_address_base=BASE, lang="zh", at=AT)
    assert sheet.route == "技能途径：机器人技能 12 级"
