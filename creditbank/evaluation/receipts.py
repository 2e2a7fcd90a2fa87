"""The receipt (回执) of a submitted return: canonical JSON, signed with Ed25519, that anybody can verify (M-4).

Canonical is: UTF-8, keys sorted, no blanks. The signature is over exactly these bytes, which are kept as they were
signed. No personal data is in it. A receipt has one reading: a key that stands twice, a key beside the four of the
file, a fraction or another spelling of the signature makes it no receipt, so that nothing unsigned can be read in it.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from creditbank.clock import CIVIL_ZONE
from creditbank.errors import InvalidInput
from creditbank.evaluation.models import CreditReturn, Receipt
from creditbank.policy.amounts import format_hundredths
from creditbank.printing.documents import ReturnReceipt
from creditbank.printing.rendering import render
from creditbank.vault.signing import sign, verify_with

FORMAT: Final = "creditbank-return-receipt/1"
PUBLIC_KEY_PATH: Final = "/keys/"
_LARGEST_RECEIPT_BYTES: Final = 64 * 1024
_ALGORITHM: Final = "Ed25519"
_PARTS: Final = frozenset(("payload", "signature", "key_id", "algorithm"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a receipt is genuine; ``payload`` is what it says, ``reason`` why it is not (a code)."""

    genuine: bool
    key_id: str
    payload: Mapping[str, str | int]
    reason: str = ""


def sign_receipt(credit_return: CreditReturn, *, at: datetime) -> Receipt:
    """Sign what was submitted: institution, number, file hash, rows, students, credits, moment."""
    serial = credit_return.receipts.count() + 1
    payload = canonical(
        {
            "format": FORMAT,
            "institution": credit_return.institution.code,
            "return": credit_return.number,
            "serial": serial,
            "file_name": credit_return.file_name,
            "file_sha256": credit_return.file_sha256,
            "rows": credit_return.rows_total,
            "students": credit_return.students_total,
            "credits": format_hundredths(credit_return.amount_hundredths),
            "submitted_at": at.astimezone(CIVIL_ZONE).isoformat(timespec="seconds"),
        }
    )
    key_id, signature = sign(payload)
    return Receipt.objects.create(
        credit_return=credit_return,
        serial=serial,
        payload=payload.decode(),
        signature=signature,
        key_id=key_id,
        signed_at=at,
    )


def latest_receipt(credit_return: CreditReturn) -> Receipt | None:
    """The receipt of the last submission; None before the first."""
    return credit_return.receipts.order_by("-serial").first()


def receipt_json(receipt: Receipt) -> bytes:
    """The receipt as a file: the payload as an object, the signature in Base64, the id of the key."""
    document = {
        "payload": json.loads(receipt.payload),
        "signature": base64.b64encode(bytes(receipt.signature)).decode(),
        "key_id": receipt.key_id,
        "algorithm": _ALGORITHM,
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def receipt_pdf(receipt: Receipt, *, site: str = "") -> bytes:
    """The receipt on paper; ``site`` is the address of this site, before the path of the public key."""
    credit_return = receipt.credit_return
    said = json.loads(receipt.payload)
    return render(
        ReturnReceipt(
            printed_at=receipt.signed_at,
            institution_name=credit_return.institution.name,
            institution_code=said["institution"],
            return_number=said["return"],
            file_name=said["file_name"],
            file_sha256=said["file_sha256"],
            row_count=said["rows"],
            credits_total=said["credits"],
            submitted_at=receipt.signed_at,
            payload_sha256=hashlib.sha256(receipt.payload.encode()).hexdigest(),
            signature=base64.b64encode(bytes(receipt.signature)).decode(),
            key_id=receipt.key_id,
            public_key_address=f"{site}{PUBLIC_KEY_PATH}",
        )
    )


def verify_receipt(
    content: bytes, public_keys: Mapping[str, Ed25519PublicKey], *, file_sha256: str | None = None
) -> Verdict:
    """Check a receipt file against published keys (id → key); needs no database and no secret.

    ``file_sha256`` is that of the return's own file, in hexadecimal, if it shall be the one the receipt names.
    InvalidInput when it is no receipt at all; a receipt that does not verify is a verdict, not an error, with the
    reason ``key-unknown``, ``signature-wrong`` or ``file-differs``.
    """
    payload, signed, signature, key_id = _parts(content)
    key = public_keys.get(key_id)
    if key is None:
        return Verdict(False, key_id, payload, "key-unknown")
    if payload.get("format") != FORMAT or not verify_with(key, signed, signature):
        return Verdict(False, key_id, payload, "signature-wrong")
    if file_sha256 is not None and payload.get("file_sha256") != file_sha256:
        return Verdict(False, key_id, payload, "file-differs")
    return Verdict(True, key_id, payload)


def canonical(payload: Mapping[str, object]) -> bytes:
    """The bytes that are signed."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _parts(content: bytes) -> tuple[dict[str, str | int], bytes, bytes, str]:
    """What the receipt says, the bytes that were signed, the signature, the id of the key."""
    if len(content) > _LARGEST_RECEIPT_BYTES:
        raise _no_receipt()
    try:
        document = json.loads(content, object_pairs_hook=_each_once, parse_float=_refuse, parse_constant=_refuse)
        payload, key_id, coded = document["payload"], document["key_id"], document["signature"]
        signature = base64.b64decode(coded, validate=True)
        signed = canonical(payload)
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        raise _no_receipt() from None
    if set(document) != _PARTS or document["algorithm"] != _ALGORITHM or not isinstance(key_id, str):
        raise _no_receipt()
    # Base64 has a few idle bits at its end: they could be changed without changing the signature.
    if base64.b64encode(signature).decode() != coded or not isinstance(payload, dict):
        raise _no_receipt()
    if not all(isinstance(value, str | int) for value in payload.values()):
        raise _no_receipt()
    return payload, signed, signature, key_id


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object whose keys are different: of two, one reader would take the first and another the last."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _refuse(text: str) -> object:
    raise ValueError(text)


def _no_receipt() -> InvalidInput:
    return InvalidInput("这不是申报单回执文件。", code="not-a-receipt", field="file")
