"""Files made to hurt: each ends soon, in little memory, with an error that names the place."""

import io
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from creditbank.errors import InvalidInput
from creditbank.evaluation.limits import DEFAULT_LIMITS, Limits
from creditbank.evaluation.reader import open_return
from tests.evaluation.books import (
    SHEET_HEAD,
    SHEET_TAIL,
    TITLES,
    csv_bytes,
    inline_cell,
    inline_row,
    raw_xlsx,
    row_of,
    xlsx_bytes,
)

HEADER = inline_row(1, TITLES)


@contextmanager
def bounded(mebibytes: int) -> Iterator[None]:
    """The body stays within this much Python memory and 20 seconds of processor time."""
    tracemalloc.start()
    began = time.process_time()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < mebibytes << 20
        assert time.process_time() - began < 20
    finally:
        tracemalloc.stop()


def refused(stream: io.BytesIO, mebibytes: int = 64) -> InvalidInput:
    """The refusal of this file, found within bounds."""
    with bounded(mebibytes), pytest.raises(InvalidInput) as problem:
        for _ in open_return(stream, "申报.xlsx").rows():
            pass
    assert problem.value.data["field"]
    return problem.value


def test_a_zip_bomb_is_refused_by_its_ratio() -> None:
    blanks = b"<!-- " + b" " * (40 << 20) + b" -->"
    sheet = SHEET_HEAD.encode() + blanks + SHEET_TAIL.encode()
    assert refused(raw_xlsx(sheet)).reason == "bomb"


def test_a_zip_that_lies_about_its_sizes_is_stopped_at_what_it_declared() -> None:
    sheet = (SHEET_HEAD + HEADER).encode() + b" " * (30 << 20) + SHEET_TAIL.encode()
    content = bytearray(raw_xlsx(sheet).getvalue())
    name = b"xl/worksheets/sheet1.xml"
    declared = struct.pack("<I", len(sheet))
    at = content.rindex(name) - 46
    assert content[at + 24 : at + 28] == declared
    content[at + 24 : at + 28] = struct.pack("<I", 5000)
    assert refused(io.BytesIO(bytes(content))).reason == "bomb"


def test_too_many_entries_and_double_entries_are_refused() -> None:
    many = raw_xlsx(SHEET_HEAD + HEADER + SHEET_TAIL, {f"xl/media/{at}": "" for at in range(600)})
    assert refused(many).reason == "bomb"
    double = raw_xlsx(SHEET_HEAD + HEADER + SHEET_TAIL, {"xl/Worksheets/Sheet1.xml": SHEET_HEAD + SHEET_TAIL})
    assert refused(double).reason == "damaged"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_entities_and_dtds_are_refused_in_every_part(part: str) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
    error = refused(raw_xlsx(SHEET_HEAD + HEADER + SHEET_TAIL, {part: bomb}))
    assert (error.reason, error.data["field"]) == ("xml-entities", part)


def test_entities_hidden_in_utf_16_are_refused() -> None:
    bomb = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'.encode("utf-16")
    assert refused(raw_xlsx(SHEET_HEAD + HEADER + SHEET_TAIL, {"xl/sharedStrings.xml": bomb})).reason == "damaged"


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (inline_cell("XFD2", "x"), "too-many-columns-xlsx"),
        (inline_cell("A1048576", "x"), "too-many-rows-xlsx"),
        ('<c r="A1048576" s="/>"><v>1</v></c>', "too-many-rows-xlsx"),
        ('<c t="n" r="A1048576"><v>1</v></c>', "too-many-rows-xlsx"),
        ("<c r='XFD2'><v>1</v></c>", "too-many-columns-xlsx"),
        ("<x:c r='XFD2'><x:v>1</x:v></x:c>", "too-many-columns-xlsx"),
        ('<c r="A99999999999"><v>1</v></c>', "too-many-rows-xlsx"),
    ],
)
def test_cells_in_far_corners_are_refused_before_the_sheet_is_laid_out(cell: str, reason: str) -> None:
    sheet = SHEET_HEAD + HEADER + f'<row r="2">{cell}</row>' + SHEET_TAIL
    assert refused(raw_xlsx(sheet)).reason == reason


def test_a_million_columns_are_refused() -> None:
    cells = "<c><v>1</v></c>" * 1_000_000
    # Stored, not deflated, so that the ratio does not give it away.
    sheet = SHEET_HEAD + HEADER + f'<row r="2">{cells}</row>' + SHEET_TAIL
    stored = io.BytesIO()
    with zipfile.ZipFile(raw_xlsx(sheet)) as old, zipfile.ZipFile(stored, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert refused(stored).reason == "too-many-columns-xlsx"
    text = io.BytesIO(csv_bytes([TITLES]) + b"," * 1_000_000 + b"\r\n")
    assert refused(text).reason == "line-too-long"
    wide_header = io.BytesIO(csv_bytes([[*TITLES, *["甲"] * 1000]]))
    assert refused(wide_header).reason == "too-many-columns"


def test_one_long_text_pointed_at_from_every_cell_is_refused() -> None:
    texts = "".join(f"<si><t>{title}</t></si>" for title in TITLES) + f"<si><t>{'长' * 30_000}</t></si>"
    header = "".join(f'<c r="{chr(65 + at)}1" t="s"><v>{at}</v></c>' for at in range(len(TITLES)))
    cells = "".join(
        f'<row r="{row}">' + "".join(f'<c r="{chr(65 + at)}{row}" t="s"><v>19</v></c>' for at in range(19)) + "</row>"
        for row in range(2, 2000)
    )
    sheet = SHEET_HEAD + f'<row r="1">{header}</row>' + cells + SHEET_TAIL
    assert refused(raw_xlsx(sheet, {"xl/sharedStrings.xml": f"<sst>{texts}</sst>"})).reason == "too-much-text"


def test_more_shared_texts_than_may_be_held_are_refused_before_they_are_read() -> None:
    texts = "".join(f"<si><t>{number:08}</t></si>" for number in range(400_000))
    small = replace(DEFAULT_LIMITS, xlsx_shared_bytes=8 << 20)
    book = raw_xlsx(SHEET_HEAD + HEADER + SHEET_TAIL, {"xl/sharedStrings.xml": f"<sst>{texts}</sst>"})
    with bounded(8), pytest.raises(InvalidInput) as problem:
        open_return(book, "申报.xlsx", limits=small)
    assert problem.value.reason == "too-much-text"


def test_overlapping_and_endless_merges_are_refused() -> None:
    rows = "".join(inline_row(row, row_of(成果编号=str(row))) for row in range(2, 60))
    merges = "".join(f'<mergeCell ref="A{row}:S{row + 200}"/>' for row in range(2, 50))
    tail = f"</sheetData><mergeCells>{merges}</mergeCells></worksheet>"
    assert refused(raw_xlsx(SHEET_HEAD + HEADER + rows + tail)).reason == "too-many-merges"
    many = '<mergeCell ref="A2:B2"/>' * 150_000
    tail = f"</sheetData><mergeCells>{many}</mergeCells></worksheet>"
    limits = Limits(merged_ranges=1000, xlsx_ratio=100_000)
    with pytest.raises(InvalidInput) as problem:
        open_return(raw_xlsx(SHEET_HEAD + HEADER + rows + tail), "a.xlsx", limits)
    assert problem.value.reason == "too-many-merges"


def test_a_line_of_fifty_megabytes_is_refused_without_being_held() -> None:
    assert refused(io.BytesIO(csv_bytes([TITLES]) + b"x" * (50 << 20)), 8).reason == "line-too-long"
    assert refused(io.BytesIO(b"x" * (50 << 20)), 8).reason == "line-too-long"
    assert refused(io.BytesIO(csv_bytes([TITLES]) + b'"' + b"x\n" * (25 << 20)), 8).reason == "open-quote"


def test_other_kinds_of_file_are_named() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    for content, reason in (
        (b"", "empty-file"),
        (ole, "old-excel"),
        (ole + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"%PDF-1.7 ...", "not-a-table"),
        (b"\x89PNG\r\n", "not-a-table"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "not-a-table"),
        (b'<?xml version="1.0"?><Workbook/>', "not-a-table"),
        ("随便写点什么\n没有表头\n".encode(), "header-missing"),
        (b"\0" * 5000, "nul-byte"),
    ):
        assert refused(io.BytesIO(content)).reason == reason
    for parts in ({"word/document.xml": ""}, {"content.xml": ""}, {"xl/workbook.bin": ""}, {"a.txt": ""}):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content_text in parts.items():
                archive.writestr(name, content_text)
        assert refused(out).reason == "not-a-table"


def test_a_file_too_large_is_refused_unread() -> None:
    with pytest.raises(InvalidInput) as problem:
        open_return(io.BytesIO(csv_bytes([TITLES])), "a.csv", Limits(file_bytes=10))
    assert problem.value.reason == "file-too-large"


GOOD = xlsx_bytes([TITLES, row_of()]).getvalue()
GOOD_SHEET = (SHEET_HEAD + HEADER + inline_row(2, row_of()) + SHEET_TAIL).encode()
GOOD_TEXT = csv_bytes([TITLES, row_of()])


def read_or_refuse(content: bytes) -> None:
    """Read to the end; only InvalidInput may come out."""
    try:
        for _ in open_return(io.BytesIO(content), "a.xlsx").rows():
            pass
    except InvalidInput as problem:
        assert problem.data["field"]


@given(st.binary(max_size=400))
@settings(max_examples=60, deadline=None)
def test_random_bytes_are_read_or_refused(content: bytes) -> None:
    read_or_refuse(content)


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=12), st.integers(0, 9_000))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_files_are_read_or_refused(changes: list[tuple[int, int]], cut: int) -> None:
    for good in (GOOD, GOOD_TEXT):
        content = bytearray(good)
        for at, value in changes:
            content[at % len(content)] = value
        read_or_refuse(bytes(content))
        read_or_refuse(bytes(content[: max(cut % len(content), 1)]))


@given(st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(list(b'<>/"= rcfv!&\0A19'))), min_size=1, max_size=9))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_sheet_xml_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    sheet = bytearray(GOOD_SHEET)
    for at, value in changes:
        sheet[at % len(sheet)] = value
    read_or_refuse(raw_xlsx(bytes(sheet)).getvalue())


def test_a_refusal_is_wholly_in_the_language_of_its_reader() -> None:
    """What a sentence is filled with is a number, a name of the file's own, or a word that is the same in both."""
    wide_header = io.BytesIO(csv_bytes([[*TITLES, *["x"] * 1000]]))
    for content in (wide_header, io.BytesIO(b"\x89PNG\r\n"), io.BytesIO(b"<html></html>"), io.BytesIO(b"Rar!")):
        words = {name: str(value) for name, value in refused(content).data.items() if name != "field"}
        assert not [word for word in words.values() if not word.isascii()]
