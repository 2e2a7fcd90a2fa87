"""Findings as the page shows them: in words, and by the group in which a clerk looks for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from creditbank.evaluation.findings import FINDING_KINDS
from creditbank.evaluation.models import ReturnFinding
from creditbank.evaluation.reading import as_finding


@dataclass(frozen=True, slots=True)
class Group:
    """A group of kinds of finding: its key in the address, its words, the codes in it."""

    key: str
    label: str | Promise
    codes: tuple[str, ...]


GROUPS: Final = (
    Group(
        "identity",
        _("姓名与证件"),
        (
            "name",
            "identity-missing",
            "document-kind",
            "document-empty",
            "document-characters",
            "document-length",
            "document-format",
            "document-region",
            "document-birth-date",
            "document-check-digit",
            "document-kind-mismatch",
            "card-number-wrong",
            "student-unknown",
            "name-differs",
            "card-differs",
            "account-not-open",
            "personal-number",
        ),
    ),
    Group(
        "credits",
        _("学分与上限"),
        (
            "credits-unreadable",
            "credits-not-positive",
            "credits-decimals",
            "credits-too-large",
            "credits-differ",
            "credits-above-scheme",
            "cap-term",
            "cap-student",
            "skill-credits",
        ),
    ),
    Group(
        "again",
        _("重复申报"),
        (
            "duplicate-in-file",
            "already-credited",
            "credited-differently",
            "in-another-return",
            "corrected-again",
            "skill-levels-credited",
        ),
    ),
    Group(
        "date",
        _("取得日期"),
        (
            "date-unreadable",
            "date-two-digit-year",
            "date-ambiguous",
            "date-impossible",
            "date-too-early",
            "date-future",
            "no-scheme",
        ),
    ),
    Group(
        "scheme",
        _("活动与方案"),
        (
            "activity-unknown",
            "level-unknown",
            "level-not-in-scheme",
            "place-unreadable",
            "place-not-in-scheme",
            "place-expected",
            "evidence-missing",
        ),
    ),
    Group(
        "domain",
        _("五育与环节"),
        ("domain-unknown", "domain-differs", "stage-unknown", "stage-differs"),
    ),
    Group(
        "attainment",
        _("证书与荣誉"),
        (
            "skill-subject-unknown",
            "skill-subject-differs",
            "skill-level-unreadable",
            "skill-level-range",
            "skill-incomplete",
            "skill-expected",
            "skill-not-expected",
            "honour-incomplete",
            "skill-and-place",
        ),
    ),
    Group(
        "cell",
        _("填写与格式"),
        (
            "required-missing",
            "too-long",
            "numeric-identifier",
            "formula",
            "wrong-type",
            "row-overflows",
            "example-row",
            "code-unreadable",
            "file-stopped",
            "too-many-findings",
            "no-rows",
        ),
    ),
)
_BY_KEY: Final = {group.key: group for group in GROUPS}
_ELSEWHERE: Final = GROUPS[-1]


@dataclass(frozen=True, slots=True)
class GroupCount:
    """How many findings of a group there are, and its share of the greatest (for the bar)."""

    group: Group
    count: int


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding in the reader's language; the value is masked where personal."""

    row: int
    column: str
    severity: str
    value: str
    message: str
    mend: str


def codes_of(key: str) -> tuple[str, ...]:
    """The codes of a group; none for an unknown key."""
    group = _BY_KEY.get(key)
    return group.codes if group else ()


def group_counts(counts: Mapping[str, int]) -> list[GroupCount]:
    """The groups that have findings, the greatest first; a code that no group names counts among the last."""
    sums: dict[str, int] = {}
    home = {code: group.key for group in GROUPS for code in group.codes}
    for code, count in counts.items():
        key = home.get(code, _ELSEWHERE.key)
        sums[key] = sums.get(key, 0) + count
    return sorted((GroupCount(_BY_KEY[key], count) for key, count in sums.items()), key=lambda each: -each.count)


def severity_counts(counts: Mapping[str, int]) -> tuple[int, int]:
    """How many findings must be mended, and how many only want to be looked at."""
    errors = sum(count for code, count in counts.items() if _severity(code) == "error")
    return errors, sum(counts.values()) - errors


def shown(row: ReturnFinding) -> ShownFinding:
    """A kept finding in words."""
    finding = as_finding(row)
    message, mend = finding.sentences(gettext)
    return ShownFinding(finding.row, gettext(finding.column_name), finding.severity, finding.value, message, mend)


def _severity(code: str) -> str:
    kind = FINDING_KINDS.get(code)
    return kind.severity if kind else "error"
