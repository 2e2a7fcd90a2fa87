"""Short words for tests of the books: a holder, two persons, a moment, an earn."""

from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from creditbank.ids import uuid7
from creditbank.ledger.books import open_book
from creditbank.ledger.lines import Domain, Stage
from creditbank.ledger.posting import Achievement, Posted, hold, post_earn
from creditbank.ledger.source import action_source

MAKER: Final = 11
CHECKER: Final = 12
SCHOOL: Final = 7
AT: Final = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
ACHIEVED_ON: Final = date(2026, 6, 1)


def after_minutes(minutes: int) -> datetime:
    """A later moment than :data:`AT`."""
    return AT + timedelta(minutes=minutes)


def new_holder() -> UUID:
    """A holder with an open, empty book."""
    holder_id = uuid7()
    open_book(holder_id, at=AT)
    return holder_id


def earn(
    holder_id: UUID,
    amount: int,
    number: str = "A-1",
    *,
    revision: int = 1,
    at: datetime = AT,
    domain: Domain = Domain.INTELLECTUAL,
    institution_id: int = SCHOOL,
) -> Posted:
    """Credit ``amount`` hundredths for achievement ``number``."""
    return post_earn(
        holder_id,
        achievement=Achievement(institution_id, number, revision),
        amount=amount,
        domain=domain,
        stage=Stage.COMPETITION,
        occurred_on=ACHIEVED_ON,
        actor_id=MAKER,
        approver_id=CHECKER,
        policy_version=1,
        at=at,
    )


def set_aside(holder_id: UUID, amount: int, number: str = "DH-2026-000001", *, at: datetime = AT) -> Posted:
    """Hold ``amount`` hundredths for the redemption ``number``."""
    return hold(holder_id, source=action_source("hold", number), amount=amount, actor_id=MAKER, at=at)
