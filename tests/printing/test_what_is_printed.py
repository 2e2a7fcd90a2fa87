"""What a reader finds on the paper."""

from dataclasses import replace

import pytest
import segno

from creditbank.printing.rendering import render
from creditbank.printing.values import Sheet
from tests.printing.reading import page_texts, qr_modules
from tests.printing.samples import (
    CARD,
    DIGEST,
    blank_opening,
    cards,
    certificate,
    filled_opening,
    filled_redemption,
    receipt,
    slips,
    statement,
)


def whole(document: Sheet) -> str:
    return "".join(page_texts(render(document)))


def test_a_certificate_shows_who_what_by_whom_and_the_mandatory_wording() -> None:
    text = whole(certificate())
    for word in (
        "运动员注册证书",
        "AthleteRegistrationCertificate",
        "机器人运动专业·三级",
        "林知夏（示例）",
        "LM-A3-2026-000123",
        "北岸机器人运动协会示例",
        "2026年5月18日",
        "细则一·1",
        "2021-09-01版",
        "7K4M-P2QX",
        "本证书是联盟证书，不是国家运动员技术等级称号。",
        "Thisisanalliancecertificate,notastateathletegrade.",
        "签发机构盖章处",
    ):
        assert word in text


def test_an_issuer_is_marked_as_a_sample_only_when_it_is_one() -> None:
    assert "北岸机器人运动协会示例" not in whole(replace(certificate(), sample=False))


@pytest.mark.parametrize("length", [1, 60, 120])
def test_a_certificate_stays_one_page_whatever_its_texts(length: int) -> None:
    document = replace(
        certificate(), holder_name="名" * length, issuer="A" * length, route="途径" * length, wording="字" * 600
    )
    (page,) = page_texts(render(document))
    assert "名" * length in page


def test_a_receipt_shows_the_fingerprint_the_signature_and_how_to_verify_it() -> None:
    text = whole(receipt())
    for word in (DIGEST, DIGEST[::-1], receipt().signature, "126", "3480.50", "receipts-2026"):
        assert word in text
    assert "creditbankreturnsverify-receiptRECEIPT.json--keyKEY.pem--returnFILE" in text
    assert "2026-11-23 15:42:08（北京时间）".replace(" ", "") in text


def test_a_slip_shows_card_number_activation_code_and_where_to_log_in() -> None:
    text = whole(slips(1))
    for word in (CARD, "7K4MP2QX9TBC", "林**", "https://bank.example/activate", "激活码只能用一次"):
        assert word in text


def test_a_card_shows_name_and_number() -> None:
    first, second = page_texts(render(cards()))
    assert "林知夏（示例）" in first
    assert CARD in first
    assert "阿卜杜热合曼·示例" in second


@pytest.mark.parametrize(
    ("document", "held"),
    [
        (cards(), CARD),
        (certificate(), certificate().check_address),
        (receipt(), receipt().payload_sha256),
    ],
)
def test_the_qr_code_on_the_paper_holds_exactly_this_text(document: Sheet, held: str) -> None:
    matrix = segno.make(held, error="m", micro=False).matrix
    dark = {(row, column) for row, line in enumerate(matrix) for column, module in enumerate(line) if module}
    assert qr_modules(render(document)) == dark


def test_a_statement_shows_each_line_and_the_totals() -> None:
    text = whole(statement(3))
    for word in ("获得机器人技能等级3级", "北岸实验学校（示例）申报", "智/练", "+10.00", "30.00", DIGEST):
        assert word in text


def test_a_statement_without_lines_says_so() -> None:
    assert "这一期间没有变动。" in whole(replace(statement(), lines=()))


def test_a_blank_form_has_labels_and_no_values() -> None:
    text = whole(blank_opening())
    for word in (
        "学分银行开户申请表",
        "附件1示例",
        "姓名（与证件一致）",
        "监护人签名",
        "申请人签名",
        "告知书2026-01（示例）",
        "护照",
    ):
        assert word in text
    assert "编号" not in text.replace("证件号码", "")


def test_a_filled_opening_form_shows_values_and_who_agreed_when() -> None:
    text = whole(filled_opening())
    for word in ("KH-2026-000123", "林知夏（示例）", "E1******9", "林远山（示例）", "父亲", "同意时间2026-11-23"):
        assert word in text


def test_a_filled_redemption_form_shows_every_requirement_with_its_gap() -> None:
    text = whole(filled_redemption())
    for word in ("附件2示例", "●满足", "◆不足还差25学分", "细则一·1", "2021-09-01版", "不符合", "可用学分不足。"):
        assert word in text
