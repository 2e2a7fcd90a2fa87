"""The fields of the two annexes as shipped (I-17, 示例), and the way from an application's values to a printable form.

Each field has a key; a filled form is the same list with values by key, a blank form is the list without. Fields are
kept to what the clause needs. A number of an identity paper is handed in masked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from creditbank.printing.forms import ConsentPart, FormField, FormSection, OpeningForm, RedemptionForm, RequirementRow
from creditbank.printing.values import ALLIANCE, LANGUAGE_CODES, Language, SiteFacts

Word = str | Promise


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """A field of a form: its key, its label, the boxes to tick (code → label) and its width in sixths."""

    key: str
    label: Word
    span: int = 2
    choices: Mapping[str, Word] | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who agreed, as what (母亲, 本人), and when (aware)."""

    agreed_by: str
    relation: str
    agreed_at: datetime


SectionPlan = tuple[Word, tuple[FieldPlan, ...]]

DOCUMENT_KINDS: Final[Mapping[str, Word]] = {
    "resident-id": _("居民身份证"),
    "residence-permit": _("港澳台居民居住证"),
    "travel-permit": _("来往内地（大陆）通行证"),
    "permanent-residence": _("外国人永久居留身份证"),
    "passport": _("护照"),
    "student-number": _("学籍号"),
}
PRICE_CLASSES: Final[Mapping[str, Word]] = {"full": _("全价"), "half": _("半价"), "subsidised": _("补贴价")}

OPENING_SECTIONS: Final[tuple[SectionPlan, ...]] = (
    (
        _("一、学生"),
        (
            FieldPlan("name", _("姓名（与证件一致）")),
            FieldPlan("birth_date", _("出生日期")),
            FieldPlan("institution", _("所在学校或成员单位")),
            FieldPlan("document_kind", _("证件类型"), 6, DOCUMENT_KINDS),
            FieldPlan("document_number", _("证件号码"), 3),
            FieldPlan("phone", _("联系电话（满 18 周岁填写）"), 3),
        ),
    ),
    (
        _("二、监护人（学生未满 18 周岁填写）"),
        (
            FieldPlan("guardian_name", _("监护人姓名")),
            FieldPlan("guardian_relation", _("与学生的关系")),
            FieldPlan("guardian_phone", _("联系电话")),
        ),
    ),
)
OPENING_OFFICE: Final[SectionPlan] = (
    _("四、核验与开户（工作人员填写）"),
    (
        FieldPlan("check_method", _("实名核验方式（核对证件原件）")),
        FieldPlan("checked_by", _("核验人签名和日期")),
        FieldPlan("confirmed_by", _("复核人签名和日期")),
    ),
)
REDEMPTION_SECTIONS: Final[tuple[SectionPlan, ...]] = (
    (
        _("一、申请人"),
        (
            FieldPlan("name", _("姓名")),
            FieldPlan("card_number", _("素质教育卡号")),
            FieldPlan("institution", _("所在学校或成员单位")),
        ),
    ),
    (
        _("二、申请兑换的教育产品"),
        (
            FieldPlan("product", _("教育产品"), 4),
            FieldPlan("applied_on", _("申请日期")),
            FieldPlan("price_class", _("档位（证书和奖学金不填）"), 2, PRICE_CLASSES),
            FieldPlan("credits_asked", _("所需学分")),
            FieldPlan("available", _("申请时可用学分")),
        ),
    ),
)
REDEMPTION_OFFICE: Final[SectionPlan] = (
    _("三、审核与决定（工作人员填写）"),
    (
        FieldPlan("reviewed_by", _("审核人签名和日期"), 3),
        FieldPlan("decided_by", _("决定人签名和日期"), 3),
    ),
)


def opening_form(
    *,
    printed_at: datetime,
    consent_texts: tuple[str, ...],
    consent_version: str,
    lang: Language = "zh",
    number: str = "",
    values: Mapping[str, str] | None = None,
    agreement: Agreement | None = None,
    site: SiteFacts = ALLIANCE,
) -> OpeningForm:
    """Annex 1 with the shipped fields: blank without ``values`` (by field key; a choice by its code), else filled.

    ``consent_texts`` are the purposes asked, in the wording of ``consent_version`` (M-6).
    """
    with translation.override(LANGUAGE_CODES[lang]):
        return OpeningForm(
            printed_at=printed_at,
            lang=lang,
            site=site,
            number=number,
            sections=tuple(_section(plan, values or {}) for plan in OPENING_SECTIONS),
            consent=_consent(_("三、告知与同意"), consent_texts, consent_version, agreement),
            office_section=_section(OPENING_OFFICE, values or {}),
        )


def redemption_form(
    *,
    printed_at: datetime,
    consent_texts: tuple[str, ...],
    consent_version: str,
    lang: Language = "zh",
    number: str = "",
    values: Mapping[str, str] | None = None,
    requirements: tuple[RequirementRow, ...] = (),
    law_version: str = "",
    outcome: str = "",
    reason: str = "",
    agreement: Agreement | None = None,
    site: SiteFacts = ALLIANCE,
) -> RedemptionForm:
    """Annex 2 with the shipped fields: blank without ``values``, else filled, with its decision (M-7)."""
    with translation.override(LANGUAGE_CODES[lang]):
        return RedemptionForm(
            printed_at=printed_at,
            lang=lang,
            site=site,
            number=number,
            sections=tuple(_section(plan, values or {}) for plan in REDEMPTION_SECTIONS),
            requirements=requirements,
            law_version=law_version,
            outcome=outcome,
            reason=reason,
            consent=_consent(_("监护人同意（申请人未满 18 周岁填写）"), consent_texts, consent_version, agreement),
            office_section=_section(REDEMPTION_OFFICE, values or {}),
        )


def _section(plan: SectionPlan, values: Mapping[str, str]) -> FormSection:
    title, fields = plan
    return FormSection(title=str(title), fields=tuple(_field(field, values.get(field.key, "")) for field in fields))


def _field(plan: FieldPlan, value: str) -> FormField:
    if plan.choices is None:
        return FormField(label=str(plan.label), value=value, span=plan.span)
    return FormField(
        label=str(plan.label),
        value=str(plan.choices[value]) if value else "",
        choices=tuple(str(choice) for choice in plan.choices.values()),
        span=plan.span,
    )


def _consent(title: Word, texts: tuple[str, ...], version: str, agreement: Agreement | None) -> ConsentPart:
    return ConsentPart(
        title=str(title),
        purposes=texts,
        text_version=version,
        agreed_by=agreement.agreed_by if agreement else "",
        relation=agreement.relation if agreement else "",
        agreed_at=agreement.agreed_at if agreement else None,
    )
