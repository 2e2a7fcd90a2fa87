"""One action, one transaction, done again whole when others were faster; its first lock is the redemption's own row.

The order of locks is the same everywhere: redemption row, account row, then books by id, then scarce rows by id.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

from creditbank.ledger.retrying import retrying
from creditbank.people.models import Account
from creditbank.redemption.models import Redemption

Given = ParamSpec("Given")
Result = TypeVar("Result")


def whole(action: Callable[Given, Result]) -> Callable[Given, Result]:
    """Make an action atomic, and try it again from its start when another transaction was faster."""
    atomic = transaction.atomic(action)

    @wraps(action)
    def tried(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        return retrying(lambda: atomic(*args, **kwargs))

    return tried


def lock(redemption: Redemption) -> Redemption:
    """The redemption's row as it stands now, locked until the transaction ends."""
    return (
        Redemption.objects.select_for_update(of=("self",))
        .select_related("account__student__person", "policy_version")
        .get(pk=redemption.pk)
    )


def lock_account(account: Account) -> Account:
    """The account's row as it stands now, locked: it is not frozen or closed while an action goes on."""
    rows = Account.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("student__person").get(pk=account.pk)
