"""Student cards (素质教育卡): issue, report lost, replace."""

from datetime import datetime

from django.db import transaction

from creditbank import ids
from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.errors import NotFound
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
def replace_card(*, actor: Actor, at: datetime, account: Account) -> StudentCard:
    """End the card in use and issue another: for the student, her guardian, or an office reviewer (M-5)."""
    own = actor.person_id is not None and actor.person_id == account.student.person_id
    if not (own or is_guardian(actor.person_id, account.student, at) or has_office_role(actor, "reviewer", at=at)):
        raise NotFound("没有找到这个户口。")
    Account.objects.select_for_update().get(pk=account.pk)
    account.cards.filter(state=StudentCard.State.ACTIVE).update(state=StudentCard.State.REPLACED)
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
