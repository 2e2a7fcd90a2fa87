"""Whoever runs a command acts as a login of the bank: ``--as USERNAME``. Rights are the login's, not the shell's."""

from collections.abc import Callable
from typing import TypeVar

import click

from creditbank.audit.actor import Actor
from creditbank.errors import NotFound
from creditbank.people.actors import acting_as
from creditbank.people.identity_documents import canonical_text
from creditbank.people.models import Account, User
from creditbank.redemption.models import Redemption

Command = TypeVar("Command", bound=Callable[..., object])


def as_option(command: Command) -> Command:
    """The option ``--as USERNAME``, given to the command as ``username``."""
    option: Callable[[Command], Command] = click.option(
        "--as", "username", required=True, metavar="USERNAME", help="以谁的身份办理 · act as this login"
    )
    return option(command)


def acting(username: str, role: str) -> Actor:
    """The person behind a login, in one capacity. Raises ``NotFound`` for an unknown or closed login."""
    user = User.objects.select_related("person").filter(username__iexact=username, is_active=True).first()
    if user is None:
        raise NotFound("没有这个登录名，或已停用。", field="--as")
    return acting_as(user.person, role)


def account_of_card(card_number: str) -> Account:
    """The account of an active card. Raises ``NotFound``."""
    number = canonical_text(card_number)
    account = Account.objects.filter(cards__card_number=number, cards__state="active").first()
    if account is None:
        raise NotFound("没有找到这张卡。", field="card")
    return account


def redemption_of(number: str) -> Redemption:
    """A redemption by its number. Raises ``NotFound``."""
    redemption = Redemption.objects.filter(number=number.strip().upper()).first()
    if redemption is None:
        raise NotFound("没有这份兑换申请。", field="number")
    return redemption
