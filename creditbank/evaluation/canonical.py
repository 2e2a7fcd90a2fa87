"""From what clerks type to canonical values: dates, credits, words, places, numbers. Pure and cached.

A reading gives the value, or a :class:`Flaw`: the code of a finding and its data. Nothing is guessed where two readings
are possible: a two-digit year, or a day and month that could be swapped, is a flaw.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from creditbank import ids
from creditbank.ledger.lines import Domain, Stage

_CACHED: Final = 4096
MOST_HUNDREDTHS: Final = 99_999_999
_FIRST_DAY: Final = date(1990, 1, 1)
_EPOCH_1900: Final = date(1899, 12, 30)
_EPOCH_1904: Final = date(1904, 1, 1)
_LAST_SERIAL: Final = 73_050


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a text is no value: a finding's code (see ``findings``) and the data of its message."""

    code: str
    params: tuple[tuple[str, str], ...] = field(default=())


_YEAR_FIRST: Final = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SHORT_YEAR: Final = re.compile(r"(\d{2}\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}\s*日?|\d{6})")
_YEAR_LAST: Final = re.compile(r"\d{1,2}\s*[-./]\s*\d{1,2}\s*[-./]\s*\d{4}")
_CLOCK: Final = re.compile(r"[T\s]\s*\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$")
_SERIAL: Final = re.compile(r"\d{5}(\.\d+)?")
_AMOUNT: Final = re.compile(r"(\d{1,9})(?:\.(\d+))?")
_SIGNED: Final = re.compile(r"-\s*\d+(\.\d+)?")
_PLACE: Final = re.compile(r"第?([0-9]{1,3}|[一二三四五六七八九十]{1,3})名?")
_LEVEL_NUMBER: Final = re.compile(r"([0-9]{1,2}|[一二三四五六七八九十]{1,3})级?|(?:level|l)([0-9]{1,2})")
_NO_PLACE: Final = frozenset(("", "无", "-", "--", "/", "—"))
_CARD_NOISE: Final = re.compile(r"[\s\-‐–—']+")
_CHINESE_DIGITS: Final = {sign: value for value, sign in enumerate("一二三四五六七八九", start=1)}

_DOMAIN_WORDS: Final = {
    Domain.MORAL: ("德", "德育", "moral", "1"),
    Domain.INTELLECTUAL: ("智", "智育", "intellectual", "2"),
    Domain.PHYSICAL: ("体", "体育", "physical", "3"),
    Domain.AESTHETIC: ("美", "美育", "aesthetic", "4"),
    Domain.LABOUR: ("劳", "劳育", "劳动", "劳动教育", "labour", "labor", "5"),
}
_STAGE_WORDS: Final = {
    Stage.TEACHING: ("教", "教学", "课程", "teaching", "1"),
    Stage.PRACTICE: ("练", "练习", "实践", "训练", "practice", "2"),
    Stage.COMPETITION: ("赛", "比赛", "竞赛", "赛事", "competition", "3"),
}
LEVELS: Final = {
    "校级": ("校", "学校", "学校级", "school"),
    "区县级": ("区", "县", "区级", "县级", "区县", "县区级", "district", "county"),
    "市级": ("市", "地市级", "city"),
    "省级": ("省", "自治区级", "直辖市级", "省市级", "province", "provincial"),
    "国家级": ("国家", "全国", "全国级", "全国性", "national"),
    "国际级": ("国际", "国际性", "世界级", "international"),
}
SUBJECTS: Final = {
    "robotics": ("机器人技能", "机器人", "机器人技能资格证书", "机器人技能资格"),
    "graphical-programming": ("图形化编程", "图形化"),
    "smart-hardware-programming": ("智能硬件编程", "智能硬件"),
    "python-programming": ("Python编程", "Python"),
}
_DOMAIN_OF: Final = {word: int(domain) for domain, words in _DOMAIN_WORDS.items() for word in words}
_STAGE_OF: Final = {word: int(stage) for stage, words in _STAGE_WORDS.items() for word in words}
_LEVEL_OF: Final = {word: level for level, words in LEVELS.items() for word in (level, *words)}
_SUBJECT_OF: Final = {word.casefold(): code for code, words in SUBJECTS.items() for word in (code, *words)}
_NAMED_PLACES: Final = {"冠军": 1, "亚军": 2, "季军": 3, "champion": 1}


def fold(text: str) -> str:
    """Half-width, without spaces at the ends and without invisible characters."""
    if text.isascii():
        return text.strip()
    folded = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in folded if unicodedata.category(sign) not in ("Cf", "Cc", "Co")).strip()


@lru_cache(maxsize=_CACHED)
def plain_text(text: str) -> str:
    """A text as it will be shown: NFC, line breaks and runs of spaces as one space, no invisible characters."""
    if text.isascii() and text.isprintable():
        return text.strip()
    shown = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join(sign for sign in shown if unicodedata.category(sign) not in ("Cf", "Cc", "Co")).strip()


@lru_cache(maxsize=_CACHED)
def parse_date(text: str) -> date | Flaw:
    """A date written year first: 2026-3-1, 2026.3.1, 2026/3/1, 2026年3月1日, 20260301; a time of day is dropped."""
    folded = _CLOCK.sub("", fold(text))
    match = _YEAR_FIRST.fullmatch(folded) or _COMPACT.fullmatch(folded)
    if match is None:
        if _SHORT_YEAR.fullmatch(folded):
            return Flaw("date-two-digit-year")
        return Flaw("date-ambiguous" if _YEAR_LAST.fullmatch(folded) else "date-unreadable")
    try:
        found = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return Flaw("date-impossible")
    return found if found >= _FIRST_DAY else Flaw("date-too-early")


@lru_cache(maxsize=_CACHED)
def parse_date_number(text: str, epoch_1904: bool = False) -> date | Flaw:
    """A date that stands in a number cell: 20260301, or Excel's serial day of either epoch."""
    if _SERIAL.fullmatch(text):
        serial = int(text.partition(".")[0])
        found = (_EPOCH_1904 if epoch_1904 else _EPOCH_1900) + timedelta(days=serial)
        return found if found >= _FIRST_DAY and serial <= _LAST_SERIAL else Flaw("date-unreadable")
    return parse_date(text)


@lru_cache(maxsize=_CACHED)
def parse_credits(text: str) -> int | Flaw:
    """Hundredths of a credit: above 0, two decimals at most (I-13)."""
    folded = fold(text)
    match = _AMOUNT.fullmatch(folded)
    if match is None:
        return Flaw("credits-not-positive" if _SIGNED.fullmatch(folded) else "credits-unreadable")
    decimals = (match[2] or "").rstrip("0")
    if len(decimals) > 2:
        return Flaw("credits-decimals")
    hundredths = int(match[1]) * 100 + int(decimals.ljust(2, "0") or "0")
    if hundredths == 0:
        return Flaw("credits-not-positive")
    return hundredths if hundredths <= MOST_HUNDREDTHS else Flaw("credits-too-large")


@lru_cache(maxsize=_CACHED)
def parse_domain(text: str) -> int | Flaw:
    """The ledger's number of one of 德智体美劳."""
    return _DOMAIN_OF.get(fold(text).casefold()) or Flaw("domain-unknown")


@lru_cache(maxsize=_CACHED)
def parse_stage(text: str) -> int | Flaw:
    """The ledger's number of 教, 练 or 赛."""
    return _STAGE_OF.get(fold(text).casefold()) or Flaw("stage-unknown")


@lru_cache(maxsize=_CACHED)
def parse_level(text: str) -> str | Flaw:
    """A contest's level by its one name in schemes, or an empty text."""
    folded = fold(text).casefold()
    return "" if folded in _NO_PLACE else _LEVEL_OF.get(folded) or Flaw("level-unknown")


@lru_cache(maxsize=_CACHED)
def parse_place(text: str) -> int | Flaw | None:
    """A place from 1 up, or None where there is none. Prizes such as 一等奖 are no places."""
    folded = fold(text).casefold()
    if folded in _NO_PLACE:
        return None
    if folded in _NAMED_PLACES:
        return _NAMED_PLACES[folded]
    match = _PLACE.fullmatch(folded)
    return (_whole(match[1]) if match else None) or Flaw("place-unreadable")


@lru_cache(maxsize=_CACHED)
def parse_subject(text: str) -> str | Flaw:
    """The policy code of a skill subject, or an empty text."""
    folded = fold(text).casefold().replace(" ", "")
    return "" if folded in _NO_PLACE else _SUBJECT_OF.get(folded) or Flaw("skill-subject-unknown")


@lru_cache(maxsize=_CACHED)
def parse_skill_level(text: str) -> int | Flaw | None:
    """A level from 1 up, or None where there is none: 3, 3级, 三级."""
    folded = fold(text).casefold().replace(" ", "")
    if folded in _NO_PLACE:
        return None
    match = _LEVEL_NUMBER.fullmatch(folded)
    return (_whole(match[1] or match[2]) if match else None) or Flaw("skill-level-unreadable")


@lru_cache(maxsize=_CACHED * 4)
def parse_card_number(text: str) -> str | Flaw:
    """13 digits whose check digit holds; spaces and dashes are dropped."""
    number = _CARD_NOISE.sub("", fold(text))
    return number if ids.is_card_number(number) else Flaw("card-number-wrong")


def parse_code(text: str) -> str | Flaw:
    """An achievement number, activity code or certificate number: half-width, no spaces within."""
    if text.isascii() and text.isprintable() and " " not in text and text[:1] != "'":
        return text
    code = fold(text).lstrip("'")
    if not code.isprintable() or len(code.split()) > 1:
        return Flaw("code-unreadable")
    return code


def _whole(text: str) -> int | None:
    """Arabic digits or Chinese numerals up to 99."""
    if text.isascii():
        return int(text) or None
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _CHINESE_DIGITS.get(text)
    if (tens and tens not in _CHINESE_DIGITS) or (ones and ones not in _CHINESE_DIGITS):
        return None
    return _CHINESE_DIGITS.get(tens, 1) * 10 + _CHINESE_DIGITS.get(ones, 0)
