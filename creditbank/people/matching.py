"""Who the rows of a return are about: by document and name, never by a guess.

Rows are looked up in sets by blind index. A document that is known under another name is a finding, not a match.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from creditbank.errors import InvalidInput
from creditbank.people.documents import document_index
from creditbank.people.identity_documents import parse_document
from creditbank.people.models import Account, IdentityDocument, StudentCard
from creditbank.people.names import name_key

CHUNK: Final = 2000


# A look-up key: the group of documents (or the mark of a card) and the blind index (or the card's number).
_Key = tuple[str, str]
_CARD: Final = "card"


class Outcome(StrEnum):
    """What was found for one row."""

    MATCHED = "matched"
    NAME_DIFFERS = "name-differs"
    CARD_DIFFERS = "card-differs"
    UNKNOWN = "unknown"
    FROZEN = "frozen"
    CLOSED = "closed"
    INVALID_DOCUMENT = "invalid-document"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row's identity as it was typed: a document, a card, or both; one that is empty is not compared."""

    name: str = field(repr=False)
    document_kind: str = ""
    document_number: str = field(default="", repr=False)
    card_number: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Match:
    """The answer for one row. Only a match names the holder; ``error`` says what is wrong with a document."""

    outcome: Outcome
    holder_id: UUID | None = None
    account_id: int | None = None
    student_id: int | None = None
    error: InvalidInput | None = None


class _Owner(NamedTuple):
    """Whose document or card it is."""

    name_key: str
    holder_id: UUID
    account_id: int
    student_id: int
    state: str
    card_number: str


def match_student(name: str, document_kind: str, document_number: str, *, on: date) -> Match:
    """Who one person is; see :func:`match_students`."""
    return match_students([Wanted(name, document_kind, document_number)], on=on)[0]


def match_students(rows: Sequence[Wanted], *, on: date) -> list[Match]:
    """One answer for each row, in the same order; four queries for each 2,000 rows.

    ``on`` is the day against which birth dates in numbers are checked.
    """
    return [match for start in range(0, len(rows), CHUNK) for match in _chunk(rows[start : start + CHUNK], on)]


def _chunk(rows: Sequence[Wanted], on: date) -> Iterator[Match]:
    keys: list[_Key | InvalidInput] = [_key(row, on) for row in rows]
    owners = _owners([key for key in keys if not isinstance(key, InvalidInput)])
    for row, key in zip(rows, keys, strict=True):
        if isinstance(key, InvalidInput):
            yield Match(Outcome.INVALID_DOCUMENT, error=key)
        else:
            yield _compared(row, owners.get(key))


def _key(row: Wanted, on: date) -> _Key | InvalidInput:
    if row.card_number and not row.document_number:
        return _CARD, row.card_number
    try:
        document = parse_document(row.document_kind, row.document_number, on=on)
    except InvalidInput as error:
        return error
    return document.group.value, document_index(document)


def _owners(keys: Sequence[_Key]) -> dict[_Key, _Owner]:
    by_card = {number for group, number in keys if group == _CARD}
    by_document = {index for group, index in keys if group != _CARD}
    cards = dict(
        StudentCard.objects.filter(card_number__in=by_card, state=StudentCard.State.ACTIVE).values_list(
            "card_number", "account_id"
        )
    )
    documents = {
        (group, index): account
        for group, index, account in IdentityDocument.objects.filter(
            blind_index__in=by_document, current=True, person__student__account__isnull=False
        ).values_list("kind_group", "blind_index", "person__student__account__id")
    }
    accounts = _accounts({*cards.values(), *documents.values()})
    found: dict[_Key, _Owner] = {key: accounts[account] for key, account in documents.items()}
    found.update({(_CARD, number): accounts[account] for number, account in cards.items()})
    return found


def _accounts(account_ids: set[int]) -> dict[int, _Owner]:
    rows = Account.objects.filter(pk__in=account_ids).values_list(
        "pk", "student__person__name_key", "holder_id", "student_id", "state"
    )
    cards = dict(
        StudentCard.objects.filter(account_id__in=account_ids, state=StudentCard.State.ACTIVE).values_list(
            "account_id", "card_number"
        )
    )
    return {
        pk: _Owner(name, holder, pk, student, state, cards.get(pk, "")) for pk, name, holder, student, state in rows
    }


def _compared(row: Wanted, owner: _Owner | None) -> Match:
    if owner is None:
        return Match(Outcome.UNKNOWN)
    if name_key(row.name) != owner.name_key:
        return Match(Outcome.NAME_DIFFERS)
    if row.card_number and row.card_number != owner.card_number:
        return Match(Outcome.CARD_DIFFERS)
    if owner.state != Account.State.OPEN:
        return Match(Outcome.CLOSED if owner.state == Account.State.CLOSED else Outcome.FROZEN)
    return Match(Outcome.MATCHED, owner.holder_id, owner.account_id, owner.student_id)
