"""How fast returns are read, and in how much memory: .xlsx beside openpyxl, .csv beside the bare csv module.

Every figure stands beside its limit measured in the same run. Peak memory is measured in a process of its own.
"""

import csv
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Final

import openpyxl
from xlsxwriter import Workbook

from creditbank.evaluation.columns import COLUMNS
from creditbank.evaluation.reader import open_return
from creditbank.evaluation.rows import RowChecker
from creditbank.people.identity_documents import resident_id

Measure = dict[str, str | float | None]

_TITLES: Final = [column.name for column in COLUMNS]
_DATE_AT: Final = _TITLES.index("取得日期")
_CREDIT_AT: Final = _TITLES.index("学分")
_TODAY: Final = date(2026, 11, 23)
_PEAK: Final = """
import sys
from pathlib import Path
from creditbank.evaluation.reader import open_return
def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
before = peak()
count = sum(1 for _ in open_return(Path(sys.argv[1]), sys.argv[1]).rows())
print((peak() - before) / 1024)
"""


def run(quick: bool) -> list[Measure]:
    """The measures of reading; ``quick`` takes a tenth of the rows."""
    rows = 10_000 if quick else 100_000
    with tempfile.TemporaryDirectory() as folder:
        names = ("a.xlsx", "few.xlsx", "a.csv", "long.csv")
        xlsx, few_xlsx, text, long_text = (Path(folder) / name for name in names)
        _write_xlsx(xlsx, rows)
        _write_xlsx(few_xlsx, rows // 10)
        _write_csv(text, rows)
        _write_csv(long_text, rows * 10)
        return [
            *_xlsx_measures(xlsx, rows),
            *_csv_measures(text, rows),
            *_memory_measures((xlsx, few_xlsx), text, long_text),
        ]


def _row(number: int) -> list[str]:
    document = resident_id("110101", date(2010 + number % 6, 1 + number % 12, 1 + number % 28), 996 + number % 4)
    head = ["林知夏", "居民身份证", document, "", f"CG-{number:07d}", "ZJ01", "科技校本课程", "智", "教", "", ""]
    return [*head, "2026-03-01", "2.50", "", "", "", "", "课堂记录", ""]


def _write_xlsx(path: Path, rows: int) -> None:
    with Workbook(path) as book:
        page = book.add_worksheet()
        style = book.add_format({"num_format": "yyyy-mm-dd"})
        day = datetime(2026, 3, 1)  # noqa: DTZ001 (a cell has no time zone)
        page.write_row(0, 0, _TITLES)
        for number in range(1, rows + 1):
            page.write_row(number, 0, _row(number))
            page.write_datetime(number, _DATE_AT, day, style)
            page.write_number(number, _CREDIT_AT, 2.5)


def _write_csv(path: Path, rows: int) -> None:
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(_TITLES)
        writer.writerows(_row(number) for number in range(1, rows + 1))


def _seconds(work: Callable[[], object]) -> float:
    """Processor time of the quickest of three runs, so that a busy machine changes the ratio little."""
    return min(_once(work) for _ in range(3))


def _once(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _read(path: Path) -> int:
    return sum(1 for _ in open_return(path, path.name).rows())


def _check(path: Path) -> int:
    checker = RowChecker(_TODAY)
    return sum(checker.check_row(raw).draft is not None for raw in open_return(path, path.name).rows())


def _openpyxl(path: Path) -> int:
    book = openpyxl.load_workbook(path, read_only=True)
    return sum(1 for _ in book.worksheets[0].iter_rows(values_only=True))


def _bare_csv(path: Path) -> int:
    with path.open(newline="", encoding="utf-8") as stream:
        return sum(1 for _ in csv.reader(stream))


def _xlsx_measures(path: Path, rows: int) -> list[Measure]:
    ours = rows / _seconds(lambda: _read(path))
    theirs = rows / _seconds(lambda: _openpyxl(path))
    return [_measure("read .xlsx", ours, "rows/s", "openpyxl, read only", theirs, aim=8.0)]


def _csv_measures(path: Path, rows: int) -> list[Measure]:
    limit = rows / _seconds(lambda: _bare_csv(path))
    return [
        _measure("read .csv", rows / _seconds(lambda: _read(path)), "rows/s", "csv.reader", limit, aim=None),
        _measure("read and check .csv", rows / _seconds(lambda: _check(path)), "rows/s", "csv.reader", limit, aim=None),
    ]


def _memory_measures(xlsx: tuple[Path, Path], text: Path, long_text: Path) -> list[Measure]:
    short = _peak(text)
    many, few = map(_peak, xlsx)
    return [
        _measure("peak memory, .xlsx", many, "MiB", ".xlsx of a tenth of the rows", few, aim=None),
        _measure("peak memory, .csv of ten times the rows", _peak(long_text), "MiB", ".csv", short, aim=1.2),
    ]


def _peak(path: Path) -> float:
    """MiB that reading a file adds to the peak of a fresh process (Linux)."""
    command = [sys.executable, "-c", _PEAK, str(path)]
    return max(float(subprocess.run(command, check=True, capture_output=True, text=True).stdout), 0.1)


def _measure(name: str, value: float, unit: str, limit_name: str, limit: float, *, aim: float | None) -> Measure:
    return {
        "name": name,
        "value": round(value, 1),
        "unit": unit,
        "limit_name": limit_name,
        "limit_value": round(limit, 1),
        "ratio": round(value / limit, 2),
        "aim": aim,
    }
