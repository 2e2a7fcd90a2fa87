"""The office calls a priced product off: all its running redemptions are undone, each whole, as often as it takes."""

from datetime import datetime

from django.db import transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import SYSTEM, Actor
from creditbank.catalogue.models import Price
from creditbank.errors import Conflict, NotAllowed
from creditbank.ledger.lines import Reason
from creditbank.people.models import Account
from creditbank.people.rights import require_office
from creditbank.redemption.actions.deciding import require_reason
from creditbank.redemption.actions.ending import end_without_issue
from creditbank.redemption.actions.fulfilling import undo_accepted
from creditbank.redemption.actions.locking import lock, lock_account, whole
from creditbank.redemption.actions.trail import tell_applicant
from creditbank.redemption.models import OPEN_STATES, PriceCancellation, Redemption, RedemptionState


def cancel_price(*, actor: Actor, price: Price, reason: str, at: datetime) -> PriceCancellation:
    """Call a price off and undo its running redemptions: held credits go back, spent ones are refunded.

    From the first moment nobody can apply by it any more. What can't be undone now (a frozen account) is undone by the
    sweep of each minute. Raises ``NotAllowed`` for the person who published the schedule, ``Conflict`` the second time.
    """
    started = _start(actor, price, reason, at)
    undo_cancelled(at=at)
    started.refresh_from_db()
    return started


def undo_cancelled(*, at: datetime) -> int:
    """Go on with every cancellation that is not done; how many redemptions were undone. Each in its own transaction."""
    undone = 0
    for cancellation in PriceCancellation.objects.filter(done_at=None).select_related("price").order_by("id"):
        running = Redemption.objects.running_for(cancellation.price_id).filter(account__state=Account.State.OPEN)
        for redemption in running.order_by("id").iterator(chunk_size=200):
            undone += _undo(redemption=redemption, cancellation=cancellation, at=at)
        if not Redemption.objects.running_for(cancellation.price_id).exists():
            PriceCancellation.objects.filter(pk=cancellation.pk).update(done_at=at)
    return undone


@transaction.atomic
def _start(actor: Actor, price: Price, reason: str, at: datetime) -> PriceCancellation:
    person_id = require_office(actor, "decider", at=at)
    if price.schedule.published_by_id is None:
        raise Conflict("价目还没有公布，不用取消。")
    if price.schedule.published_by_id == person_id:
        raise NotAllowed("公布价目表的人不能自己取消，请由另一位同事办理。", clause="I-8")
    require_reason(reason, "reason")
    # Whoever applies by it holds a lock on its seats or asks afterwards; who slips in between is undone by the sweep.
    Price.objects.select_for_update(of=("self",)).get(pk=price.pk)
    if PriceCancellation.objects.filter(price=price).exists():
        raise Conflict("这个产品已经取消过了。")
    made = PriceCancellation.objects.create(
        price=price, reason=reason.strip(), cancelled_by_id=person_id, cancelled_at=at
    )
    record(
        actor=actor,
        at=at,
        action="cancel-price",
        subject_kind="price-schedule",
        subject_id=price.schedule.number,
        clause="I-8",
        fields=["prices"],
    )
    return made


@whole
def _undo(*, redemption: Redemption, cancellation: PriceCancellation, at: datetime) -> bool:
    locked = lock(redemption)
    if lock_account(locked.account).state != Account.State.OPEN:
        return False
    if locked.state == RedemptionState.ACCEPTED:
        undo_accepted(locked, SYSTEM, Reason.REDEMPTION_UNDONE, cancellation.reason, at)
        return True
    if locked.state not in OPEN_STATES:
        return False
    locked.reason = cancellation.reason
    end_without_issue(locked, SYSTEM, RedemptionState.CANCELLED, "cancel-redemption", at)
    locked.save(update_fields=["reason"])
    tell_applicant(locked, "redemption.cancelled", at)
    return True
