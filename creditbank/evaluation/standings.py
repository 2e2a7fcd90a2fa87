"""What students have already, as far as a return must know it: sums under caps, skill levels credited.

Loaded for the students of a page the first time they appear, then kept and added to while the file is walked, so the
rows of one file count against each other in their order.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from uuid import UUID

from django.db.models import Sum

from creditbank.evaluation.clashes import counting_rows
from creditbank.evaluation.digest_tables import DigestTable
from creditbank.institutions.scheme_book import Item

_ALL_TERMS: Final = -1


class Standings:
    """Sums by student, activity and term, and masks of credited skill levels (bit n-1 for level n)."""

    def __init__(self, except_return_id: int | None) -> None:
        self._except = except_return_id
        self._known: set[UUID] = set()
        self._sums = DigestTable()
        self._masks: defaultdict[tuple[UUID, str], int] = defaultdict(int)

    def load(self, holders: Iterable[UUID]) -> None:
        """Read what these students have; those read before are not read again. Two queries."""
        new = set(holders) - self._known
        if not new:
            return
        self._known |= new
        rows = counting_rows().filter(holder_id__in=new)
        if self._except is not None:
            rows = rows.exclude(credit_return_id=self._except)
        sums = rows.order_by().values_list("holder_id", "item__scheme__institution_id", "item__activity_code", "term")
        for holder_id, owner_id, activity, term, amount in sums.annotate(total=Sum("amount_hundredths")):
            self._add(holder_id, owner_id, activity, term, int(amount))
        for holder_id, subject, mask in rows.filter(levels_mask__gt=0).values_list(
            "holder_id", "skill_subject", "levels_mask"
        ):
            self._masks[holder_id, subject] |= mask

    def used(self, holder_id: UUID, item: Item, term: int | None = None) -> int:
        """Hundredths under an activity: in one term, or over all time."""
        return self._sums.get(_key(holder_id, item.owner_id, item.activity_code, _ALL_TERMS if term is None else term))

    def levels(self, holder_id: UUID, subject: str) -> int:
        """The mask of levels that are credited."""
        return self._masks.get((holder_id, subject), 0)

    def count(self, holder_id: UUID, item: Item, *, term: int, amount_hundredths: int, levels_mask: int) -> None:
        """Add a row of this file that stands."""
        if item.cap_term_hundredths is not None or item.cap_student_hundredths is not None:
            self._add(holder_id, item.owner_id, item.activity_code, term, amount_hundredths)
        if levels_mask:
            self._masks[holder_id, item.skill_subject] |= levels_mask

    def _add(self, holder_id: UUID, owner_id: int | None, activity: str, term: int, amount: int) -> None:
        self._sums.add(_key(holder_id, owner_id, activity, term), amount)
        self._sums.add(_key(holder_id, owner_id, activity, _ALL_TERMS), amount)


def _key(holder_id: UUID, owner_id: int | None, activity: str, term: int) -> bytes:
    """A student, the owner of the scheme (None: shared), an activity, a term."""
    return holder_id.bytes + _under(owner_id, activity, term)


@lru_cache(maxsize=1 << 14)
def _under(owner_id: int | None, activity: str, term: int) -> bytes:
    return f"{owner_id}\n{term}\n{activity}".encode()
