"""Products of Article 11 after the yes: settled, fulfilled with a proof, or undone with everything given back (M-11).

An accepted redemption has spent its credits and keeps its seat. It ends fulfilled, as a no-show, or cancelled; what is
cancelled is refunded to the book with a reason, and the seat and the money go back to the price.
"""

from datetime import datetime
from typing import Final

from creditbank.audit.actor import Actor
from creditbank.catalogue.takings import give_back
from creditbank.clock import today
from creditbank.errors import Conflict, InvalidInput
from creditbank.ledger.lines import SYSTEM_ACTOR_ID, Reason
from creditbank.ledger.posting import refund, settle
from creditbank.policy.decide import decide
from creditbank.policy.facts import parse_facts
from creditbank.policy.offers import Offer, parse_offer
from creditbank.policy.reader import Reader
from creditbank.redemption.actions.deciding import ready_for_decision, require_reason
from creditbank.redemption.actions.locking import lock, lock_account, whole
from creditbank.redemption.actions.trail import audit, tell_applicant
from creditbank.redemption.errors import NotEligible
from creditbank.redemption.facts import gather
from creditbank.redemption.freezes import require_not_frozen
from creditbank.redemption.models import FulfilmentKind, Redemption, RedemptionState
from creditbank.redemption.parties import capacity_of, require_officer
from creditbank.redemption.versions import law_for

PROOF_LENGTH: Final = 6


@whole
def accept_priced(*, actor: Actor, redemption: Redemption, at: datetime) -> Redemption:
    """The second of the two says yes to a product of Article 11: the hold is settled, the seat stays taken.

    The rules are asked once more over today's books by the price that was applied by; its seat and its money are this
    application's own already. Raises ``NotEligible``, and ``Conflict`` while an objection freezes the redemption.
    """
    locked = ready_for_decision(actor, redemption, at)
    if locked.price_id is None:
        raise Conflict("证书须由相关机构颁发，请选择颁发机构。")
    require_not_frozen(locked.number)
    _still_eligible(locked)
    assert actor.person_id is not None and locked.hold_seq is not None, "a priced product asks for credits"
    posted = settle(locked.holder_id, locked.hold_seq, actor_id=actor.person_id, at=at)
    locked.end_seq, locked.state = posted.line.seq, RedemptionState.ACCEPTED
    locked.decider_id, locked.decided_at = actor.person_id, at
    locked.save(update_fields=["end_seq", "state", "decider", "decided_at"])
    audit(actor, at, "accept-redemption", locked, "M-7")
    tell_applicant(locked, "redemption.accepted", at)
    return locked


@whole
def fulfil_redemption(*, actor: Actor, redemption: Redemption, fulfilment: str, proof: str, at: datetime) -> Redemption:
    """Record that the product was given, with what proves it: a receipt's number, a list, a letter of admission."""
    locked = lock(redemption)
    person_id = require_officer(actor, locked, "reviewer", at)
    _require_accepted(locked)
    if fulfilment not in FulfilmentKind.values:
        raise InvalidInput("请选择怎样履行：已支付、已出行、已入学或已交付。", field="fulfilment")
    if len(proof.strip()) < PROOF_LENGTH:
        raise InvalidInput("请写明凭证，至少 %(length)s 个字。", field="proof", length=PROOF_LENGTH)
    locked.fulfilment, locked.proof = fulfilment, proof.strip()
    _finish(locked, RedemptionState.FULFILLED, person_id, at)
    audit(actor, at, "fulfil-redemption", locked, "M-11.0")
    tell_applicant(locked, "redemption.fulfilled", at)
    return locked


@whole
def record_no_show(*, actor: Actor, redemption: Redemption, note: str, at: datetime) -> Redemption:
    """Record that nobody came on the day; what was spent stays spent. Not before the day itself."""
    locked = lock(redemption)
    person_id = require_officer(actor, locked, "reviewer", at)
    _require_accepted(locked)
    happens_on = locked.price.happens_on if locked.price else None
    if happens_on is None or today(at) < happens_on:
        raise Conflict("出行或开课的日期还没有到，不能记为未到场。")
    require_reason(note, "note")
    locked.proof = note.strip()
    _finish(locked, RedemptionState.NO_SHOW, person_id, at)
    audit(actor, at, "no-show", locked, "M-11.0")
    tell_applicant(locked, "redemption.no-show", at)
    return locked


@whole
def cancel_redemption(*, actor: Actor, redemption: Redemption, reason: str, at: datetime) -> Redemption:
    """The student or her guardian steps back from an accepted redemption before its day: all credits are refunded.

    Raises ``Conflict`` from the day on, or for what has no day: a scholarship that is granted is not handed back.
    """
    locked = lock(redemption)
    capacity_of(actor, locked.account, at)
    _require_accepted(locked)
    happens_on = locked.price.happens_on if locked.price else None
    if happens_on is None or today(at) >= happens_on:
        raise Conflict("出行或开课的日期已到，或者没有日期，不能再取消。", code="too-late-to-cancel", clause="M-11.0")
    # The system lets it through by rule; the applicant is the one who acts.
    undo_accepted(locked, actor, Reason.WITHDRAWN_BY_APPLICANT, reason.strip(), at)
    return locked


def undo_accepted(locked: Redemption, actor: Actor, why: Reason, words: str, at: datetime) -> None:
    """Refund what was spent, give the seat back, end as cancelled; the redemption's row is locked already."""
    lock_account(locked.account)
    assert locked.end_seq is not None, "what is accepted was settled"
    acting = SYSTEM_ACTOR_ID if actor.person_id is None else actor.person_id
    approver = locked.decider_id if acting == SYSTEM_ACTOR_ID else SYSTEM_ACTOR_ID
    assert approver is not None, "what is accepted was decided"
    posted = refund(
        locked.holder_id,
        locked.end_seq,
        amount=locked.credits_hundredths,
        reason=why,
        actor_id=acting,
        approver_id=approver,
        at=at,
    )
    give_back(reference=locked.number, at=at)
    locked.refund_seq, locked.reason = posted.line.seq, words
    locked.state, locked.ended_at = RedemptionState.CANCELLED, at
    locked.save(update_fields=["refund_seq", "reason", "state", "ended_at"])
    audit(actor, at, "cancel-redemption", locked, "M-11.0")
    tell_applicant(locked, "redemption.cancelled", at)


def offer_of(redemption: Redemption) -> Offer:
    """The offer that the rules looked at when the application was made."""
    product = law_for(redemption).products[redemption.product]
    return parse_offer(Reader(redemption.offer, "offer"), product)


def _still_eligible(redemption: Redemption) -> None:
    """Ask again over today's books, with what the application holds itself counted as free, as of its own day."""
    law, on = law_for(redemption), redemption.applied_on
    account = lock_account(redemption.account)
    known = gather(account, on, credits_added_hundredths=redemption.credits_hundredths, whereabouts=True)
    # Where she learned when she applied is what the price was for.
    applied = parse_facts(Reader(redemption.facts, "facts"), law, on)
    facts = known.at_place(applied.place, applied.institutions)
    decision = decide(
        redemption.product,
        facts,
        on,
        law,
        price_class=redemption.price_class or None,
        offer=offer_of(redemption),
        account=known.account,
    )
    if not decision.eligible:
        raise NotEligible(decision)


def _require_accepted(redemption: Redemption) -> None:
    if redemption.state != RedemptionState.ACCEPTED:
        raise Conflict("这份申请不在待履行状态。")


def _finish(redemption: Redemption, state: RedemptionState, person_id: int, at: datetime) -> None:
    redemption.state, redemption.ended_at = state, at
    redemption.fulfilled_by_id, redemption.fulfilled_at = person_id, at
    redemption.save(update_fields=["state", "ended_at", "fulfilled_by", "fulfilled_at", "fulfilment", "proof"])
