"""A merge or a split is done: the books by the ledger, step by step, then what hangs on them, at once.

The ledger's steps answer a repetition with their first answer. So whatever stops the work, it is gone on with by
running it again; the row knows whether it is to be done, a task is only a wake-up.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop
from django_tasks import task

from creditbank import clock
from creditbank.audit.actions import record
from creditbank.audit.actor import SYSTEM
from creditbank.corrections.following import follow
from creditbank.corrections.models import AccountCorrection, CorrectionKind, CorrectionState
from creditbank.ledger.books import all_lines
from creditbank.ledger.lines import Reason
from creditbank.ledger.merge import MoveReport, merge_books, split_book, to_replay
from creditbank.ledger.retrying import retrying
from creditbank.messages.actions import send
from creditbank.messages.templates import Template, register
from creditbank.people.account_hooks import give_back_time
from creditbank.people.models import Account, Guardianship, StudentCard

LEASE: Final = timedelta(minutes=5)
_AT_ONCE: Final = 50
REASONS: Final = {CorrectionKind.MERGE: Reason.MERGED, CorrectionKind.SPLIT: Reason.SPLIT}
register(
    Template(
        "corrections.merged",
        gettext_noop("两个户口已合并"),
        gettext_noop(
            "经核实，您的两个学分银行户口是同一人的，已合并（%(number)s）。学分和证书都在保留的户口里，另一张卡不再使用。"
        ),
    ),
    Template(
        "corrections.split",
        gettext_noop("户口已更正"),
        gettext_noop("经核实，户口里有另一人的学分，已转回本人的户口（%(number)s）。请在存折里查看。"),
    ),
)


@task()
def run_correction_task(correction_id: int) -> None:
    """Do an agreed correction, or go on with it."""
    run_correction(correction_id, at=clock.now())


def enqueue(correction_id: int) -> None:
    """Let the background do it."""
    run_correction_task.enqueue(correction_id)


def tick(at: datetime) -> int:
    """Wake again what was left; how many."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
    left = AccountCorrection.objects.filter(free, state=CorrectionState.RUNNING, decided_at__lt=at - LEASE)
    found = list(left.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    for correction_id in found:
        enqueue(correction_id)
    return len(found)


def run_correction(correction_id: int, *, at: datetime) -> bool:
    """Do an agreed merge or split, or go on with it; False when it is done or somebody else is at it.

    Raises what the ledger raises (a receiving book that was frozen meanwhile); call again when that is mended.
    """
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
    mine = AccountCorrection.objects.filter(free, pk=correction_id, state=CorrectionState.RUNNING)
    if not retrying(lambda: mine.update(lease_until=at + LEASE)):
        return False
    correction = AccountCorrection.objects.select_related("account__student__person", "receiving__student__person").get(
        pk=correction_id
    )
    try:
        report = _move(correction, at)
        _finish(correction, report, at)
    finally:
        retrying(lambda: AccountCorrection.objects.filter(pk=correction_id).update(lease_until=None))
    return True


def progress_of(correction: AccountCorrection) -> tuple[int, int]:
    """How many of the steps in the books are done, and how many there are: each line is replayed, then ended."""
    if correction.kind == CorrectionKind.ERASE or correction.receiving is None:
        return (1, 1) if correction.done_at else (0, 1)
    reason = REASONS[CorrectionKind(correction.kind)]
    given = all_lines(correction.account.holder_id)
    lines = to_replay(given, reason)
    if correction.kind == CorrectionKind.SPLIT:
        lines = [line for line in lines if line.seq in set(correction.seqs)]
    arrived = {line.source for line in all_lines(correction.receiving.holder_id)}
    ended = {line.closes for line in given if line.reason == reason}
    replayed = sum(line.source in arrived or line.seq in ended for line in lines)
    return replayed + sum(line.seq in ended for line in lines), 2 * len(lines)


def _move(correction: AccountCorrection, at: datetime) -> MoveReport:
    giving, receiving = correction.account, correction.receiving
    assert receiving is not None
    assert correction.decided_by_id is not None
    persons = {"actor_id": correction.asked_by_id, "approver_id": correction.decided_by_id}
    if correction.kind == CorrectionKind.MERGE:
        return merge_books(giving.holder_id, receiving.holder_id, at=at, **persons)
    return split_book(giving.holder_id, receiving.holder_id, correction.seqs, at=at, **persons)


def _finish(correction: AccountCorrection, report: MoveReport, at: datetime) -> None:
    """What hangs on the lines, the accounts, the record and the message: all or nothing, once."""

    def write() -> None:
        with transaction.atomic():
            waiting = AccountCorrection.objects.filter(pk=correction.pk, state=CorrectionState.RUNNING)
            outcome = {"moved": len(report.moved), "fell_out": len(report.fell_out), "owed": report.owed}
            if not waiting.update(state=CorrectionState.DONE, done_at=at, outcome=outcome):
                return
            _give_back_time(correction, at)
            follow(correction, report, at)
            _end_accounts(correction, at)
            _tell(correction, at)

    retrying(write)
    correction.refresh_from_db()


def _give_back_time(correction: AccountCorrection, at: datetime) -> None:
    """The terms of applications that go into an open account rested as long as the giving one was frozen."""
    since = Account.objects.get(pk=correction.account_id).state_since
    if since is not None:
        give_back_time(correction.account, since, at)


def _end_accounts(correction: AccountCorrection, at: datetime) -> None:
    giving = Account.objects.filter(pk=correction.account_id)
    if correction.kind == CorrectionKind.MERGE:
        giving.update(state=Account.State.CLOSED, closed_at=at, state_since=at, state_reason=correction.number)
        cards = StudentCard.objects.filter(account_id=correction.account_id, state=StudentCard.State.ACTIVE)
        cards.update(state=StudentCard.State.REPLACED)
    else:
        giving.update(state=Account.State.OPEN, state_since=at, state_reason="")
    for account in (correction.account, correction.receiving):
        assert account is not None
        record(
            actor=SYSTEM,
            at=at,
            action="correction.done",
            subject_kind="account",
            subject_id=account.pk,
            holder_id=account.holder_id,
            clause="M-4",
            refs={"correction": correction.number, "kind": correction.kind},
        )


def _tell(correction: AccountCorrection, at: datetime) -> None:
    assert correction.receiving is not None
    students = [correction.account.student, correction.receiving.student]
    guardians = Guardianship.objects.filter(student__in=students, ended_at=None).values_list("guardian_id", flat=True)
    send(
        to={*(student.person_id for student in students), *guardians},
        template_code="corrections.merged" if correction.kind == CorrectionKind.MERGE else "corrections.split",
        at=at,
        params={"number": correction.number},
    )
