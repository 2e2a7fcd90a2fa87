"""The words of the requirements, checked when a version is read so that no decision ever lacks its words."""

from collections.abc import Mapping
from typing import Final

from creditbank.policy.codes import REQUIREMENT_CODES
from creditbank.policy.parsing import read_text
from creditbank.policy.reader import Reader, refusal
from creditbank.policy.text import Text

COMMON_WORDS: Final = ("title", "met", "unmet", "close")
FURTHER_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "credits": ("unmet-one", "close-earned"),
    "skill-certificate": ("unmet-one", "piece-held", "piece-wanted", "separator"),
    "age": ("met-range", "unmet-older", "close-older"),
    "audience": ("unmet-place",),
    "honour": ("piece-honour", "piece-other"),
    "honour-unused": ("unmet-pool",),
    "exam": ("unmet-failed", "unmet-expired"),
    "ladder": ("met-first",),
    "window": ("unmet-over", "close-over"),
}
PLACES: Final = (
    "need",
    "have",
    "gap",
    "date",
    "from",
    "to",
    "held",
    "wanted",
    "honour",
    "below",
    "grade",
    "subject",
    "scope",
    "discipline",
)
NO_PLACES: Final[Mapping[str, str]] = dict.fromkeys(PLACES, "")


def read_words(reader: Reader) -> dict[str, dict[str, Text]]:
    """The words by requirement and use; every use that a rule can ask for must be there, with known places only."""
    found: dict[str, dict[str, Text]] = {}
    for code, words in reader.fields(REQUIREMENT_CODES).items():
        fields = words.fields((*COMMON_WORDS, *FURTHER_WORDS.get(code, ())))
        found[code] = {name: _checked(field) for name, field in fields.items()}
    return found


def _checked(reader: Reader) -> Text:
    text = read_text(reader)
    try:
        text.fill(NO_PLACES)
    except (KeyError, ValueError, TypeError):
        names = ", ".join(PLACES)
        raise refusal(
            reader.path, f"占位符应为 %(名)s：{names}", f"expected places like %(name)s of: {names}"
        ) from None
    return text
