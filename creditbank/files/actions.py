"""Verbs of the part `files`: store, open, drop."""

import hashlib
import io
import os
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

from django.conf import settings

from creditbank import ids
from creditbank.errors import InvalidInput, NotFound, Unavailable
from creditbank.files.content import SEGMENT_BYTES, SealedReader, seal_segments
from creditbank.files.models import StoredFile
from creditbank.vault.keys import key_ring

LARGEST_BYTES: Final = 1024 * 1024 * 1024
_NAME_LENGTH: Final = 200
_SWEPT_AT_ONCE: Final = 500


def store(*, content: BinaryIO, name: str, media_type: str, at: datetime) -> StoredFile:
    """Keep a stream, encrypted, and return its row; memory stays flat.

    InvalidInput when it is empty or larger than 1 GB. The bytes are on the disk before the row is; if the caller's
    transaction fails, a file without a row is left, which nobody can open and :func:`sweep` takes away.
    """
    ring = key_ring()
    place = _new_place()
    path = _path(place)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    counted = _Counted(content)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            for piece in seal_segments(counted.pieces(), ring.encryption[ring.current], place):
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
    except InvalidInput:
        path.unlink(missing_ok=True)
        raise
    return StoredFile.objects.create(
        sha256=counted.digest.hexdigest(),
        size_bytes=counted.size,
        name=Path(name.replace("\\", "/")).name[-_NAME_LENGTH:] or "file",
        media_type=media_type,
        place=place,
        key_id=ring.current,
        stored_at=at,
    )


def open_plain(stored: StoredFile) -> BinaryIO:
    """The plain content as a seekable stream; the caller closes it. NotFound when dropped, Unavailable when damaged."""
    if stored.dropped_at is not None:
        raise NotFound("这个文件已按规定删除。", code="file-dropped")
    key = key_ring().encryption.get(stored.key_id)
    if key is None:
        raise Unavailable("这个文件的密钥不在密钥环中。", code="key-unknown")
    try:
        sealed = _path(stored.place).open("rb")
    except FileNotFoundError:
        raise Unavailable("存档文件缺失。", code="file-missing") from None
    return io.BufferedReader(SealedReader(sealed, key, stored.place, stored.size_bytes), SEGMENT_BYTES)


def drop(stored: StoredFile, *, at: datetime) -> None:
    """Delete the content; the row stays with its hash. A second time does nothing."""
    if StoredFile.objects.filter(pk=stored.pk, dropped_at__isnull=True).update(dropped_at=at):
        _path(stored.place).unlink(missing_ok=True)
        stored.dropped_at = at


def sweep(*, older_than: datetime) -> int:
    """Delete files that no row names and that were last written before ``older_than``; returns how many."""
    old = (path for path in _root().glob("??/*") if _is_older(path, older_than))
    swept = 0
    while paths := list(islice(old, _SWEPT_AT_ONCE)):
        places = {f"{path.parent.name}/{path.name}": path for path in paths}
        known = set(StoredFile.objects.filter(place__in=places).values_list("place", flat=True))
        for place, path in places.items():
            if place not in known:
                path.unlink(missing_ok=True)
                swept += 1
    return swept


def _is_older(path: Path, moment: datetime) -> bool:
    try:
        return path.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:
        return False


class _Counted:
    """Reads a stream once, in segments, and knows afterwards its length and its SHA-256."""

    def __init__(self, content: BinaryIO) -> None:
        self._content = content
        self.digest = hashlib.sha256()
        self.size = 0

    def pieces(self) -> Iterator[bytes]:
        while piece := self._content.read(SEGMENT_BYTES):
            self.size += len(piece)
            if self.size > LARGEST_BYTES:
                raise InvalidInput("文件过大：最多 1 GB。", code="file-too-large", field="file")
            self.digest.update(piece)
            yield piece
        if self.size == 0:
            raise InvalidInput("文件是空的。", code="file-empty", field="file")


def _new_place() -> str:
    name = ids.uuid7().hex
    return f"{name[-2:]}/{name}"


def _root() -> Path:
    return Path(settings.DATA_DIR) / "files"


def _path(place: str) -> Path:
    return _root() / place
