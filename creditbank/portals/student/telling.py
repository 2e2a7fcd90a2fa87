"""Audit records in words: who looked at what and why, and what was done to the account."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from creditbank.audit.models import AuditRecord
from creditbank.people.access import Sight
from creditbank.portals.action_words import action_words, field_words, role_words

Words = str | Promise
_NUMBERED: Final = frozenset({"redemption", "certificate", "opening", "return"})


@dataclass(frozen=True, slots=True)
class ToldSight:
    """One look at personal data, in words."""

    at: datetime
    who: str
    role_label: Words
    field_labels: str
    reason: str


@dataclass(frozen=True, slots=True)
class ToldRecord:
    """One action on the account, in words; ``number`` where the thing has one that people know."""

    at: datetime
    words: Words
    role_label: Words
    number: str
    clause: str


def told_sight(sight: Sight) -> ToldSight:
    """A look in words."""
    return ToldSight(
        at=sight.at,
        who=sight.who,
        role_label=role_words(sight.role),
        field_labels=_("、").join(str(field_words(name)) for name in sight.fields),
        reason=_reason(sight),
    )


def told_record(record: AuditRecord) -> ToldRecord:
    """An audit record in words; an action without words of its own is named by its code."""
    return ToldRecord(
        at=record.at,
        words=action_words(record.action),
        role_label=role_words(record.actor_role),
        number=record.subject_id if record.subject_kind in _NUMBERED else "",
        clause=record.clause,
    )


def _reason(sight: Sight) -> str:
    if not sight.case:
        return _("监护人查看") if sight.role == "guardian" else "—"
    if "-" in sight.case:
        return _("在办事项 %(number)s") % {"number": sight.case}
    return _("查阅授权 %(number)s") % {"number": sight.case}
