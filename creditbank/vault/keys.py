"""The ring of keys: from settings, or, outside production, made once into the data directory.

All keys are 32 bytes, written in Base64. A key for encryption has an id and is kept as long as a row names it; the
current one encrypts. The signing key's id is the beginning of the SHA-256 of its public half.
"""

import base64
import binascii
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from creditbank.errors import Unavailable

KEY_BYTES: Final = 32
KEYS_FILE: Final = "keys.json"


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys in use; its ``repr`` shows none of them."""

    encryption: Mapping[str, bytes] = field(repr=False)
    current: str
    digest: bytes = field(repr=False)
    signing: Ed25519PrivateKey = field(repr=False)


@cache
def key_ring() -> KeyRing:
    """The ring of this process. Unavailable when a key is missing or malformed; in production none is ever made."""
    if settings.VAULT_KEYS:
        return _ring(
            dict(settings.VAULT_KEYS),
            settings.VAULT_CURRENT_KEY,
            settings.BLIND_INDEX_KEY,
            settings.RECEIPT_SIGNING_KEY,
        )
    if settings.ENVIRONMENT == "production":
        raise Unavailable("缺少加密密钥：正式环境必须设置 VAULT_KEYS。", code="keys-missing")
    path = Path(settings.DATA_DIR) / KEYS_FILE
    if not path.exists():
        write_keys(path, new_keys("dev-" + secrets.token_hex(3)))
    return _read(path)


def new_keys(key_id: str) -> dict[str, str | dict[str, str]]:
    """A fresh set of keys under the names of the settings that hold them."""
    return {
        "VAULT_KEYS": {key_id: _fresh()},
        "VAULT_CURRENT_KEY": key_id,
        "BLIND_INDEX_KEY": _fresh(),
        "RECEIPT_SIGNING_KEY": _fresh(),
    }


def write_keys(path: Path, keys: Mapping[str, str | dict[str, str]]) -> bool:
    """Write ``keys`` for their owner alone (mode 0600); False, and nothing is written, when the file is there already.

    The file appears whole or not at all, so that two processes that start together read the same keys.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(keys, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def _read(path: Path) -> KeyRing:
    try:
        stored = json.loads(path.read_text(encoding="ascii"))
        return _ring(
            stored["VAULT_KEYS"],
            stored["VAULT_CURRENT_KEY"],
            stored["BLIND_INDEX_KEY"],
            stored["RECEIPT_SIGNING_KEY"],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise Unavailable("密钥文件无法读取。", code="keys-unreadable") from None


def _ring(encryption: Mapping[str, str], current: str, digest: str, signing: str) -> KeyRing:
    if current not in encryption:
        raise Unavailable("当前密钥的编号不在密钥环中。", code="keys-current")
    return KeyRing(
        encryption={key_id: _decoded(text) for key_id, text in encryption.items()},
        current=current,
        digest=_decoded(digest),
        signing=Ed25519PrivateKey.from_private_bytes(_decoded(signing)),
    )


def _decoded(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise Unavailable("密钥必须是 32 字节的 Base64 文本。", code="keys-malformed")
    return key


def _fresh() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")
