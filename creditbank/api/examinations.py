"""``/examinations``: results by two persons, the published rules, and the office's question bank (R-x.1)."""

from datetime import date
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from creditbank import clock
from creditbank.api.answers import Paging
from creditbank.api.callers import PersonCaller, caller, caller_as
from creditbank.api.idempotency import once
from creditbank.api.problems import FAULTS, Problem
from creditbank.errors import InvalidInput, NotFound
from creditbank.examinations.actions import decide_exam_result, record_exam_result
from creditbank.examinations.bank import import_questions, read_questions, release_questions
from creditbank.examinations.models import ExamResult, ResultState
from creditbank.examinations.reading import published_rules
from creditbank.people.models import Account
from creditbank.people.rights import require_office

router = Router(tags=["examinations"], auth=PersonCaller())
OFFICES: Final = ("reviewer", "decider")
WRITERS: Final = (*OFFICES, "admin")
LARGEST_ID: Final = 2**53


class ResultGiven(Schema):
    """A score of 100 in the general-knowledge examination of a certificate family."""

    account: UUID
    family: str = Field(max_length=30, examples=["athlete"])
    score: int = Field(ge=0, le=100)
    taken_on: date


class ResultDecision(Schema):
    """Whether the second person confirms the result."""

    confirm: bool


class ResultOut(Schema):
    """A result; it counts once it is confirmed."""

    id: int
    account: UUID
    family: str
    score: int
    taken_on: date
    state: str


class ResultPage(Schema):
    """A page of results, newest first."""

    items: list[ResultOut]
    total: int


@router.get("/results", response={200: ResultPage, FAULTS: Problem}, summary="考试成绩列表 · List results")
def list_results(request: HttpRequest, paging: Query[Paging], state: str = "") -> ResultPage:
    """All results, for reviewers, deciders and auditors of the office."""
    require_office(caller(request), *OFFICES, "auditor", at=clock.now())
    if state and state not in ResultState.values:
        raise InvalidInput("没有这个状态。", field="state")
    rows = ExamResult.objects.select_related("account").order_by("-id")
    rows = rows.filter(state=state) if state else rows
    page = rows[paging.offset : paging.offset + paging.limit]
    return ResultPage(items=[_shown(each) for each in page], total=rows.count())


@router.post("/results", response={201: ResultOut, FAULTS: Problem}, summary="登记成绩 · Record a result")
def record(request: HttpRequest, given: ResultGiven) -> HttpResponse:
    """Record a score as a reviewer or decider; it does not count yet."""
    actor, at = caller_as(request, "reviewer"), clock.now()
    require_office(actor, *OFFICES, at=at)
    account = Account.objects.filter(holder_id=given.account).first()
    if account is None:
        raise NotFound("没有找到这个户口。")
    return once(
        request,
        201,
        lambda: _shown(
            record_exam_result(
                actor=actor, account=account, family=given.family, score=given.score, taken_on=given.taken_on, at=at
            )
        ),
    )


@router.post(
    "/results/{result}/decide", response={200: ResultOut, FAULTS: Problem}, summary="复核成绩 · Confirm a result"
)
def decide(request: HttpRequest, result: int, given: ResultDecision) -> HttpResponse:
    """Confirm or refuse a recorded result; never the person who recorded it."""
    actor, at = caller_as(request, "decider"), clock.now()
    require_office(actor, *OFFICES, at=at)
    found = ExamResult.objects.filter(pk=result).first() if 0 < result < LARGEST_ID else None
    if found is None:
        raise NotFound("没有这条成绩。")
    return once(
        request, 200, lambda: _shown(decide_exam_result(actor=actor, result=found, confirm=given.confirm, at=at))
    )


class RulesOut(Schema):
    """Published rules of a family's examination."""

    family: str
    starts_on: date
    minutes: int
    retake_days: int
    partial: bool
    text_zh: str
    text_en: str
    is_sample: bool


class QuestionsGiven(Schema):
    """Questions of a family's bank as GIFT text."""

    gift: str = Field(max_length=2_000_000)


class KeysGiven(Schema):
    """The keys of drafts to release."""

    keys: list[str] = Field(min_length=1, max_length=500)


class CountOut(Schema):
    """How many questions it was done to."""

    count: int


@router.get("/rules", response={200: list[RulesOut]}, auth=None, summary="考试办法 · Published rules")
def list_rules(request: HttpRequest) -> list[RulesOut]:
    """Every published set of rules, by family, the newest first; for everybody."""
    return [
        RulesOut(
            family=row.family,
            starts_on=row.starts_on,
            minutes=row.minutes,
            retake_days=row.retake_days,
            partial=row.partial,
            text_zh=row.text_zh,
            text_en=row.text_en,
            is_sample=row.is_sample,
        )
        for rows in published_rules().values()
        for row in rows
    ]


@router.post("/bank/{family}", response={201: CountOut, FAULTS: Problem}, summary="导入题目 · Import questions")
def import_bank(request: HttpRequest, family: str, given: QuestionsGiven) -> HttpResponse:
    """Write every question as a draft, or none; ``file-has-problems`` when one can't be asked."""
    actor, at = caller_as(request, "reviewer"), clock.now()
    require_office(actor, *WRITERS, at=at)
    reading = read_questions(given.gift.encode(), "gift", prefix=family)
    return once(
        request,
        201,
        lambda: CountOut(count=len(import_questions(actor=actor, family=family, reading=reading, at=at))),
    )


@router.post("/bank/{family}/release", response={200: CountOut, FAULTS: Problem}, summary="放行题目 · Release")
def release_bank(request: HttpRequest, family: str, given: KeysGiven) -> HttpResponse:
    """Release drafts that another person wrote."""
    actor, at = caller_as(request, "decider"), clock.now()
    require_office(actor, *WRITERS, at=at)
    return once(
        request,
        200,
        lambda: CountOut(count=release_questions(actor=actor, family=family, keys=given.keys, at=at)),
    )


def _shown(result: ExamResult) -> ResultOut:
    return ResultOut(
        id=result.pk,
        account=result.account.holder_id,
        family=result.family,
        score=result.score,
        taken_on=result.taken_on,
        state=result.state,
    )
