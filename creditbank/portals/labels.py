"""Words and tones for codes: domains, stages, states, clauses and requirements, once for all pages."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from creditbank.policy.text import Text

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
# A contest's level stands in schemes and rows by its Chinese name.
LEVELS = {
    "校级": _("校级"),
    "区县级": _("区县级"),
    "市级": _("市级"),
    "省级": _("省级"),
    "国家级": _("国家级"),
    "国际级": _("国际级"),
}


def level_words(level: str) -> str:
    """A contest's level in the reader's language; what is none of ours stays as it is."""
    return str(LEVELS.get(level, level))


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
    "ok": "approved granted confirmed sound ready active in-force issued posted settled paid done valid eligible open",
    "warn": "faulty sent-back reported held pending waiting awaiting-guardian draft-returned returned suspended "
    "not-eligible warning reserved proposed",
    "bad": "refused rejected revoked failed overdue error blocked withdrawn-by-office reversed broken",
    "info": "accepted asked submitted in-review reviewing under-review checking posting announced running replaced "
    "fulfilled",
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


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a stepper: what, who or when, and ``done``, ``now`` or empty (to come)."""

    label: Words
    detail: Words = ""
    state: str = ""


def format_credits(amount: int | str) -> str:
    """Hundredths (int) or a decimal string as ``1,986.50``, with a true minus sign."""
    text = amount if isinstance(amount, str) else _decimal(amount)
    whole, _dot, fraction = text.lstrip("-").partition(".")
    return f"{'−' if text.startswith('-') else ''}{int(whole or 0):,}.{fraction[:2]:0<2}"


def _decimal(amount_hundredths: int) -> str:
    sign = "-" if amount_hundredths < 0 else ""
    return f"{sign}{abs(amount_hundredths) // 100}.{abs(amount_hundredths) % 100:02d}"


def spoken(text: Text | Mapping[str, str]) -> str:
    """The reader's half of a text in two languages, be it a value of the law or its JSON."""
    language = get_language() or "zh-hans"
    if isinstance(text, Text):
        return text.spoken(language)
    return text["en" if language.startswith("en") else "zh"]


def printed_order(clause: str) -> list[int]:
    """A sort key that puts clauses of one document in printed order: R-1.2 before R-1.10, R-x.1 last."""
    return [int(part) if part.isdigit() else 99 for part in clause[2:].split(".")]
