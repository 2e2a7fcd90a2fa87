"""Following an application without a login: the family holds its number and a random code, told once when it is sent.

One neutral answer for every miss; looks are counted per source, per number and for the site in windows of ten minutes.
Of the code only a keyed digest is kept.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from django.db import transaction

from creditbank import ids
from creditbank.audit.actions import record
from creditbank.audit.actor import PUBLIC, Actor
from creditbank.errors import Busy, Conflict
from creditbank.limits.counting import count_up
from creditbank.people.applications import Application, submit_opening
from creditbank.people.counters import require_counter_choice
from creditbank.people.identity_documents import canonical_text
from creditbank.people.models import AccountOpening, DuplicateCase
from creditbank.vault.sealing import keyed_digest

CODE_LENGTH: Final = 12
WINDOW: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class FollowLimits:
    """The most looks per window from one source, at one number, on the whole site."""

    source: int = 30
    number: int = 15
    site: int = 3000


DEFAULT_LIMITS: Final = FollowLimits()


class Missing(StrEnum):
    """What an application waits for."""

    ORIGINAL = "original"
    PAPER = "paper"
    DUPLICATE = "duplicate"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class HandedIn:
    """An application as it was taken in, and the code that follows it; ``repr`` does not show the code."""

    opening: AccountOpening
    code: str = field(repr=False)


@transaction.atomic
def submit_followed(*, actor: Actor, at: datetime, application: Application) -> HandedIn:
    """Hand in an application online and get the code to follow it with; errors as :func:`submit_opening`."""
    opening = submit_opening(actor=actor, at=at, application=application)
    code = ids.new_code(CODE_LENGTH)
    opening.follow_up_hash = _digest(code)
    opening.save(update_fields=["follow_up_hash"])
    return HandedIn(opening, code)


def follow_opening(
    *, at: datetime, source: str, number: str, code: str, limits: FollowLimits = DEFAULT_LIMITS
) -> AccountOpening | None:
    """The application that number and code name, or None for every kind of miss; a hit is in the audit.

    ``source`` is the address of the asker. Busy (``too-many-queries``) beyond a limit, whatever was typed.
    """
    wanted = canonical_number(number)
    counted = [
        (count_up(name, at=at, until=_window_end(at)), most) for name, most in _counts(source, wanted, at, limits)
    ]
    if any(count > most for count, most in counted):
        raise Busy("查询过于频繁，请十分钟后再试。", code="too-many-queries")
    found = AccountOpening.objects.select_related("account", "checked_by", "paper").filter(number=wanted).first()
    # Compared in any case, so that a number that exists takes as long as one that does not.
    expected = found.follow_up_hash if found else ""
    fits = hmac.compare_digest(expected or "-" * 64, _digest(canonical_text(code)))
    if found is None or not fits:
        return None
    record(actor=PUBLIC, at=at, action="opening.follow", subject_kind="opening", subject_id=found.number, clause="M-6")
    return found


def missing_of(opening: AccountOpening) -> list[Missing]:
    """What an application still waits for, in the order in which it is done; nothing once it is decided."""
    if opening.state != AccountOpening.State.SUBMITTED:
        return []
    return list(_missing(opening))


def choose_counter(
    *, at: datetime, source: str, number: str, code: str, institution_code: str, limits: FollowLimits = DEFAULT_LIMITS
) -> AccountOpening | None:
    """Choose anew where the originals will be shown (empty: at the office); who may is who can follow it.

    None for every kind of miss. Conflict when the original was seen, it came over a counter, or it is decided.
    """
    found = follow_opening(at=at, source=source, number=number, code=code, limits=limits)
    if found is None:
        return None
    require_counter_choice(institution_code)
    with transaction.atomic():
        chosen = AccountOpening.objects.filter(
            pk=found.pk, state=AccountOpening.State.SUBMITTED, way=AccountOpening.Way.ONLINE, checked_by=None
        ).update(originals_at=institution_code)
        if not chosen:
            raise Conflict("原件已经核对过，不用再选单位。", code="opening-checked")
        record(
            actor=PUBLIC,
            at=at,
            action="opening.choose-counter",
            subject_kind="opening",
            subject_id=found.number,
            clause="M-10",
            refs={"institution": institution_code},
        )
    found.originals_at = institution_code
    return found


def canonical_number(number: str) -> str:
    """An application's number as it is kept, however it was typed."""
    digits = canonical_text(number)
    return f"{digits[:2]}-{digits[2:6]}-{digits[6:]}"


def _missing(opening: AccountOpening) -> Iterator[Missing]:
    if opening.checked_by_id is None:
        yield Missing.ORIGINAL
    if opening.paper is not None and opening.paper.confirmed_by_id is None:
        yield Missing.PAPER
    if opening.duplicate_cases.exclude(state=DuplicateCase.State.DISTINCT).exists():
        yield Missing.DUPLICATE
    yield Missing.REVIEW


def _digest(code: str) -> str:
    return keyed_digest("opening-follow-up", code)


def _counts(source: str, number: str, at: datetime, limits: FollowLimits) -> list[tuple[str, int]]:
    start = int(_window_end(at).timestamp())
    return [
        (f"opening-follow:{start}:source:{source}", limits.source),
        (f"opening-follow:{start}:number:{number}", limits.number),
        (f"opening-follow:{start}:site", limits.site),
    ]


def _window_end(at: datetime) -> datetime:
    seconds = int(WINDOW.total_seconds())
    return datetime.fromtimestamp((int(at.timestamp()) // seconds + 1) * seconds, UTC)
