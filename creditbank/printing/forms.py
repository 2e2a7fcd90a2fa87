"""The two annexes as printable forms: blank to fill by hand, or filled from an application.

The regulation names the forms but does not print their fields, so the fields are data (I-17, 示例): a form is a list of
sections of fields. A field without a value is a box to write in.
"""

from dataclasses import dataclass
from datetime import datetime

from creditbank.printing.values import FreeText, Line, Passage, Sheet, ShortText


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One field: a box to write in, or, with ``choices``, boxes to tick (``value`` names the ticked one).

    ``span`` is its width in sixths of the page (1–6).
    """

    label: Line
    value: ShortText = ""
    choices: tuple[Line, ...] = ()
    span: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSection:
    """A titled group of fields."""

    title: Line
    fields: tuple[FormField, ...]
    note: Passage = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentPart:
    """The agreement of a guardian (or of an adult applicant): the text, its version, and who agreed when."""

    title: Line
    purposes: tuple[Passage, ...]
    text_version: Line
    agreed_by: Line = ""
    relation: Line = ""
    agreed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningForm(Sheet):
    """《学分银行开户申请表》 (Annex 1, M-6). ``number`` is empty on the blank form."""

    number: Line = ""
    sections: tuple[FormSection, ...]
    consent: ConsentPart
    office_section: FormSection


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementRow:
    """One requirement of the decision: what is asked, by which clause, what there is, and what is missing."""

    text: Line
    clause: Line
    need: Line = ""
    found: ShortText
    met: bool
    gap: ShortText = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionForm(Sheet):
    """《学分兑换教育产品申请表》 (Annex 2, M-7). Blank when ``number`` is empty and ``requirements`` is ()."""

    number: Line = ""
    sections: tuple[FormSection, ...]
    requirements: tuple[RequirementRow, ...] = ()
    law_version: Line = ""
    outcome: Line = ""
    reason: FreeText = ""
    consent: ConsentPart
    office_section: FormSection
