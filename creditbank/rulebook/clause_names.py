"""How a clause is named to people: ``M-4`` 办法 第四条, ``R-1.1`` 细则 一·1, ``I-3`` 解释 3."""

import re

from django.utils.translation import get_language, gettext

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
    if document == "R":
        return _rules_label(number, rest, chinese)
    if number == "P":
        return gettext("办法 前言")
    return _measures_label(number, rest.lstrip("."), chinese)


def _measures_label(number: str, rest: str, chinese: bool) -> str:
    article = _chinese_number(number) if chinese else number
    if rest in {"", "0"}:
        return gettext("办法 第%(number)s条") % {"number": article}
    item, _dot, below = rest.partition(".")
    part = _chinese_number(item) + (f"·{below}" if below else "") if chinese else rest
    return gettext("办法 第%(number)s条 %(part)s") % {"number": article, "part": part}


def _rules_label(number: str, rest: str, chinese: bool) -> str:
    named = {"0": gettext("细则 前言"), "P": gettext("细则 附则")}
    if number in named:
        return named[number]
    parts = rest.lstrip(".")
    if number == "x":
        return gettext("细则 各条第%(number)s项") % {"number": parts}
    shown = f"{_chinese_number(number)}·{parts}" if chinese and parts else number + rest
    return gettext("细则 %(number)s") % {"number": shown}


def _chinese_number(number: str) -> str:
    """``17`` → 十七 (1 to 99); anything that is no number stays as it is."""
    if not number.isdigit() or not 0 < int(number) < 100:
        return number
    tens, ones = divmod(int(number), 10)
    head = "" if tens == 0 else ("" if tens == 1 else _DIGITS[tens]) + "十"
    return head + (_DIGITS[ones] if ones else "")
