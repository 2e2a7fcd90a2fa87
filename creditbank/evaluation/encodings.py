"""Which encoding a text file has: UTF-16 by its mark, else UTF-8, else GB18030, else UTF-16 without a mark.

Every byte is tried strictly, in blocks: a guess from the first bytes is wrong for short GBK files, and a wrong byte far
down must be named by its row instead of turning up as a strange character in somebody's name.
"""

import codecs
from dataclasses import dataclass
from typing import BinaryIO, Final

from creditbank.evaluation.refusals import refusal

_BLOCK: Final = 1 << 20
_HEAD_CHARS: Final = 20_000
_HEADING_WORDS: Final = ("姓名", "name", "成果编号")


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of decoding the whole file: the row of the first undecodable byte and of the first NUL, if any."""

    encoding: str
    bad_row: int | None
    nul_row: int | None
    has_heading: bool

    @property
    def clean(self) -> bool:
        """Whether every byte was text."""
        return self.bad_row is None and self.nul_row is None


def find_encoding(stream: BinaryIO) -> str:
    """The name of the encoding. Raises InvalidInput naming the row of the first wrong byte."""
    stream.seek(0)
    mark = stream.read(2)
    if mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return _sure(_try(stream, "utf-16"))
    unicode_trial = _try(stream, "utf-8-sig")
    if unicode_trial.clean or (unicode_trial.has_heading and unicode_trial.bad_row):
        return _sure(unicode_trial)
    chinese_trial = _try(stream, "gb18030")
    if chinese_trial.clean:
        return chinese_trial.encoding
    for encoding in ("utf-16-le", "utf-16-be"):
        trial = _try(stream, encoding)
        if trial.clean and trial.has_heading:
            return encoding
    return _sure(unicode_trial if unicode_trial.bad_row is None else chinese_trial)


def _sure(trial: Trial) -> str:
    if trial.nul_row is not None:
        raise refusal("nul-byte", f"第 {trial.nul_row} 行", row=trial.nul_row)
    if trial.bad_row is not None:
        raise refusal("encoding", f"第 {trial.bad_row} 行", row=trial.bad_row)
    return trial.encoding


def _try(stream: BinaryIO, encoding: str) -> Trial:
    decoder = codecs.getincrementaldecoder(encoding)()
    stream.seek(0)
    head = ""
    rows = 0
    while True:
        block = stream.read(_BLOCK)
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as problem:
            good = problem.object[: problem.start].decode(encoding, "ignore")
            return Trial(encoding, rows + good.count("\n") + 1, None, _has_heading(head or good))
        head = head or text[:_HEAD_CHARS]
        if "\0" in text:
            nul_row = rows + text[: text.index("\0")].count("\n") + 1
            return Trial(encoding, None, nul_row, _has_heading(head))
        if not block:
            return Trial(encoding, None, None, _has_heading(head))
        rows += text.count("\n")


def _has_heading(head: str) -> bool:
    folded = head[:_HEAD_CHARS].casefold()
    return any(word in folded for word in _HEADING_WORDS)
