"""Verbs before submission: upload a file, replace it, check it again, get its bad rows back."""

import re
from datetime import datetime
from io import BytesIO
from typing import BinaryIO, Final

from django.db import transaction
from django.utils.translation import gettext

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.clock import today
from creditbank.errors import Conflict, NotFound
from creditbank.evaluation.actions.deciding import locked_return
from creditbank.evaluation.mending import FileIdentity, is_error_sheet
from creditbank.evaluation.models import CreditReturn, ReturnFinding, ReturnState
from creditbank.evaluation.reader import open_return
from creditbank.evaluation.reading import as_finding, return_for
from creditbank.evaluation.refusals import refusal
from creditbank.evaluation.sheets import write_error_sheet
from creditbank.evaluation.tasks import check_return_task
from creditbank.evaluation.upload_check import run_check
from creditbank.files.actions import drop, open_plain, store
from creditbank.files.models import StoredFile
from creditbank.ids import uuid7
from creditbank.institutions.models import Institution, StaffRole
from creditbank.institutions.rights import require_good_standing, require_scope, require_staff

CHECKED_AT_ONCE_BYTES: Final = 256 * 1024
REPLACEABLE: Final = (ReturnState.CHECKING, ReturnState.FAULTY, ReturnState.READY, ReturnState.SENT_BACK)
# Schools put the strangest things into names of files; a number of an identity paper must not stay in one.
_LONG_NUMBER: Final = re.compile(r"[0-9０-９]{14,}[0-9XxＸｘ]?")
_MEDIA_TYPES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}


def upload_return(
    *, actor: Actor, at: datetime, institution: Institution, stream: BinaryIO, filename: str
) -> CreditReturn:
    """Take in a file of the institution as a new return; a clerk does it.

    A small file is checked at once, a large one in the background (state CHECKING, ``rows_checked`` grows).
    InvalidInput when it can't be read as a return: nothing is kept then.
    """
    require_scope(actor, "returns:write")
    person_id = require_staff(actor, institution, StaffRole.CLERK)
    require_good_standing(institution)
    kind = open_return(stream, filename).kind
    with transaction.atomic():
        stored = _stored(stream, filename, kind, at)
        credit_return = CreditReturn.objects.create(
            number=uuid7().hex[:20],
            institution=institution,
            file=stored,
            file_name=stored.name,
            file_sha256=stored.sha256,
            uploaded_by_id=person_id,
            uploaded_at=at,
        )
        credit_return.number = f"SB-{today(at).year}-{credit_return.pk:06d}"
        credit_return.save(update_fields=["number"])
        note(credit_return, "return.upload", actor, at)
        if not _is_small(stored):
            check_return_task.enqueue(credit_return.pk)
    return checked(credit_return, at)


def replace_file(*, actor: Actor, at: datetime, number: str, stream: BinaryIO, filename: str) -> CreditReturn:
    """Put another file in place of one with findings or sent back; the number stays. Checked as an upload."""
    require_scope(actor, "returns:write")
    require_staff(actor, return_for(actor, number, at=at).institution, StaffRole.CLERK)
    if is_error_sheet(open_return(stream, filename)):
        raise refusal("mend-not-whole", "file")
    with transaction.atomic():
        credit_return = locked_return(actor, number, at=at, states=REPLACEABLE)
        put_file(credit_return, stream, filename, actor=actor, at=at)
        note(credit_return, "return.replace-file", actor, at)
    return checked(credit_return, at)


def put_file(credit_return: CreditReturn, stream: BinaryIO, filename: str, *, actor: Actor, at: datetime) -> None:
    """Make a file the present one of a locked return, by a clerk, and begin its check; the earlier file goes."""
    person_id = require_staff(actor, credit_return.institution, StaffRole.CLERK)
    earlier = credit_return.file
    stored = _stored(stream, filename, open_return(stream, filename).kind, at)
    credit_return.file = stored
    credit_return.file_name = stored.name
    credit_return.file_sha256 = stored.sha256
    credit_return.uploaded_by_id = person_id
    credit_return.uploaded_at = at
    _begin_check(credit_return)
    if earlier is not None:
        # The row goes with this transaction; the bytes of a file that nobody needs go when it has held.
        transaction.on_commit(lambda: drop(earlier, at=at))
    if not _is_small(stored):
        check_return_task.enqueue(credit_return.pk)


def recheck_return(*, actor: Actor, at: datetime, number: str) -> CreditReturn:
    """Check the stored file once more: accounts, schemes or other returns may have changed since. A clerk does it."""
    require_scope(actor, "returns:write")
    with transaction.atomic():
        credit_return = locked_return(actor, number, at=at, states=REPLACEABLE)
        require_staff(actor, credit_return.institution, StaffRole.CLERK)
        stored = credit_return.file
        if stored is None or stored.dropped_at is not None:
            raise NotFound("这份申报单的文件已按规定删除，请重新上传。", code="file-dropped")
        _begin_check(credit_return)
        note(credit_return, "return.recheck", actor, at)
        if not _is_small(stored):
            check_return_task.enqueue(credit_return.pk)
    return checked(credit_return, at)


def error_sheet(*, actor: Actor, at: datetime, number: str, every_row: bool = False) -> bytes:
    """The rows with findings as .xlsx, each with what is wrong and how to mend it; for staff of the institution only.

    The mended rows can be handed in by themselves (:func:`.mending.mend_return`); ``every_row`` gives the good rows,
    too, so that the mended sheet can replace the file. Conflict when the file was dropped.
    """
    credit_return = return_for(actor, number, at=at)
    require_staff(actor, credit_return.institution)
    stored = credit_return.file
    if stored is None or stored.dropped_at is not None:
        raise Conflict("这份申报单的文件已按规定删除，请重新上传。", code="file-dropped")
    findings = ReturnFinding.objects.filter(credit_return=credit_return, row_number__gt=0).order_by("row_number", "id")
    sheet = BytesIO()
    with open_plain(stored) as stream:
        write_error_sheet(
            sheet,
            open_return(stream, credit_return.file_name),
            (as_finding(row) for row in findings.iterator()),
            every_row=every_row,
            mark=None if every_row else FileIdentity(credit_return.number, credit_return.file_sha256).mark,
            translate=gettext,
        )
    note(credit_return, "return.error-sheet", actor, at)
    return sheet.getvalue()


def _stored(stream: BinaryIO, filename: str, kind: str, at: datetime) -> StoredFile:
    stream.seek(0)
    return store(content=stream, name=_safe_name(filename), media_type=_MEDIA_TYPES[kind], at=at)


def _safe_name(filename: str) -> str:
    return "".join(sign for sign in _LONG_NUMBER.sub("…", filename) if sign.isprintable())


def _is_small(stored: StoredFile) -> bool:
    return stored.size_bytes <= CHECKED_AT_ONCE_BYTES


def _begin_check(credit_return: CreditReturn) -> None:
    credit_return.state = ReturnState.CHECKING
    credit_return.lease_until = None
    # A new attempt: a check of the earlier file that still runs has lost its lease.
    credit_return.attempts += 1
    credit_return.rows_checked = 0
    credit_return.save()


def checked(credit_return: CreditReturn, at: datetime) -> CreditReturn:
    """Check a small file now, outside the transaction that took it in; a crash between the two is found by the tick."""
    if credit_return.file is not None and _is_small(credit_return.file):
        run_check(credit_return.pk, at=at)
    credit_return.refresh_from_db()
    return credit_return


def note(credit_return: CreditReturn, action: str, actor: Actor, at: datetime, **counts: int) -> None:
    """Record what was done with a return; ``counts`` are figures without anything personal."""
    record(
        actor=actor,
        at=at,
        action=action,
        subject_kind="return",
        subject_id=credit_return.number,
        clause="M-4",
        refs={"institution": credit_return.institution.code, **counts},
    )
