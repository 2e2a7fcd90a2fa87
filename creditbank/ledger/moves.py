"""Which books lines were moved between: noted with each merge and split, asked when a line's cause is sought.

A moved line keeps its source. What was reported about it may still be kept under the other book.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from creditbank.ledger.lines import Reason
from creditbank.ledger.models import BookMove
from creditbank.ledger.retrying import retrying


def note_move(giving: UUID, receiving: UUID, reason: Reason, *, at: datetime) -> None:
    """Note that lines of ``giving`` were brought into ``receiving``; the same move again changes nothing."""
    found = {"giving": giving, "receiving": receiving, "reason": reason.value}
    retrying(lambda: BookMove.objects.get_or_create(**found, defaults={"moved_at": at}))


def related_books(holder_id: UUID) -> set[UUID]:
    """Every book that lines came from or went to, over any number of moves; without ``holder_id`` itself.

    One query for each step away, so one for a book that was never moved.
    """
    known = {holder_id}
    new = {holder_id}
    while new:
        new = _neighbours(new) - known
        known |= new
    return known - {holder_id}


def _neighbours(books: Iterable[UUID]) -> set[UUID]:
    near = list(books)
    moves = BookMove.objects.filter(Q(giving__in=near) | Q(receiving__in=near))
    return {book for pair in moves.values_list("giving", "receiving") for book in pair}
