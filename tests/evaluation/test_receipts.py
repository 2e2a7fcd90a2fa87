"""A receipt says one thing, and says it only as it was signed: every change of its content is found."""

import contextlib
import json
from base64 import b64encode

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from creditbank.errors import InvalidInput
from creditbank.evaluation.receipts import canonical, verify_receipt
from creditbank.vault.signing import public_keys, sign

SAID = {
    "format": "creditbank-return-receipt/1",
    "institution": "SJSX",
    "return": "SB-2026-000123",
    "serial": 1,
    "file_name": "申报.xlsx",
    "file_sha256": "ab" * 32,
    "rows": 12,
    "students": 9,
    "credits": "34.50",
    "submitted_at": "2026-11-23T15:42:08+08:00",
}


def receipt_text() -> str:
    key_id, signature = sign(canonical(SAID))
    parts = {"payload": SAID, "signature": b64encode(signature).decode(), "key_id": key_id, "algorithm": "Ed25519"}
    return json.dumps(parts, ensure_ascii=False)


def is_genuine(text: str) -> bool:
    try:
        return verify_receipt(text.encode("utf-8", "surrogatepass"), public_keys()).genuine
    except InvalidInput:
        return False


def test_the_receipt_as_it_was_signed_is_genuine() -> None:
    assert is_genuine(receipt_text())
    assert is_genuine(json.dumps(json.loads(receipt_text()), indent=4))


@given(st.data())
def test_no_character_can_be_changed_added_or_left_out(data: st.DataObject) -> None:
    text = receipt_text()
    place = data.draw(st.integers(0, len(text) - 1))
    put = data.draw(st.text(max_size=2))
    changed = text[:place] + put + text[place + data.draw(st.integers(0, 1)) :]
    # Blanks between the parts and another spelling of the same JSON text are the same receipt.
    with contextlib.suppress(ValueError, RecursionError):
        assume(json.loads(changed) != json.loads(text))
    assert not is_genuine(changed)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"rows": 12', '"rows": 999, "rows": 12'),
        ('"rows": 12', '"rows": 12.0'),
        ('"rows": 12', '"rows": 12, "note": "x"'),
        ('"rows": 12', '"rows": NaN'),
        ('"rows": 12', '"rows": 1e999'),
        ('"rows": 12', '"rows": [12]'),
        ("申报.xlsx", "\\ud800"),
        ('"algorithm": "Ed25519"', '"algorithm": "none"'),
        ('"algorithm": "Ed25519"', '"algorithm": "Ed25519", "rows": 999'),
        (', "algorithm": "Ed25519"', ""),
        ('{"payload"', '{"payload": {"rows": 999}, "payload"'),
    ],
)
def test_nothing_unsigned_can_be_read_in_a_receipt(before: str, after: str) -> None:
    text = receipt_text()
    assert text.count(before) == 1
    assert not is_genuine(text.replace(before, after))


def test_the_idle_bits_of_the_signature_cannot_be_changed() -> None:
    parts = json.loads(receipt_text())
    letter = parts["signature"][-3]
    for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/":
        parts["signature"] = parts["signature"][:-3] + other + "=="
        assert is_genuine(json.dumps(parts)) == (other == letter)


def test_the_file_that_was_handed_in_is_the_one_it_names() -> None:
    content = receipt_text().encode()
    assert verify_receipt(content, public_keys(), file_sha256="ab" * 32).genuine
    verdict = verify_receipt(content, public_keys(), file_sha256="cd" * 32)
    assert (verdict.genuine, verdict.reason) == (False, "file-differs")
