"""What must hold of an .xlsx before anything else opens it: an honest zip of bounded size, with plain XML inside.

The directory of a zip can lie about sizes, so each part is inflated here, block by block, and stopped as soon as it
exceeds what was declared. Nothing is kept. A comment or anything else after the directory is refused, so that no other
reader can find a second directory in the same bytes.
"""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from creditbank.evaluation.limits import MIB, Limits
from creditbank.evaluation.refusals import refusal

BLOCK: Final = 1 << 18
_LOCAL_HEADER: Final = struct.Struct("<4s22xHH")
_LOCAL_MAGIC: Final = b"PK\x03\x04"
_ENCRYPTED_FLAG: Final = 1
_END_RECORD_BYTES: Final = 22
_END_MAGIC: Final = b"PK\x05\x06"


def read_directory(stream: BinaryIO, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """The parts of the zip by lower-case name, once their number, declared sizes and ratios are within bounds.

    Raises InvalidInput for a damaged, encrypted, duplicated or oversized directory.
    """
    try:
        stream.seek(-_END_RECORD_BYTES, 2)
        if stream.read(len(_END_MAGIC)) != _END_MAGIC:
            raise ValueError("something stands after the directory")
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError, RuntimeError) as problem:
        raise refusal("damaged", "zip", place="zip") from problem
    if len(entries) > limits.xlsx_entries:
        raise refusal("bomb", "zip", place=f"zip: {len(entries)}")
    parts = {entry.filename.lower(): entry for entry in entries}
    if len(parts) != len(entries):
        raise refusal("damaged", "zip", place="zip")
    for entry in entries:
        _check_entry(entry, limits)
    if sum(entry.file_size for entry in entries) > limits.xlsx_total_bytes:
        raise refusal("bomb", "zip", place="zip")
    return parts


def _check_entry(entry: zipfile.ZipInfo, limits: Limits) -> None:
    place = shown_part(entry.filename)
    if entry.flag_bits & _ENCRYPTED_FLAG:
        raise refusal("encrypted", place)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refusal("damaged", place, place=place)
    if entry.file_size > MIB and entry.file_size > limits.xlsx_ratio * max(entry.compress_size, 1):
        raise refusal("bomb", place, place=place)


def shown_part(name: str) -> str:
    """A part's name as it may stand in a message: short and printable."""
    return "".join(character if character.isprintable() else "?" for character in name[:60])


def blocks_of(stream: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The inflated bytes of one part in blocks; refuses as soon as there is more, or in the end less, than declared."""
    place = shown_part(entry.filename)
    remaining = entry.file_size
    checksum = 0
    for block in _inflated(stream, entry):
        remaining -= len(block)
        if remaining < 0:
            raise refusal("bomb", place, place=place)
        checksum = zlib.crc32(block, checksum)
        yield block
    if remaining or checksum != entry.CRC:
        raise refusal("damaged", place, place=place)


def _inflated(stream: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    place = shown_part(entry.filename)
    stored = entry.compress_type == zipfile.ZIP_STORED
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for raw in _raw_blocks(stream, entry):
            if stored:
                yield raw
                continue
            pending = raw
            while pending:
                yield inflater.decompress(pending, BLOCK)
                pending = inflater.unconsumed_tail
        if not stored:
            yield from _rest(inflater)
    except (zlib.error, struct.error, OSError, ValueError) as problem:
        raise refusal("damaged", place, place=place) from problem


def _rest(inflater: "zlib._Decompress") -> Iterator[bytes]:
    while rest := inflater.decompress(b"", BLOCK):
        yield rest


def _raw_blocks(stream: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    stream.seek(entry.header_offset)
    magic, name_length, extra_length = _LOCAL_HEADER.unpack(stream.read(_LOCAL_HEADER.size))
    if magic != _LOCAL_MAGIC:
        raise ValueError("no local header")
    position = entry.header_offset + _LOCAL_HEADER.size + name_length + extra_length
    left = entry.compress_size
    while left > 0:
        stream.seek(position)
        raw = stream.read(min(BLOCK, left))
        if not raw:
            raise ValueError("cut off")
        position += len(raw)
        left -= len(raw)
        yield raw


def plain_xml(blocks: Iterator[bytes], place: str) -> Iterator[bytes]:
    """The blocks of an XML part unchanged, once they hold no NUL (UTF-16) and no DTD or entity declaration."""
    tail = b""
    for block in blocks:
        if b"\0" in block:
            raise refusal("damaged", place, place=place)
        joined = tail + block[:16]
        if _declares(block) or _declares(joined):
            raise refusal("xml-entities", place, place=place)
        tail = block[-16:]
        yield block


def _declares(block: bytes) -> bool:
    # One byte is found much faster than two, and hardly a sheet has it.
    return b"!" in block and b"<!" in block and (b"<!DOCTYPE" in block or b"<!ENTITY" in block)


def part_blocks(stream: BinaryIO, entry: zipfile.ZipInfo) -> Callable[[], Iterator[bytes]]:
    """Gives the blocks of an XML part, checked, from its beginning each time it is called."""
    return lambda: plain_xml(blocks_of(stream, entry), shown_part(entry.filename))


def whole_part(stream: BinaryIO, entry: zipfile.ZipInfo, limits: Limits) -> bytes:
    """A small part (relations, list of sheets) as a whole, checked."""
    place = shown_part(entry.filename)
    if entry.file_size > limits.xlsx_part_bytes:
        raise refusal("bomb", place, place=place)
    return b"".join(plain_xml(blocks_of(stream, entry), place))
