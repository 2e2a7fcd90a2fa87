"""``/accounts``: one's own passbook and one's wards': how it stands, its lines, its statement on paper.

An institution's key reads no passbook: that is personal data of children, which a person sees for a reason (herself, a
guardian, an open case, a grant), each look by staff on record.
"""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from creditbank import clock
from creditbank.api.answers import PDF, XLSX, asked_language, file_answer, file_response
from creditbank.api.callers import PersonCaller, caller, people_of
from creditbank.api.problems import FAULTS, Problem
from creditbank.errors import InvalidInput, NotFound
from creditbank.ledger.lines import Domain, Stage
from creditbank.people.access import reason_to_see, reveal_personal_data
from creditbank.people.cards import active_card
from creditbank.people.models import Account
from creditbank.policy.amounts import format_hundredths
from creditbank.records.entries import Entry, entries_of
from creditbank.records.passbook import lines_of, summary_of
from creditbank.records.spreadsheet import statement_xlsx
from creditbank.records.statement import Statement, statement_of, statement_pdf
from creditbank.rulebook.reading import version_on

router = Router(tags=["accounts"], auth=PersonCaller())
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2199


class Figures(Schema):
    """How a passbook stands; credits as decimal strings."""

    available: str = Field(examples=["120.00"])
    held: str
    spent: str
    expired: str
    owed: str
    earned: str


class AccountOut(Schema):
    """An account (户口) that the caller may open, and why: ``self``, ``guardian``, ``case`` or ``grant``."""

    account: UUID = Field(description="The holder's id, as in every other address.")
    name: str
    state: str = Field(examples=["open"])
    opened_on: date
    seen_as: str
    card_number: str
    credits: Figures
    domains: dict[str, str] = Field(description="Earned and not reversed, by the five domains (五育).")
    stages: dict[str, str] = Field(description="Earned and not reversed, by stage (教 练 赛).")


class LineOut(Schema):
    """One line of the passbook with its provenance. ``change`` is what it does to the balance, signed."""

    seq: int
    recorded_on: date
    occurred_on: date | None
    kind: str = Field(examples=["earn"])
    title: str
    change: str = Field(examples=["-120.00"])
    amount: str
    available: str
    domain: str | None
    stage: str | None
    institution: str
    reporter: str
    reviewer: str
    return_number: str
    redemption_number: str
    reason: str
    closes: int | None = Field(description="The line that this one ends.")
    ended_by: int | None = Field(description="The line that ended this one.")


class LinePage(Schema):
    """Lines, newest first. ``next_before`` asks for the next page; ``null`` at the end."""

    items: list[LineOut]
    next_before: int | None


class LinesAsked(Schema):
    """Which lines."""

    before: int = Field(2_147_483_647, ge=1, le=2_147_483_647, description="Lines with a smaller number than this.")
    limit: int = Field(50, ge=1, le=200)
    case: str = Field("", max_length=40, description="For the office: the number of the open case.")


class Period(Schema):
    """A period, both days included; without days, the year so far."""

    since: date | None = None
    until: date | None = None
    case: str = Field("", max_length=40, description="For the office: the number of the open case.")


@router.get("", response={200: list[AccountOut], FAULTS: Problem}, summary="我的户口 · One's accounts")
def own_accounts(request: HttpRequest) -> list[AccountOut]:
    """One's own account and those of the minors whose guardian one is."""
    actor, at = caller(request), clock.now()
    people = people_of(actor, at)
    found = Account.objects.filter(student__person_id__in=people).select_related("student__person")
    accounts = sorted(found, key=lambda each: people.index(each.student.person_id))
    return [_shown(each, "self" if each.student.person_id == actor.person_id else "guardian") for each in accounts]


@router.get("/{account}", response={200: AccountOut, FAULTS: Problem}, summary="查看户口 · Show an account")
def show(request: HttpRequest, account: UUID, case: str = "") -> AccountOut:
    """State, balance and the sums of the five domains. ``case``: for the office, the number of the open case."""
    return _shown(*_seen(request, account, case))


@router.get(
    "/{account}/statement", response={200: LinePage, FAULTS: Problem}, summary="存折明细 · The lines of a passbook"
)
def statement(request: HttpRequest, account: UUID, asked: Query[LinesAsked]) -> LinePage:
    """The lines from the newest, with who reported and who reviewed each."""
    found, _why = _seen(request, account, asked.case)
    lines = list(lines_of(found.holder_id).before(asked.before)[: asked.limit + 1])
    shown = lines[: asked.limit]
    return LinePage(
        items=[_line(entry) for entry in entries_of(shown)],
        next_before=shown[-1].seq if len(lines) > asked.limit else None,
    )


@router.get(
    "/{account}/statement.pdf",
    response={200: None, FAULTS: Problem},
    openapi_extra=file_answer(PDF),
    summary="对账单 PDF · The statement on paper",
)
def statement_on_paper(request: HttpRequest, account: UUID, period: Query[Period]) -> HttpResponse:
    """The statement of a period as PDF, in the language of the request."""
    at = clock.now()
    found = _statement(request, account, period, at)
    return file_response(statement_pdf(found, lang=asked_language(), at=at), _name(found, "pdf"), PDF)


@router.get(
    "/{account}/statement.xlsx",
    response={200: None, FAULTS: Problem},
    openapi_extra=file_answer(XLSX),
    summary="对账单 Excel · The statement as a spreadsheet",
)
def statement_as_sheet(request: HttpRequest, account: UUID, period: Query[Period]) -> HttpResponse:
    """The statement of a period as .xlsx, in the language of the request."""
    found = _statement(request, account, period, clock.now())
    return file_response(statement_xlsx(found), _name(found, "xlsx"), XLSX)


def _seen(request: HttpRequest, holder_id: UUID, case: str) -> tuple[Account, str]:
    """The account and why the caller may see it; NotFound for strangers, NotAllowed for staff without a reason."""
    actor, at = caller(request), clock.now()
    account = Account.objects.filter(holder_id=holder_id).select_related("student__person").first()
    if account is None:
        raise NotFound("没有找到这个户口。")
    reason = reason_to_see(actor, account.student, at, case_ref=case)
    if reason is None or reason.kind not in {"self", "guardian"}:
        reveal_personal_data(actor=actor, at=at, student=account.student, fields=["name"], case_ref=case)
    return account, reason.kind if reason else ""


def _shown(account: Account, seen_as: str) -> AccountOut:
    summary = summary_of(account.holder_id)
    card = active_card(account)
    return AccountOut(
        account=account.holder_id,
        name=account.student.person.name,
        state=account.state,
        opened_on=clock.today(account.opened_at),
        seen_as=seen_as,
        card_number=card.card_number if card else "",
        credits=Figures(**{name: format_hundredths(getattr(summary, name)) for name in Figures.model_fields}),
        domains={each.name.lower(): format_hundredths(summary.domains.get(each, 0)) for each in Domain},
        stages={each.name.lower(): format_hundredths(summary.stages.get(each, 0)) for each in Stage},
    )


def _line(entry: Entry) -> LineOut:
    sign = "-" if entry.change < 0 else ""
    return LineOut(
        seq=entry.seq,
        recorded_on=entry.recorded_on,
        occurred_on=entry.occurred_on,
        kind=entry.kind.name.lower(),
        title=entry.title,
        change=f"{sign}{format_hundredths(abs(entry.change))}",
        amount=format_hundredths(entry.amount),
        available=format_hundredths(entry.available),
        domain=Domain(entry.domain).name.lower() if entry.domain else None,
        stage=Stage(entry.stage).name.lower() if entry.stage else None,
        institution=entry.institution,
        reporter=entry.reporter,
        reviewer=entry.reviewer,
        return_number=entry.return_number,
        redemption_number=entry.redemption_number,
        reason=entry.reason,
        closes=entry.closes,
        ended_by=entry.ended_by,
    )


def _statement(request: HttpRequest, holder_id: UUID, period: Period, at: datetime) -> Statement:
    account, _why = _seen(request, holder_id, period.case)
    until = period.until or clock.today(at)
    since = period.since or date(min(until.year, LAST_YEAR), 1, 1)
    if since.year < FIRST_YEAR or until.year > LAST_YEAR:
        raise InvalidInput("日期须在 2000 年到 2199 年之间。", field="since")
    return statement_of(account, version_on(clock.today(at)), since=since, until=until)


def _name(statement: Statement, ending: str) -> str:
    return f"statement-{statement.since:%Y%m%d}-{statement.until:%Y%m%d}.{ending}"
