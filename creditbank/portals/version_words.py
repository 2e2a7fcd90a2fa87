"""Differences of two versions of the law in words, for the office and for everybody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from creditbank.policy.law import Law
from creditbank.portals.labels import spoken
from creditbank.rulebook.differences import Difference, Side

_KINDS: Final[Mapping[str, str | Promise]] = {
    "clause": gettext_lazy("条文要点"),
    "reading": gettext_lazy("采用的解释"),
    "value": gettext_lazy("数值"),
    "data": gettext_lazy("其他内容"),
}
_VALUES: Final[Mapping[str, str | Promise]] = {
    "winning_place": gettext_lazy("算作冠军的名次"),
    "credits_per_level": gettext_lazy("每一级技能证书的学分"),
    "exam_pass_mark": gettext_lazy("考试及格分"),
    "exam_full_mark": gettext_lazy("考试满分"),
    "exam_validity": gettext_lazy("考试成绩有效年数"),
    "credit_decimals": gettext_lazy("学分的小数位"),
}


@dataclass(frozen=True, slots=True)
class ShownDifference:
    """A difference as it is read: its clause, kind, subject, and what each version says."""

    clause: str
    kind: str
    subject: str
    before: str
    after: str


def shown_differences(found: Iterable[Difference]) -> list[ShownDifference]:
    """Every difference in the reader's language."""
    return [
        ShownDifference(
            each.clause, str(_KINDS[each.kind]), _subject(each), _side(each, each.before), _side(each, each.after)
        )
        for each in found
    ]


def value_label(law: Law, name: str) -> str:
    """What a dated value is called: of the law itself, or of one family of certificates."""
    family, dot, part = name.partition(".")
    if not dot:
        return str(_VALUES.get(name, name))
    named = spoken(law.families[family].name) if family in law.families else family
    words = _("%(family)s：所需学分") if part == "credits" else _("%(family)s：最低年龄")
    return words % {"family": named}


def _subject(each: Difference) -> str:
    if each.kind == "value":
        return str(_VALUES.get(each.code, each.code))
    if each.kind == "data":
        return each.code
    return f"{each.code} {spoken(each.subject)}" if each.kind == "reading" else each.code


def _side(each: Difference, side: Side | None) -> str:
    if side is None:
        return "—"
    if each.kind == "value":
        return _("%(value)s（自 %(since)s 起）") % {"value": side.value, "since": spoken(side.text)}
    if each.kind == "reading" and side.value:
        return _("%(words)s（%(value)s）") % {"words": spoken(side.text), "value": side.value}
    return spoken(side.text)
