"""The one verb of the audit: write down that something was done."""

import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from creditbank.audit.actor import Actor
from creditbank.audit.models import AuditRecord
from creditbank.errors import InvalidInput

# A name is a word or words joined by dots, dashes and underscores: prose and figures with spaces can't slip in.
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,59}")
_TOKEN: Final = re.compile(r"[A-Za-z0-9._:/-]{1,80}")
# Fourteen digits in a row (no number series of the bank has them) look like a number on an identity document.
_LONG_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z])\d{14,}[0-9Xx]?(?![0-9A-Za-z])")

# Of those who act about their own account or their child's, the id says who; a name could never be erased from here.
_NAMELESS: Final = frozenset({"student", "guardian"})

RefValue = int | str | uuid.UUID | list[int]


def record(
    *,
    actor: Actor,
    at: datetime,
    action: str,
    subject_kind: str,
    subject_id: int | str | uuid.UUID,
    holder_id: uuid.UUID | None = None,
    clause: str = "",
    fields: Iterable[str] = (),
    refs: Mapping[str, RefValue] | None = None,
) -> AuditRecord:
    """Write that ``actor`` did ``action`` (e.g. ``account.open``) to a subject, and return the row.

    Call it inside the action's transaction, so that the record stands and falls with the change. ``fields`` are names
    of fields that were read or written; ``refs`` are ids of other things. InvalidInput when something that looks like
    a value is given in their place: the audit must not become a copy of the data.
    """
    names = sorted(fields)
    references = {key: _reference(value) for key, value in (refs or {}).items()}
    texts = [str(subject_id), *(value for value in references.values() if isinstance(value, str))]
    if not all(_NAME.fullmatch(name) for name in [action, subject_kind, *names, *references]):
        raise InvalidInput("审计记录只写名称，不写内容。", code="audit-name", field="fields")
    if not all(_TOKEN.fullmatch(text) for text in texts if text) or any(_is_personal(text) for text in texts):
        raise InvalidInput("审计记录只写编号，不写内容。", code="audit-value", field="refs")
    return AuditRecord.objects.create(
        at=at,
        actor_id=actor.person_id,
        actor_name="" if actor.role in _NAMELESS else actor.name,
        actor_role=actor.role,
        action=action,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        holder_id=holder_id,
        clause=clause,
        fields=names,
        refs=references,
    )


def _reference(value: RefValue) -> int | str | list[int]:
    return str(value) if isinstance(value, uuid.UUID) else value


def _is_personal(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return bool(_LONG_NUMBER.search(text))
    return False
