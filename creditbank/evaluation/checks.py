"""The check of a whole file: read, judge in pages, sum up. Checking leaves the books untouched.

The same walk serves a check that writes nothing (:func:`check_file`) and the check of an uploaded return, which keeps
its rows and its findings (:func:`run_check`), in the background when the file is large. Only a page of rows with its
findings is in memory at a time; past a million findings the check stops and says so.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import BinaryIO, Final

from creditbank import clock
from creditbank.errors import InvalidInput
from creditbank.evaluation.checker import BankChecker, Judged
from creditbank.evaluation.findings import ROW, Finding, shown_value
from creditbank.evaluation.raw_rows import Note
from creditbank.evaluation.reader import ReturnFile, open_return
from creditbank.evaluation.rows import RowChecker
from creditbank.institutions.models import Institution
from creditbank.institutions.scheme_book import load_scheme_book
from creditbank.rulebook.reading import version_on

PAGE_ROWS: Final = 2_000
SHOWN_FINDINGS: Final = 5_000
MOST_FINDINGS: Final = 1_000_000


@dataclass(slots=True)
class CheckResult:
    """What a check found. ``findings`` holds the first ones, to be shown, ``counts`` all of them by code; sums are of
    good rows."""

    filename: str
    kind: str = ""
    detail: str = ""
    notes: tuple[Note, ...] = ()
    rows: int = 0
    rows_faulty: int = 0
    students: int = 0
    amount_hundredths: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether the file can be submitted as it is."""
        return self.rows > 0 and self.rows_faulty == 0


Keep = Callable[[list[Judged], list[Finding]], None]
"""Given each page as judged, and its findings."""


def check_file(stream: BinaryIO, *, filename: str, institution: Institution, at: datetime) -> CheckResult:
    """Check a file of the institution and write nothing. InvalidInput when it can't be read as a return at all."""
    return walk(open_return(stream, filename), institution=institution, at=at)


def each_finding(stream: BinaryIO, *, filename: str, institution: Institution, at: datetime) -> Iterator[Finding]:
    """Every finding of a file in the order of its rows, found as they are asked for: for an error sheet of any size."""
    for judged in judged_pages(open_return(stream, filename), institution=institution, at=at):
        yield from _findings_of(judged)


def judged_pages(
    file: ReturnFile, *, institution: Institution, at: datetime, except_return_id: int | None = None
) -> Iterator[list[Judged]]:
    """What comes of every row, page by page. Raises InvalidInput where reading must stop, with the place."""
    on = clock.today(at)
    law = version_on(on)
    rows = RowChecker(on, {code: subject.levels for code, subject in law.subjects.items()})
    bank = BankChecker(institution, load_scheme_book(institution), law, on=on, except_return_id=except_return_id)
    checked = (rows.check_row(raw) for raw in file.rows())
    while page := list(islice(checked, PAGE_ROWS)):
        yield list(bank.judge(page))


def walk(
    file: ReturnFile,
    *,
    institution: Institution,
    at: datetime,
    except_return_id: int | None = None,
    keep: Keep | None = None,
) -> CheckResult:
    """Judge every row and sum up. Raises InvalidInput where reading must stop, with the place."""
    result = CheckResult(file.filename, file.kind, file.detail, file.notes)
    students: set[int] = set()
    for judged in judged_pages(file, institution=institution, at=at, except_return_id=except_return_id):
        findings = list(_findings_of(judged))
        _sum_up(result, judged, students)
        if result.counts.total() >= MOST_FINDINGS:
            findings.append(_stop_for_many(result, judged[-1].row + 1))
        result.findings += findings[: SHOWN_FINDINGS - len(result.findings)]
        if keep is not None:
            keep(judged, findings)
        if "too-many-findings" in result.counts:
            return result
    if result.rows == 0:
        nothing = Finding(file.header.row_number, ROW, "no-rows")
        result.counts["no-rows"] += 1
        result.findings.append(nothing)
        if keep is not None:
            keep([], [nothing])
    return result


def _stop_for_many(result: CheckResult, next_row: int) -> Finding:
    result.counts["too-many-findings"] += 1
    return Finding(next_row, ROW, "too-many-findings", "", {"limit": str(MOST_FINDINGS)})


def stopped_finding(error: InvalidInput) -> Finding:
    """The finding that says where reading stopped, for a file that was taken in before it was read to its end."""
    return Finding(0, ROW, "file-stopped", shown_value(ROW, str(error)))


def _findings_of(judged: list[Judged]) -> Iterator[Finding]:
    for row in judged:
        yield from row.findings


def _sum_up(result: CheckResult, judged: list[Judged], students: set[int]) -> None:
    for row in judged:
        result.rows += 1
        result.counts.update(finding.code for finding in row.findings)
        if row.creditable is None:
            result.rows_faulty += 1
        else:
            result.amount_hundredths += row.creditable.draft.amount_hundredths
            students.add(row.creditable.account_id)
    result.students = len(students)
