"""``/paper-consents``: a guardian's signed paper, entered by one person of staff and confirmed by another (M-9)."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from creditbank import clock
from creditbank.api.callers import PersonCaller, caller_as
from creditbank.api.idempotency import once
from creditbank.api.problems import FAULTS, Problem
from creditbank.people.consents import confirm_paper_consent, enter_paper_consent
from creditbank.people.models import PaperConsent

router = Router(tags=["openings"], auth=PersonCaller())


class Paper(Schema):
    """What stands on the paper; nothing about the child."""

    guardian_name: str = Field(max_length=100)
    relation: str = Field(max_length=20, examples=["mother"])
    purposes: list[str] = Field(min_length=1, max_length=10, examples=[["account"]])
    signed_on: date
    institution_code: str = Field("", max_length=40, description="The counter; empty for the office.")
    subject_ref: str = Field("", max_length=80, description="The redemption that it is about, if any.")


class PaperOut(Schema):
    """The paper's number, which an application over the counter cites."""

    number: str = Field(examples=["TY-2026-000123"])
    purposes: list[str]
    confirmed: bool


@router.post("", response={201: PaperOut, FAULTS: Problem}, summary="录入同意书 · Enter a signed consent")
def enter(request: HttpRequest, paper: Paper) -> HttpResponse:
    """Enter a guardian's signed paper, as staff of the counter or of the office."""
    actor = caller_as(request, "clerk")
    return once(request, 201, lambda: _shown(enter_paper_consent(actor=actor, at=clock.now(), **paper.model_dump())))


@router.post(
    "/{number}/confirm", response={200: PaperOut, FAULTS: Problem}, summary="确认同意书 · Confirm a signed consent"
)
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """Confirm, with the paper in hand, what a colleague entered."""
    actor = caller_as(request, "clerk")
    return once(request, 200, lambda: _shown(confirm_paper_consent(actor=actor, at=clock.now(), number=number.strip())))


def _shown(paper: PaperConsent) -> PaperOut:
    return PaperOut(number=paper.number, purposes=list(paper.purposes), confirmed=paper.confirmed_by_id is not None)
