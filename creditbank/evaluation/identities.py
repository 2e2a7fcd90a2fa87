"""Who the rows of a page are about: by document and name, or by card number and name; never by a guess."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Final
from uuid import UUID

from creditbank.evaluation.rows import RowDraft
from creditbank.people.matching import Match, Outcome, Wanted, match_students
from creditbank.people.models import Account, StudentCard
from creditbank.people.names import name_key

_UNKNOWN: Final = Match(Outcome.UNKNOWN)
_NAME_DIFFERS: Final = Match(Outcome.NAME_DIFFERS)
_CLOSED: Final = Match(Outcome.CLOSED)
_FROZEN: Final = Match(Outcome.FROZEN)
_OWNER: Final = (
    "account__student__person__name_key",
    "account__state",
    "account__holder_id",
    "account_id",
    "account__student_id",
)
_key_of: Final = lru_cache(maxsize=1 << 14)(name_key)


def match_drafts(drafts: Sequence[RowDraft], *, on: date) -> list[Match]:
    """One answer for each draft, in the same order; a handful of queries for the whole page."""
    with_document = [draft for draft in drafts if draft.document is not None]
    by_document = iter(match_students([_wanted(draft) for draft in with_document], on=on))
    by_card = iter(_match_cards([draft for draft in drafts if draft.document is None]))
    return [next(by_card if draft.document is None else by_document) for draft in drafts]


def _wanted(draft: RowDraft) -> Wanted:
    assert draft.document is not None, "only rows with a document come here"
    return Wanted(draft.name, draft.document.kind.value, draft.document.canonical, draft.card_number or "")


def _match_cards(drafts: Sequence[RowDraft]) -> list[Match]:
    numbers = {draft.card_number for draft in drafts if draft.card_number}
    cards = StudentCard.objects.filter(card_number__in=numbers, state=StudentCard.State.ACTIVE)
    # Values, not models: four objects for each card would take longer than all the rest of the check.
    owners = {row[0]: _owner(*row[1:]) for row in cards.values_list("card_number", *_OWNER)}
    return [_compared(draft, owners.get(draft.card_number or "")) for draft in drafts]


def _owner(key: str, state: str, holder_id: UUID, account_id: int, student_id: int) -> tuple[str, Match]:
    """The key of the owner's name, and the answer where it is the row's, too."""
    if state == Account.State.OPEN:
        return key, Match(Outcome.MATCHED, holder_id, account_id, student_id)
    return key, _CLOSED if state == Account.State.CLOSED else _FROZEN


def _compared(draft: RowDraft, owner: tuple[str, Match] | None) -> Match:
    if owner is None:
        return _UNKNOWN
    return owner[1] if _key_of(draft.name) == owner[0] else _NAME_DIFFERS
