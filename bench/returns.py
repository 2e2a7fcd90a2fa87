"""A whole return, from the file to the passbooks, beside posting the same lines alone; and the memory it takes.

``python -m bench.returns SOCKET_DIRECTORY|- QUICK`` prints the measures of one engine as JSON.
"""

import csv
import ctypes
import gc
import io
import json
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from uuid import UUID

import django
from xlsxwriter import Workbook

from bench.books import Measure, measure, seconds
from bench.engines import on_each_engine

if TYPE_CHECKING:
    from tests.cast import Cast

Rows = list[list[str]]
ACTIVITIES = (
    ("DJ01", "品德与法治课程", "德", "教", "2.00"),
    ("ZJ01", "科技校本课程", "智", "教", "2.00"),
    ("TJ01", "体育与健康课程", "体", "教", "2.00"),
    ("MJ01", "音乐课程", "美", "教", "2.00"),
    ("LJ01", "劳动技术课程", "劳", "教", "2.00"),
)
TERMS = 4
# A hundred thousand rows on one engine: how much memory they take is not the engine's doing.
_PEOPLE = {"sqlite": 5_000, "postgresql": 2_000}


def run(quick: bool) -> list[Measure]:
    """The measures of whole returns on SQLite and on PostgreSQL; ``quick`` takes 5,000 rows."""
    return on_each_engine("bench.returns", quick)


def main() -> None:
    """Make the people, report them, measure, print."""
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 # Django is set up first
    from django.db import connection  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    measures = _measures(250 if sys.argv[2] == "1" else _PEOPLE[connection.vendor])
    for each in measures:
        each["engine"] = connection.vendor
    json.dump(measures, sys.stdout)


def _measures(people: int) -> list[Measure]:
    from tests.cast import gather_cast, many_pupils  # noqa: PLC0415

    cast = gather_cast()
    pupils = [(pupil.name, pupil.card, pupil.holder_id) for pupil in many_pupils(people)]
    few = [(pupil.name, pupil.card) for pupil in many_pupils(people // 10)]
    # The first return of a process also pays for what is loaded once.
    _report(cast, _csv(_rows([(pupil.name, pupil.card) for pupil in many_pupils(10)], "csv")), "first.csv")
    found: list[Measure] = []
    for kind, make in (("csv", _csv), ("xlsx", _xlsx)):
        content = make(_rows(few, kind))
        settled = _settled()
        _report(cast, content, f"few.{kind}")
        tenth = _peak() - settled
        rows = _rows([(name, card) for name, card, _ in pupils], kind)
        content, count = make(rows), len(rows) - 1
        del rows
        settled = _settled()
        checked, posted = _report(cast, content, f"return.{kind}")
        whole = _peak() - settled
        alone = _post_alone([holder for *_, holder in pupils], kind)
        found += [
            measure(f"check .{kind}", count / checked, "rows/s", "posting the same lines alone", count / alone),
            measure(f"post .{kind}", count / posted, "rows/s", "posting the same lines alone", count / alone),
            measure(
                f".{kind} to passbook",
                count / (checked + posted),
                "rows/s",
                "posting the same lines alone",
                count / alone,
            ),
            measure(f"memory of a {count:,}-row .{kind}", whole, "MiB", "a tenth of its rows", tenth, aim=2.0),
        ]
    return found


def _report(cast: "Cast", content: BinaryIO, name: str) -> tuple[float, float]:
    """Seconds to upload and check, and seconds to post."""
    from creditbank.evaluation.actions import (  # noqa: PLC0415
        approve_return,
        post_return,
        review_return,
        submit_return,
        upload_return,
    )
    from creditbank.evaluation.models import CreditReturn, ReturnState  # noqa: PLC0415
    from creditbank.evaluation.upload_check import run_check  # noqa: PLC0415

    at = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

    def check() -> None:
        uploaded = upload_return(actor=cast.clerk, at=at, institution=cast.school, stream=content, filename=name)
        if uploaded.state == ReturnState.CHECKING:
            run_check(uploaded.pk, at=at)

    checked = seconds(check)
    credit_return = CreditReturn.objects.latest("pk")
    assert credit_return.state == ReturnState.READY, credit_return.state
    submit_return(actor=cast.clerk, at=at, number=credit_return.number)
    approve_return(actor=cast.approver, at=at, number=credit_return.number)
    review_return(actor=cast.reviewer, at=at, number=credit_return.number, verdict="accept")
    return checked, seconds(lambda: post_return(credit_return.pk, at=at + timedelta(minutes=1)))


def _post_alone(holders: list[UUID], kind: str) -> float:
    from bench.books_bulk import post  # noqa: PLC0415
    from creditbank.ledger.many import Entry  # noqa: PLC0415
    from creditbank.ledger.source import action_source  # noqa: PLC0415

    day = date(2026, 6, 1)
    per_holder = len(ACTIVITIES) * TERMS
    entries = [
        Entry(holder, action_source(kind, index, turn), 200, 1, 1, day, 0)
        for turn in range(per_holder)
        for index, holder in enumerate(holders)
    ]
    return seconds(lambda: post(entries, f"alone:{kind}"))


def _rows(people: list[tuple[str, str]], kind: str) -> Rows:
    """Twenty rows for each person: five courses in each of four terms; never the same achievement twice."""
    from creditbank.evaluation.columns import COLUMNS  # noqa: PLC0415

    half = 0 if kind == "csv" else TERMS
    found = [[column.name for column in COLUMNS]]
    for term in range(half, half + TERMS):
        day = date(2021 + term // 2, 3 if term % 2 == 0 else 9, 10).isoformat()
        for code, title, domain, stage, worth in ACTIVITIES:
            for index, (name, card) in enumerate(people):
                values = {
                    "name": name,
                    "card_number": card,
                    "achievement_number": f"{code}-{term}-{index}",
                    "activity_code": code,
                    "title": title,
                    "domain": domain,
                    "stage": stage,
                    "earned_on": day,
                    "credits": worth,
                }
                found.append([values.get(column.key, "") for column in COLUMNS])
    return found


def _csv(rows: Rows) -> BinaryIO:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return io.BytesIO(text.getvalue().encode())


def _xlsx(rows: Rows) -> BinaryIO:
    content = io.BytesIO()
    with Workbook(content, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    content.seek(0)
    return content


def _settled() -> float:
    """Give freed memory back, begin a new peak, and say how much is held (MiB, Linux)."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    return _status("VmRSS")


def _peak() -> float:
    """The most that was held since :func:`_settled`, MiB."""
    return _status("VmHWM")


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


if __name__ == "__main__":
    main()
