"""Loads the law that ships with the program; :mod:`publishing` is the road of every later version."""

import hashlib
import json
from datetime import datetime

from django.db import transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import SYSTEM, Actor
from creditbank.errors import Conflict
from creditbank.policy.law import Law
from creditbank.policy.loading import shipped_law
from creditbank.rulebook.models import PolicyVersion, VersionState


@transaction.atomic
def load_shipped_versions(*, at: datetime, actor: Actor = SYSTEM) -> list[PolicyVersion]:
    """Enter the 2021 texts as already in force, without notice (I-16); again, nothing changes.

    Conflict when a version of this code is there with another content: a published version is never rewritten.
    """
    return [_load(law, at=at, actor=actor) for law in (shipped_law(),)]


def law_digest(document: dict[str, object]) -> str:
    """The SHA-256 of a law's plain data, in hexadecimal, over its JSON with sorted keys."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _load(law: Law, *, at: datetime, actor: Actor) -> PolicyVersion:
    document = law.to_json()
    digest = law_digest(document)
    row, made = PolicyVersion.objects.get_or_create(
        code=law.code,
        defaults={
            "title": law.title.zh,
            "in_force_on": law.since,
            "state": VersionState.IN_FORCE,
            "law": document,
            "law_sha256": digest,
            "loaded_at": at,
        },
    )
    if made:
        record(
            actor=actor, at=at, action="policy.load", subject_kind="policy-version", subject_id=law.code, clause="R-P"
        )
    elif row.law_sha256 != digest:
        raise Conflict("政策版本 %(version)s 已经发布，内容不同，不能改写。", code="version-differs", version=law.code)
    return row
