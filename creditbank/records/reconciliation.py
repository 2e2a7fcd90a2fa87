"""Reconciliation (对账): what all books add up to, as of a moment, and who may ask for a proof of every line.

The sums are kept and made anew in the background, so that no page adds up a large table. A proof is asked for here and
done by a worker (:mod:`creditbank.records.proving`). Reads the books only.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, connection, transaction

from creditbank.audit.actor import Actor
from creditbank.errors import Conflict
from creditbank.people.rights import require_office
from creditbank.records.models import BooksProof, BooksTotals

PROVERS: Final = ("auditor", "admin", "decider")
TOTALS_AGE: Final = timedelta(hours=1)
_TOTALS_KEPT: Final = timedelta(days=31)
_SUMS: Final = """
SELECT COUNT(*), COALESCE(SUM(available), 0), COALESCE(SUM(held), 0), COALESCE(SUM(spent), 0),
       COALESCE(SUM(expired), 0), COALESCE(SUM(owed), 0), COALESCE(SUM(earned), 0)
FROM passbook_line AS line
WHERE seq = (SELECT MAX(seq) FROM passbook_line AS other WHERE other.holder_id = line.holder_id)
"""
_LINES: Final = (
    "SELECT COUNT(*), COALESCE(SUM(CASE kind WHEN 1 THEN amount WHEN 2 THEN -amount END), 0) FROM passbook_line"
)


def last_totals() -> BooksTotals | None:
    """The newest sums that are kept; None before the first."""
    return BooksTotals.objects.order_by("-as_of", "-pk").first()


@transaction.atomic
def refresh_totals(*, at: datetime) -> BooksTotals:
    """Add up all books anew, in two queries, and keep the sums. Costs a read of every line: not for a page's answer."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS)
        books, available, held, spent, expired, owed, earned = (int(each) for each in cursor.fetchone())
        cursor.execute(_LINES)
        lines, from_lines = (int(each) for each in cursor.fetchone())
    BooksTotals.objects.filter(as_of__lt=at - _TOTALS_KEPT).delete()
    return BooksTotals.objects.create(
        as_of=at,
        books=books,
        available=available,
        held=held,
        spent=spent,
        expired=expired,
        owed=owed,
        earned=earned,
        lines=lines,
        from_lines=from_lines,
    )


def last_proof() -> BooksProof | None:
    """The last proof that came to an end."""
    return BooksProof.objects.exclude(finished_at=None).select_related("asked_by").order_by("-finished_at").first()


def running_proof() -> BooksProof | None:
    """The proof that waits for a worker or is being made."""
    going_on = BooksProof.objects.filter(state__in=(BooksProof.State.ASKED, BooksProof.State.RUNNING))
    return going_on.select_related("asked_by").first()


@transaction.atomic
def ask_proof(*, actor: Actor, at: datetime) -> BooksProof:
    """Ask for a proof of every line of every book; an auditor, administrator or decider.

    Conflict while another one waits or runs. Whoever asks hands it to the queue (:mod:`creditbank.records.tasks`).
    """
    asker = require_office(actor, *PROVERS, at=at)
    if running_proof() is not None:
        raise Conflict("已有一次核对在进行，请等它结束。", code="proof-running")
    totals = last_totals()
    try:
        with transaction.atomic():
            return BooksProof.objects.create(
                asked_by_id=asker,
                asked_role=actor.role,
                asked_at=at,
                lines_expected=totals.lines if totals else 0,
            )
    except IntegrityError:
        raise Conflict("已有一次核对在进行，请等它结束。", code="proof-running") from None
