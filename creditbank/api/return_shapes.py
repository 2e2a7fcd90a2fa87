"""Returns, their findings, rows and reversals as the API shows them: names masked, credits as decimal strings."""

from datetime import date, datetime

from django.utils.translation import gettext
from ninja import Schema
from pydantic import Field

from creditbank.evaluation.checks import CheckResult
from creditbank.evaluation.findings import Finding
from creditbank.evaluation.models import CreditReturn, ReturnRow, RowReversal
from creditbank.ledger.lines import Reason
from creditbank.people.names import mask_name
from creditbank.policy.amounts import format_hundredths


class RowCounts(Schema):
    """How many rows the file has, and how far the check and the posting have come."""

    total: int
    checked: int
    faulty: int
    posted: int


class ReturnOut(Schema):
    """A return (申报单). ``findings`` counts what the check found, by code."""

    number: str = Field(examples=["SB-2026-000123"])
    institution: str = Field(examples=["SJSX"])
    state: str = Field(examples=["ready"])
    file_name: str
    file_sha256: str
    rows: RowCounts
    students: int
    credits: str = Field(examples=["120.00"])
    findings: dict[str, int]
    reason: str
    uploaded_at: datetime
    submitted_at: datetime | None
    approved_at: datetime | None
    reviewed_at: datetime | None
    posted_at: datetime | None


class ReturnPage(Schema):
    """A page of returns, newest first."""

    items: list[ReturnOut]
    total: int


class FindingOut(Schema):
    """One finding: where it is, what is wrong, how to mend it. Personal values are masked."""

    row: int
    column: str = Field(description="The key of the column, or `row` for the whole row.")
    column_name: str
    code: str = Field(examples=["credits-differ"])
    severity: str = Field(description="`error` keeps the return from being submitted, `notice` does not.")
    value: str
    message: str
    mend: str


class FindingPage(Schema):
    """A page of the findings that were kept, by row; ``counts`` counts all of them by code."""

    items: list[FindingOut]
    kept: int
    counts: dict[str, int]


class CheckOut(Schema):
    """What a check found; nothing was stored."""

    file_name: str
    kind: str = Field(examples=["xlsx"])
    clean: bool
    rows: int
    rows_faulty: int
    students: int
    credits: str
    counts: dict[str, int]
    findings: list[FindingOut]


class RowOut(Schema):
    """One achievement of a return; the name is masked."""

    row: int
    student: str = Field(examples=["林**"])
    account: str
    achievement_number: str
    revision: int
    activity_code: str
    title: str
    credits: str
    occurred_on: date
    state: str


class RowPage(Schema):
    """A page of rows, in the order of the file."""

    items: list[RowOut]
    total: int


class ReversalOut(Schema):
    """A request to take a credited achievement back."""

    id: int
    return_number: str
    row: int
    reason: str = Field(examples=["corrected"])
    note: str
    state: str
    asked_at: datetime
    decided_at: datetime | None
    decision_note: str


class ReversalPage(Schema):
    """A page of requests, newest first."""

    items: list[ReversalOut]
    total: int


def return_out(found: CreditReturn) -> ReturnOut:
    """A return as it is shown."""
    return ReturnOut(
        number=found.number,
        institution=found.institution.code,
        state=found.state,
        file_name=found.file_name,
        file_sha256=found.file_sha256,
        rows=RowCounts(
            total=found.rows_total, checked=found.rows_checked, faulty=found.rows_faulty, posted=found.rows_posted
        ),
        students=found.students_total,
        credits=format_hundredths(found.amount_hundredths),
        findings=found.findings_by_code,
        reason=found.reason,
        uploaded_at=found.uploaded_at,
        submitted_at=found.submitted_at,
        approved_at=found.approved_at,
        reviewed_at=found.reviewed_at,
        posted_at=found.posted_at,
    )


def finding_out(found: Finding) -> FindingOut:
    """A finding in the language of the request."""
    message, mend = found.sentences(gettext)
    return FindingOut(
        row=found.row,
        column=found.column,
        column_name=gettext(found.column_name),
        code=found.code,
        severity=found.severity,
        value=found.value,
        message=message,
        mend=mend,
    )


def check_out(result: CheckResult) -> CheckOut:
    """The result of a check that stored nothing."""
    return CheckOut(
        file_name=result.filename,
        kind=result.kind,
        clean=result.is_clean,
        rows=result.rows,
        rows_faulty=result.rows_faulty,
        students=result.students,
        credits=format_hundredths(result.amount_hundredths),
        counts=dict(result.counts),
        findings=[finding_out(each) for each in result.findings],
    )


def row_out(row: ReturnRow) -> RowOut:
    """A row as the institution and the office see it."""
    return RowOut(
        row=row.row_number,
        student=mask_name(row.account.student.person.name),
        account=str(row.holder_id),
        achievement_number=row.achievement_number,
        revision=row.revision,
        activity_code=row.item.activity_code,
        title=row.title,
        credits=format_hundredths(row.amount_hundredths),
        occurred_on=row.occurred_on,
        state=row.state,
    )


def reversal_out(asked: RowReversal) -> ReversalOut:
    """A request to reverse."""
    return ReversalOut(
        id=asked.pk,
        return_number=asked.row.credit_return.number,
        row=asked.row.row_number,
        reason=Reason(asked.reason).name.lower().replace("_", "-"),
        note=asked.note,
        state=asked.state,
        asked_at=asked.asked_at,
        decided_at=asked.decided_at,
        decision_note=asked.decision_note,
    )
