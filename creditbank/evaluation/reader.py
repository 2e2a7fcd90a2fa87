"""Opening a return (申报单), whatever program wrote it: what a file is, its bytes decide, not its name.

The one promise: whatever the bytes, reading ends in bounded memory and time with rows or with :class:`InvalidInput`
that names the place and says how to mend it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from creditbank.evaluation.delimited import DelimitedTable, open_delimited
from creditbank.evaluation.limits import DEFAULT_LIMITS, MIB, Limits
from creditbank.evaluation.raw_rows import Header, Note, RawRow
from creditbank.evaluation.refusals import refusal
from creditbank.evaluation.sources import Source
from creditbank.evaluation.xlsx import XlsxTable, open_xlsx

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_OTHERS: Final = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"PK", "ZIP"),
)
_MARKUP: Final = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<(?:\?xml|!doctype|html|table|meta|workbook)", re.IGNORECASE)
_FORMAT_OF_SUFFIX: Final = {".xlsx": "xlsx", ".xlsm": "xlsx", ".csv": "csv", ".txt": "csv", ".tsv": "csv"}


@dataclass(frozen=True, slots=True)
class ReturnFile:
    """A file that can be read as a return. ``rows()`` streams it from the start, as often as it is asked.

    ``kind`` is ``xlsx`` or ``csv``; ``detail`` the sheet read, or the encoding; ``notes`` what the clerk should know.
    """

    filename: str
    kind: str
    detail: str
    header: Header
    notes: tuple[Note, ...]
    table: XlsxTable | DelimitedTable

    def rows(self) -> Iterator[RawRow]:
        """The rows below the header; raises InvalidInput where reading must stop."""
        return self.table.rows()


def open_return(origin: Path | str | BinaryIO, filename: str, limits: Limits = DEFAULT_LIMITS) -> ReturnFile:
    """Open a return from a path or a seekable binary stream. Raises InvalidInput for what can't be one."""
    source = Source(Path(origin) if isinstance(origin, str) else origin)
    size = source.size()
    if size == 0:
        raise refusal("empty-file", filename)
    if size > limits.file_bytes:
        raise refusal("file-too-large", filename, limit=limits.file_bytes // MIB)
    with source.opened() as stream:
        head = stream.read(512)
        if head.startswith(_ZIP):
            if size > limits.xlsx_file_bytes:
                raise refusal("file-too-large", filename, limit=limits.xlsx_file_bytes // MIB)
            table = open_xlsx(source, limits)
            return _return_file(filename, "xlsx", table.name, table, table.notes)
        _refuse_other_kinds(head, stream, filename)
    text_table = open_delimited(source, limits)
    return _return_file(filename, "csv", text_table.encoding, text_table, ())


def _return_file(
    filename: str, kind: str, detail: str, table: XlsxTable | DelimitedTable, notes: tuple[Note, ...]
) -> ReturnFile:
    header = table.header
    if header.extra_titles:
        notes = (*notes, Note("columns-ignored", "、".join(title[:40] for title in header.extra_titles)))
    suffix = Path(filename).suffix.lower()
    if _FORMAT_OF_SUFFIX.get(suffix, kind) != kind:
        notes = (*notes, Note("name-differs", kind))
    return ReturnFile(filename, kind, detail, header, notes, table)


def _refuse_other_kinds(head: bytes, stream: BinaryIO, filename: str) -> None:
    if head.startswith(_OLE):
        raise refusal("encrypted" if _holds(stream, _ENCRYPTED) else "old-excel", filename)
    for magic, kind in _OTHERS:
        if head.startswith(magic):
            raise refusal("not-a-table", filename, kind=kind)
    if _MARKUP.match(head):
        raise refusal("not-a-table", filename, kind="HTML/XML")


def _holds(stream: BinaryIO, needle: bytes) -> bool:
    stream.seek(0)
    tail = b""
    while block := stream.read(MIB):
        if needle in tail + block:
            return True
        tail = block[-len(needle) :]
    return False
