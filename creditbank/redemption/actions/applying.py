"""Apply: the rules decide, the credits are held, a minor's guardian agrees. One transaction each, nothing half-done."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from creditbank.audit.actor import Actor
from creditbank.catalogue.items import law_on
from creditbank.catalogue.models import Price
from creditbank.catalogue.takings import take
from creditbank.certificates.honours import reserve_honour
from creditbank.clock import today
from creditbank.errors import Conflict, InvalidInput, NotAllowed, Refused
from creditbank.ids import new_code
from creditbank.institutions.models import Institution
from creditbank.ledger.posting import hold
from creditbank.ledger.source import action_source
from creditbank.people.consents import give_consent, paper_consent_for
from creditbank.people.guardians import is_minor
from creditbank.people.models import Account, PaperConsent
from creditbank.policy.codes import Route
from creditbank.policy.decide import decide, honour_to_use
from creditbank.policy.decision import Decision
from creditbank.policy.facts import facts_to_json
from creditbank.policy.offers import offer_to_json
from creditbank.policy.text import Json
from creditbank.redemption.actions.locking import lock, lock_account, whole
from creditbank.redemption.actions.trail import audit, tell_applicant, tell_guardians
from creditbank.redemption.eligibility import certificate_route, decide_price, offered_price, product_of
from creditbank.redemption.errors import NotEligible
from creditbank.redemption.facts import Gathered, gather
from creditbank.redemption.models import PriceCancellation, Redemption, RedemptionState
from creditbank.redemption.parties import acts_as_guardian, capacity_of, require_counter
from creditbank.rulebook.reading import version_on, version_row_on

GUARDIAN_DAYS: Final = 14
_TWICE: Final = gettext_noop("同一产品已经有一份申请在办理，请先等它办完或撤回。")


@whole
def apply_for_product(
    *,
    actor: Actor,
    account: Account,
    product: str,
    at: datetime,
    route: str | None = None,
    price_class: str | None = None,
    text_version: str = "",
) -> Redemption:
    """Apply for a product as the student or as her guardian (Annex 2, M-7).

    A guardian who applies for a minor agrees in the same step: ``text_version`` names the words agreed to. A minor's
    own application holds the credits and waits ``GUARDIAN_DAYS`` days for a guardian. Raises ``NotEligible`` with the
    whole decision, ``Conflict`` when the same application is open already, ``NotFound`` for outsiders.
    """
    capacity = capacity_of(actor, account, at)
    redemption = _open(_Application(actor, account, product, route, at, price_class=price_class))
    if capacity == "guardian":
        _agree(actor, redemption, text_version, at)
    elif redemption.state == RedemptionState.AWAITING_GUARDIAN:
        tell_guardians(redemption, "redemption.awaits-guardian", at)
    return redemption


@whole
def apply_over_counter(
    *,
    actor: Actor,
    counter: Institution,
    account: Account,
    product: str,
    at: datetime,
    route: str | None = None,
    price_class: str | None = None,
    paper: PaperConsent | None = None,
) -> Redemption:
    """Take a signed application form over an institution's counter (M-10); the institution decides nothing.

    For a minor ``paper`` is the guardian's signed agreement, entered by one person of staff and confirmed by another;
    without it the application waits for the guardian's login. The student and her guardians are told at once: nobody
    applies behind their backs. Raises ``NotAllowed`` for a paper of another desk.
    """
    require_counter(actor, counter, account)
    redemption = _open(_Application(actor, account, product, route, at, counter, price_class))
    tell_applicant(redemption, "redemption.over-counter", at)
    if redemption.state != RedemptionState.AWAITING_GUARDIAN:
        return redemption
    if paper is None:
        tell_guardians(redemption, "redemption.awaits-guardian", at)
        return redemption
    if paper.institution_code != counter.code:
        # A paper names the guardian only; elsewhere somebody of her name may be another child's guardian.
        raise NotAllowed("这份同意书不是在本单位录入的。", code="paper-consent-elsewhere", clause="M-9")
    redemption.consent = paper_consent_for(
        paper=paper, student=account.student, purpose="redemption", subject_ref=redemption.number, at=at
    )
    to_office(redemption)
    audit(actor, at, "guardian-agrees-on-paper", redemption, "R-0")
    return redemption


@whole
def agree_as_guardian(*, actor: Actor, redemption: Redemption, text_version: str, at: datetime) -> Redemption:
    """Record the guardian's agreement to one application; the office can then start.

    Raises ``Conflict`` after the deadline, whether the sweep has come by or not, and while the account is frozen: then
    the term rests, and ends later by as much (see ``account_life``).
    """
    locked = lock(redemption)
    if not acts_as_guardian(actor, locked.account, at):
        raise NotAllowed("只有监护人可以同意这份申请。", clause="R-0")
    if locked.state != RedemptionState.AWAITING_GUARDIAN:
        raise Conflict("这份申请现在不需要监护人同意。")
    if lock_account(locked.account).state == Account.State.FROZEN:
        raise Conflict(
            "户口冻结期间不能答复；冻结的时间不计入答复期限，解冻后再办理。", code="account-frozen", clause="M-4"
        )
    if locked.act_by is not None and locked.act_by < at:
        raise Conflict("答复的期限已经过了，这份申请即将结束；可以重新申请。", code="deadline-passed")
    _agree(actor, locked, text_version, at)
    return locked


@dataclass(frozen=True, slots=True)
class _Application:
    """What is asked, by whom, for whom, when, and over which counter."""

    actor: Actor
    account: Account
    product: str
    route: str | None
    at: datetime
    counter: Institution | None = None
    price_class: str | None = None

    @property
    def on(self) -> date:
        """The civil date that decides (I-14)."""
        return today(self.at)

    @property
    def person_id(self) -> int:
        """The person who applies; the public and the system can't."""
        if self.actor.person_id is None:
            raise NotAllowed
        return self.actor.person_id


@dataclass(frozen=True, slots=True)
class _Decided:
    """What the rules said, over which facts, and the price they looked at (none for a certificate)."""

    decision: Decision
    gathered: Gathered
    price: Price | None = None
    offer: dict[str, Json] | None = None


def _open(asked: _Application) -> Redemption:
    # A champion's application writes no line, so no book refuses for a frozen account: its row is asked.
    decided = _decide(asked, lock_account(asked.account))
    if not decided.decision.eligible:
        raise NotEligible(decided.decision)
    try:
        with transaction.atomic():
            redemption = _insert(asked, decided)
    except IntegrityError as error:
        raise Conflict(_TWICE, clause="M-7", field="product") from error
    _reserve(redemption, decided)
    if not is_minor(asked.account.student, asked.on):
        to_office(redemption)
    audit(asked.actor, asked.at, "apply-for-product", redemption, "M-7")
    return redemption


def _decide(asked: _Application, account: Account) -> _Decided:
    law = law_on(asked.on)
    product = product_of(law, asked.product)
    gathered = gather(account, asked.on, whereabouts=not product.is_certificate)
    if product.is_certificate:
        route = certificate_route(asked.route)
        return _Decided(
            decide(product.code, gathered.facts, asked.on, law, route=route, account=gathered.account), gathered
        )
    price = offered_price(product, asked.on, asked.price_class)
    # Locked, so that the office does not call it off between this question and the end of the application.
    Price.objects.select_for_update(of=("self",), no_key=True).get(pk=price.pk)
    if PriceCancellation.objects.filter(price=price).exists():
        raise Refused("这个产品已经由管理小组取消，不再接受申请。", clause=product.clause, field="product")
    if Redemption.objects.running().filter(account=account, product=product.code).exists():
        raise Conflict(_TWICE, clause="M-7", field="product")
    decision = decide_price(gathered, product, price, asked.on, law)
    return _Decided(decision, gathered, price, offer_to_json(price.offer()))


def _insert(asked: _Application, decided: _Decided) -> Redemption:
    decision, price = decided.decision, decided.price
    redemption = Redemption.objects.create(
        number=f"new-{new_code(12)}",
        account=asked.account,
        holder_id=asked.account.holder_id,
        product=decision.product,
        route=decision.route.value if decision.route else "",
        state=RedemptionState.AWAITING_GUARDIAN,
        applied_by_id=asked.person_id,
        applied_at=asked.at,
        applied_on=asked.on,
        counter=asked.counter,
        policy_version=version_row_on(asked.on),
        decision=decision.to_json(),
        facts=facts_to_json(decided.gathered.facts),
        price=price,
        price_class=price.price_class if price else "",
        offer=decided.offer,
        credits_hundredths=decision.asked_hundredths or 0,
        act_by=asked.at + timedelta(days=GUARDIAN_DAYS),
    )
    redemption.number = f"DH-{redemption.applied_on.year}-{redemption.pk:06d}"
    redemption.save(update_fields=["number"])
    return redemption


def _reserve(redemption: Redemption, decided: _Decided) -> None:
    """Hold the credits, take the seat and the money; or reserve the honour that stands in for credits (I-2)."""
    if redemption.credits_hundredths:
        posted = hold(
            redemption.holder_id,
            source=action_source("hold", redemption.number),
            amount=redemption.credits_hundredths,
            actor_id=redemption.applied_by_id,
            policy_version=redemption.policy_version_id,
            at=redemption.applied_at,
        )
        redemption.hold_seq = posted.line.seq
        redemption.save(update_fields=["hold_seq"])
    if decided.price is not None:
        take(price=decided.price, reference=redemption.number, at=redemption.applied_at)
    if decided.decision.route == Route.CHAMPION:
        _reserve_honour(redemption, decided.decision, decided.gathered)


def _reserve_honour(redemption: Redemption, decision: Decision, gathered: Gathered) -> None:
    law = version_on(redemption.applied_on)
    chosen = honour_to_use(decision.product, gathered.facts, redemption.applied_on, law)
    if chosen is None:
        raise NotEligible(decision)
    reserve_honour(
        honour=gathered.honours[chosen],
        family=law.products[decision.product].family or "",
        redemption_number=redemption.number,
        at=redemption.applied_at,
    )


def _agree(actor: Actor, redemption: Redemption, text_version: str, at: datetime) -> None:
    if not text_version:
        raise InvalidInput("请先阅读并勾选监护人同意书。", field="text_version", clause="R-0")
    redemption.consent = give_consent(
        actor=actor,
        student=redemption.account.student,
        purpose="redemption",
        text_version=text_version,
        subject_ref=redemption.number,
        at=at,
    )
    to_office(redemption)
    audit(actor, at, "guardian-agrees", redemption, "R-0")


def to_office(redemption: Redemption) -> None:
    """From here the office has the case: no deadline runs against the applicant."""
    redemption.state = RedemptionState.HELD
    redemption.act_by = None
    redemption.save(update_fields=["state", "act_by", "consent"])
