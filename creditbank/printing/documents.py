"""The documents that the bank gives out, as plain frozen values; :func:`.rendering.render` prints them.

Credits are decimal strings ("120.00"); dates are civil dates; moments are aware and printed in China Standard Time.
"""

from dataclasses import dataclass
from datetime import date, datetime

from creditbank.printing.values import Address, Line, QrText, Sheet, ShortLine, ShortText, Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateSheet(Sheet):
    """A certificate, A4 landscape (R-1 … R-4).

    ``check_address`` (with number and code) goes into the QR. ``wording`` is the statement that every output must
    carry, taken from the law in force; ``wording_second`` the same in the other language. ``stamp_lines`` stand in the
    place of the stamp: no emblem and no picture of a seal is drawn. ``sample`` marks the issuer with 示例.
    """

    title: Line
    title_second: Line = ""
    subject: Line
    grade: Line
    holder_name: Line
    number: Line
    issuer: Line
    issued_on: date
    route: ShortText
    clause: Line
    law_version: Line
    validity: Line
    check_address: QrText
    check_code: Line
    wording: Wording
    wording_second: Wording = ""
    stamp_lines: tuple[Line, ...]
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnReceipt(Sheet):
    """The receipt of a return, A4: what was handed in, and the signature that proves it (M-4). No personal data.

    ``file_sha256`` and ``payload_sha256`` are 64 hexadecimal digits; ``signature`` is Ed25519 in base64 over the
    payload of the receipt's JSON twin; the QR holds ``payload_sha256``.
    """

    institution_name: Line
    institution_code: Line
    return_number: Line
    file_name: ShortText
    file_sha256: Line
    row_count: int
    credits_total: Line
    submitted_at: datetime
    payload_sha256: QrText
    signature: Address
    key_id: Line
    public_key_address: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningSlip:
    """One slip: what a student needs for the first login. ``masked_name`` shows the family name only."""

    opening_number: Line
    masked_name: ShortLine
    institution_name: ShortLine
    card_number: Line
    activation_code: Line
    opened_on: date
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningSlips(Sheet):
    """开户凭条: slips with cut lines, four to an A4 page (M-6)."""

    login_address: Address
    slips: tuple[OpeningSlip, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFace:
    """One student card (M-5). The QR holds ``card_number`` and nothing else."""

    holder_name: ShortLine
    card_number: QrText
    institution_name: ShortLine
    issued_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentCards(Sheet):
    """素质教育卡: one page of card size (85.6 × 54 mm) for each face."""

    cards: tuple[CardFace, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One line of the passbook as printed: ``change`` carries its sign, ``balance_after`` is what is available."""

    sequence: int
    on: date
    kind: Line
    what: ShortText
    source: ShortText
    domain: Line
    stage: Line
    change: Line
    balance_after: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class PassbookStatement(Sheet):
    """对账单: the passbook's lines of a period, A4, any number of pages with the header repeated (M-5).

    ``head_hash`` is the hash of the book's last line printed here: it lets an auditor find the very state.
    ``wording`` is the statement of the law that a record must carry.
    """

    holder_name: Line
    card_number: Line
    period_from: date
    period_to: date
    opening_balance: Line
    earned_total: Line
    used_total: Line
    available: Line
    held: Line
    spent: Line
    owed: Line
    lines: tuple[StatementLine, ...]
    head_hash: Line
    wording: Wording = ""
