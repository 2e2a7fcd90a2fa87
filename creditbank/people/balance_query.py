"""The public balance query (M-5): a card number and a document's number, one neutral answer for every miss.

The look-up is one query of one shape, whatever was typed, so a miss tells neither which of the two was wrong nor, by
its time, whether the card exists. Queries are counted per source, card and site in windows of ten minutes; the counts
name neither an address nor a card, only keyed digests of them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db.models import F, QuerySet, Sum

from creditbank.audit.actions import record
from creditbank.audit.actor import PUBLIC
from creditbank.clock import today
from creditbank.errors import Busy, InvalidInput
from creditbank.people.documents import document_index
from creditbank.people.identity_documents import Kind, canonical_text, parse_document
from creditbank.people.models import Account, QueryCount, StudentCard
from creditbank.vault.sealing import blind_index, keyed_digest

WINDOW: Final = timedelta(minutes=10)
KEPT: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Limits:
    """The most queries per window from one source, for one card, to the whole site; after how many misses, in the
    last hour, a source or a card asks for a human check."""

    source: int = 20
    card: int = 8
    site: int = 3000
    misses: int = 3


DEFAULT_LIMITS: Final = Limits()


def query_account(
    *,
    at: datetime,
    source: str,
    card_number: str,
    document_number: str,
    human_checked: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> Account | None:
    """The account that both numbers name, or None for every kind of miss.

    ``source`` is the address of the asker. Busy (``too-many-queries``) beyond a limit, InvalidInput (``human-check``)
    when a person must be shown to be asking; neither depends on whether card or document exist. A hit is in the audit.
    """
    card = canonical_text(card_number)
    over = [_count(scope, key, at) > limit for scope, key, limit in _scopes(source, card, limits)]
    if any(over):
        raise Busy("查询过于频繁，请十分钟后再试。", code="too-many-queries")
    if not human_checked and needs_human_check(at=at, source=source, card_number=card, limits=limits):
        raise InvalidInput("请先完成人工验证，再查询。", code="human-check", field="human_check")
    account = find_account_for_query(card, document_number, at)
    if account is None:
        for scope, key, _ in _scopes(source, card, limits):
            _window(scope, key, at).update(misses=F("misses") + 1)
        return None
    record(
        actor=PUBLIC,
        at=at,
        action="balance.query",
        subject_kind="account",
        subject_id=account.pk,
        holder_id=account.holder_id,
        clause="M-5",
    )
    return account


def needs_human_check(*, at: datetime, source: str, card_number: str = "", limits: Limits = DEFAULT_LIMITS) -> bool:
    """Whether this source, or this card, missed so often in the last hour that a human check is asked for."""
    card = canonical_text(card_number)
    asked = {"source", "card"} if card else {"source"}
    keys = [key for scope, key, _ in _scopes(source, card, limits) if scope in asked]
    recent = QueryCount.objects.filter(key__in=keys, window_start__gt=at - timedelta(hours=1))
    totals = recent.values_list("key").annotate(total=Sum("misses")).values_list("total", flat=True)
    return any(total >= limits.misses for total in totals)


def find_account_for_query(card_number: str, document_number: str, at: datetime) -> Account | None:
    """The account whose active card and whose holder's document these are; the same work for a hit and for a miss."""
    return (
        Account.objects.select_related("student__person")
        .filter(
            cards__card_number=canonical_text(card_number),
            cards__state=StudentCard.State.ACTIVE,
            student__person__documents__blind_index__in=_indexes(document_number, at),
            student__person__documents__current=True,
        )
        .exclude(state=Account.State.CLOSED)
        .first()
    )


def sweep_query_counts(at: datetime) -> int:
    """Forget counts of windows that are long over; returns how many."""
    return QueryCount.objects.filter(window_start__lt=at - KEPT).delete()[0]


def _indexes(document_number: str, at: datetime) -> list[str]:
    """One index for each kind that the number might be of; a number that is none has indexes that nobody has."""
    indexes = []
    for kind in Kind:
        try:
            indexes.append(document_index(parse_document(kind, document_number, on=today(at))))
        except InvalidInput:
            indexes.append(blind_index(f"not-{kind}", document_number))
    return indexes


def _scopes(source: str, card: str, limits: Limits) -> list[tuple[str, str, int]]:
    return [
        ("source", keyed_digest("query-source", source), limits.source),
        ("card", keyed_digest("query-card", card), limits.card),
        ("site", keyed_digest("query-site", ""), limits.site),
    ]


def _count(scope: str, key: str, at: datetime) -> int:
    row, _ = QueryCount.objects.get_or_create(scope=scope, key=key, window_start=_start(at))
    QueryCount.objects.filter(pk=row.pk).update(count=F("count") + 1)
    row.refresh_from_db(fields=["count"])
    return row.count


def _window(scope: str, key: str, at: datetime) -> QuerySet[QueryCount]:
    return QueryCount.objects.filter(scope=scope, key=key, window_start=_start(at))


def _start(at: datetime) -> datetime:
    seconds = int(WINDOW.total_seconds())
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, UTC)
