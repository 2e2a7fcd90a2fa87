"""Strict reading of plain data (JSON, YAML): every refusal names the place and what was expected there.

The reader knows no format and no rule. It never puts a value into an error, only its path, so nothing personal leaks.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from creditbank.errors import InvalidInput
from creditbank.policy.amounts import parse_hundredths

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KEY_LENGTH: Final = 60
_CHOICES_SHOWN: Final = 20


class Duplicate:
    """Stands where a key was given more than once in one object, so that reading it is refused with its path."""


def refusal(field: str, zh: str, en: str) -> InvalidInput:
    """The error for the place ``field``: what was expected there, in both languages."""
    return InvalidInput("%(field)s：%(expected)s", field=field, expected=zh, expected_en=en)


def shown_key(key: object) -> str:
    """A key as it may be printed: short, and without control characters."""
    text = "".join(c if c.isprintable() else "�" for c in str(key))
    if not text:
        return '""'
    return text if len(text) <= _KEY_LENGTH else text[:_KEY_LENGTH] + "…"


@dataclass(frozen=True, slots=True)
class Reader:
    """A value and the path that leads to it; each method returns the value as one type, or refuses it."""

    value: object
    path: str

    def refuse(self, zh: str, en: str) -> InvalidInput:
        """The error to raise when this place does not hold what was expected."""
        if isinstance(self.value, Duplicate):
            return refusal(self.path, "同一个键只能出现一次", "expected the key only once")
        return refusal(self.path, zh, en)

    def child(self, key: object) -> str:
        """The path of a field of this object."""
        return f"{self.path}.{shown_key(key)}" if self.path else shown_key(key)

    def pairs(self) -> dict[str, "Reader"]:
        """An object with any keys."""
        if not isinstance(self.value, Mapping):
            raise Reader(self.value, self.path or "input").refuse("应为对象", "expected an object")
        for key in self.value:
            if not isinstance(key, str):
                raise refusal(self.child(key), "键应为字符串", "expected the key to be a string")
        return {key: Reader(value, self.child(key)) for key, value in self.value.items()}

    def fields(self, required: Collection[str], optional: Collection[str] = ()) -> dict[str, "Reader"]:
        """An object with exactly the keys ``required`` and perhaps some of ``optional``."""
        found = self.pairs()
        for key, reader in found.items():
            if key not in required and key not in optional:
                names = ", ".join((*required, *optional))
                raise refusal(reader.path, f"不认识的键，应为：{names}", f"unknown key, expected one of: {names}")
        for key in required:
            if key not in found:
                raise refusal(self.child(key), "缺少这一项", "expected, but missing")
        return found

    def items(self) -> list["Reader"]:
        """A list."""
        if not isinstance(self.value, list | tuple):
            raise self.refuse("应为列表", "expected a list")
        return [Reader(value, f"{self.path}[{index}]") for index, value in enumerate(self.value)]

    def text(self) -> str:
        """A string that is not empty."""
        if not isinstance(self.value, str) or not self.value:
            raise self.refuse("应为非空字符串", "expected a string that is not empty")
        return self.value

    def choice(self, options: Collection[str]) -> str:
        """One of a few strings."""
        if isinstance(self.value, str) and self.value in options:
            return self.value
        names = ", ".join(list(options)[:_CHOICES_SHOWN])
        raise self.refuse(f"应为下列之一：{names}", f"expected one of: {names}")

    def integer(self, low: int, high: int | None = None) -> int:
        """A whole number from ``low`` to ``high`` (no upper end if ``None``); ``true`` is not a number."""
        good = isinstance(self.value, int) and not isinstance(self.value, bool)
        if good and isinstance(self.value, int) and self.value >= low and (high is None or self.value <= high):
            return self.value
        if high is None:
            raise self.refuse(f"应为不小于 {low} 的整数", f"expected a whole number of at least {low}")
        raise self.refuse(f"应为 {low}–{high} 的整数", f"expected a whole number from {low} to {high}")

    def flag(self) -> bool:
        """``true`` or ``false``."""
        if isinstance(self.value, bool):
            return self.value
        raise self.refuse("应为 true 或 false", "expected true or false")

    def day(self, latest: date | None = None) -> date:
        """A date ``YYYY-MM-DD`` that exists and is not after ``latest``."""
        day = _parse_day(self.value)
        if day is None:
            raise self.refuse("应为存在的日期 YYYY-MM-DD", "expected a date that exists, YYYY-MM-DD")
        if latest is not None and day > latest:
            raise self.refuse("应不晚于申请日期 on", "expected a date not later than `on`")
        return day

    def hundredths(self) -> int:
        """A decimal string of at most 12 digits and 2 decimals, as hundredths."""
        amount = parse_hundredths(self.value) if isinstance(self.value, str) else None
        if amount is None:
            raise self.refuse(
                '应为字符串形式的数，如 "120.00"，至多 12 位整数、2 位小数',
                'expected a JSON string like "120.00": up to 12 digits, at most 2 decimals',
            )
        return amount


def _parse_day(value: object) -> date | None:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
