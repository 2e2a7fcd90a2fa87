"""``/redemptions``: what an account may redeem, and every step of an application, by the same actions as the pages."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from creditbank import clock
from creditbank.api.answers import Paging
from creditbank.api.callers import PersonCaller, caller, caller_as, key_or_person, people_of
from creditbank.api.idempotency import once
from creditbank.api.policy import DecisionOut
from creditbank.api.problems import FAULTS, Problem
from creditbank.audit.actor import Actor
from creditbank.errors import InvalidInput, NotFound
from creditbank.institutions.models import Institution
from creditbank.institutions.register import institution_by_code
from creditbank.institutions.rights import require_staff
from creditbank.people.models import Account, PaperConsent
from creditbank.people.rights import has_office_role
from creditbank.policy.amounts import format_hundredths
from creditbank.redemption import actions
from creditbank.redemption.eligibility import certificate_decisions, decision_for
from creditbank.redemption.models import Redemption, RedemptionQuerySet, RedemptionState
from creditbank.redemption.parties import capacity_of

router = Router(tags=["redemptions"], auth=PersonCaller())


class RedemptionOut(Schema):
    """An application as its parties and the office see it."""

    number: str
    account: UUID
    product: str
    route: str
    price_class: str
    state: str
    credits: str
    applied_on: date
    act_by: datetime | None
    reason: str
    policy_version: str


class RedemptionPage(Schema):
    """A page of applications, newest first."""

    items: list[RedemptionOut]
    total: int


class Application(Schema):
    """An application. A guardian gives ``text_version``: the version of the words she agrees to."""

    account: UUID
    product: str = Field(max_length=80, examples=["certificate.athlete.3"])
    route: str | None = Field(None, max_length=10)
    price_class: str | None = Field(None, max_length=12, examples=["half"])
    text_version: str = Field("", max_length=20)


class CounterApplication(Schema):
    """A signed form over the counter of ``institution``; for a minor ``paper_number``, the guardian's signed paper."""

    institution: str = Field(max_length=20, examples=["SJSX"])
    account: UUID
    product: str = Field(max_length=80, examples=["certificate.athlete.3"])
    route: str | None = Field(None, max_length=10)
    price_class: str | None = Field(None, max_length=12)
    paper_number: str = Field("", max_length=20)


class Agreement(Schema):
    """The version of the words that the guardian agrees to."""

    text_version: str = Field(max_length=20)


class Review(Schema):
    """The first officer's advice: ``accept`` or ``refuse``, with a note for the decider."""

    advice: str = Field(max_length=10)
    note: str = Field("", max_length=3000)


class Acceptance(Schema):
    """The code of the institution that issues the certificate; empty for a product of Article 11."""

    issuer: str = Field("", max_length=20)


class Refusal(Schema):
    """The reason, which the applicant reads."""

    reason: str = Field(max_length=3000)


class Fulfilment(Schema):
    """What became of it (``paid``, ``travelled``, ``enrolled``, ``delivered`` or ``no-show``), and what proves it."""

    outcome: str = Field(max_length=12)
    proof: str = Field(max_length=500)


class Cancellation(Schema):
    """Why the applicant steps back; may stay empty."""

    reason: str = Field("", max_length=500)


class IssuedOut(Schema):
    """The certificate that was issued; empty for a product of Article 11, which is fulfilled instead."""

    redemption: RedemptionOut
    certificate: str
    check_code: str


@router.get(
    "/eligibility/{account}",
    response={200: list[DecisionOut], FAULTS: Problem},
    summary="可兑换什么 · What may be redeemed",
)
def eligibility(
    request: HttpRequest, account: UUID, product: str = "", price_class: str = ""
) -> list[dict[str, object]]:
    """What the account may redeem today, and what is missing: every certificate, or one product in one class."""
    at = clock.now()
    found = _own_account(caller(request), account, at)
    if product:
        return [dict(decision_for(found, product, at, price_class=price_class or None).to_json())]
    decisions = certificate_decisions(found, at)
    return [dict(decision.to_json()) for decision in decisions]


@router.get("", response={200: RedemptionPage, FAULTS: Problem}, summary="兑换申请列表 · List applications")
def list_redemptions(request: HttpRequest, paging: Query[Paging], state: str = "") -> RedemptionPage:
    """One's own applications and one's wards'; people of the office see all."""
    if state and state not in RedemptionState.values:
        raise InvalidInput("没有这个状态。", field="state")
    seen = _seen_by(caller(request), clock.now())
    rows = seen.filter(state=state) if state else seen
    page = rows.select_related("policy_version").order_by("-id")[paging.offset : paging.offset + paging.limit]
    return RedemptionPage(items=[_shown(each) for each in page], total=rows.count())


# Before "/{number}", which would take it for a number.
@router.post(
    "/counter",
    auth=key_or_person("redemptions:write"),
    response={201: RedemptionOut, FAULTS: Problem},
    summary="柜台代收申请 · Apply over a counter",
)
def apply_at_counter(request: HttpRequest, application: CounterApplication) -> HttpResponse:
    """Take a signed form over an institution's counter, for a student on its roster; it decides nothing."""
    actor, at = caller_as(request, "clerk"), clock.now()
    counter = institution_by_code(application.institution)
    require_staff(actor, counter)
    account = Account.objects.filter(
        holder_id=application.account, student__enrolments__institution=counter, student__enrolments__until=None
    ).first()
    if account is None:
        raise NotFound("没有找到这个户口。")
    paper = None
    if application.paper_number:
        paper = PaperConsent.objects.filter(number=application.paper_number, institution_code=counter.code).first()
        if paper is None:
            raise NotFound("没有这份同意书。")

    def change() -> RedemptionOut:
        made = actions.apply_over_counter(
            actor=actor,
            counter=counter,
            account=account,
            product=application.product,
            route=application.route,
            price_class=application.price_class,
            paper=paper,
            at=at,
        )
        return _shown(made)

    return once(request, 201, change)


@router.get("/{number}", response={200: RedemptionOut, FAULTS: Problem}, summary="查看兑换申请 · Show an application")
def show(request: HttpRequest, number: str) -> RedemptionOut:
    """One application."""
    return _shown(_found(request, number))


@router.post("", response={201: RedemptionOut, FAULTS: Problem}, summary="申请兑换 · Apply")
def apply(request: HttpRequest, application: Application) -> HttpResponse:
    """Apply as the student or as her guardian; the credits asked are held at once."""
    at = clock.now()
    account = _own_account(caller(request), application.account, at)

    def change() -> RedemptionOut:
        return _shown(
            actions.apply_for_product(
                actor=caller_as(request, capacity_of(caller(request), account, at)),
                account=account,
                product=application.product,
                route=application.route,
                price_class=application.price_class,
                text_version=application.text_version,
                at=at,
            )
        )

    return once(request, 201, change)


@router.post("/{number}/agree", response={200: RedemptionOut, FAULTS: Problem}, summary="监护人同意 · Agree")
def agree(request: HttpRequest, number: str, agreement: Agreement) -> HttpResponse:
    """Agree as the guardian."""
    redemption, actor, at = _found(request, number), caller_as(request, "guardian"), clock.now()
    version = agreement.text_version
    return once(
        request,
        200,
        lambda: _shown(actions.agree_as_guardian(actor=actor, redemption=redemption, text_version=version, at=at)),
    )


@router.post("/{number}/decline", response={200: RedemptionOut, FAULTS: Problem}, summary="监护人不同意 · Decline")
def decline(request: HttpRequest, number: str) -> HttpResponse:
    """Decline as the guardian; what was held goes back."""
    redemption, actor, at = _found(request, number), caller_as(request, "guardian"), clock.now()
    return once(request, 200, lambda: _shown(actions.decline_as_guardian(actor=actor, redemption=redemption, at=at)))


@router.post("/{number}/withdraw", response={200: RedemptionOut, FAULTS: Problem}, summary="撤回申请 · Withdraw")
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take the application back as the student or her guardian."""
    redemption, actor, at = _found(request, number), caller(request), clock.now()
    return once(request, 200, lambda: _shown(actions.withdraw_redemption(actor=actor, redemption=redemption, at=at)))


@router.post("/{number}/review", response={200: RedemptionOut, FAULTS: Problem}, summary="初审 · Review")
def review(request: HttpRequest, number: str, given: Review) -> HttpResponse:
    """Advise, as a reviewer of the office."""
    redemption, actor, at = _found(request, number), caller_as(request, "reviewer"), clock.now()
    return once(
        request,
        200,
        lambda: _shown(
            actions.review_redemption(actor=actor, redemption=redemption, advice=given.advice, note=given.note, at=at)
        ),
    )


@router.post("/{number}/accept", response={200: IssuedOut, FAULTS: Problem}, summary="核准并发证 · Accept and issue")
def accept(request: HttpRequest, number: str, acceptance: Acceptance) -> HttpResponse:
    """Decide yes, as the decider of the office: settle the hold, and issue the certificate if it is one."""
    redemption, actor, at = _found(request, number), caller_as(request, "decider"), clock.now()
    if redemption.price_id is not None:
        return once(request, 200, lambda: _accepted(actor, redemption, at))
    issuer = Institution.objects.issuing_bodies().filter(code=acceptance.issuer).first()
    if issuer is None:
        raise InvalidInput("没有这个颁发机构。", field="issuer")

    def change() -> IssuedOut:
        certificate = actions.accept_redemption(actor=actor, redemption=redemption, issuer=issuer, at=at)
        redemption.refresh_from_db()
        return IssuedOut(
            redemption=_shown(redemption), certificate=certificate.number, check_code=certificate.check_code
        )

    return once(request, 200, change)


@router.post("/{number}/fulfil", response={200: RedemptionOut, FAULTS: Problem}, summary="登记履行 · Fulfil")
def fulfil(request: HttpRequest, number: str, given: Fulfilment) -> HttpResponse:
    """Record, as a reviewer of the office, what became of an accepted product."""
    redemption, actor, at = _found(request, number), caller_as(request, "reviewer"), clock.now()

    def change() -> RedemptionOut:
        if given.outcome == RedemptionState.NO_SHOW:
            return _shown(actions.record_no_show(actor=actor, redemption=redemption, note=given.proof, at=at))
        return _shown(
            actions.fulfil_redemption(
                actor=actor, redemption=redemption, fulfilment=given.outcome, proof=given.proof, at=at
            )
        )

    return once(request, 200, change)


@router.post("/{number}/cancel", response={200: RedemptionOut, FAULTS: Problem}, summary="取消 · Cancel")
def cancel(request: HttpRequest, number: str, given: Cancellation) -> HttpResponse:
    """Step back from an accepted product before its day, as the student or her guardian; all credits go back."""
    redemption, actor, at = _found(request, number), caller(request), clock.now()
    return once(
        request,
        200,
        lambda: _shown(actions.cancel_redemption(actor=actor, redemption=redemption, reason=given.reason, at=at)),
    )


@router.post("/{number}/refuse", response={200: RedemptionOut, FAULTS: Problem}, summary="不予核准 · Refuse")
def refuse(request: HttpRequest, number: str, refusal: Refusal) -> HttpResponse:
    """Decide no, as the decider of the office, with a reason; what was held goes back."""
    redemption, actor, at = _found(request, number), caller_as(request, "decider"), clock.now()
    return once(
        request,
        200,
        lambda: _shown(actions.refuse_redemption(actor=actor, redemption=redemption, reason=refusal.reason, at=at)),
    )


def _own_account(actor: Actor, holder_id: UUID, at: datetime) -> Account:
    account = Account.objects.filter(holder_id=holder_id).select_related("student__person").first()
    if account is None:
        raise NotFound("没有找到这个户口。")
    capacity_of(actor, account, at)
    return account


def _seen_by(actor: Actor, at: datetime) -> RedemptionQuerySet:
    if has_office_role(actor, "reviewer", "decider", "auditor", at=at):
        return Redemption.objects.all()
    return Redemption.objects.filter(account__student__person_id__in=people_of(actor, at))


def _found(request: HttpRequest, number: str) -> Redemption:
    found = _seen_by(caller(request), clock.now()).filter(number=number).select_related("policy_version").first()
    if found is None:
        raise NotFound("没有这份兑换申请。")
    return found


def _accepted(actor: Actor, redemption: Redemption, at: datetime) -> IssuedOut:
    accepted = actions.accept_priced(actor=actor, redemption=redemption, at=at)
    return IssuedOut(redemption=_shown(accepted), certificate="", check_code="")


def _shown(redemption: Redemption) -> RedemptionOut:
    return RedemptionOut(
        number=redemption.number,
        account=redemption.holder_id,
        product=redemption.product,
        route=redemption.route,
        price_class=redemption.price_class,
        state=redemption.state,
        credits=format_hundredths(redemption.credits_hundredths),
        applied_on=redemption.applied_on,
        act_by=redemption.act_by,
        reason=redemption.reason,
        policy_version=redemption.policy_version.code,
    )
