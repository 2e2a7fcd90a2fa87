"""Credits and yuan as the contract writes them: decimal strings outside, whole hundredths inside (I-13)."""

import re
from typing import Final

from creditbank.policy.text import Text

_AMOUNT: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")


def parse_hundredths(text: str) -> int | None:
    """Hundredths of a decimal string of at most 12 digits and 2 decimals; ``None`` if it is not one."""
    if not _AMOUNT.fullmatch(text):
        return None
    whole, _, fraction = text.partition(".")
    return int(whole) * 100 + int(fraction.ljust(2, "0"))


def format_hundredths(amount_hundredths: int) -> str:
    """A non-negative amount with exactly two decimals: ``"120.00"``."""
    return f"{amount_hundredths // 100}.{amount_hundredths % 100:02d}"


def plain_amount(amount_hundredths: int) -> str:
    """An amount as people say it: ``"25"``, ``"25.5"``."""
    text = format_hundredths(amount_hundredths)
    return text.rstrip("0").rstrip(".")


def said_amount(amount_hundredths: int) -> Text:
    """The plain amount as a place in a sentence."""
    plain = plain_amount(amount_hundredths)
    return Text(plain, plain)
