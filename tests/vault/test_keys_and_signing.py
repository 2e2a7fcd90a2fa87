"""Keys come from the settings or, outside production, from one private file; signatures verify with the public key."""

import base64
import json
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import override_settings

from creditbank.errors import Unavailable
from creditbank.vault.keys import KEYS_FILE, key_ring, new_keys, write_keys
from creditbank.vault.signing import (
    public_key_id,
    public_key_pem,
    public_keys,
    read_public_key,
    sign,
    verify,
    verify_with,
)

PAYLOAD = b'{"return": "SB-2026-000001"}'


@pytest.fixture(autouse=True)
def _fresh_ring() -> Iterator[None]:
    key_ring.cache_clear()
    public_keys.cache_clear()
    yield
    key_ring.cache_clear()
    public_keys.cache_clear()


def test_development_keys_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    with override_settings(VAULT_KEYS={}, ENVIRONMENT="development", DATA_DIR=tmp_path):
        first = key_ring().current
        key_ring.cache_clear()
        assert key_ring().current == first
    path = tmp_path / KEYS_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [KEYS_FILE]


def test_processes_that_start_together_agree_on_the_keys(tmp_path: Path) -> None:
    path = tmp_path / KEYS_FILE
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda number: write_keys(path, new_keys(f"k{number}")), range(8)))
    assert made.count(True) == 1
    assert json.loads(path.read_text())["VAULT_CURRENT_KEY"] in {f"k{number}" for number in range(8)}


def test_production_never_makes_keys(tmp_path: Path) -> None:
    with (
        override_settings(VAULT_KEYS={}, ENVIRONMENT="production", DATA_DIR=tmp_path),
        pytest.raises(Unavailable) as caught,
    ):
        key_ring()
    assert caught.value.reason == "keys-missing"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"VAULT_KEYS": {}}', '{"VAULT_KEYS": []}'])
def test_a_damaged_key_file_is_said_to_be_damaged(tmp_path: Path, text: str) -> None:
    (tmp_path / KEYS_FILE).write_text(text)
    with (
        override_settings(VAULT_KEYS={}, ENVIRONMENT="development", DATA_DIR=tmp_path),
        pytest.raises(Unavailable),
    ):
        key_ring()


@pytest.mark.parametrize("key", ["", "short", "not base64 !", base64.b64encode(b"x" * 31).decode()])
def test_a_malformed_key_is_refused_without_being_shown(key: str) -> None:
    with (
        override_settings(VAULT_KEYS={"test-1": key}, VAULT_CURRENT_KEY="test-1"),
        pytest.raises(Unavailable) as caught,
    ):
        key_ring()
    assert not key or key not in str(caught.value)


def test_the_current_key_must_be_in_the_ring() -> None:
    with override_settings(VAULT_CURRENT_KEY="other"), pytest.raises(Unavailable):
        key_ring()


def test_a_signature_verifies_with_the_published_key_and_only_for_its_payload() -> None:
    key_id, signature = sign(PAYLOAD)
    assert verify(PAYLOAD, key_id, signature)
    assert not verify(PAYLOAD + b" ", key_id, signature)
    assert not verify(PAYLOAD, "0" * 16, signature)
    assert not verify(PAYLOAD, key_id, bytes(64))
    assert not verify(PAYLOAD, key_id, b"short")
    published = read_public_key(public_key_pem())
    assert public_key_id(published) == key_id
    assert verify_with(published, PAYLOAD, signature)


def test_a_receipt_of_an_earlier_key_still_verifies() -> None:
    earlier = Ed25519PrivateKey.generate()
    raw = base64.b64encode(earlier.public_key().public_bytes_raw()).decode()
    with override_settings(RECEIPT_EARLIER_PUBLIC_KEYS=[raw]):
        assert verify(PAYLOAD, public_key_id(earlier.public_key()), earlier.sign(PAYLOAD))
        assert next(iter(public_keys())) == sign(PAYLOAD)[0]


def test_what_is_no_public_key_is_refused() -> None:
    with pytest.raises(Unavailable):
        read_public_key("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")
