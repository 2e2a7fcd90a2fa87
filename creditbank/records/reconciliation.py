"""Reconciliation (对账): what all books add up to, and the proof of every line, put on record. Reads the books only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.audit.models import AuditRecord
from creditbank.ledger.verify import Report, verify
from creditbank.people.rights import require_office
from creditbank.redemption.holds import hold_facts

PROVED: Final = "ledger.proved"
BROKEN: Final = "ledger.broken"
_SUMS: Final = """
SELECT COUNT(*), COALESCE(SUM(available), 0), COALESCE(SUM(held), 0), COALESCE(SUM(spent), 0),
       COALESCE(SUM(expired), 0), COALESCE(SUM(owed), 0), COALESCE(SUM(earned), 0)
FROM passbook_line AS line
WHERE seq = (SELECT MAX(seq) FROM passbook_line AS other WHERE other.holder_id = line.holder_id)
"""
_LINES: Final = (
    "SELECT COUNT(*), COALESCE(SUM(CASE kind WHEN 1 THEN amount WHEN 2 THEN -amount END), 0) FROM passbook_line"
)


@dataclass(frozen=True, slots=True)
class Totals:
    """The last lines of all books added up, and every earn less every reverse; in hundredths of a credit."""

    books: int
    available: int
    held: int
    spent: int
    expired: int
    owed: int
    earned: int
    lines: int
    from_lines: int

    @property
    def total(self) -> int:
        """What the buckets come to."""
        return self.available + self.held + self.spent + self.expired - self.owed

    @property
    def agree(self) -> bool:
        """Whether buckets, earned and lines say the same."""
        return self.total == self.earned == self.from_lines


def add_up() -> Totals:
    """Add up all books, in two queries."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS)
        sums = [int(each) for each in cursor.fetchone()]
        cursor.execute(_LINES)
        lines = [int(each) for each in cursor.fetchone()]
    return Totals(*sums, *lines)


def last_proof() -> AuditRecord | None:
    """The last proof on record."""
    return AuditRecord.objects.filter(action__in=(PROVED, BROKEN)).order_by("-id").first()


def prove_books(*, actor: Actor, at: datetime) -> Report:
    """Prove every line of every book and put the result on record; an auditor, administrator or decider."""
    require_office(actor, "auditor", "admin", "decider", at=at)
    report = verify(at=at, hold_facts=hold_facts)
    record(
        actor=actor,
        at=at,
        action=PROVED if report.problem is None else BROKEN,
        subject_kind="ledger",
        subject_id="books",
        clause="M-2",
        refs={"lines": report.lines, "books": report.books},
    )
    return report
