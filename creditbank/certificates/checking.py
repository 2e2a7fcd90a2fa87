"""The public check: number and random code together show the whole certified content, a number alone shows nothing."""

import hmac
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

from creditbank.certificates.models import Certificate

_NO_CODE: Final = "-" * 12


@dataclass(frozen=True, slots=True)
class CheckedCertificate:
    """What a stranger may see: never an identity number, never a birth date.

    ``wording`` maps each statement that outputs must carry to its text by language (zh, en).
    """

    number: str
    holder_name: str
    family: str
    grade: str
    issuer_name: str
    issued_on: date
    state: str
    state_reason: str
    clause: str
    policy_version: str
    wording: dict[str, dict[str, str]]


def check_certificate(*, number: str, code: str) -> CheckedCertificate | None:
    """The certified content, or ``None`` for every kind of miss alike.

    Both facts are compared in the same way whether the number exists or not, so that the time tells nothing.
    """
    # As people copy them from paper: with spaces, in small or full-width letters, the code in groups.
    certificate = Certificate.objects.select_related("policy_version").filter(number=_typed(number)[:30]).first()
    expected = certificate.check_code if certificate else _NO_CODE
    given = _typed(code).replace("-", "")[:40]
    same = hmac.compare_digest(expected.encode(), given.encode())
    if certificate is None or not same:
        return None
    return CheckedCertificate(
        number=certificate.number,
        holder_name=certificate.holder_name,
        family=certificate.family,
        grade=certificate.grade,
        issuer_name=certificate.issuer_name,
        issued_on=certificate.issued_on,
        state=certificate.state,
        state_reason=certificate.state_reason,
        clause=certificate.clause,
        policy_version=certificate.policy_version.code,
        wording=certificate.wording,
    )


def _typed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()
