"""Keys for institutions' own systems: made, shown once, checked in constant time, revoked."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from creditbank import clock, ids
from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.errors import Conflict, InvalidInput, NotAllowed
from creditbank.institutions.models import ApiKey, Institution, StaffRole
from creditbank.institutions.rights import KeyActor, is_staff, require_staff
from creditbank.people.models import Person

SCOPES: Final = (
    "returns:write",
    "returns:read",
    "accounts:read",
    "redemptions:write",
)
_PREFIX_LENGTH: Final = 10
_LONGEST_KEY: Final = 100


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made. ``secret`` is shown once and kept nowhere; its ``repr`` hides it."""

    key: ApiKey
    secret: str

    def __repr__(self) -> str:
        return f"NewKey({self.key.prefix}…)"


@transaction.atomic
def create_api_key(
    *,
    actor: Actor,
    at: datetime,
    institution: Institution,
    label: str,
    scopes: list[str],
    acts_for: Person,
    expires_at: datetime | None = None,
) -> NewKey:
    """Make a key that acts for a clerk of the institution, within ``scopes``; an approver of the institution does it.

    The secret has 160 random bits, so a plain SHA-256 of it is enough to keep. InvalidInput for an unknown scope, or a
    person who is no clerk there.
    """
    require_staff(actor, institution, StaffRole.APPROVER)
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise InvalidInput("权限范围有误。", code="scope-unknown", field="scopes")
    if not is_staff(acts_for.pk, institution, StaffRole.CLERK):
        raise InvalidInput("接口密钥须归属本单位的一名经办人员。", code="key-needs-clerk", field="acts_for")
    prefix = ids.new_code(_PREFIX_LENGTH)
    secret = f"{prefix}.{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        institution=institution,
        label=label,
        prefix=prefix,
        key_hash=_digest(secret),
        scopes=sorted(set(scopes)),
        acts_for=acts_for,
        created_at=at,
        expires_at=expires_at,
    )
    record(actor=actor, at=at, action="api-key.create", subject_kind="institution", subject_id=institution.code)
    return NewKey(key, secret)


def authenticate_api_key(secret: str, *, at: datetime) -> KeyActor:
    """The system behind a key. NotAllowed, in the same words always: unknown, revoked, expired or orphaned."""
    prefix = secret[:_LONGEST_KEY].partition(".")[0]
    key = ApiKey.objects.filter(prefix=prefix).select_related("institution", "acts_for").first()
    kept = bytes(key.key_hash) if key else b"\0" * 32
    # The digest is taken and compared for an unknown prefix too: both answers take the same time.
    right = hmac.compare_digest(_digest(secret[:_LONGEST_KEY]), kept)
    if key is None or not right or not _is_usable(key, at):
        raise NotAllowed("接口密钥无效。", code="key-invalid")
    today = clock.today(at)
    if key.last_used_on != today:
        ApiKey.objects.filter(pk=key.pk).update(last_used_on=today)
    return KeyActor(key.acts_for_id, key.label, "api", key.institution_id, frozenset(key.scopes))


@transaction.atomic
def revoke_api_key(*, actor: Actor, at: datetime, key: ApiKey) -> None:
    """End a key at once; staff of the institution do it. Conflict when it was revoked before."""
    require_staff(actor, key.institution, StaffRole.APPROVER, StaffRole.CLERK)
    if not ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=at):
        raise Conflict("这个接口密钥已经停用。", code="key-revoked")
    record(actor=actor, at=at, action="api-key.revoke", subject_kind="institution", subject_id=key.institution.code)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _is_usable(key: ApiKey, at: datetime) -> bool:
    alive = key.revoked_at is None and (key.expires_at is None or at < key.expires_at)
    return alive and key.institution.may_report and is_staff(key.acts_for_id, key.institution, StaffRole.CLERK)
