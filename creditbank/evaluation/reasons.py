"""Reasons in words: whoever says no, or asks for a correction, says why."""

from typing import Final

from creditbank.errors import InvalidInput

FEWEST_REASON_CHARACTERS: Final = 5
MOST_REASON_CHARACTERS: Final = 2_000


def checked_reason(reason: str) -> str:
    """The reason, trimmed; InvalidInput when it is too short to be one, or too long."""
    text = reason.strip()
    if not FEWEST_REASON_CHARACTERS <= len(text) <= MOST_REASON_CHARACTERS:
        raise InvalidInput(
            "请写明原因，%(fewest)s 至 %(most)s 个字。",
            code="reason-length",
            field="reason",
            fewest=FEWEST_REASON_CHARACTERS,
            most=MOST_REASON_CHARACTERS,
        )
    return text
