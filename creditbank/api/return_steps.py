"""The steps of a return: submit, approve, send back, review, withdraw, check again; and corrections by reversal.

A key may do what a clerk does. Approving, reviewing and deciding are for persons.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from creditbank import clock
from creditbank.api.answers import Paging
from creditbank.api.callers import PersonCaller, caller, caller_as
from creditbank.api.idempotency import once
from creditbank.api.problems import FAULTS, Problem
from creditbank.api.return_shapes import ReturnOut, ReversalOut, ReversalPage, return_out, reversal_out
from creditbank.api.returns import READ, WRITE
from creditbank.audit.actor import Actor
from creditbank.errors import InvalidInput, NotFound
from creditbank.evaluation.actions import (
    approve_return,
    ask_reversal,
    decide_reversal,
    recheck_return,
    review_return,
    send_back_return,
    submit_return,
    withdraw_return,
)
from creditbank.evaluation.models import CreditReturn, ReversalState, RowReversal
from creditbank.evaluation.reading import return_for, returns_visible_to
from creditbank.ledger.lines import Reason

router = Router(tags=["returns"])
reversals = Router(tags=["reversals"])
PERSON: Final = PersonCaller()
LARGEST_ID: Final = 2**53


class Sentence(Schema):
    """Why, in words that the other side reads."""

    reason: str = Field(max_length=3000, examples=["第 3 行的证书编号与原件不一致，请更正。"])


class Verdict(Schema):
    """The office's decision: ``accept``, ``send-back`` or ``refuse`` (the last two with a reason)."""

    verdict: str = Field(max_length=20, examples=["accept"])
    reason: str = Field("", max_length=3000)
    confirm_attainments: bool = Field(False, description="The skill certificates and honours were checked, too.")


class ReversalAsked(Schema):
    """Why a credited achievement is to be taken back: the code of the reason, and words."""

    reason: Literal["corrected", "withdrawn-by-institution", "credited-twice", "fraud", "other"]
    note: str = Field(max_length=3000)


class ReversalDecision(Schema):
    """Whether the office reverses; a refusal needs words."""

    accept: bool
    note: str = Field("", max_length=3000)


@router.post(
    "/{number}/submit", auth=WRITE, response={200: ReturnOut, FAULTS: Problem}, summary="提交 · Submit a return"
)
def submit(request: HttpRequest, number: str) -> HttpResponse:
    """Submit a clean return as a clerk; its receipt is signed."""
    return _step(request, "clerk", lambda actor, at: submit_return(actor=actor, at=at, number=number))


@router.post(
    "/{number}/recheck", auth=WRITE, response={200: ReturnOut, FAULTS: Problem}, summary="重新校验 · Check again"
)
def recheck(request: HttpRequest, number: str) -> HttpResponse:
    """Check the stored file once more, as a clerk."""
    return _step(request, "clerk", lambda actor, at: recheck_return(actor=actor, at=at, number=number))


@router.post(
    "/{number}/withdraw", auth=WRITE, response={200: ReturnOut, FAULTS: Problem}, summary="撤回 · Withdraw a return"
)
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take a return back before the office has accepted it, as a clerk."""
    return _step(request, "clerk", lambda actor, at: withdraw_return(actor=actor, at=at, number=number))


@router.post(
    "/{number}/approve", auth=PERSON, response={200: ReturnOut, FAULTS: Problem}, summary="校内审批 · Approve a return"
)
def approve(request: HttpRequest, number: str) -> HttpResponse:
    """Pass a return on to the office, as the institution's approver; not the person who uploaded or submitted it."""
    return _step(request, "approver", lambda actor, at: approve_return(actor=actor, at=at, number=number))


@router.post(
    "/{number}/send-back", auth=PERSON, response={200: ReturnOut, FAULTS: Problem}, summary="退回 · Send a return back"
)
def send_back(request: HttpRequest, number: str, given: Sentence) -> HttpResponse:
    """Give a submitted return back to the clerk, as the institution's approver."""
    return _step(
        request,
        "approver",
        lambda actor, at: send_back_return(actor=actor, at=at, number=number, reason=given.reason),
    )


@router.post(
    "/{number}/review", auth=PERSON, response={200: ReturnOut, FAULTS: Problem}, summary="审核 · Review a return"
)
def review(request: HttpRequest, number: str, given: Verdict) -> HttpResponse:
    """Decide as a reviewer of the office; an accepted return is posted in the background."""
    return _step(
        request,
        "reviewer",
        lambda actor, at: review_return(
            actor=actor,
            at=at,
            number=number,
            verdict=given.verdict,
            reason=given.reason,
            confirm_attainments=given.confirm_attainments,
        ),
    )


@router.post(
    "/{number}/rows/{row}/reversal",
    auth=WRITE,
    response={201: ReversalOut, FAULTS: Problem},
    summary="申请冲正 · Ask to take a credit back",
)
def ask(request: HttpRequest, number: str, row: int, asked: ReversalAsked) -> HttpResponse:
    """Ask the office to reverse one posted row of the institution's return."""
    actor, at = caller_as(request, "clerk"), clock.now()
    rows = return_for(actor, number, at=at).rows.select_related("credit_return__institution")
    found = rows.filter(row_number=row).first() if 0 < row < LARGEST_ID else None
    if found is None:
        raise NotFound("没有这项成果。", code="row-not-found")
    reason = Reason[asked.reason.replace("-", "_").upper()]
    return once(
        request,
        201,
        lambda: reversal_out(ask_reversal(actor=actor, at=at, row=found, reason=reason, note=asked.note)),
    )


@reversals.get("", auth=READ, response={200: ReversalPage, FAULTS: Problem}, summary="冲正申请 · List reversals")
def list_reversals(request: HttpRequest, paging: Query[Paging], state: str = "") -> ReversalPage:
    """The requests to take credits back that concern returns the caller may see, newest first."""
    if state and state not in ReversalState.values:
        raise InvalidInput("没有这个状态。", field="state")
    seen = RowReversal.objects.filter(row__credit_return__in=returns_visible_to(caller(request), at=clock.now()))
    rows = (seen.filter(state=state) if state else seen).select_related("row__credit_return").order_by("-id")
    page = rows[paging.offset : paging.offset + paging.limit]
    return ReversalPage(items=[reversal_out(each) for each in page], total=rows.count())


@reversals.post(
    "/{reversal}/decide",
    auth=PERSON,
    response={200: ReversalOut, FAULTS: Problem},
    summary="审核冲正 · Decide a reversal",
)
def decide(request: HttpRequest, reversal: int, given: ReversalDecision) -> HttpResponse:
    """Reverse the credit or refuse, as a reviewer who neither asked nor reported."""
    actor, at = caller_as(request, "reviewer"), clock.now()
    seen = RowReversal.objects.filter(row__credit_return__in=returns_visible_to(actor, at=at))
    found = seen.filter(pk=reversal).first() if 0 < reversal < LARGEST_ID else None
    if found is None:
        raise NotFound("没有这项冲正申请。", code="reversal-not-found")
    return once(
        request,
        200,
        lambda: reversal_out(decide_reversal(actor=actor, at=at, request=found, accept=given.accept, note=given.note)),
    )


def _step(request: HttpRequest, role: str, step: Callable[[Actor, datetime], CreditReturn]) -> HttpResponse:
    actor, at = caller_as(request, role), clock.now()
    return once(request, 200, lambda: return_out(step(actor, at)))
