"""Schemes of evaluation: read one in, approved by the office (M-10)."""

from datetime import datetime

from django.db import transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import SYSTEM, Actor
from creditbank.institutions.models import Institution, Scheme, SchemeItem
from creditbank.institutions.scheme_reader import SchemeText, shipped_schemes
from creditbank.people.models import OfficeRole
from creditbank.people.rights import require_office


@transaction.atomic
def load_scheme(*, actor: Actor, at: datetime, text: SchemeText, institution: Institution | None = None) -> Scheme:
    """Enter an approved scheme, for one institution or shared by all; a scheme with this code is returned as it is.

    A scheme is never changed: a new one takes its place from its own date. An administrator of the office does it; the
    system itself brings the shipped ones.
    """
    if actor != SYSTEM:
        require_office(actor, OfficeRole.Role.ADMIN, at=at)
    scheme, made = Scheme.objects.get_or_create(
        code=text.code,
        defaults={
            "institution": institution,
            "name": text.name,
            "from_date": text.from_date,
            "is_sample": text.is_sample,
            "approved_by_id": actor.person_id,
            "approved_at": at,
        },
    )
    if made:
        for item in text.items:
            item.scheme = scheme
        SchemeItem.objects.bulk_create(text.items)
        record(actor=actor, at=at, action="scheme.load", subject_kind="scheme", subject_id=text.code, clause="M-10")
    return scheme


def load_shipped_schemes(*, at: datetime, actor: Actor = SYSTEM) -> list[Scheme]:
    """Enter the schemes that come with the bank, marked as samples (I-17); what is there stays."""
    return [load_scheme(actor=actor, at=at, text=text) for text in shipped_schemes()]
