"""The passbook as its holder reads it: how the book stands; its lines by words, domain, kind and period."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from creditbank.clock import CIVIL_ZONE
from creditbank.evaluation.models import ReturnRow
from creditbank.institutions.models import Institution
from creditbank.ledger.books import balance_of
from creditbank.ledger.lines import Kind
from creditbank.ledger.models import PassbookLine, PassbookLineQuerySet
from creditbank.ledger.moves import related_books
from creditbank.policy.law import Law
from creditbank.redemption.models import Redemption

DIRECTIONS: Final[Mapping[str, tuple[Kind, ...]]] = {
    "in": (Kind.EARN, Kind.RESTORE),
    "redemption": (Kind.HOLD, Kind.RELEASE, Kind.SETTLE, Kind.REFUND),
    "reversal": (Kind.REVERSE, Kind.EXPIRE),
}


@dataclass(frozen=True, slots=True)
class Summary:
    """How a book stands, in hundredths; ``domains`` and ``stages`` by ledger code, what was reversed left out."""

    available: int
    held: int
    spent: int
    expired: int
    owed: int
    earned: int
    domains: Mapping[int, int]
    stages: Mapping[int, int]


def summary_of(holder_id: UUID) -> Summary:
    """The figures on the cover of a passbook: three look-ups that lead with the holder."""
    balance = balance_of(holder_id)
    return Summary(
        **balance._asdict(),
        domains=PassbookLine.objects.domain_totals(holder_id),
        stages=PassbookLine.objects.stage_totals(holder_id),
    )


def lines_of(
    holder_id: UUID,
    *,
    domain: int | None = None,
    direction: str = "",
    since: date | None = None,
    until: date | None = None,
) -> PassbookLineQuerySet:
    """The holder's lines, newest first. ``direction``: a key of :data:`DIRECTIONS`; both days are in the period."""
    lines = PassbookLine.objects.of(holder_id)
    if domain is not None:
        lines = with_domain(lines, holder_id, domain)
    if direction in DIRECTIONS:
        lines = lines.filter(kind__in=[kind.value for kind in DIRECTIONS[direction]])
    if since is not None:
        lines = lines.filter(recorded_at__gte=day_starts(since))
    if until is not None:
        lines = lines.filter(recorded_at__lt=day_starts(until + timedelta(days=1)))
    return lines


def with_domain(lines: PassbookLineQuerySet, holder_id: UUID, domain: int) -> PassbookLineQuerySet:
    """The earns of a domain, and what reversed them."""
    earns = PassbookLine.objects.filter(holder_id=holder_id, domain=domain).values("seq")
    return lines.filter(Q(domain=domain) | Q(closes__in=earns, kind=Kind.REVERSE.value))


def search_lines(lines: PassbookLineQuerySet, holder_id: UUID, words: str, law: Law) -> PassbookLineQuerySet:
    """The lines whose achievement, institution, product or redemption number has the words, and those that end them."""
    books = [holder_id, *related_books(holder_id)]
    sources = ReturnRow.objects.filter(holder_id__in=books, title__icontains=words).values("source")
    institutions = Institution.objects.filter(name__icontains=words).values("pk")
    beginnings = PassbookLine.objects.filter(
        Q(source__in=sources) | Q(institution_id__in=institutions) | Q(seq__in=_held_for(holder_id, words, law)),
        holder_id=holder_id,
    )
    found = set(beginnings.values_list("seq", flat=True))
    return lines.filter(Q(seq__in=found) | Q(closes__in=found))


def day_starts(day: date) -> datetime:
    """The first moment of a civil day."""
    return datetime.combine(day, time.min, CIVIL_ZONE)


def _held_for(holder_id: UUID, words: str, law: Law) -> set[int]:
    asked = words.casefold()
    products = [
        each.code
        for each in law.products.values()
        if asked in each.name.zh.casefold() or asked in each.name.en.casefold()
    ]
    found = Redemption.objects.filter(
        Q(product__in=products) | Q(number__icontains=words), holder_id=holder_id, hold_seq__isnull=False
    )
    ends = found.values_list("hold_seq", "end_seq")
    return {seq for pair in ends for seq in pair if seq is not None}
