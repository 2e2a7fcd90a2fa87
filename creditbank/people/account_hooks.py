"""What the floors above do when an account is opened again, closed, or forgets its person.

The setting ``ACCOUNT_HOOKS`` names the functions, by event. Each runs inside the transaction of the event, so that a
refusal of one stops everything.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Final, TypeVar

from django.conf import settings
from django.db.models import F, Model, QuerySet, Value
from django.db.models.functions import Replace
from django.utils.module_loading import import_string

from creditbank.people.models import Account

Row = TypeVar("Row", bound=Model)
ERASED_NAME: Final = "已注销"
ERASED_BIRTH: Final = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Erasure:
    """Whose traces go: the account, and what the person was called and when she was born, to find them by."""

    account: Account
    at: datetime
    name: str = field(repr=False)
    birth_date: date = field(repr=False)


ClosingCheck = Callable[[Account], None]
"""Raises a refusal when something of the account still runs; its row is locked."""
Thawing = Callable[[Account, datetime, datetime], None]
"""Gives back the time between two moments, in which nobody could act; runs before the account's row is locked."""
Erasing = Callable[[Erasure], None]


def check_closing(account: Account) -> None:
    """Ask every floor above whether the account may be closed; the first refusal is raised."""
    checks: list[ClosingCheck] = _named("close")
    for check in checks:
        check(account)


def give_back_time(account: Account, since: datetime, at: datetime) -> None:
    """Let every term of the account's that ran on while it was frozen end later by as much."""
    hooks: list[Thawing] = _named("unfreeze")
    for hook in hooks:
        hook(account, since, at)


def erase_above(erasure: Erasure) -> None:
    """Let every floor above forget the person."""
    hooks: list[Erasing] = _named("erase")
    for hook in hooks:
        hook(erasure)


def blank_name(rows: QuerySet[Row], erasure: Erasure, *fields: str) -> int:
    """Put :data:`ERASED_NAME` in place of the erased name wherever it stands in these text fields; how many rows."""
    changed = {name: Replace(F(name), Value(erasure.name), Value(ERASED_NAME)) for name in fields}
    return rows.update(**changed)


@cache
def _named(event: str) -> list[Callable[..., None]]:
    return [import_string(path) for path in settings.ACCOUNT_HOOKS[event]]
