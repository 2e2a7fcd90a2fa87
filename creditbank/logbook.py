"""The program's own log: one JSON object a line, for machines, about the program and never about a person.

Only the fields of :data:`FIELDS` may be added to a record (``logger.info("…", extra={"code": …})``); anything else is
dropped, so that a careless ``extra`` can't carry a name or a number out of the bank. Who did what stands in the audit.
"""

import json
import logging
from datetime import UTC, datetime
from typing import Final

FIELDS: Final = ("code", "status_code", "task", "part", "count", "seconds")


class JsonLines(logging.Formatter):
    """``{"time", "level", "logger", "message"}``, the allowed extra fields, and the kind and place of an error."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; an exception is told by its type and its frames, not by its text, which may quote a value."""
        line: dict[str, str | int | float | list[str] | None] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["frames"] = _frames(record)
        return json.dumps(line, ensure_ascii=False, default=str)


def _frames(record: logging.LogRecord) -> list[str]:
    frames = []
    trace = record.exc_info[2] if record.exc_info else None
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return frames
