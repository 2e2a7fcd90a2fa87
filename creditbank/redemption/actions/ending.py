"""An application that ends without issue: withdrawn, declined by a guardian, or run out. What was held goes back."""

from datetime import date, datetime

from django.db.models import F

from creditbank.audit.actor import SYSTEM, Actor
from creditbank.catalogue.takings import give_back
from creditbank.certificates.honours import free_honours
from creditbank.clock import today
from creditbank.errors import Conflict, NotAllowed
from creditbank.ledger.lines import SYSTEM_ACTOR_ID
from creditbank.ledger.posting import release
from creditbank.people.guardians import ADULT_AGE
from creditbank.people.models import Account
from creditbank.redemption.actions.applying import to_office
from creditbank.redemption.actions.locking import lock, lock_account, whole
from creditbank.redemption.actions.trail import audit, tell_applicant
from creditbank.redemption.models import OPEN_STATES, Redemption, RedemptionState
from creditbank.redemption.parties import acts_as_guardian, capacity_of


@whole
def withdraw_redemption(*, actor: Actor, redemption: Redemption, at: datetime) -> Redemption:
    """The student or her guardian takes the application back; until the office has decided, at any time (R-0, 自愿)."""
    locked = lock(redemption)
    capacity_of(actor, locked.account, at)
    if locked.state not in OPEN_STATES:
        raise Conflict("这份申请已经办完，不能再撤回。")
    ended = end_without_issue(locked, actor, RedemptionState.WITHDRAWN, "withdraw-redemption", at)
    tell_applicant(ended, "redemption.withdrawn", at)
    return ended


@whole
def decline_as_guardian(*, actor: Actor, redemption: Redemption, at: datetime) -> Redemption:
    """The guardian does not agree; the application ends and the credits go back at once."""
    locked = lock(redemption)
    if not acts_as_guardian(actor, locked.account, at):
        raise NotAllowed("只有监护人可以答复这份申请。", clause="R-0")
    if locked.state != RedemptionState.AWAITING_GUARDIAN:
        raise Conflict("这份申请现在不需要监护人同意。")
    ended = end_without_issue(locked, actor, RedemptionState.WITHDRAWN, "guardian-declines", at)
    tell_applicant(ended, "redemption.declined-by-guardian", at)
    return ended


def expire_redemptions(*, at: datetime) -> int:
    """End every application whose deadline has passed while it waited for the applicant's side; how many were ended.

    Each is a transaction of its own, so a sweep that is cut short goes on at the next one. The clock rests while an
    account is frozen: nobody can act then, and nothing moves. What a student who has come of age asked for herself
    needs no guardian any more and goes to the office.
    """
    waiting = Redemption.objects.filter(state=RedemptionState.AWAITING_GUARDIAN, account__state=Account.State.OPEN)
    of_age = waiting.filter(
        applied_by=F("account__student__person"), account__student__birth_date__lte=_latest_adult_birth(today(at))
    )
    for redemption in of_age.order_by("id").iterator(chunk_size=200):
        _go_on_of_age(redemption=redemption, at=at)
    due = waiting.filter(act_by__lt=at).order_by("id")
    return sum(_expire(redemption=redemption, at=at) for redemption in due.iterator(chunk_size=200))


def _latest_adult_birth(on: date) -> date:
    """The last day of birth of those who have come of age (I-5: born on 29 February, on 1 March)."""
    try:
        return on.replace(year=on.year - ADULT_AGE)
    except ValueError:
        return date(on.year - ADULT_AGE, 2, 28)


@whole
def _go_on_of_age(*, redemption: Redemption, at: datetime) -> None:
    locked = lock(redemption)
    if locked.state == RedemptionState.AWAITING_GUARDIAN and locked.account.state == Account.State.OPEN:
        to_office(locked)
        audit(SYSTEM, at, "applicant-of-age", locked, "R-0")


@whole
def _expire(*, redemption: Redemption, at: datetime) -> bool:
    locked = lock(redemption)
    if locked.state != RedemptionState.AWAITING_GUARDIAN or locked.act_by is None or locked.act_by >= at:
        return False
    if lock_account(locked.account).state != Account.State.OPEN:
        return False
    end_without_issue(locked, SYSTEM, RedemptionState.EXPIRED, "expire-redemption", at)
    tell_applicant(locked, "redemption.expired", at)
    return True


def release_what_is_held(redemption: Redemption, actor: Actor, at: datetime) -> None:
    """Release the hold, the honour, the seat and the money of an application that ends; the row is locked already."""
    if redemption.hold_seq is not None:
        actor_id = SYSTEM_ACTOR_ID if actor.person_id is None else actor.person_id
        posted = release(redemption.holder_id, redemption.hold_seq, actor_id=actor_id, at=at)
        redemption.end_seq = posted.line.seq
    free_honours(redemption_number=redemption.number, at=at)
    if redemption.price_id is not None:
        give_back(reference=redemption.number, at=at)


def end_without_issue(
    redemption: Redemption, actor: Actor, state: RedemptionState, action: str, at: datetime
) -> Redemption:
    """Give back what is held and end in ``state``; the redemption's row is locked already."""
    release_what_is_held(redemption, actor, at)
    redemption.state, redemption.ended_at, redemption.act_by = state, at, None
    redemption.save(update_fields=["state", "ended_at", "act_by", "end_seq"])
    audit(actor, at, action, redemption, "R-0")
    return redemption
