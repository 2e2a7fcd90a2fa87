"""What must not slip in between the check of a return and its submission: the same achievement, a cap used up.

A check counts what was posted or submitted before it. Submissions queue on the rows locked here, so whoever comes
second sees the first, and a return that was checked before another one took its place is checked again.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from creditbank.errors import Conflict
from creditbank.evaluation.models import CreditReturn, ReturnRow, ReturnState, RowState
from creditbank.evaluation.reading import OPEN_STATES
from creditbank.institutions.models import ItemKind, Scheme


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
    outdated = _rows_under_used_limits(credit_return).order_by("row_number").first()
    if outdated is not None:
        raise Conflict(
            "校验之后，第 %(row)s 行的学生在同一活动下又有新的申报，请重新校验。",
            code="return-outdated",
            row=outdated.row_number,
        )


def counting_rows() -> QuerySet[ReturnRow]:
    """Rows that count against caps and levels: posted, or in a return that is on its way."""
    return ReturnRow.objects.filter(
        Q(state=RowState.POSTED) | Q(state=RowState.CHECKED, credit_return__state__in=OPEN_STATES)
    )


def _rows_taken_elsewhere(credit_return: CreditReturn) -> QuerySet[ReturnRow]:
    same = counting_rows().filter(holder_id=OuterRef("holder_id"), source=OuterRef("source"))
    return credit_return.rows.filter(Exists(same.exclude(credit_return=credit_return)))


def _rows_under_used_limits(credit_return: CreditReturn) -> QuerySet[ReturnRow]:
    limited = (
        Q(item__kind=ItemKind.SKILL)
        | Q(item__cap_student_hundredths__isnull=False)
        | Q(item__cap_term_hundredths__isnull=False)
    )
    newer = ReturnRow.objects.filter(
        holder_id=OuterRef("holder_id"),
        item__activity_code=OuterRef("item__activity_code"),
        credit_return__state__in=(*OPEN_STATES, ReturnState.POSTED),
        credit_return__submitted_at__gte=credit_return.checked_at,
    ).exclude(credit_return=credit_return)
    return credit_return.rows.filter(limited).filter(Exists(newer))
