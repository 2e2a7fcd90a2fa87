"""Student cards (素质教育卡): issue, report lost, replace."""

from datetime import datetime

from django.db import transaction

from creditbank import ids
from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.errors import Conflict, NotFound
from creditbank.people.guardians import is_guardian
from creditbank.people.models import Account, StudentCard
from creditbank.people.rights import has_office_role


def issue_card(account: Account, at: datetime) -> StudentCard:
    """Give an account a fresh card with a random number; the caller has ended the card before."""
    number = ids.new_card_number()
    while StudentCard.objects.filter(card_number=number).exists():
        number = ids.new_card_number()
    return StudentCard.objects.create(account=account, card_number=number, issued_at=at)


def active_card(account: Account) -> StudentCard | None:
    """The account's card in use."""
    return account.cards.filter(state=StudentCard.State.ACTIVE).first()


@transaction.atomic
def replace_card(*, actor: Actor, at: datetime, account: Account, lost: bool = False) -> StudentCard:
    """End the card in use and issue another: for the student, her guardian, or an office reviewer (M-5).

    The old number stops at once: marked as lost or as replaced, it finds nothing any more. Conflict when the account
    is closed.
    """
    own = actor.person_id is not None and actor.person_id == account.student.person_id
    if not (own or is_guardian(actor.person_id, account.student, at) or has_office_role(actor, "reviewer", at=at)):
        raise NotFound("没有找到这个户口。")
    if Account.objects.select_for_update().get(pk=account.pk).state == Account.State.CLOSED:
        raise Conflict("户口已销户，不能换卡。", code="account-closed")
    ended = StudentCard.State.LOST if lost else StudentCard.State.REPLACED
    account.cards.filter(state=StudentCard.State.ACTIVE).update(state=ended)
    card = issue_card(account, at)
    record(
        actor=actor,
        at=at,
        action="card.replace",
        subject_kind="account",
        subject_id=account.pk,
        holder_id=account.holder_id,
        clause="M-5",
    )
    return card
