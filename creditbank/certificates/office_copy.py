"""A certificate printed by the office: it bears the holder's name, so that the print is on record as a look."""

from datetime import datetime

from django.db import transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.certificates.models import Certificate
from creditbank.certificates.sheet import certificate_pdf
from creditbank.people.access import REVEAL
from creditbank.people.rights import require_office
from creditbank.printing.values import Language


@transaction.atomic
def print_certificate(
    *, actor: Actor, at: datetime, certificate: Certificate, check_address_base: str, lang: Language
) -> bytes:
    """The certificate as PDF for a reviewer, decider or administrator; the family reads of it in the list of looks."""
    require_office(actor, "reviewer", "decider", "admin", at=at)
    record(
        actor=actor,
        at=at,
        action=REVEAL,
        subject_kind="certificate",
        subject_id=certificate.number,
        holder_id=certificate.account.holder_id,
        clause=certificate.clause,
        fields=["name"],
        refs={"reason": "certificate", "case": certificate.number},
    )
    return certificate_pdf(certificate, check_address_base=check_address_base, lang=lang, at=at)
