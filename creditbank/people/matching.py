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
    """A row's identity as it was typed; an empty ``card_number`` is not compared."""

    name: str = field(repr=False)
    document_kind: str
    document_number: str = field(repr=False)
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
    """Whose document an index is."""

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
    """One answer for each row, in the same order; two queries for each 2,000 rows.

    ``on`` is the day against which birth dates in numbers are checked.
    """
    return [match for start in range(0, len(rows), CHUNK) for match in _chunk(rows[start : start + CHUNK], on)]


def _chunk(rows: Sequence[Wanted], on: date) -> Iterator[Match]:
    keys: list[tuple[str, str] | InvalidInput] = [_key(row, on) for row in rows]
    owners = _owners([key for key in keys if not isinstance(key, InvalidInput)])
    for row, key in zip(rows, keys, strict=True):
        if isinstance(key, InvalidInput):
            yield Match(Outcome.INVALID_DOCUMENT, error=key)
        else:
            yield _compared(row, owners.get(key))


def _key(row: Wanted, on: date) -> tuple[str, str] | InvalidInput:
    try:
        document = parse_document(row.document_kind, row.document_number, on=on)
    except InvalidInput as error:
        return error
    return document.group.value, document_index(document)


def _owners(keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], _Owner]:
    wanted = {index for _, index in keys}
    rows = IdentityDocument.objects.filter(
        blind_index__in=wanted, current=True, person__student__account__isnull=False
    ).values_list(
        "kind_group",
        "blind_index",
        "person__name_key",
        "person__student__account__holder_id",
        "person__student__account__id",
        "person__student__id",
        "person__student__account__state",
    )
    found = list(rows)
    cards = dict(
        StudentCard.objects.filter(
            account_id__in={row[4] for row in found}, state=StudentCard.State.ACTIVE
        ).values_list("account_id", "card_number")
    )
    return {
        (group, index): _Owner(name, holder, account, student, state, cards.get(account, ""))
        for group, index, name, holder, account, student, state in found
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
