"""Encryption of one field of one row, and keyed digests for finding equal values without reading them.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. The associated data names table, row and column, so a value
that is moved to another row does not open. Layout of the sealed bytes: nonce (12) ‖ ciphertext ‖ tag (16).
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from creditbank.errors import Unavailable
from creditbank.vault.keys import key_ring

NONCE_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value lives; it opens there and nowhere else. ``row`` is the row's own key, known before it is saved."""

    table: str
    row: str
    column: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted value and the id of the key that opens it."""

    key_id: str
    data: bytes = field(repr=False)


def seal(text: str, place: Place) -> Sealed:
    """Encrypt ``text`` for its place with the current key."""
    ring = key_ring()
    nonce = secrets.token_bytes(NONCE_BYTES)
    cipher = AESGCM(ring.encryption[ring.current])
    return Sealed(ring.current, nonce + cipher.encrypt(nonce, text.encode(), _bound(place, ring.current)))


def unseal(sealed: Sealed, place: Place) -> str:
    """Decrypt; Unavailable when the key is not in the ring, or the bytes were changed or moved."""
    key = key_ring().encryption.get(sealed.key_id)
    if key is None:
        raise Unavailable("这条资料的密钥不在密钥环中。", code="key-unknown")
    nonce, ciphertext = sealed.data[:NONCE_BYTES], sealed.data[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, _bound(place, sealed.key_id)).decode()
    except (InvalidTag, ValueError):
        raise Unavailable("这条资料无法解密：内容或位置被改动。", code="sealed-changed") from None


def keyed_digest(domain: str, text: str) -> str:
    """HMAC-SHA-256 of ``text`` within ``domain``, 64 hexadecimal digits: equal in, equal out, and never back."""
    return hmac.new(key_ring().digest, _packed(domain, text), hashlib.sha256).hexdigest()


def blind_index(kind_group: str, comparison_key: str) -> str:
    """The index under which an identity document is found and kept unique."""
    return keyed_digest(f"document:{kind_group}", comparison_key)


def _bound(place: Place, key_id: str) -> bytes:
    return _packed(place.table, place.row, place.column, key_id)


def _packed(*parts: str) -> bytes:
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
