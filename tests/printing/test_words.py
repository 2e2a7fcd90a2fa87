"""The fixed words: each is printed somewhere, and each printed one exists in the one table."""

import re

from creditbank.printing.rendering import SHEETS
from creditbank.printing.words import WORDS

_FILLED_IN_PYTHON = {
    "date_form",
    "moment_form",
    "certificate",
    "receipt",
    "slips",
    "cards",
    "statement",
    "opening_form",
    "redemption_form",
}


def test_every_word_of_the_table_is_printed_by_a_template() -> None:
    source = "\n".join(path.read_text("utf-8") for path in SHEETS.glob("*.typ"))
    used = set(re.findall(r"words\.([a-z_0-9]+)", source)) | set(re.findall(r"\"([a-z_0-9]+)\"", source))
    assert set(WORDS) - used - _FILLED_IN_PYTHON == set()


def test_templates_hold_no_chinese_words_of_their_own() -> None:
    for path in SHEETS.glob("*.typ"):
        assert not re.search(r"[\u4e00-\u9fff]", path.read_text("utf-8")), path.name
