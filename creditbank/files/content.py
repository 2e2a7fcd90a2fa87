"""Sealing of a whole file in segments, so that neither writing nor reading holds more than one segment in memory.

Layout: ``CBF1`` ‖ salt (16) ‖ segments. Each segment is AES-256-GCM of up to 64 KiB, its tag behind it. The file's own
key is HKDF-SHA-256 of the ring's key, the salt and the file's place, so a nonce is only the segment's number and a mark
on the last one: a segment that is moved, cut off or taken from another file does not open.
"""

import io
import secrets
from collections.abc import Iterator
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from creditbank.errors import Unavailable

SEGMENT_BYTES: Final = 64 * 1024
_MAGIC: Final = b"CBF1"
_SALT_BYTES: Final = 16
_TAG_BYTES: Final = 16


def seal_segments(plain: Iterator[bytes], key: bytes, place: str) -> Iterator[bytes]:
    """The sealed file, piece by piece; ``plain`` may come in pieces of any size."""
    salt = secrets.token_bytes(_SALT_BYTES)
    cipher = _cipher(key, salt, place)
    yield _MAGIC + salt
    number = 0
    waiting = b""
    for segment in _resized(plain):
        if number or waiting:
            yield cipher.encrypt(_nonce(number - 1, last=False), waiting, None)
        waiting = segment
        number += 1
    yield cipher.encrypt(_nonce(max(number - 1, 0), last=True), waiting, None)


class SealedReader(io.RawIOBase):
    """The plain content of a sealed file as a readable, seekable stream."""

    def __init__(self, sealed: BinaryIO, key: bytes, place: str, size_bytes: int) -> None:
        super().__init__()
        head = sealed.read(len(_MAGIC) + _SALT_BYTES)
        if head[: len(_MAGIC)] != _MAGIC or len(head) != len(_MAGIC) + _SALT_BYTES:
            raise Unavailable("存档文件已损坏。", code="file-changed")
        self._sealed = sealed
        self._cipher = _cipher(key, head[len(_MAGIC) :], place)
        self._size = size_bytes
        self._last = max(size_bytes - 1, 0) // SEGMENT_BYTES
        self._position = 0
        self._held: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is: a workbook is read from its end."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; as of any binary stream."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(base + offset, 0)
        return self._position

    def tell(self) -> int:
        """The position in the plain content."""
        return self._position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill ``buffer`` from one segment; Unavailable when the file was changed."""
        if self._position >= self._size:
            return 0
        number, offset = divmod(self._position, SEGMENT_BYTES)
        piece = self._segment(number)[offset : offset + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def close(self) -> None:
        """Close the file below too."""
        if not self.closed:
            self._sealed.close()
        super().close()

    def _segment(self, number: int) -> bytes:
        if self._held[0] != number:
            self._sealed.seek(len(_MAGIC) + _SALT_BYTES + number * (SEGMENT_BYTES + _TAG_BYTES))
            sealed = self._sealed.read(SEGMENT_BYTES + _TAG_BYTES)
            try:
                plain = self._cipher.decrypt(_nonce(number, last=number == self._last), sealed, None)
            except InvalidTag:
                raise Unavailable("存档文件已损坏。", code="file-changed") from None
            self._held = (number, plain)
        return self._held[1]


def _cipher(key: bytes, salt: bytes, place: str) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"creditbank file " + place.encode())
    return AESGCM(derived.derive(key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")


def _resized(pieces: Iterator[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= SEGMENT_BYTES:
            yield bytes(held[:SEGMENT_BYTES])
            del held[:SEGMENT_BYTES]
    if held:
        yield bytes(held)
