"""A look at an account by staff of the office: what may be seen follows from a reason, and each look is recorded."""

from datetime import datetime

from django.db import transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.people.access import REVEAL, reason_to_see
from creditbank.people.models import Account
from creditbank.people.rights import has_office_role, require_office

LOOKING_OFFICES = ("reviewer", "decider", "admin", "auditor", "hotline")


@transaction.atomic
def look_at_account(*, actor: Actor, at: datetime, account: Account, case_ref: str = "") -> bool:
    """Whether the actor may see the book of this account now, as somebody of the office; recorded either way.

    The book is shown under a grant in force, for an open case that concerns it, or to an auditor, and the family reads
    of it in the list of who looked. Everybody else of the office sees the masked account alone. NotAllowed for all
    others.
    """
    require_office(actor, *LOOKING_OFFICES, at=at)
    reason = reason_to_see(actor, account.student, at, case_ref=case_ref)
    audits = has_office_role(actor, "auditor", at=at)
    seen = audits or reason is not None
    kind = reason.kind if reason else "audit"
    record(
        actor=actor,
        at=at,
        action=REVEAL if seen else "account.look",
        subject_kind="account",
        subject_id=account.pk,
        holder_id=account.holder_id,
        clause="M-9",
        fields=["passbook"] if seen else (),
        refs={"reason": kind, **({"case": case_ref} if kind == "case" else {})} if seen else {},
    )
    return seen
