"""Words and tones for codes: domains, stages, states, clauses and requirements, once for all pages."""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Mark:
    """A code with its one character and its full word."""

    code: str
    character: str
    label: Words


DOMAINS = (
    Mark("moral", "德", _("德育")),
    Mark("intellectual", "智", _("智育")),
    Mark("physical", "体", _("体育")),
    Mark("aesthetic", "美", _("美育")),
    Mark("labour", "劳", _("劳育")),
)
STAGES = (
    Mark("teaching", "教", _("教学")),
    Mark("practice", "练", _("练习")),
    Mark("competition", "赛", _("竞赛")),
)


def domain_mark(code: str | int) -> Mark | None:
    """The domain of a ledger code (1-5) or a word; ``None`` for a line without one."""
    return _mark(DOMAINS, code)


def stage_mark(code: str | int) -> Mark | None:
    """The stage of a ledger code (1-3) or a word; ``None`` for a line without one."""
    return _mark(STAGES, code)


def _mark(marks: tuple[Mark, ...], code: str | int) -> Mark | None:
    if isinstance(code, int):
        return marks[code - 1] if 1 <= code <= len(marks) else None
    return next((mark for mark in marks if mark.code == code), None)


TONES = {
    "ok": "approved active in-force issued posted settled paid done valid eligible open",
    "warn": "held pending waiting awaiting-guardian draft-returned returned suspended not-eligible warning missing",
    "bad": "refused rejected revoked failed overdue error blocked withdrawn-by-office reversed",
    "info": "submitted in-review reviewing under-review checking posting announced running replaced fulfilled",
}
_TONE_OF = {state: tone for tone, states in TONES.items() for state in states.split()}


def tone_of(state: str) -> str:
    """ok, warn, bad, info or empty (neutral) for a state's code; underscores count as hyphens."""
    return _TONE_OF.get(state.replace("_", "-"), "")


REQUIREMENTS: dict[str, Words] = {
    "in-force": _("细则已生效"),
    "credits": _("可用学分"),
    "skill-certificate": _("技能资格证书"),
    "honour": _("第一名荣誉证书"),
    "honour-unused": _("荣誉尚未用过"),
    "age": _("年龄"),
    "exam": _("通用知识考试"),
    "ladder": _("逐级兑换"),
    "grade-open": _("开放兑换的等级"),
    "not-held": _("尚未持有"),
    "price-published": _("价目已公布"),
    "window": _("申请期限"),
    "seats": _("名额"),
    "budget": _("经费"),
    "account-open": _("账户正常"),
}

_DIGITS = "零一二三四五六七八九"
_ID_SHAPE = re.compile(r"([MRI])-(\w+)((?:\.\w+)*)")


def clause_label(clause: str) -> str:
    """What a clause tag says: ``M-4`` 办法 第四条, ``R-1.1`` 细则 一·1, ``I-3`` 解释 3; an unknown id as it is."""
    match = _ID_SHAPE.fullmatch(clause)
    if match is None:
        return clause
    document, number, rest = match.groups()
    chinese = (get_language() or "zh").startswith("zh")
    if document == "I":
        return gettext("解释 %(number)s") % {"number": number}
    if document == "M":
        if number == "P":
            return gettext("办法 前言")
        return gettext("办法 第%(number)s条") % {"number": _chinese_number(number) if chinese else number}
    if number in {"0", "P"}:
        return gettext("细则 前言") if number == "0" else gettext("细则 附则")
    parts = rest.lstrip(".")
    shown = f"{_chinese_number(number)}·{parts}" if chinese and parts else number + rest
    return gettext("细则 %(number)s") % {"number": shown}


def _chinese_number(number: str) -> str:
    """``17`` → 十七 (1 to 99); anything that is no number stays as it is."""
    if not number.isdigit() or not 0 < int(number) < 100:
        return number
    tens, ones = divmod(int(number), 10)
    head = "" if tens == 0 else ("" if tens == 1 else _DIGITS[tens]) + "十"
    return head + (_DIGITS[ones] if ones else "")
