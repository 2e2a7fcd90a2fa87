"""How much of a file is read before it is refused. Bytes, characters, rows and columns; sized for 10⁶ rows of CSV."""

from dataclasses import dataclass
from typing import Final

MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one reading. ``xlsx_*`` bound what is inside the zip, where small bytes can stand for large ones.

    ``cells`` bounds rows × columns of a sheet, because the sheet is held as a full rectangle; ``text_bytes`` bounds the
    sum of all its texts, because one shared text can be pointed at from every cell; ``shared_bytes`` the shared texts
    themselves, which are held whole.
    """

    file_bytes: int = 1024 * MIB
    header_rows: int = 10
    columns: int = 120
    cell_chars: int = 4_000
    csv_rows: int = 3_000_000
    csv_line_chars: int = 64 * 1024
    csv_record_lines: int = 200
    xlsx_file_bytes: int = 128 * MIB
    xlsx_rows: int = 300_000
    xlsx_cells: int = 12_000_000
    xlsx_entries: int = 500
    xlsx_sheets: int = 30
    xlsx_part_bytes: int = 16 * MIB
    xlsx_total_bytes: int = 768 * MIB
    xlsx_shared_bytes: int = 192 * MIB
    xlsx_text_bytes: int = 1024 * MIB
    xlsx_ratio: int = 150
    merged_ranges: int = 300_000


DEFAULT_LIMITS: Final = Limits()
