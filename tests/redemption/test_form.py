"""Annex 2 on paper: blank, and filled from an application with what it was decided on."""

import pytest

from creditbank.redemption.form import application_pdf, blank_application_pdf
from tests.cast import AT
from tests.printing.reading import page_texts
from tests.redemption.stage import Stage12, apply_as_guardian, set_stage


@pytest.fixture
def stage(db: None) -> Stage12:
    return set_stage()


def test_a_filled_form_shows_product_requirements_clauses_and_the_guardians_agreement(stage: Stage12) -> None:
    redemption = apply_as_guardian(stage)
    text = "".join(page_texts(application_pdf(redemption, lang="zh", at=AT)))
    for shown in (redemption.number, "林知夏", "运动员注册证书（三级）", "120.00", "130.00", "细则", "林远", "父亲"):
        assert shown in text
    assert stage.cast.student.number not in text


def test_a_blank_form_has_the_consent_and_no_name(db: None) -> None:
    text = "".join(page_texts(blank_application_pdf(lang="zh", at=AT)))
    assert "自愿同意提交本次兑换申请" in text
    assert "监护人签名" in text
