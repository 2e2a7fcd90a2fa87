"""A stored file comes back as it went in, lies encrypted, and notices every change."""

import io
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from creditbank.errors import InvalidInput, NotFound, Unavailable
from creditbank.files.actions import drop, open_plain, store, sweep
from creditbank.files.content import SEGMENT_BYTES
from creditbank.files.models import StoredFile

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def stored(content: bytes) -> StoredFile:
    return store(content=io.BytesIO(content), name="申报.csv", media_type="text/csv", at=AT)


def path_of(file: StoredFile) -> Path:
    return Path(settings.DATA_DIR, "files", file.place)


@pytest.mark.parametrize("size", [1, SEGMENT_BYTES - 1, SEGMENT_BYTES, SEGMENT_BYTES + 1, 3 * SEGMENT_BYTES + 17])
def test_any_length_comes_back_as_it_went_in(size: int) -> None:
    content = random.Random(size).randbytes(size)
    file = stored(content)
    assert file.size_bytes == size
    with open_plain(file) as plain:
        assert plain.read() == content


def test_the_reader_can_be_moved_like_any_file() -> None:
    content = random.Random(7).randbytes(2 * SEGMENT_BYTES + 100)
    with open_plain(stored(content)) as plain:
        plain.seek(-50, io.SEEK_END)
        assert plain.read() == content[-50:]
        plain.seek(SEGMENT_BYTES - 10)
        assert plain.read(20) == content[SEGMENT_BYTES - 10 : SEGMENT_BYTES + 10]


def test_the_disk_holds_nothing_readable() -> None:
    file = stored("证件号码 11010120100101997X".encode() * 100)
    raw = path_of(file).read_bytes()
    assert b"110101" not in raw
    assert "证件".encode() not in raw
    assert path_of(file).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", ["flip", "cut", "swap"])
def test_a_changed_file_does_not_open(damage: str) -> None:
    file = stored(random.Random(1).randbytes(2 * SEGMENT_BYTES))
    raw = bytearray(path_of(file).read_bytes())
    sealed = SEGMENT_BYTES + 16
    if damage == "flip":
        raw[100] ^= 1
    elif damage == "cut":
        del raw[20 + sealed :]
    else:
        raw[20 : 20 + sealed], raw[20 + sealed :] = raw[20 + sealed :], raw[20 : 20 + sealed]
    path_of(file).write_bytes(raw)
    with open_plain(file) as plain, pytest.raises(Unavailable):
        plain.read()


def test_a_file_in_the_place_of_another_does_not_open() -> None:
    one, other = stored(b"one"), stored(b"two")
    path_of(other).write_bytes(path_of(one).read_bytes())
    with open_plain(other) as plain, pytest.raises(Unavailable):
        plain.read()


def test_an_empty_file_is_refused_and_leaves_nothing() -> None:
    before = set(Path(settings.DATA_DIR, "files").glob("*/*"))
    with pytest.raises(InvalidInput):
        stored(b"")
    assert set(Path(settings.DATA_DIR, "files").glob("*/*")) == before


def test_a_dropped_file_is_gone_but_its_hash_stays() -> None:
    file = stored(b"content")
    drop(file, at=AT)
    assert not path_of(file).exists()
    with pytest.raises(NotFound):
        open_plain(StoredFile.objects.get(pk=file.pk))
    assert len(file.sha256) == 64


def test_the_sweep_takes_only_files_without_a_row() -> None:
    kept, orphan = stored(b"kept"), stored(b"orphan")
    StoredFile.objects.filter(pk=orphan.pk).delete()
    swept = sweep(older_than=datetime.now(UTC) + timedelta(minutes=1))
    assert swept >= 1
    assert path_of(kept).exists()
    assert not path_of(orphan).exists()


def test_a_name_never_leads_out_of_the_store() -> None:
    file = store(content=io.BytesIO(b"x"), name="..\\..\\etc/passwd", media_type="text/plain", at=AT)
    assert file.name == "passwd"
    assert path_of(file).is_relative_to(Path(settings.DATA_DIR, "files"))
