"""``/openings``: applications to open an account, from the form to the card; and guardians' signed papers (M-6, M-9).

The number of an identity paper comes in a body, is sealed at once, and goes out masked at most.
"""

from datetime import date, datetime
from typing import Final

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from creditbank import clock
from creditbank.api.answers import Paging
from creditbank.api.callers import PersonCaller, caller, caller_as
from creditbank.api.idempotency import once
from creditbank.api.problems import FAULTS, Problem
from creditbank.audit.actor import Actor
from creditbank.errors import InvalidInput, NotFound
from creditbank.institutions.actions import open_account_and_enrol
from creditbank.institutions.rights import staff_roles
from creditbank.people.account_creation import Opened
from creditbank.people.applications import Application, submit_opening, withdraw_opening
from creditbank.people.models import AccountOpening, DuplicateCase
from creditbank.people.names import mask_name
from creditbank.people.opening_review import check_identity, refuse_opening, resolve_duplicate
from creditbank.people.rights import has_office_role

router = Router(tags=["openings"], auth=PersonCaller())
READING_OFFICES: Final = ("reviewer", "auditor")
LARGEST_ID: Final = 2**53


class OpeningAsked(Schema):
    """An application (Annex 1). ``institution_code`` and ``paper_number`` are for an institution's counter."""

    name: str = Field(max_length=100, examples=["林知夏"])
    document_kind: str = Field(max_length=40, examples=["resident-id"])
    document_number: str = Field(max_length=60)
    birth_date: date | None = Field(None, description="Needed when the document does not tell it.")
    phone: str = Field("", max_length=40)
    privacy_version: str = Field(max_length=20, description="The version of the notice that was read: GET /texts.")
    agreed: list[str] = Field(["account"], max_length=10, description="The purposes agreed to; `account` at least.")
    relation: str = Field("", max_length=20, description="What the guardian is to a minor.")
    paper_number: str = Field("", max_length=20)
    institution_code: str = Field("", max_length=40)
    originals_at: str = Field("", max_length=40, description="Where the originals will be shown: a member's code.")


class OpeningOut(Schema):
    """An application as its parties, its counter and the office see it: masked."""

    number: str = Field(examples=["KH-2026-000123"])
    state: str
    way: str
    name: str
    document: str
    institution_code: str
    originals_at: str
    submitted_at: datetime
    identity_checked: bool
    duplicates: list[int] = Field(description="Suspected duplicates that are not cleared; the office resolves them.")
    refusal_reason: str


class OpeningPage(Schema):
    """A page of applications, newest first."""

    items: list[OpeningOut]
    total: int


class IdentityChecked(Schema):
    """How the original was seen, and for a minor which proof of guardianship."""

    method: str = Field(max_length=20, examples=["original-seen"])
    guardian_proof: str = Field("", max_length=30, examples=["household-register"])
    seen_number: str = Field(
        "", max_length=60, description="As read off the original, at the counter that an online application chose."
    )


class Slip(Schema):
    """The opening slip. The codes are told once: the same request sent again answers without them."""

    number: str
    account: str
    card_number: str | None
    student_code: str | None
    guardian_code: str | None
    codes_expire_on: date


class Why(Schema):
    """The reason, which the applicant reads."""

    reason: str = Field(max_length=400)


class Resolution(Schema):
    """Whether applicant and account holder are one person, and why the office thinks so."""

    same_person: bool
    reason: str = Field(max_length=400)


@router.post("", response={201: OpeningOut, FAULTS: Problem}, summary="申请开户 · Apply for an account")
def submit(request: HttpRequest, asked: OpeningAsked) -> HttpResponse:
    """Apply as an adult, as a minor's guardian, or over the counter of an institution where one serves."""
    actor = caller_as(request, "clerk" if asked.institution_code else "guardian")
    given = asked.model_dump()
    application = Application(**{**given, "agreed": tuple(asked.agreed)})
    return once(
        request, 201, lambda: _shown(submit_opening(actor=actor, at=clock.now(), application=application), actor)
    )


@router.get("", response={200: OpeningPage, FAULTS: Problem}, summary="开户申请列表 · List applications")
def list_openings(request: HttpRequest, paging: Query[Paging], state: str = "") -> OpeningPage:
    """One's own applications and those from one's counter; reviewers and auditors of the office see all."""
    if state and state not in AccountOpening.State.values:
        raise InvalidInput("没有这个状态。", field="state")
    actor = caller(request)
    seen = AccountOpening.objects.filter(_seen_by(actor, clock.now()))
    rows = (seen.filter(state=state) if state else seen).order_by("-id")
    page = rows[paging.offset : paging.offset + paging.limit]
    return OpeningPage(items=[_shown(each, actor) for each in page], total=rows.count())


@router.get("/{number}", response={200: OpeningOut, FAULTS: Problem}, summary="查看申请 · Show an application")
def show(request: HttpRequest, number: str) -> OpeningOut:
    """One application."""
    return _shown(_found(request, number), caller(request))


@router.post("/{number}/withdraw", response={200: OpeningOut, FAULTS: Problem}, summary="撤回申请 · Withdraw")
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take one's application back; what it held about the person is emptied."""
    opening, actor = _found(request, number), caller_as(request, "guardian")
    return once(request, 200, lambda: _shown(withdraw_opening(actor=actor, at=clock.now(), opening=opening), actor))


@router.post(
    "/{number}/check-identity", response={200: OpeningOut, FAULTS: Problem}, summary="核对原件 · Check the original"
)
def check(request: HttpRequest, number: str, given: IdentityChecked) -> HttpResponse:
    """Record that one compared the document with its original: a reviewer, or staff of the counter."""
    opening, actor = _found(request, number), caller_as(request, "reviewer")

    def change() -> OpeningOut:
        checked = check_identity(
            actor=actor,
            at=clock.now(),
            opening=opening,
            method=given.method,
            guardian_proof=given.guardian_proof,
            seen_number=given.seen_number,
        )
        return _shown(checked, actor)

    return once(request, 200, change)


@router.post("/{number}/open", response={201: Slip, FAULTS: Problem}, summary="开户 · Open the account")
def open_account(request: HttpRequest, number: str) -> HttpResponse:
    """Open the account, as a reviewer who neither applied nor saw the original. The codes are told this once."""
    opening, actor = _found(request, number), caller_as(request, "reviewer")
    return once(
        request,
        201,
        lambda: _slip(number, open_account_and_enrol(actor=actor, at=clock.now(), opening=opening)),
        told_once=("student_code", "guardian_code", "card_number"),
    )


@router.post("/{number}/refuse", response={200: OpeningOut, FAULTS: Problem}, summary="不予开户 · Refuse")
def refuse(request: HttpRequest, number: str, given: Why) -> HttpResponse:
    """Refuse as a reviewer, with a reason; what the application held about the person is emptied."""
    opening, actor = _found(request, number), caller_as(request, "reviewer")
    return once(
        request,
        200,
        lambda: _shown(refuse_opening(actor=actor, at=clock.now(), opening=opening, reason=given.reason), actor),
    )


@router.post(
    "/{number}/duplicates/{duplicate}/resolve",
    response={200: OpeningOut, FAULTS: Problem},
    summary="核查重复 · Resolve a suspected duplicate",
)
def resolve(request: HttpRequest, number: str, duplicate: int, given: Resolution) -> HttpResponse:
    """Decide, as a reviewer, whether the applicant and an account holder are one person."""
    opening, actor = _found(request, number), caller_as(request, "reviewer")
    case = opening.duplicate_cases.filter(pk=duplicate).first() if 0 < duplicate < LARGEST_ID else None
    if case is None:
        raise NotFound("没有这项核查。")

    def change() -> OpeningOut:
        resolve_duplicate(actor=actor, at=clock.now(), case=case, same_person=given.same_person, reason=given.reason)
        return _shown(opening, actor)

    return once(request, 200, change)


def _seen_by(actor: Actor, at: datetime) -> Q:
    if has_office_role(actor, *READING_OFFICES, at=at):
        return Q()
    if actor.person_id is None:
        return Q(pk=None)
    counters = {post.institution_code for post in staff_roles(actor.person_id)}
    over_counter = Q(institution_code__in=counters) | Q(originals_at__in=counters)
    return Q(submitted_by_id=actor.person_id) | Q(guardian_id=actor.person_id) | over_counter


def _found(request: HttpRequest, number: str) -> AccountOpening:
    seen = _seen_by(caller(request), clock.now())
    found = AccountOpening.objects.filter(seen, number=number.strip().upper()).first()
    if found is None:
        raise NotFound("没有这份开户申请。")
    return found


def _shown(opening: AccountOpening, actor: Actor) -> OpeningOut:
    suspected = opening.duplicate_cases.exclude(state=DuplicateCase.State.DISTINCT)
    office = has_office_role(actor, *READING_OFFICES, at=clock.now())
    return OpeningOut(
        number=opening.number,
        state=opening.state,
        way=opening.way,
        name=mask_name(opening.name) if opening.name else "",
        document=opening.masked,
        institution_code=opening.institution_code,
        originals_at=opening.originals_at,
        submitted_at=opening.submitted_at,
        identity_checked=opening.checked_by_id is not None,
        duplicates=list(suspected.order_by("id").values_list("pk", flat=True)) if office else [],
        refusal_reason=opening.refusal_reason,
    )


def _slip(number: str, opened: Opened) -> Slip:
    return Slip(
        number=number,
        account=str(opened.account.holder_id),
        card_number=opened.card_number,
        student_code=opened.student_code.code,
        guardian_code=opened.guardian_code.code if opened.guardian_code else None,
        codes_expire_on=clock.today(opened.student_code.expires_at),
    )
