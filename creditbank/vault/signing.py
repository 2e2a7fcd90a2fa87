"""Ed25519 signatures (RFC 8032): the bank signs, anybody verifies with the published key."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from django.conf import settings

from creditbank.errors import Unavailable
from creditbank.vault.keys import key_ring


def sign(payload: bytes) -> tuple[str, bytes]:
    """Sign ``payload`` with the current key; returns the key's id and the 64 bytes of the signature."""
    private = key_ring().signing
    return public_key_id(private.public_key()), private.sign(payload)


def verify(payload: bytes, key_id: str, signature: bytes) -> bool:
    """Whether the bank's own key (the current or an earlier one) ``key_id`` made this signature over ``payload``."""
    key = public_keys().get(key_id)
    return key is not None and verify_with(key, payload, signature)


def verify_with(key: Ed25519PublicKey, payload: bytes, signature: bytes) -> bool:
    """Whether ``key`` made this signature; needs no secret, so anybody can do it with the published key."""
    try:
        key.verify(signature, payload)
    except InvalidSignature:
        return False
    return True


@cache
def public_keys() -> Mapping[str, Ed25519PublicKey]:
    """Every key that a receipt may name: id → public key, the current one first."""
    keys = [key_ring().signing.public_key()]
    keys += [
        Ed25519PublicKey.from_public_bytes(base64.b64decode(text)) for text in settings.RECEIPT_EARLIER_PUBLIC_KEYS
    ]
    return {public_key_id(key): key for key in keys}


def public_key_id(key: Ed25519PublicKey) -> str:
    """The id of a key: the first 16 hexadecimal digits of the SHA-256 of its raw 32 bytes."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def public_key_pem() -> str:
    """The current public key as PEM (SubjectPublicKeyInfo), to publish."""
    key = key_ring().signing.public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def read_public_key(pem: str) -> Ed25519PublicKey:
    """Read a published key; Unavailable when it is not an Ed25519 key in PEM."""
    try:
        key = load_pem_public_key(pem.encode())
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise Unavailable("公钥文件不是 Ed25519 的 PEM 文本。", code="public-key-malformed")
    return key
