"""Which achievements of a page are credited already, reversed before, or reported in another return on its way."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from creditbank.evaluation.models import CreditReturn, ReturnRow, RowState
from creditbank.evaluation.reading import OPEN_STATES
from creditbank.ledger.lines import Kind, Line
from creditbank.ledger.many import lines_by_source
from creditbank.ledger.models import PassbookLine
from creditbank.ledger.source import source_digest

Key = tuple[UUID, str]
"""A student and the normalised number of an achievement."""
_MOST_REVISIONS = 100


class Past(NamedTuple):
    """What is known of an achievement: the revision that a new report would be, the line of a credit that stands."""

    source: UUID
    revision: int = 1
    credited: Line | None = None
    open_return: str = ""


def pasts_of(keys: Sequence[Key], institution_id: int, except_return_id: int | None) -> Mapping[Key, Past]:
    """For each achievement what is known of it. Two or three queries; more only where there were corrections."""
    pasts = {key: Past(source_digest(institution_id, key[1])) for key in keys}
    asked = list(pasts)
    for revision in range(2, _MOST_REVISIONS):
        reversed_keys = _note_credited(pasts, asked)
        if not reversed_keys:
            break
        for key in reversed_keys:
            pasts[key] = Past(source_digest(institution_id, key[1], revision), revision)
        asked = reversed_keys
    _note_open(pasts, except_return_id)
    return pasts


def _note_credited(pasts: dict[Key, Past], asked: Sequence[Key]) -> list[Key]:
    """Enter the lines found; the keys whose credit was reversed, so that the next revision is asked for."""
    with connection.cursor() as cursor:
        lines = lines_by_source(cursor, [(key[0], pasts[key].source) for key in asked])
    if not lines:
        return []
    undone = _reversed({line.holder_id for line in lines.values()}, {line.seq for line in lines.values()})
    reversed_keys = []
    for key in asked:
        line = lines.get((key[0], pasts[key].source))
        if line is None:
            continue
        if (key[0], line.seq) in undone:
            reversed_keys.append(key)
        else:
            past = pasts[key]
            pasts[key] = Past(past.source, past.revision, line)
    return reversed_keys


def _reversed(holders: set[UUID], seqs: set[int]) -> set[tuple[UUID, int]]:
    ends = PassbookLine.objects.filter(holder_id__in=holders, closes__in=seqs, kind=Kind.REVERSE.value)
    return {(holder_id, closes) for holder_id, closes in ends.values_list("holder_id", "closes") if closes is not None}


def _note_open(pasts: dict[Key, Past], except_return_id: int | None) -> None:
    others = CreditReturn.objects.filter(state__in=OPEN_STATES)
    if not others.exists():
        return
    rows = ReturnRow.objects.filter(
        holder_id__in={key[0] for key in pasts},
        source__in={past.source for past in pasts.values()},
        state=RowState.CHECKED,
        credit_return__state__in=OPEN_STATES,
    )
    if except_return_id is not None:
        rows = rows.exclude(credit_return_id=except_return_id)
    numbers = {(row[0], row[1]): row[2] for row in rows.values_list("holder_id", "source", "credit_return__number")}
    for key, past in pasts.items():
        number = numbers.get((key[0], past.source))
        if number:
            pasts[key] = Past(past.source, past.revision, past.credited, number)
