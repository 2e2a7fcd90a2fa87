"""The way back of an error sheet: its mended rows are put into the file that they came from.

Each row of the sheet carries a mark that names the row and proves, by a keyed digest, that it belongs to this return
and to these very bytes of its file. The new file has every row where it was: a row that is left out leaves a blank
line.
"""

import csv
import hmac
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

from creditbank.evaluation.cell_texts import cell_text
from creditbank.evaluation.columns import COLUMN_BY_KEY, COLUMNS, INDEX_OF
from creditbank.evaluation.raw_rows import FORMULA, RawRow
from creditbank.evaluation.reader import ReturnFile
from creditbank.evaluation.refusals import refusal
from creditbank.evaluation.sheets import MARK_HEADING
from creditbank.vault.sealing import keyed_digest

MOST_MENDED_ROWS: Final = 50_000
_MARK: Final = re.compile(r"(\d{1,8})-([0-9a-f]{12})-([0-9a-f]{20})")
_LISTED: Final = 10


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """Which file a sheet was made from: the number of its return and the SHA-256 of its bytes."""

    return_number: str
    sha256: str

    def mark(self, row: int) -> str:
        """What stands beside a row of the sheet."""
        proof = keyed_digest("return-row", f"{self.return_number}\n{self.sha256}\n{row}")
        return f"{row}-{self.sha256[:12]}-{proof[:20]}"


def is_error_sheet(file: ReturnFile) -> bool:
    """Whether the file has marks: it holds some rows of a return only and can't stand for the whole."""
    return MARK_HEADING in file.header.extra_titles


def mended_rows(sheet: ReturnFile, identity: FileIdentity) -> dict[int, RawRow]:
    """The rows of a sheet by the row of the file that each belongs to.

    InvalidInput, naming the row, when a mark is missing, was changed, stands twice, or belongs to another file.
    """
    if not is_error_sheet(sheet):
        raise refusal("mend-no-marks", "header", heading=MARK_HEADING)
    at = sheet.header.extra_titles.index(MARK_HEADING)
    found: dict[int, RawRow] = {}
    for raw in sheet.rows():
        row = _row_of(raw, raw.extra[at].strip(), identity)
        if row in found:
            raise refusal("mend-row-twice", f"第 {raw.number} 行", row=raw.number, original=row)
        found[row] = raw
        if len(found) > MOST_MENDED_ROWS:
            raise refusal("mend-too-many", "file", limit=MOST_MENDED_ROWS)
    return found


def _row_of(raw: RawRow, mark: str, identity: FileIdentity) -> int:
    place = f"第 {raw.number} 行"
    if not mark:
        raise refusal("mend-row-unmarked", place, row=raw.number)
    parts = _MARK.fullmatch(mark)
    if parts is None:
        raise refusal("mend-mark-changed", place, row=raw.number)
    if parts[2] != identity.sha256[:12]:
        raise refusal("mend-other-file", place, row=raw.number)
    if not hmac.compare_digest(mark, identity.mark(int(parts[1]))):
        raise refusal("mend-mark-changed", place, row=raw.number)
    return int(parts[1])


def write_merged(
    target: BinaryIO,
    original: ReturnFile,
    sheet: ReturnFile,
    mended: Mapping[int, RawRow],
    *,
    faulty: Collection[int],
    drop_missing: bool,
) -> None:
    """Write the whole file anew as CSV (UTF-8): good rows as they were, mended ones from the sheet, each in its place.

    A faulty row that is not in the sheet is left out with ``drop_missing``, else InvalidInput names such rows; so does
    a column that the file has and the sheet lacks.
    """
    keys = _columns(original, sheet)
    extra = [title for title in original.header.extra_titles if title != MARK_HEADING]
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    written = 0

    def write_at(row: int, cells: list[str]) -> None:
        nonlocal written
        while written < row - 1:
            writer.writerow([])
            written += 1
        writer.writerow(cells)
        written += 1

    write_at(original.header.row_number, [*(COLUMN_BY_KEY[key].name for key in keys), *extra])
    missing: list[int] = []
    for raw in original.rows():
        source = mended.get(raw.number)
        if source is None and raw.number in faulty:
            missing.append(raw.number)
        else:
            write_at(raw.number, [*_cells(source or raw, keys), *_extra(original, raw)])
    text.detach()
    if missing and not drop_missing:
        shown = "、".join(str(row) for row in missing[:_LISTED])
        raise refusal("mend-rows-missing", "rows", count=len(missing), rows=shown)


def _columns(original: ReturnFile, sheet: ReturnFile) -> list[str]:
    """The file's columns in its order, then those that the sheet has in addition."""
    keys = original.header.keys_in_order()
    lost = [COLUMN_BY_KEY[key].name for key in keys if key not in sheet.header.position_of]
    if lost:
        raise refusal("mend-columns-missing", "header", columns="、".join(lost))
    return [
        *keys,
        *(column.key for column in COLUMNS if column.key in sheet.header.position_of and column.key not in keys),
    ]


def _cells(raw: RawRow, keys: list[str]) -> Iterator[str]:
    for key in keys:
        text = cell_text(raw, key)
        if raw.types.get(INDEX_OF[key]) == FORMULA:
            # What a formula came to is not what somebody wrote: it stays a finding.
            yield text if text.startswith("=") else f"={text}"
        elif text.startswith("=") and '"' not in text:
            yield f'="{text}"'
        else:
            yield text


def _extra(original: ReturnFile, raw: RawRow) -> Iterator[str]:
    titles = original.header.extra_titles
    return (text for title, text in zip(titles, raw.extra, strict=False) if title != MARK_HEADING)
