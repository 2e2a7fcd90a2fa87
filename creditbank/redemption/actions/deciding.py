"""Review and decide: two persons of the office; then settle and issue, or release with a reason (M-4, M-7)."""

from datetime import datetime
from typing import Final

from creditbank.audit.actor import Actor
from creditbank.certificates.actions import issue_certificate
from creditbank.certificates.honours import consume_honours
from creditbank.certificates.models import Certificate, HonourUse
from creditbank.errors import Conflict, InvalidInput, NotAllowed
from creditbank.institutions.models import Institution
from creditbank.ledger.posting import settle
from creditbank.policy.codes import Route
from creditbank.policy.decide import decide
from creditbank.policy.decision import Decision, decision_from_json
from creditbank.policy.law import Law
from creditbank.redemption.actions.ending import release_what_is_held
from creditbank.redemption.actions.locking import lock, lock_account, whole
from creditbank.redemption.actions.trail import audit, tell_applicant
from creditbank.redemption.errors import NotEligible
from creditbank.redemption.facts import gather
from creditbank.redemption.freezes import require_not_frozen
from creditbank.redemption.models import Redemption, RedemptionState
from creditbank.redemption.parties import require_officer
from creditbank.rulebook.reading import law_of

REASON_LENGTH: Final = 10
ADVICE: Final = ("accept", "refuse")
# The statements of the law that every certificate carries.
CARRIED: Final = ("certificate-nature", "record-use")


@whole
def review_redemption(*, actor: Actor, redemption: Redemption, advice: str, note: str, at: datetime) -> Redemption:
    """The first of the two: advise to accept or to refuse, with a note the decider reads (needed for a refusal).

    Raises ``NotAllowed`` for a party or a reporter of the credits, ``Conflict`` when it is not waiting for a review.
    """
    locked = lock(redemption)
    person_id = require_officer(actor, locked, "reviewer", at)
    if locked.state != RedemptionState.HELD:
        raise Conflict("这份申请现在不在待审核状态。")
    if advice not in ADVICE:
        raise InvalidInput("请选择“建议通过”或“建议不通过”。", field="advice")
    if advice == "refuse":
        require_reason(note, "note")
    locked.state = RedemptionState.REVIEWED
    locked.reviewer_id, locked.reviewed_at = person_id, at
    locked.review_advice, locked.review_note = advice, note.strip()
    locked.save(update_fields=["state", "reviewer", "reviewed_at", "review_advice", "review_note"])
    audit(actor, at, "review-redemption", locked, "M-7")
    return locked


@whole
def accept_redemption(*, actor: Actor, redemption: Redemption, issuer: Institution, at: datetime) -> Certificate:
    """The second of the two says yes: the hold is settled and the certificate issued, in one transaction.

    The rules of the application's own version are asked once more over today's books (an honour may have been withdrawn
    since); if they no longer hold, ``NotEligible`` says which, and the application can only be refused.
    """
    locked = ready_for_decision(actor, redemption, at)
    require_not_frozen(locked.number)
    if locked.price_id is not None:
        raise Conflict("这个产品不颁发证书。")
    law = law_of(locked.policy_version)
    _still_eligible(locked, law)
    if locked.hold_seq is not None:
        posted = settle(locked.holder_id, locked.hold_seq, actor_id=_person(actor), at=at)
        locked.end_seq = posted.line.seq
    if consume_honours(redemption_number=locked.number, at=at) != (locked.route == Route.CHAMPION):
        raise Conflict("这份申请所用的荣誉没有占用记录，不能颁发。", code="honour-not-reserved")
    product = law.products[locked.product]
    certificate = issue_certificate(
        actor=actor,
        account=locked.account,
        family=product.family or "",
        grade=product.grade or "",
        issuer=issuer,
        redemption_number=locked.number,
        policy_version=locked.policy_version,
        clause=_clause_that_carries(decision_from_json(locked.decision)),
        wording={key: {"zh": each.text.zh, "en": each.text.en} for key, each in law.wording.items() if key in CARRIED},
        at=at,
    )
    _end(locked, actor, RedemptionState.ISSUED, "", at)
    audit(actor, at, "accept-redemption", locked, certificate.clause)
    tell_applicant(locked, "redemption.issued", at)
    return certificate


@whole
def refuse_redemption(*, actor: Actor, redemption: Redemption, reason: str, at: datetime) -> Redemption:
    """The second of the two says no, with a reason the applicant reads; everything held goes back at once."""
    locked = ready_for_decision(actor, redemption, at)
    require_reason(reason, "reason")
    release_what_is_held(locked, actor, at)
    _end(locked, actor, RedemptionState.REFUSED, reason.strip(), at)
    audit(actor, at, "refuse-redemption", locked, "M-7")
    tell_applicant(locked, "redemption.refused", at)
    return locked


def ready_for_decision(actor: Actor, redemption: Redemption, at: datetime) -> Redemption:
    """The redemption, locked, when the actor may be the second of the two who decide it."""
    locked = lock(redemption)
    person_id = require_officer(actor, locked, "decider", at)
    if locked.state != RedemptionState.REVIEWED:
        raise Conflict("这份申请还没有审核，或者已经决定。")
    if locked.reviewer_id == person_id:
        raise NotAllowed("审核人不能同时作决定，请由另一位同事决定。", clause="M-4")
    return locked


def _still_eligible(redemption: Redemption, law: Law) -> None:
    """Ask the rules again, with what this application itself holds and reserves counted as free."""
    on = redemption.applied_on
    account = lock_account(redemption.account)
    gathered = gather(account, on, credits_added_hundredths=redemption.credits_hundredths)
    own = set(HonourUse.objects.filter(redemption_number=redemption.number).values_list("honour_id", flat=True))
    facts = gathered.with_honours(dict.fromkeys(own, ())) if own else gathered.facts
    route = Route(redemption.route) if redemption.route else None
    decision = decide(redemption.product, facts, on, law, route=route, account=gathered.account)
    if not decision.eligible:
        raise NotEligible(decision)


def _clause_that_carries(decision: Decision) -> str:
    """The clause on whose strength the certificate is issued: that of the skill certificate or of the honour."""
    carrier = decision.requirement("honour") or decision.requirement("skill-certificate")
    return carrier.clause if carrier else decision.requirements[0].clause


def _end(redemption: Redemption, actor: Actor, state: RedemptionState, reason: str, at: datetime) -> None:
    redemption.state, redemption.reason = state, reason
    redemption.decider_id, redemption.decided_at, redemption.ended_at = _person(actor), at, at
    redemption.save(update_fields=["state", "reason", "decider", "decided_at", "ended_at", "end_seq"])


def _person(actor: Actor) -> int:
    if actor.person_id is None:
        raise NotAllowed
    return actor.person_id


def require_reason(text: str, field: str) -> None:
    """Raise ``InvalidInput`` for a reason too short to be one."""
    if len(text.strip()) < REASON_LENGTH:
        raise InvalidInput("请写明理由，至少 %(length)s 个字，申请人会看到。", field=field, length=REASON_LENGTH)
