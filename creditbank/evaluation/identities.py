"""Who the rows of a page are about: by document and name, or by card number and name; never by a guess."""

from collections.abc import Sequence
from datetime import date

from creditbank.evaluation.rows import RowDraft
from creditbank.people.matching import Match, Outcome, Wanted, match_students
from creditbank.people.models import Account, StudentCard
from creditbank.people.names import name_key


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
    cards = StudentCard.objects.filter(card_number__in=numbers, state=StudentCard.State.ACTIVE).select_related(
        "account__student__person"
    )
    owners = {card.card_number: card.account for card in cards}
    return [_compared(draft, owners.get(draft.card_number or "")) for draft in drafts]


def _compared(draft: RowDraft, account: Account | None) -> Match:
    if account is None:
        return Match(Outcome.UNKNOWN)
    if name_key(draft.name) != account.student.person.name_key:
        return Match(Outcome.NAME_DIFFERS)
    if account.state != Account.State.OPEN:
        return Match(Outcome.CLOSED if account.state == Account.State.CLOSED else Outcome.FROZEN)
    return Match(Outcome.MATCHED, account.holder_id, account.pk, account.student_id)
