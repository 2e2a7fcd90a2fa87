"""Posting of an accepted return in the background: leased, resumable, each chunk one transaction with its rows.

The return holds state, cursor and lease; a task is only a wake-up. Whoever finds the lease expired goes on where the
ledger's last committed chunk ends: nothing is lost and nothing is posted twice.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction
from django.db.models import F, Q

from creditbank import clock
from creditbank.audit.actions import record
from creditbank.audit.actor import SYSTEM
from creditbank.errors import CreditBankError
from creditbank.evaluation.models import (
    AttainmentState,
    CreditReturn,
    Honour,
    ReturnRow,
    ReturnState,
    RowState,
    SkillCertificate,
)
from creditbank.evaluation.tidings import tell_holders, tell_posted_to_staff
from creditbank.institutions.models import ItemKind
from creditbank.ledger.bulk import ChunkPosted, post_batch
from creditbank.ledger.many import Entry
from creditbank.ledger.retrying import retrying
from creditbank.ledger.source import source_digest

LEASE: Final = timedelta(minutes=2)
_LONGEST_PAUSE: Final = timedelta(hours=1)
_READ_ROWS: Final = 5_000

Progress = Callable[[int, int], None]


def post_return(return_id: int, *, at: datetime | None = None, progress: Progress | None = None) -> bool:
    """Post an accepted return, or go on with it; False when there is nothing to do or another worker has the lease.

    An error of the bank is noted on the return, which is tried again later; the error is raised on.
    """
    moment = at or clock.now()
    if not take_lease(return_id, (ReturnState.ACCEPTED, ReturnState.POSTING), moment, moves_to=ReturnState.POSTING):
        return False
    credit_return = CreditReturn.objects.select_related("institution").get(pk=return_id)
    assert credit_return.submitted_by_id is not None, "an accepted return was submitted"
    assert credit_return.reviewed_by_id is not None, "an accepted return was reviewed"
    assert credit_return.policy_version is not None, "a version decided the acceptance"
    try:
        report = post_batch(
            partial(_entries, credit_return),
            subject=f"return:{credit_return.number}",
            institution_id=credit_return.institution_id,
            actor_id=credit_return.submitted_by_id,
            approver_id=credit_return.reviewed_by_id,
            policy_version=credit_return.policy_version,
            at=moment,
            progress=progress,
            after_chunk=partial(_note_chunk, credit_return),
        )
    except CreditBankError as error:
        note_failure(credit_return, error.reason, moment)
        raise
    _finish(credit_return, report.batch_id, moment)
    tell_posted(return_id, at=moment)
    return True


def tell_posted(return_id: int, *, at: datetime) -> bool:
    """Tell staff, students and guardians of a posted return, once; False when it was done."""

    def tell() -> bool:
        with transaction.atomic():
            waiting = CreditReturn.objects.filter(pk=return_id, state=ReturnState.POSTED, told_at__isnull=True)
            if not waiting.update(told_at=at):
                return False
            credit_return = CreditReturn.objects.select_related("institution").get(pk=return_id)
            tell_posted_to_staff(credit_return, at)
            tell_holders(credit_return, on=clock.today(at), at=at)
            return True

    return retrying(tell)


def take_lease(return_id: int, states: Sequence[ReturnState], at: datetime, *, moves_to: ReturnState) -> bool:
    """Take the work on a return in one of ``states`` for a while, unless another worker has it."""

    def take() -> bool:
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
        found = CreditReturn.objects.filter(free, pk=return_id, state__in=states)
        return bool(found.update(state=moves_to, lease_until=at + LEASE, attempts=F("attempts") + 1))

    return retrying(take)


def note_failure(credit_return: CreditReturn, reason: str, at: datetime) -> None:
    """Keep why the work stopped; the next try waits longer each time, an hour at most."""
    pause = min(timedelta(minutes=2 ** min(credit_return.attempts, 10)), _LONGEST_PAUSE)

    def write() -> None:
        CreditReturn.objects.filter(pk=credit_return.pk).update(last_error=reason[:200], lease_until=at + pause)

    retrying(write)


def _entries(credit_return: CreditReturn) -> Iterator[Entry]:
    """The rows as entries, by holder, page by page: no query stays open while others write."""
    # In one order on every run: the ledger tells by it that a batch goes on and is not another.
    rows = ReturnRow.objects.filter(credit_return=credit_return).order_by("holder_id", "row_number")
    institution_id = credit_return.institution_id
    values = rows.values_list(
        "row_number",
        "pk",
        "holder_id",
        "source",
        "amount_hundredths",
        "domain",
        "stage",
        "occurred_on",
        "revision",
        "achievement_number",
    )
    page = list(values[:_READ_ROWS])
    while page:
        for _row, pk, holder, source, amount, domain, stage, day, revision, number in page:
            previous = source_digest(institution_id, number, revision - 1) if revision > 1 else None
            yield Entry(holder, source, amount, domain, stage, day, pk, previous)
        row, _pk, holder, *_ = page[-1]
        behind = Q(holder_id__gt=holder) | Q(row_number__gt=row)
        # The first condition alone lets the engine begin in the middle of the index.
        page = list(values.filter(holder_id__gte=holder).filter(behind)[:_READ_ROWS])


def _note_chunk(credit_return: CreditReturn, chunk: ChunkPosted) -> None:
    """Within the chunk's transaction: what became of its rows, their attainments, and how far the return is."""
    posted = [each.entry.reference for each in chunk.posted]
    known = [each.entry.reference for each in chunk.unposted if each.code == "duplicate"]
    clashed = [each.entry.reference for each in chunk.unposted if each.code != "duplicate"]
    for ids, state in ((posted, RowState.POSTED), (known, RowState.KNOWN), (clashed, RowState.CLASHED)):
        if ids:
            ReturnRow.objects.filter(pk__in=ids).update(state=state)
    _note_attainments(credit_return, posted)
    CreditReturn.objects.filter(pk=credit_return.pk).update(
        rows_posted=F("rows_posted") + len(posted) + len(known) + len(clashed),
        lease_until=clock.now() + LEASE,
        batch_id=chunk.batch_id,
    )


def _note_attainments(credit_return: CreditReturn, row_ids: list[int]) -> None:
    rows = ReturnRow.objects.filter(pk__in=row_ids).exclude(item__kind=ItemKind.PLAIN).select_related("item")
    skills, honours = [], []
    for row in rows:
        if row.item.kind == ItemKind.SKILL:
            skills.append(_skill(credit_return, row))
        else:
            honours.append(_honour(credit_return, row))
    SkillCertificate.objects.bulk_create(skills)
    Honour.objects.bulk_create(honours)


def _skill(credit_return: CreditReturn, row: ReturnRow) -> SkillCertificate:
    return SkillCertificate(
        account_id=row.account_id,
        row=row,
        subject=row.skill_subject,
        level=row.skill_level or 0,
        issuer=row.issuer,
        certificate_number=row.certificate_number,
        awarded_on=row.occurred_on,
        state=_attainment_state(credit_return),
        decided_by_id=credit_return.reviewed_by_id if credit_return.attainments_confirmed else None,
        decided_at=credit_return.reviewed_at if credit_return.attainments_confirmed else None,
    )


def _honour(credit_return: CreditReturn, row: ReturnRow) -> Honour:
    return Honour(
        account_id=row.account_id,
        row=row,
        scope=row.item.honour_scope,
        event=row.title,
        level=row.level,
        discipline=row.item.discipline,
        place=row.place or 0,
        issuer=row.issuer,
        certificate_number=row.certificate_number,
        awarded_on=row.occurred_on,
        state=_attainment_state(credit_return),
        decided_by_id=credit_return.reviewed_by_id if credit_return.attainments_confirmed else None,
        decided_at=credit_return.reviewed_at if credit_return.attainments_confirmed else None,
    )


def _attainment_state(credit_return: CreditReturn) -> AttainmentState:
    return AttainmentState.CONFIRMED if credit_return.attainments_confirmed else AttainmentState.REPORTED


def _finish(credit_return: CreditReturn, batch_id: int, at: datetime) -> None:
    def finish() -> None:
        with transaction.atomic():
            ended = CreditReturn.objects.filter(pk=credit_return.pk, state=ReturnState.POSTING)
            if not ended.update(
                state=ReturnState.POSTED, batch_id=batch_id, posted_at=at, lease_until=None, last_error=""
            ):
                return
            record(
                actor=SYSTEM,
                at=at,
                action="return.posted",
                subject_kind="return",
                subject_id=credit_return.number,
                clause="M-4",
                refs={"batch": batch_id},
            )

    retrying(finish)
