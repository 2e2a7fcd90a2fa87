"""Findings (校验问题): what is wrong with a row, where, and how to mend it. Values, not errors.

Each code stands once in :data:`FINDING_KINDS`; a face translates its sentence and its mend, then fills their places
from ``Finding.places()``. Personal values are masked before they enter a finding.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation.trans_null import gettext_noop

from creditbank.evaluation.book_kinds import BOOK_KINDS
from creditbank.evaluation.columns import COLUMN_BY_KEY
from creditbank.evaluation.finding_kinds import FILE_KINDS, FindingKind, Severity
from creditbank.evaluation.stray_numbers import masked_strays
from creditbank.people.identity_documents import mask
from creditbank.people.names import mask_name

ROW: Final = "row"
WHOLE_ROW: Final = gettext_noop("整行")
FINDING_KINDS: Final = {kind.code: kind for kind in (*FILE_KINDS, *BOOK_KINDS)}
_SHOWN_CHARS: Final = 40


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. ``column`` is a key of ``columns`` or ``row``; ``value`` is masked where personal, and short."""

    row: int
    column: str
    code: str
    value: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> FindingKind:
        """What the code means."""
        return FINDING_KINDS[self.code]

    @property
    def severity(self) -> Severity:
        """``error`` if the row can't be submitted with it, else ``notice``."""
        return self.kind.severity

    @property
    def column_name(self) -> str:
        """The Chinese heading of the column (a msgid)."""
        return column_name(self.column)

    def places(self) -> dict[str, str]:
        """The data for the named places of the translated message and mend."""
        return {"column": self.column_name, "value": self.value, "row": str(self.row), **self.params}

    def sentences(self, translate: Callable[[str], str] = str) -> tuple[str, str]:
        """What is wrong and how to mend it, translated, with the places filled."""
        places = {**self.places(), "column": translate(self.column_name)}
        return translate(self.kind.message) % places, translate(self.kind.mend) % places


def column_name(key: str) -> str:
    """The heading of a column, or 整行 for a finding about the row as a whole."""
    return COLUMN_BY_KEY[key].name if key in COLUMN_BY_KEY else WHOLE_ROW


def shown_value(column: str, text: str) -> str:
    """What a finding may show of a cell: shortened, without control characters, masked where personal."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text.strip())
    if column == "name":
        return mask_name(shown[:_SHOWN_CHARS]) if shown else ""
    if column in COLUMN_BY_KEY and COLUMN_BY_KEY[column].personal:
        return mask_number(shown)
    shown = masked_strays(shown)
    return shown if len(shown) <= _SHOWN_CHARS else shown[: _SHOWN_CHARS - 1] + "…"


def mask_number(number: str) -> str:
    """An ID number or card number with only its ends shown; nothing at all of a short one."""
    if len(number) < 6:
        return "*" * len(number)
    return mask(number[:_SHOWN_CHARS])
