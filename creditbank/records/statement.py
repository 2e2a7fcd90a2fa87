"""The statement of a passbook over a period (对账单, M-5): as a value, as a PDF, and as rows for a spreadsheet.

Every form carries the statement of the law on how a record may be used, and the PDF the hash of the last line shown,
so that an auditor finds the very state.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _

from creditbank.errors import InvalidInput
from creditbank.ledger.lines import Balance, Kind
from creditbank.ledger.models import DomainLabel, PassbookLine, PassbookLineQuerySet, StageLabel
from creditbank.people.cards import active_card
from creditbank.people.models import Account
from creditbank.policy.amounts import format_hundredths
from creditbank.policy.law import Law
from creditbank.policy.text import Text
from creditbank.printing.documents import PassbookStatement, StatementLine
from creditbank.printing.rendering import ROWS_LIMIT, render
from creditbank.printing.values import LANGUAGE_CODES, Language
from creditbank.records.entries import Entry, entries_of
from creditbank.records.passbook import day_starts, lines_of

USE: Final = "record-use"
_CHUNK: Final = 1000


@dataclass(frozen=True, slots=True)
class Statement:
    """A period of a passbook: its lines from the oldest, how the book stood before and after; hundredths."""

    account: Account
    card_number: str
    since: date
    until: date
    opening: Balance
    closing: Balance
    earned: int
    lines: PassbookLineQuerySet
    head_hash: str
    wording: Text

    @property
    def used(self) -> int:
        """What went out of the balance in the period, less what came back."""
        return self.opening.available - self.opening.owed + self.earned - self.closing.available + self.closing.owed


def statement_of(account: Account, law: Law, *, since: date, until: date) -> Statement:
    """The statement of a period, both days included. InvalidInput when it ends before it begins."""
    if until < since:
        raise InvalidInput("结束日期不能早于开始日期。", field="until")
    holder_id = account.holder_id
    lines = lines_of(holder_id, since=since, until=until).order_by("seq")
    card = active_card(account)
    last = PassbookLine.objects.of(holder_id).filter(recorded_at__lt=day_starts(until + timedelta(days=1))).first()
    return Statement(
        account=account,
        card_number=card.card_number if card else "",
        since=since,
        until=until,
        opening=PassbookLine.objects.as_of(holder_id, day_starts(since) - timedelta(microseconds=1)),
        closing=last.balance if last else Balance(0, 0, 0, 0, 0, 0),
        earned=sum(lines.filter(kind=Kind.EARN.value).values_list("amount", flat=True)),
        lines=lines,
        head_hash=bytes(last.hash).hex() if last else "",
        wording=law.wording[USE].text,
    )


def statement_pdf(statement: Statement, *, lang: Language, at: datetime) -> bytes:
    """The statement on paper. InvalidInput when the period has more lines than a document holds."""
    if statement.lines.count() > ROWS_LIMIT:
        raise InvalidInput("这一期间超过 %(limit)d 笔，请分段打印，或下载 Excel。", field="since", limit=ROWS_LIMIT)
    with translation.override(LANGUAGE_CODES[lang]):
        return render(_sheet(statement, lang, at))


def statement_rows(statement: Statement) -> Iterator[tuple[str, ...]]:
    """Rows for a spreadsheet under :func:`statement_headings`; the last one is the statement of the law."""
    return table_rows(statement.lines, statement.wording)


def table_rows(lines: PassbookLineQuerySet, wording: Text) -> Iterator[tuple[str, ...]]:
    """The lines in their order as rows of text, read in chunks, then the statement of the law in a row of its own."""
    start = 0
    while chunk := list(lines[start : start + _CHUNK]):
        yield from (_row(entry) for entry in entries_of(chunk))
        start += _CHUNK
    yield ("", "", "", wording.spoken(translation.get_language() or ""), *[""] * (len(statement_headings()) - 4))


def statement_headings() -> tuple[str, ...]:
    """The headings of :func:`statement_rows`."""
    return (
        _("笔"),
        _("入账日期"),
        _("种类"),
        _("事项"),
        _("来源"),
        _("申报人"),
        _("审核人"),
        _("五育"),
        _("环节"),
        _("变动"),
        _("可用余额"),
        _("编号"),
        _("说明"),
    )


def _row(entry: Entry) -> tuple[str, ...]:
    return (
        str(entry.seq),
        entry.recorded_on.isoformat(),
        entry.kind_label,
        entry.title,
        entry.institution,
        entry.reporter or entry.applicant,
        entry.reviewer,
        _domain(entry),
        _stage(entry),
        _signed(entry.change),
        format_hundredths(entry.available),
        entry.redemption_number or entry.return_number,
        _("已被第 %(seq)s 笔冲正") % {"seq": entry.ended_by} if entry.reversed else entry.reason,
    )


def _sheet(statement: Statement, lang: Language, at: datetime) -> PassbookStatement:
    closing = statement.closing
    return PassbookStatement(
        printed_at=at,
        lang=lang,
        holder_name=statement.account.student.person.name,
        card_number=statement.card_number,
        period_from=statement.since,
        period_to=statement.until,
        opening_balance=_decimal(statement.opening.available - statement.opening.owed),
        earned_total=format_hundredths(statement.earned),
        used_total=_decimal(statement.used),
        available=format_hundredths(closing.available),
        held=format_hundredths(closing.held),
        spent=format_hundredths(closing.spent),
        owed=format_hundredths(closing.owed),
        lines=tuple(_line(entry) for entry in entries_of(list(statement.lines))),
        head_hash=statement.head_hash,
        wording=statement.wording.spoken(lang),
    )


def _line(entry: Entry) -> StatementLine:
    who = [entry.institution]
    if entry.reporter:
        who.append(_("%(name)s 申报") % {"name": entry.reporter})
    if entry.applicant:
        who.append(_("%(name)s 申请") % {"name": entry.applicant})
    if entry.reviewer:
        who.append(_("%(name)s 审核") % {"name": entry.reviewer})
    who.append(entry.redemption_number or entry.return_number)
    return StatementLine(
        sequence=entry.seq,
        on=entry.recorded_on,
        kind=entry.kind_label,
        what=entry.title,
        source=" · ".join(part for part in who if part),
        domain=_domain(entry),
        stage=_stage(entry),
        change=_signed(entry.change),
        balance_after=format_hundredths(entry.available),
    )


def _domain(entry: Entry) -> str:
    return str(DomainLabel(entry.domain).label) if entry.domain else ""


def _stage(entry: Entry) -> str:
    return str(StageLabel(entry.stage).label) if entry.stage else ""


def _decimal(amount: int) -> str:
    return format_hundredths(amount) if amount >= 0 else f"-{format_hundredths(-amount)}"


def _signed(amount: int) -> str:
    return f"+{format_hundredths(amount)}" if amount > 0 else _decimal(amount)
