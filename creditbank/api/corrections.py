"""``/corrections``: two accounts become one, a shared one two, an identity goes; one asks, another agrees (M-4)."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from creditbank import clock
from creditbank.api.account_steps import account_of
from creditbank.api.answers import Paging
from creditbank.api.callers import PersonCaller, caller, caller_as
from creditbank.api.idempotency import once
from creditbank.api.problems import FAULTS, Problem
from creditbank.audit.actor import Actor
from creditbank.corrections import actions
from creditbank.corrections.models import AccountCorrection, CorrectionState
from creditbank.corrections.running import progress_of
from creditbank.errors import InvalidInput, NotFound
from creditbank.people.rights import require_office

router = Router(tags=["corrections"], auth=PersonCaller())
READING_OFFICES: Final = ("reviewer", "decider", "admin", "auditor")
CorrectionKind = Literal["merge", "split", "erase"]


class Wish(Schema):
    """What is to be done: ``account`` goes into ``receiving`` (merge), its ``lines`` do (split), or it is erased."""

    kind: CorrectionKind
    account: UUID
    receiving: UUID | None = None
    lines: list[int] = Field([], max_length=actions.MOST_LINES, description="Numbers of lines, for a split.")
    reason: str = Field(max_length=400)


class Refusal(Schema):
    """Why it is not done."""

    reason: str = Field(max_length=400)


class CorrectionOut(Schema):
    """A correction. While it runs, ``steps_done`` of ``steps`` tells how far the books are; then what came of it."""

    number: str = Field(examples=["GZ-2026-000123"])
    kind: str = Field(examples=["merge"])
    state: str = Field(examples=["asked"])
    account: UUID
    receiving: UUID | None
    asked_at: datetime
    decided_at: datetime | None
    done_at: datetime | None
    decision_note: str
    steps_done: int | None = None
    steps: int | None = None
    moved: int | None = None
    fell_out: int | None = None


class CorrectionPage(Schema):
    """A page of corrections, newest first."""

    items: list[CorrectionOut]
    total: int


@router.get("", response={200: CorrectionPage, FAULTS: Problem}, summary="户口更正列表 · List corrections")
def list_corrections(request: HttpRequest, paging: Query[Paging]) -> CorrectionPage:
    """All corrections, for the office."""
    require_office(caller(request), *READING_OFFICES, at=clock.now())
    rows = AccountCorrection.objects.select_related("account", "receiving")
    page = rows[paging.offset : paging.offset + paging.limit]
    return CorrectionPage(items=[_shown(each) for each in page], total=rows.count())


@router.post("", response={201: CorrectionOut, FAULTS: Problem}, summary="提出户口更正 · Ask for a correction")
def ask(request: HttpRequest, wish: Wish) -> HttpResponse:
    """Ask as a reviewer or decider; nothing is done until another person agrees."""
    actor, at = caller_as(request, "reviewer"), clock.now()
    require_office(actor, "reviewer", "decider", at=at)
    return once(request, 201, lambda: _shown(_asked(actor, at, wish)))


@router.get("/{number}", response={200: CorrectionOut, FAULTS: Problem}, summary="查看户口更正 · Show a correction")
def show(request: HttpRequest, number: str) -> CorrectionOut:
    """One correction and how far it is, for the office."""
    require_office(caller(request), *READING_OFFICES, at=clock.now())
    return _shown(_found(number))


@router.post("/{number}/agree", response={200: CorrectionOut, FAULTS: Problem}, summary="核准更正 · Agree")
def agree(request: HttpRequest, number: str) -> HttpResponse:
    """Agree as a decider who did not ask; a merge or a split then runs in the background."""
    return _step(
        request,
        number,
        "decider",
        lambda found, actor, at: actions.agree_correction(actor=actor, at=at, correction=found),
    )


@router.post("/{number}/refuse", response={200: CorrectionOut, FAULTS: Problem}, summary="不予更正 · Refuse")
def refuse(request: HttpRequest, number: str, given: Refusal) -> HttpResponse:
    """Do not agree, with a reason, as a decider who did not ask."""
    return _step(
        request,
        number,
        "decider",
        lambda found, actor, at: actions.refuse_correction(actor=actor, at=at, correction=found, reason=given.reason),
    )


@router.post("/{number}/withdraw", response={200: CorrectionOut, FAULTS: Problem}, summary="撤回更正 · Withdraw")
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take one's own wish back while nobody has decided."""
    return _step(
        request,
        number,
        "reviewer",
        lambda found, actor, at: actions.withdraw_correction(actor=actor, at=at, correction=found),
    )


def _asked(actor: Actor, at: datetime, wish: Wish) -> AccountCorrection:
    account = account_of(wish.account)
    if wish.kind == "erase":
        return actions.ask_erasure(actor=actor, at=at, account=account, reason=wish.reason)
    if wish.receiving is None:
        raise InvalidInput("请给出转入的户口。", field="receiving")
    receiving = account_of(wish.receiving)
    if wish.kind == "merge":
        return actions.ask_merge(actor=actor, at=at, account=account, receiving=receiving, reason=wish.reason)
    return actions.ask_split(
        actor=actor, at=at, account=account, receiving=receiving, seqs=wish.lines, reason=wish.reason
    )


_Step = Callable[[AccountCorrection, Actor, datetime], AccountCorrection]


def _step(request: HttpRequest, number: str, role: str, step: _Step) -> HttpResponse:
    actor, at = caller_as(request, role), clock.now()
    require_office(actor, *READING_OFFICES, at=at)
    found = _found(number)
    return once(request, 200, lambda: _shown(step(found, actor, at)))


def _found(number: str) -> AccountCorrection:
    rows = AccountCorrection.objects.select_related("account", "receiving")
    found = rows.filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound("没有这项户口更正。")
    return found


def _shown(found: AccountCorrection) -> CorrectionOut:
    runs = found.state == CorrectionState.RUNNING
    done, steps = progress_of(found) if runs else (None, None)
    return CorrectionOut(
        number=found.number,
        kind=found.kind,
        state=found.state,
        account=found.account.holder_id,
        receiving=found.receiving.holder_id if found.receiving else None,
        asked_at=found.asked_at,
        decided_at=found.decided_at,
        done_at=found.done_at,
        decision_note=found.decision_note,
        steps_done=done,
        steps=steps,
        moved=found.outcome.get("moved"),
        fell_out=found.outcome.get("fell_out"),
    )
