"""The program's log tells of the program: one JSON object a line, and nothing that was not foreseen."""

import json
import logging
import sys

from creditbank.logbook import JsonLines

CARD = "示例-8806-1234"


def logged(*, exception: bool = False, **extra: str | int) -> dict[str, str | int | list[str]]:
    error = None
    if exception:
        try:
            raise ValueError(CARD)
        except ValueError:
            error = sys.exc_info()
    record = logging.LogRecord("creditbank.evaluation", logging.WARNING, __file__, 1, "posting paused", None, error)
    record.__dict__.update(extra)
    line: dict[str, str | int | list[str]] = json.loads(JsonLines().format(record))
    return line


def test_a_line_says_when_where_and_what() -> None:
    line = logged(code="busy", count=3)
    assert line["level"] == "WARNING"
    assert line["logger"] == "creditbank.evaluation"
    assert line["message"] == "posting paused"
    assert (line["code"], line["count"]) == ("busy", 3)
    assert str(line["time"]).endswith("+00:00")


def test_a_field_that_was_not_foreseen_is_dropped() -> None:
    assert CARD not in json.dumps(logged(card_number=CARD), ensure_ascii=False)


def test_an_error_is_told_by_kind_and_place_but_not_by_its_text() -> None:
    line = logged(exception=True)
    assert line["error"] == "ValueError"
    assert "test_logbook" in str(line["frames"])
    assert CARD not in json.dumps(line, ensure_ascii=False)
