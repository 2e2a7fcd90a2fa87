"""The clerk mends the rows of an error sheet; they go back into the file, which becomes the draft's next version."""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final, cast

from django.db import transaction

from creditbank.audit.actor import Actor
from creditbank.errors import Conflict
from creditbank.evaluation.actions.deciding import locked_return
from creditbank.evaluation.actions.uploading import REPLACEABLE, checked, note, put_file
from creditbank.evaluation.mending import FileIdentity, mended_rows, write_merged
from creditbank.evaluation.models import CreditReturn, ReturnFinding, ReturnState
from creditbank.evaluation.reader import open_return
from creditbank.evaluation.reading import return_for
from creditbank.files.actions import open_plain
from creditbank.files.models import StoredFile
from creditbank.institutions.models import StaffRole
from creditbank.institutions.rights import require_scope, require_staff

_IN_MEMORY_BYTES: Final = 8 * 1024 * 1024
_MENDED_SUFFIX: Final = "-mended"


def mend_return(
    *, actor: Actor, at: datetime, number: str, stream: BinaryIO, filename: str, drop_missing: bool = False
) -> CreditReturn:
    """Put the mended rows of this return's error sheet into its file; the whole is checked anew. A clerk does it.

    The good rows stay as they are. ``drop_missing`` leaves out faulty rows that were deleted from the sheet; without it
    they are InvalidInput (``mend-rows-missing``), as is a sheet of another file or with changed marks. Conflict when
    the file was replaced or dropped meanwhile, or the return can't be changed any more.
    """
    require_scope(actor, "returns:write")
    found = return_for(actor, number, at=at)
    require_staff(actor, found.institution, StaffRole.CLERK)
    stored = _mendable(found)
    identity = FileIdentity(found.number, found.file_sha256)
    faulty = ReturnFinding.objects.filter(credit_return=found, severity="error", row_number__gt=0)
    with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as spool, open_plain(stored) as plain:
        merged = cast("BinaryIO", spool)
        sheet = open_return(stream, filename)
        mended = mended_rows(sheet, identity)
        write_merged(
            merged,
            open_return(plain, found.file_name),
            sheet,
            mended,
            faulty=set(faulty.values_list("row_number", flat=True).distinct().iterator()),
            drop_missing=drop_missing,
        )
        with transaction.atomic():
            credit_return = locked_return(actor, number, at=at, states=REPLACEABLE)
            if credit_return.file_sha256 != identity.sha256:
                raise Conflict("文件刚刚被换过，请重新下载问题行表。", code="file-replaced")
            put_file(credit_return, merged, _merged_name(found.file_name), actor=actor, at=at)
            note(credit_return, "return.mend", actor, at, rows=len(mended))
    return checked(credit_return, at)


def _mendable(found: CreditReturn) -> StoredFile:
    stored = found.file
    if stored is None or stored.dropped_at is not None:
        raise Conflict("这份申报单的文件已按规定删除，请重新上传。", code="file-dropped")
    if found.state not in REPLACEABLE or found.state == ReturnState.CHECKING:
        raise Conflict(
            "申报单 %(number)s 现在的状态不能办理这一项。", code="return-state", number=found.number, state=found.state
        )
    if "file-stopped" in found.findings_by_code or "too-many-findings" in found.findings_by_code:
        raise Conflict("这份文件没有检查完，不能只改几行。请改好后上传整份文件。", code="file-not-read")
    return stored


def _merged_name(name: str) -> str:
    stem = Path(name).stem.removesuffix(_MENDED_SUFFIX)
    return f"{stem[:150]}{_MENDED_SUFFIX}.csv"
