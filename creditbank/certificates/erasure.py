"""What certificates forget with a person: the name on those that certify nothing any more.

A certificate that stands keeps the name that it was issued in: whoever was shown it may check it (docs/privacy.md).
"""

from creditbank.certificates.models import Certificate, CertificateState
from creditbank.people.account_hooks import ERASED_NAME, Erasure, blank_name


def erase_from_certificates(erasure: Erasure) -> None:
    """Blank the holder's name on revoked certificates, and her name in what was written about any of them."""
    mine = Certificate.objects.filter(account=erasure.account)
    mine.filter(state=CertificateState.REVOKED).update(holder_name=ERASED_NAME)
    blank_name(mine, erasure, "state_reason")
