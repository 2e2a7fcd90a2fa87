"""``/notices`` and ``/objections``: what is on public notice, objections by anybody, what the office does (M-12)."""

from datetime import date, datetime
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_variables
from ninja import Query, Router, Schema
from pydantic import Field

from creditbank import clock
from creditbank.api.answers import Paging
from creditbank.api.callers import PersonCaller, caller, caller_as
from creditbank.api.idempotency import once
from creditbank.api.problems import FAULTS, Problem
from creditbank.errors import NotFound
from creditbank.network import source_of
from creditbank.notices.actions import LONGEST_CONTACT, LONGEST_TEXT, decide_objection, withdraw_notice
from creditbank.notices.asking import follow_publicly, object_publicly
from creditbank.notices.models import Notice, NoticeKind, Objection
from creditbank.notices.reading import is_shown, shown_notices
from creditbank.people.rights import require_office
from creditbank.redemption.disclosure import disclose_redemptions, lines_shown

router = Router(tags=["notices"])
objections = Router(tags=["notices"])
READERS: Final = ("reviewer", "decider", "admin", "auditor")


class NoticeOut(Schema):
    """A notice; ``ends_on`` is its last day, provisional while a year's holidays are not published."""

    number: str = Field(examples=["GS-2026-000123"])
    kind: str
    title_zh: str
    title_en: str
    clause: str
    state: str
    starts_on: date
    ends_on: date
    provisional: bool


class NoticePage(Schema):
    """A page of notices, newest first."""

    items: list[NoticeOut]
    total: int


class NoticeLineOut(Schema):
    """An entry; ``who`` is a masked name where it was agreed to, else the application's number (I-15)."""

    line: int
    product_zh: str
    product_en: str
    price_class: str
    institution: str
    on: str
    who: str


class NoticeLines(Schema):
    """A page of entries; none once the notice was taken down."""

    notice: NoticeOut
    items: list[NoticeLineOut]
    total: int


class ObjectionGiven(Schema):
    """What is objected to, and how to reach the objector."""

    line: int = Field(gt=0, lt=2**53)
    text: str = Field(max_length=LONGEST_TEXT)
    contact: str = Field("", max_length=LONGEST_CONTACT)


class ObjectionReceipt(Schema):
    """The receipt; the code is told this once."""

    number: str
    code: str


class ObjectionProof(Schema):
    """The two facts of the receipt."""

    number: str = Field(max_length=30)
    code: str = Field(max_length=30)


class ObjectionOut(Schema):
    """How an objection stands; never its text."""

    number: str
    notice: str
    state: str
    filed_at: datetime
    decided_at: datetime | None
    reason: str


class ObjectionPage(Schema):
    """A page of objections, newest first."""

    items: list[ObjectionOut]
    total: int


class ObjectionVerdict(Schema):
    """Upheld or not, and why; the objector reads the reason."""

    upheld: bool
    reason: str = Field(max_length=1000)


class NoticeReason(Schema):
    """Why; the public reads it."""

    reason: str = Field(max_length=400)


@router.get("", auth=None, response={200: NoticePage, FAULTS: Problem}, summary="公示列表 · List notices")
def list_notices(request: HttpRequest, paging: Query[Paging]) -> NoticePage:
    """The notices that are shown today."""
    rows = shown_notices(clock.today())
    page = rows[paging.offset : paging.offset + paging.limit]
    return NoticePage(items=[_shown(each) for each in page], total=rows.count())


@router.get("/{number}", auth=None, response={200: NoticeLines, FAULTS: Problem}, summary="一份公示 · One notice")
def one(request: HttpRequest, number: str, paging: Query[Paging]) -> NoticeLines:
    """A notice with its entries while it is shown."""
    found, today = _found(number), clock.today()
    rows = found.lines.all() if is_shown(found, today) and found.kind == NoticeKind.REDEMPTIONS else found.lines.none()
    page = lines_shown(rows[paging.offset : paging.offset + paging.limit], today)
    items = [
        NoticeLineOut(
            line=each.pk,
            product_zh=each.product["zh"],
            product_en=each.product["en"],
            price_class=each.price_class,
            institution=each.institution,
            on=each.on,
            who=each.who,
        )
        for each in page
    ]
    return NoticeLines(notice=_shown(found), items=items, total=rows.count())


@router.post(
    "/{number}/objections", auth=None, response={200: ObjectionReceipt, FAULTS: Problem}, summary="提出异议 · Object"
)
@sensitive_variables()
def file(request: HttpRequest, number: str, given: ObjectionGiven) -> ObjectionReceipt:
    """Object to an entry, without a login. From the third in an hour on a human check is needed: then use the page."""
    found = _found(number)
    line = found.lines.filter(pk=given.line).first()
    if line is None:
        raise NotFound
    filed = object_publicly(
        line=line, text=given.text, contact=given.contact, source=source_of(request), at=clock.now()
    )
    return ObjectionReceipt(number=filed.objection.number, code=filed.code)


@router.post(
    "", auth=PersonCaller(), response={201: NoticeOut, FAULTS: Problem}, summary="发布兑换公示 · Disclose redemptions"
)
def disclose(request: HttpRequest) -> HttpResponse:
    """Publish everything decided since the last notice, as the office."""
    actor, at = caller_as(request, "reviewer"), clock.now()
    require_office(actor, "reviewer", "decider", "admin", at=at)
    return once(request, 201, lambda: _shown(disclose_redemptions(actor=actor, at=at)))


@router.post(
    "/{number}/withdraw", auth=PersonCaller(), response={200: NoticeOut, FAULTS: Problem}, summary="撤回公示 · Withdraw"
)
def withdraw(request: HttpRequest, number: str, given: NoticeReason) -> HttpResponse:
    """Take a notice down before its time, as a decider or administrator."""
    actor, at = caller_as(request, "decider"), clock.now()
    require_office(actor, "decider", "admin", at=at)
    found = _found(number)
    return once(request, 200, lambda: _shown(withdraw_notice(actor=actor, notice=found, reason=given.reason, at=at)))


@objections.post(
    "/follow", auth=None, response={200: ObjectionOut, FAULTS: Problem}, summary="查询异议 · Follow an objection"
)
@sensitive_variables()
def follow(request: HttpRequest, proof: ObjectionProof) -> ObjectionOut:
    """How the objection stands, for whoever has its number and code; one neutral 404 for every miss."""
    found = follow_publicly(number=proof.number, code=proof.code, source=source_of(request), at=clock.now())
    if found is None:
        raise NotFound
    return _told(found)


@objections.get(
    "", auth=PersonCaller(), response={200: ObjectionPage, FAULTS: Problem}, summary="异议列表 · List objections"
)
def list_objections(request: HttpRequest, paging: Query[Paging]) -> ObjectionPage:
    """All objections, for the office; their texts are opened on the pages alone, one by one and on record."""
    require_office(caller(request), *READERS, at=clock.now())
    rows = Objection.objects.select_related("line__notice")
    page = rows[paging.offset : paging.offset + paging.limit]
    return ObjectionPage(items=[_told(each) for each in page], total=rows.count())


@objections.post(
    "/{number}/decide", auth=PersonCaller(), response={200: ObjectionOut, FAULTS: Problem}, summary="处理异议 · Decide"
)
def decide(request: HttpRequest, number: str, given: ObjectionVerdict) -> HttpResponse:
    """Uphold or dismiss, as a decider."""
    actor, at = caller_as(request, "decider"), clock.now()
    require_office(actor, "decider", at=at)
    found = Objection.objects.select_related("line__notice").filter(number=number).first()
    if found is None:
        raise NotFound
    return once(
        request,
        200,
        lambda: _told(decide_objection(actor=actor, objection=found, upheld=given.upheld, reason=given.reason, at=at)),
    )


def _found(number: str) -> Notice:
    found = Notice.objects.filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def _shown(notice: Notice) -> NoticeOut:
    return NoticeOut(
        number=notice.number,
        kind=notice.kind,
        title_zh=notice.title_zh,
        title_en=notice.title_en,
        clause=notice.clause,
        state=notice.state,
        starts_on=notice.starts_on,
        ends_on=notice.ends_on,
        provisional=notice.provisional,
    )


def _told(objection: Objection) -> ObjectionOut:
    return ObjectionOut(
        number=objection.number,
        notice=objection.line.notice.number,
        state=objection.state,
        filed_at=objection.filed_at,
        decided_at=objection.decided_at,
        reason=objection.reason,
    )
