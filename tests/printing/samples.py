"""One plain value of each document, with invented names marked 示例."""

from dataclasses import replace
from datetime import UTC, date, datetime

from creditbank.printing import annexes
from creditbank.printing.documents import (
    CardFace,
    CertificateSheet,
    OpeningSlip,
    OpeningSlips,
    PassbookStatement,
    ReturnReceipt,
    StatementLine,
    StudentCards,
)
from creditbank.printing.forms import OpeningForm, RedemptionForm, RequirementRow
from creditbank.printing.values import Sheet

AT = datetime(2026, 11, 23, 7, 42, 8, tzinfo=UTC)
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
CARD = "4821093661758"


def certificate() -> CertificateSheet:
    return CertificateSheet(
        printed_at=AT,
        title="运动员注册证书",
        title_second="Athlete Registration Certificate",
        subject="机器人运动专业",
        grade="三级",
        holder_name="林知夏（示例）",
        number="LM-A3-2026-000123",
        issuer="北岸机器人运动协会",
        issued_on=date(2026, 5, 18),
        route="技能途径：机器人技能 12 级，兑换 120.00 学分",
        clause="细则 一·1",
        law_version="2021-09-01 版",
        validity="长期有效，规定未设期限",
        check_address="https://bank.example/check?number=LM-A3-2026-000123&code=7K4MP2QX",
        check_code="7K4M-P2QX",
        wording="本证书是联盟证书，不是国家运动员技术等级称号。",
        wording_second="This is an alliance certificate, not a state athlete grade.",
        stamp_lines=("此处盖章",),
        sample=True,
    )


def receipt() -> ReturnReceipt:
    return ReturnReceipt(
        printed_at=AT,
        institution_name="北岸实验学校（示例）",
        institution_code="SCH-0001",
        return_number="SB-2026-000123",
        file_name="2026年秋季成果.xlsx",
        file_sha256=DIGEST,
        row_count=126,
        credits_total="3480.50",
        submitted_at=AT,
        payload_sha256=DIGEST[::-1],
        signature="MEUCIQDk8s1x3Vv5yR0v7gS1r1u2xw3z4y5A6B7C8D9E0F1G2H3I4J5K6L7M8N9O0P1Q2R3S4T5U6V7W8X9Y==",
        key_id="receipts-2026",
        public_key_address="https://bank.example/keys/receipts.json",
    )


def slips(count: int = 6) -> OpeningSlips:
    one = OpeningSlip(
        opening_number="KH-2026-000001",
        masked_name="林**",
        institution_name="北岸实验学校（示例）",
        card_number=CARD,
        activation_code="7K4MP2QX9TBC",
        opened_on=date(2026, 11, 20),
        valid_until=date(2026, 12, 20),
    )
    return OpeningSlips(
        printed_at=AT,
        login_address="https://bank.example/activate",
        slips=tuple(replace(one, opening_number=f"KH-2026-{index:06}") for index in range(count)),
    )


def cards() -> StudentCards:
    one = CardFace(
        holder_name="林知夏（示例）",
        card_number=CARD,
        institution_name="北岸实验学校（示例）",
        issued_on=date(2026, 11, 20),
    )
    return StudentCards(printed_at=AT, cards=(one, replace(one, holder_name="阿卜杜热合曼·示例")))


def statement(count: int = 3) -> PassbookStatement:
    one = StatementLine(
        sequence=1,
        on=date(2026, 5, 1),
        kind="获得",
        what="机器人技能等级 3 级",
        source="北岸实验学校（示例）申报",
        domain="智",
        stage="练",
        change="+10.00",
        balance_after="10.00",
    )
    return PassbookStatement(
        printed_at=AT,
        holder_name="林知夏（示例）",
        card_number=CARD,
        period_from=date(2026, 1, 1),
        period_to=date(2026, 11, 23),
        opening_balance="0.00",
        earned_total="30.00",
        used_total="0.00",
        available="30.00",
        held="0.00",
        spent="0.00",
        owed="0.00",
        head_hash=DIGEST,
        lines=tuple(replace(one, sequence=number, balance_after=f"{number * 10}.00") for number in range(1, count + 1)),
    )


def blank_opening() -> OpeningForm:
    return annexes.opening_form(
        printed_at=AT, consent_texts=("为学生开立学分银行户口。",), consent_version="告知书 2026-01（示例）"
    )


def filled_opening() -> OpeningForm:
    return annexes.opening_form(
        printed_at=AT,
        consent_texts=("为学生开立学分银行户口。",),
        consent_version="告知书 2026-01（示例）",
        number="KH-2026-000123",
        values={"name": "林知夏（示例）", "document_kind": "passport", "document_number": "E1******9"},
        agreement=annexes.Agreement("林远山（示例）", "父亲", AT),
    )


def filled_redemption() -> RedemptionForm:
    return annexes.redemption_form(
        printed_at=AT,
        consent_texts=("同意学生用学分兑换下列产品。",),
        consent_version="兑换告知书 2026-01（示例）",
        number="DH-2026-000123",
        values={"name": "林知夏（示例）", "product": "运动员注册证书 三级", "credits_asked": "120.00"},
        requirements=(
            RequirementRow(text="机器人技能证书", clause="细则 一·1", need="12 级", found="12 级", met=True),
            RequirementRow(
                text="可用学分", clause="细则 一·1", need="120.00", found="95.00", met=False, gap="还差 25 学分"
            ),
        ),
        law_version="2021-09-01 版",
        outcome="不符合",
        reason="可用学分不足。",
    )


def every_document() -> tuple[Sheet, ...]:
    """One value of each kind."""
    return (
        certificate(),
        receipt(),
        slips(),
        cards(),
        statement(),
        blank_opening(),
        filled_opening(),
        filled_redemption(),
    )
