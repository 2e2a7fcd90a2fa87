"""``/accounts/{account}/…``: what the office does to an account, by the same actions as its pages."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from creditbank import clock
from creditbank.api.callers import PersonCaller, caller_as
from creditbank.api.idempotency import once
from creditbank.api.problems import FAULTS, Problem
from creditbank.audit.actor import Actor
from creditbank.errors import NotFound
from creditbank.people.account_states import close_account, freeze_account, unfreeze_account
from creditbank.people.cards import replace_card
from creditbank.people.models import Account
from creditbank.people.rights import require_office

router = Router(tags=["accounts"], auth=PersonCaller())
NO_ACCOUNT: Final = "没有找到这个户口。"


class Grounds(Schema):
    """Why; kept with the account."""

    reason: str = Field(max_length=400)


class Lost(Schema):
    """Whether the old card was lost (else it is worn, or its number became known)."""

    lost: bool = False


class Standing(Schema):
    """How the account stands now."""

    account: UUID
    state: str = Field(examples=["frozen"])
    state_reason: str


class CardOut(Schema):
    """The new card; its number is told in the first answer alone."""

    account: UUID
    card_number: str | None


@router.post("/{account}/freeze", response={200: Standing, FAULTS: Problem}, summary="冻结户口 · Freeze an account")
def freeze(request: HttpRequest, account: UUID, given: Grounds) -> HttpResponse:
    """Let nothing into or out of the account, as a decider of the office."""
    return _moved(
        request,
        account,
        lambda found, actor, at: freeze_account(actor=actor, at=at, account=found, reason=given.reason),
    )


@router.post("/{account}/unfreeze", response={200: Standing, FAULTS: Problem}, summary="解冻户口 · Open it again")
def unfreeze(request: HttpRequest, account: UUID, given: Grounds) -> HttpResponse:
    """Open a frozen account again, as a decider of the office."""
    return _moved(
        request,
        account,
        lambda found, actor, at: unfreeze_account(actor=actor, at=at, account=found, reason=given.reason),
    )


@router.post("/{account}/close", response={200: Standing, FAULTS: Problem}, summary="销户 · Close an account")
def close(request: HttpRequest, account: UUID, given: Grounds) -> HttpResponse:
    """Close the account for good, as a decider of the office; its lines stay."""
    return _moved(
        request, account, lambda found, actor, at: close_account(actor=actor, at=at, account=found, reason=given.reason)
    )


@router.post("/{account}/card", response={201: CardOut, FAULTS: Problem}, summary="换卡 · Replace the card")
def card(request: HttpRequest, account: UUID, given: Lost) -> HttpResponse:
    """End the card in use and issue another: as the student, her guardian, or a reviewer of the office."""
    actor, at = caller_as(request, "reviewer"), clock.now()

    def change() -> CardOut:
        issued = replace_card(actor=actor, at=at, account=account_of(account), lost=given.lost)
        return CardOut(account=account, card_number=issued.card_number)

    return once(request, 201, change, told_once=("card_number",))


def account_of(holder_id: UUID) -> Account:
    """The account of this holder. Raises ``NotFound``."""
    found = Account.objects.select_related("student__person").filter(holder_id=holder_id).first()
    if found is None:
        raise NotFound(NO_ACCOUNT)
    return found


def _moved(request: HttpRequest, holder_id: UUID, step: Callable[[Account, Actor, datetime], Account]) -> HttpResponse:
    actor, at = caller_as(request, "decider"), clock.now()
    require_office(actor, "decider", at=at)

    def change() -> Standing:
        now = step(account_of(holder_id), actor, at)
        return Standing(account=now.holder_id, state=now.state, state_reason=now.state_reason)

    return once(request, 200, change)
