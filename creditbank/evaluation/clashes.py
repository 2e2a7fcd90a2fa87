"""What must not slip in between the check of a return and its submission: the same achievement, a cap used up.

Submissions queue on the rows locked here, so whoever comes second sees what the first took, exactly: caps and levels
are summed up again over everything that is posted or on its way.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Exists, F, IntegerField, Min, OuterRef, Q, QuerySet, Sum
from django.db.models.expressions import Combinable, CombinedExpression

from creditbank.errors import Conflict
from creditbank.evaluation.models import CreditReturn, ReturnRow, RowState
from creditbank.evaluation.reading import OPEN_STATES
from creditbank.institutions.models import Scheme

_ALL_TERMS: Final = -1
_SHARED_LEVELS: Final = CombinedExpression(
    F("levels_mask"), Combinable.BITAND, OuterRef("levels_mask"), output_field=IntegerField()
)
Sums = dict[tuple[UUID, int | None, str, int], int]
"""Hundredths by student, owner of the scheme, activity and term; :data:`_ALL_TERMS` for the sum over all.

The owner is an institution, None for a shared scheme: two institutions may give one code to activities of their own.
"""


class _Group(NamedTuple):
    """Rows of one student under one item in one term: their sum, the caps of the item, the first row."""

    holder_id: UUID
    owner_id: int | None
    activity: str
    term: int
    cap_term: int | None
    cap_student: int | None
    amount: int
    row: int


def check_against_others(credit_return: CreditReturn) -> None:
    """Conflict when another return took an achievement, a cap or a skill level since this one was checked.

    The caller holds the institution's lock; here the shared schemes are locked, too, because their caps are shared.
    """
    list(Scheme.objects.select_for_update(no_key=True).filter(institution__isnull=True).order_by("pk"))
    taken = _rows_taken_elsewhere(credit_return).order_by("row_number").first()
    if taken is not None:
        raise Conflict(
            "第 %(row)s 行的成果已在另一份申报单中申报或入账，请重新校验。", code="return-clashes", row=taken.row_number
        )
    outdated = next(_rows_beyond_caps(credit_return), None)
    if outdated is not None:
        raise Conflict(
            "校验之后，第 %(row)s 行的学生在同一活动下又有新的申报，请重新校验。", code="return-outdated", row=outdated
        )


def counting_rows() -> QuerySet[ReturnRow]:
    """Rows that count against caps and levels: posted, or in a return that is on its way."""
    return ReturnRow.objects.filter(
        Q(state=RowState.POSTED) | Q(state=RowState.CHECKED, credit_return__state__in=OPEN_STATES)
    )


def _rows_taken_elsewhere(credit_return: CreditReturn) -> QuerySet[ReturnRow]:
    others = counting_rows().exclude(credit_return=credit_return).filter(holder_id=OuterRef("holder_id"))
    same = others.filter(source=OuterRef("source"))
    levels = (
        others.filter(levels_mask__gt=0, skill_subject=OuterRef("skill_subject"))
        .annotate(both=_SHARED_LEVELS)
        .filter(both__gt=0)
    )
    return credit_return.rows.filter(Q(Exists(same)) | (Q(levels_mask__gt=0) & Q(Exists(levels))))


def _rows_beyond_caps(credit_return: CreditReturn) -> Iterator[int]:
    """Rows (the first of their kind) with which a student's sum goes beyond a cap of the activity."""
    capped = credit_return.rows.filter(
        Q(item__cap_term_hundredths__isnull=False) | Q(item__cap_student_hundredths__isnull=False)
    ).order_by()
    taken = _sums_elsewhere(credit_return, capped)
    if not taken:
        # The check itself has held the rows of this return against the caps.
        return
    groups = (
        capped.values_list(
            "holder_id",
            "item__scheme__institution_id",
            "item__activity_code",
            "term",
            "item__cap_term_hundredths",
            "item__cap_student_hundredths",
        )
        .annotate(Sum("amount_hundredths"), Min("row_number"))
        .order_by("holder_id", "item__scheme__institution_id", "item__activity_code", "term")
    )
    rows = (_Group._make(group) for group in groups.iterator(chunk_size=5_000))
    for _activity, of_activity in groupby(rows, key=lambda group: group[:3]):
        yield from _beyond(list(of_activity), taken)


def _sums_elsewhere(credit_return: CreditReturn, capped: QuerySet[ReturnRow]) -> Sums:
    rows = counting_rows().exclude(credit_return=credit_return).filter(holder_id__in=capped.values("holder_id"))
    sums: Sums = defaultdict(int)
    grouped = rows.order_by().values_list("holder_id", "item__scheme__institution_id", "item__activity_code", "term")
    summed = grouped.annotate(Sum("amount_hundredths")).iterator(chunk_size=5_000)
    for holder_id, owner_id, activity, term, amount in summed:
        sums[holder_id, owner_id, activity, term] += int(amount)
        sums[holder_id, owner_id, activity, _ALL_TERMS] += int(amount)
    return dict(sums)


def _beyond(groups: list[_Group], taken: Sums) -> Iterator[int]:
    """Of one student under one activity."""
    whose = groups[0][:3]
    total = taken.get((*whose, _ALL_TERMS), 0)
    if not total:
        return
    for term, of_term in groupby(groups, key=lambda group: group.term):
        used = taken.get((*whose, term), 0)
        for group in of_term:
            used += group.amount
            total += group.amount
            if (group.cap_term is not None and used > group.cap_term) or (
                group.cap_student is not None and total > group.cap_student
            ):
                yield group.row
