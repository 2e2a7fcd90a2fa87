"""The check of an uploaded return: keeps rows, findings and progress, page by page; begins anew when it was cut off."""

from datetime import datetime

from django.db import connection, transaction

from creditbank import clock
from creditbank.errors import CreditBankError, InvalidInput
from creditbank.evaluation.checker import Judged
from creditbank.evaluation.checks import CheckResult, stopped_finding, walk
from creditbank.evaluation.findings import Finding
from creditbank.evaluation.models import CreditReturn, ReturnFinding, ReturnRow, ReturnState
from creditbank.evaluation.posting import LEASE, note_failure, take_lease
from creditbank.evaluation.reader import open_return
from creditbank.evaluation.row_store import keep_findings, keep_rows
from creditbank.files.actions import open_plain
from creditbank.ledger.retrying import retrying


class _LeaseLost(Exception):
    """Another worker took the check over, or the return was withdrawn: this one stops without a trace."""


def run_check(return_id: int, *, at: datetime | None = None) -> bool:
    """Check a return in state CHECKING from its stored file; False when another worker does, or it is not waiting.

    Ends READY when every row stands, else FAULTY. An error of the bank is noted, to be tried again, and raised on.
    """
    moment = at or clock.now()
    if not take_lease(return_id, (ReturnState.CHECKING,), moment, moves_to=ReturnState.CHECKING):
        return False
    credit_return = CreditReturn.objects.select_related("institution", "file").get(pk=return_id)
    work = _Check(credit_return)
    try:
        work.begin()
        work.end(work.walk(moment), moment)
    except _LeaseLost:
        return False
    except CreditBankError as error:
        note_failure(credit_return, error.reason, moment)
        raise
    return True


class _Check:
    """One run. ``attempts`` fences: a run that lost its lease writes nothing more."""

    def __init__(self, credit_return: CreditReturn) -> None:
        self._return = credit_return
        self._attempt = credit_return.attempts
        self._rows = 0

    def begin(self) -> None:
        """Clear what an earlier run or an earlier file left."""

        def clear() -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                self._fence(rows_checked=0)
                # By the engine itself: Django would read every row to ask what hangs on it, and nothing does yet.
                for model in (ReturnRow, ReturnFinding):
                    table = connection.ops.quote_name(model._meta.db_table)
                    cursor.execute(f"DELETE FROM {table} WHERE credit_return_id = %s", [self._return.pk])  # noqa: S608

        retrying(clear)

    def walk(self, at: datetime) -> CheckResult:
        """Judge the file; one that can't be read to its end gets a finding that says so."""
        file = self._return.file
        assert file is not None, "an uploaded return has a file"
        with open_plain(file) as stream:
            try:
                return walk(
                    open_return(stream, self._return.file_name),
                    institution=self._return.institution,
                    at=at,
                    except_return_id=self._return.pk,
                    keep=self._keep,
                )
            except InvalidInput as error:
                finding = stopped_finding(error)
                self._keep([], [finding])
                result = CheckResult(self._return.file_name, rows=self._rows, rows_faulty=1, findings=[finding])
                result.counts[finding.code] = 1
                return result

    def end(self, result: CheckResult, at: datetime) -> None:
        """Write the sums and the state that the return comes to."""
        state = ReturnState.READY if result.is_clean else ReturnState.FAULTY

        def write() -> None:
            self._fence(
                state=state,
                rows_total=result.rows,
                rows_checked=result.rows,
                rows_faulty=result.rows_faulty,
                students_total=result.students,
                amount_hundredths=result.amount_hundredths,
                findings_by_code=dict(result.counts),
                checked_at=at,
                lease_until=None,
                last_error="",
            )

        retrying(write)

    def _keep(self, judged: list[Judged], findings: list[Finding]) -> None:
        self._rows += len(judged)

        def write() -> None:
            with transaction.atomic():
                self._fence(rows_checked=self._rows, lease_until=clock.now() + LEASE)
                keep_rows(self._return.pk, (row.creditable for row in judged if row.creditable is not None))
                keep_findings(self._return.pk, findings)

        retrying(write)

    def _fence(self, **changes: int | str | datetime | dict[str, int] | None) -> None:
        mine = CreditReturn.objects.filter(pk=self._return.pk, state=ReturnState.CHECKING, attempts=self._attempt)
        if not mine.update(**changes):
            raise _LeaseLost
