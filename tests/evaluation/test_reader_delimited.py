"""Reading returns from delimited text: encodings, delimiters, quoting, and memory that does not grow with the rows."""

import codecs
import io
import tracemalloc
from collections import deque
from pathlib import Path

import pytest

from creditbank.errors import InvalidInput
from creditbank.evaluation.limits import Limits
from creditbank.evaluation.raw_rows import RawRow
from creditbank.evaluation.reader import ReturnFile, open_return
from tests.evaluation.books import TITLES, csv_bytes, row_of


def read(content: bytes, limits: Limits | None = None) -> ReturnFile:
    return open_return(io.BytesIO(content), "申报.csv", limits or Limits())


def names(content: bytes) -> list[str]:
    return [raw.text("name") for raw in read(content).rows()]


ROWS = [TITLES, row_of(姓名="𠮷田花子"), row_of(姓名="陈星河")]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("gb18030", b""),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
    ],
)
def test_every_encoding_is_recognised(encoding: str, mark: bytes) -> None:
    assert names(mark + csv_bytes(ROWS, encoding)) == ["𠮷田花子", "陈星河"]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_every_delimiter_is_recognised(delimiter: str) -> None:
    assert names(csv_bytes(ROWS, delimiter=delimiter)) == ["𠮷田花子", "陈星河"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_recognised(line_end: str) -> None:
    assert names(csv_bytes(ROWS).replace(b"\r\n", line_end.encode())) == ["𠮷田花子", "陈星河"]


def test_rows_are_numbered_as_excel_shows_them() -> None:
    rows = [["学分申报"], [], TITLES, row_of(备注="第一行\n第二行"), [], row_of(成果编号="2"), ["", ""]]
    assert [raw.number for raw in read(csv_bytes(rows)).rows()] == [4, 6]


def test_text_kept_with_an_equals_sign_is_unwrapped_and_any_other_formula_is_marked() -> None:
    rows = [TITLES, row_of(素质教育卡号='="0123"'), row_of(学分="=1+1")]
    first, second = read(csv_bytes(rows)).rows()
    assert (first.text("card_number"), first.types) == ("0123", {})
    assert second.types == {TITLES.index("学分"): "formula"}


def test_a_line_with_more_cells_than_the_header_is_marked() -> None:
    rows = [TITLES, [*row_of(), "", ""], [*row_of(), "多"]]
    assert [raw.overflows for raw in read(csv_bytes(rows)).rows()] == [False, True]


def test_a_short_line_is_filled_with_blanks() -> None:
    rows = [TITLES, row_of()[:13]]
    assert [raw.text("remark") for raw in read(csv_bytes(rows)).rows()] == [""]


def test_the_rows_can_be_read_again_and_the_stream_stays_open(tmp_path: Path) -> None:
    stream = io.BytesIO(csv_bytes(ROWS))
    file = open_return(stream, "a.csv")
    assert len(list(file.rows())) == len(list(file.rows())) == 2
    assert not stream.closed
    path = tmp_path / "a.csv"
    path.write_bytes(csv_bytes(ROWS))
    from_path = open_return(path, "a.csv")
    assert len(list(from_path.rows())) == len(list(from_path.rows())) == 2


def test_what_a_file_is_decides_not_its_name() -> None:
    file = open_return(io.BytesIO(csv_bytes(ROWS)), "申报.xlsx")
    assert (file.kind, [note.code for note in file.notes]) == ("csv", ["name-differs"])


@pytest.mark.parametrize(
    ("content", "reason", "row"),
    [
        (csv_bytes([*ROWS, row_of(备注="a\0b")]), "nul-byte", 4),
        (csv_bytes(ROWS) + b"\xe5\xff\xff,1\r\n", "encoding", 4),
        (csv_bytes(ROWS) + csv_bytes([row_of()], "gb18030"), "encoding", 4),
        (codecs.BOM_UTF16_LE + csv_bytes(ROWS, "utf-16-le") + b"\x00\xd8\x41", "encoding", 4),
        (csv_bytes(ROWS) + b'x,"open\n' + b"a,b\n" * 5000, "open-quote", 4),
        (csv_bytes(ROWS) + b'"' + b'\n","' * 5000, "open-quote", 4),
    ],
)
def test_what_can_not_be_text_is_refused_with_its_row(content: bytes, reason: str, row: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        deque(read(content).rows(), maxlen=0)
    assert (refused.value.reason, refused.value.data["row"]) == (reason, row)


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(InvalidInput, match="2 行"):
        deque(read(csv_bytes([*ROWS, row_of()]), Limits(csv_rows=2)).rows(), maxlen=0)


def test_a_cell_beyond_the_limit_is_refused_with_its_row() -> None:
    with pytest.raises(InvalidInput, match="第 4 行"):
        deque(read(csv_bytes([*ROWS, row_of(备注="长" * 5000)])).rows(), maxlen=0)


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    line = csv_bytes([row_of()])
    with path.open("wb") as out:
        out.write(csv_bytes([TITLES]))
        for _ in range(200):
            out.write(line * 1000)
    tracemalloc.start()
    last: RawRow | None = None
    for raw in open_return(path, "large.csv").rows():
        last = raw
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert last is not None
    assert last.number == 200_001
    assert peak < 12 << 20
