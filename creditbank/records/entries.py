"""Lines of a passbook with everything that is known of them: what they were for, who reported, who reviewed.

The ledger knows ids alone. A page of lines is put together in a fixed number of look-ups, however many lines it has.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from creditbank.clock import today
from creditbank.evaluation.models import ReturnRow, RowState
from creditbank.institutions.models import Institution
from creditbank.ledger.lines import Kind, Reason
from creditbank.ledger.models import KindLabel, PassbookLine, PassbookLineQuerySet
from creditbank.ledger.moves import related_books
from creditbank.people.models import Person
from creditbank.redemption.models import Redemption
from creditbank.redemption.versions import law_for
from creditbank.rulebook.reading import law_of

# What each kind does to the signed balance (available less owed), and so to the figure that the holder sees change.
SIGN: Final[Mapping[Kind, int]] = {
    Kind.EARN: 1,
    Kind.REVERSE: -1,
    Kind.HOLD: -1,
    Kind.RELEASE: 1,
    Kind.SETTLE: 0,
    Kind.REFUND: 1,
    Kind.EXPIRE: -1,
    Kind.RESTORE: 1,
}
_TONES: Final[Mapping[Kind, str]] = {Kind.HOLD: "warn", Kind.SETTLE: "info", Kind.REVERSE: "bad", Kind.EXPIRE: "bad"}
_COUNTED: Final = (RowState.POSTED, RowState.REVERSED)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line as its holder reads it; amounts in hundredths.

    ``change`` is what the line does to the balance, ``amount`` what it moves. ``number`` is the redemption's or the
    return's. ``closes`` is the line that it ends, ``ended_by`` the line that ended it, of the kind ``ended_kind``.
    """

    seq: int
    recorded_on: date
    occurred_on: date | None
    kind: Kind
    title: str
    change: int
    amount: int
    available: int
    owed: int
    domain: int | None
    stage: int | None
    institution: str = ""
    reporter: str = ""
    reviewer: str = ""
    decider: str = ""
    applicant: str = ""
    guardian_agreed: bool = False
    redemption_number: str = ""
    redemption_state: str = ""
    return_number: str = ""
    reason: str = ""
    closes: int | None = None
    ended_by: int | None = None
    ended_kind: Kind | None = None

    @property
    def kind_label(self) -> str:
        """What the kind of line is called."""
        return str(KindLabel(self.kind.value).label)

    @property
    def tone(self) -> str:
        """The tone of the kind's badge: waiting, done, taken back, or plain."""
        return _TONES.get(self.kind, "")

    @property
    def reversed(self) -> bool:
        """Whether a later line took it back."""
        return self.ended_kind is Kind.REVERSE


def entries_of(lines: Sequence[PassbookLine]) -> list[Entry]:
    """The entries of some lines of one book, in the same order; seven look-ups, two more where the book was moved."""
    if not lines:
        return []
    known = _Known(lines)
    return [_entry(line, known) for line in lines]


def entries_before(lines: PassbookLineQuerySet, *, seq: int | None, limit: int) -> tuple[list[Entry], int | None]:
    """A page of ``limit`` entries older than ``seq`` (None: from the newest), and the ``seq`` to go on from, if any.

    ``lines`` are one holder's, newest first; a page costs the same however old its lines are.
    """
    older = list((lines if seq is None else lines.before(seq))[: limit + 1])
    return entries_of(older[:limit]), older[limit - 1].seq if len(older) > limit else None


class _Known:
    """What the parts below know of a page of lines."""

    def __init__(self, lines: Sequence[PassbookLine]) -> None:
        holder_id = lines[0].holder_id
        self.closed = self._closed(holder_id, lines)
        self.ends = self._ends(holder_id, lines)
        earns = [line for line in (*lines, *self.closed.values()) if line.kind == Kind.EARN.value]
        self.rows = _rows(holder_id, earns)
        self.redemptions = _redemptions(holder_id, lines)
        self.institutions = _institutions(line.institution_id for line in earns)
        self.people = _people(lines, self.redemptions.values())

    @staticmethod
    def _closed(holder_id: UUID, lines: Sequence[PassbookLine]) -> dict[int, PassbookLine]:
        wanted = {line.closes for line in lines if line.closes is not None}
        return {line.seq: line for line in PassbookLine.objects.filter(holder_id=holder_id, seq__in=wanted)}

    @staticmethod
    def _ends(holder_id: UUID, lines: Sequence[PassbookLine]) -> dict[int, tuple[int, Kind]]:
        found = PassbookLine.objects.filter(holder_id=holder_id, closes__in=[line.seq for line in lines])
        return {
            closes: (seq, Kind(kind))
            for closes, seq, kind in found.values_list("closes", "seq", "kind")
            if closes is not None
        }

    def redemption_of(self, line: PassbookLine) -> Redemption | None:
        """The redemption that a hold, its end, or the end of its end belongs to."""
        return self.redemptions.get(line.seq) or self.redemptions.get(line.closes or 0)


def _rows(holder_id: UUID, earns: Sequence[PassbookLine]) -> dict[UUID, ReturnRow]:
    """By source: the row that was posted, for a later return may tell the same achievement again.

    Of a book that was merged or split, some rows are kept under the other one.
    """
    found = _rows_under([holder_id], {line.source for line in earns})
    missing = {line.source for line in earns} - found.keys()
    elsewhere = related_books(holder_id) if missing else set()
    return found | _rows_under(elsewhere, missing) if elsewhere else found


def _rows_under(holders: Iterable[UUID], sources: Collection[UUID]) -> dict[UUID, ReturnRow]:
    rows = ReturnRow.objects.filter(holder_id__in=list(holders), source__in=sources, state__in=_COUNTED)
    return {row.source: row for row in rows.select_related("credit_return").order_by("-id")}


def _redemptions(holder_id: UUID, lines: Sequence[PassbookLine]) -> dict[int, Redemption]:
    """By the line of the hold and by the line that ended it."""
    wanted = {seq for line in lines for seq in (line.seq, line.closes) if seq is not None}
    mine = Redemption.objects.filter(holder_id=holder_id).select_related("policy_version").defer("policy_version__law")
    found = [*mine.filter(hold_seq__in=wanted), *mine.filter(end_seq__in=wanted)]
    return {seq: each for each in found for seq in (each.hold_seq, each.end_seq) if seq is not None}


def _institutions(ids: Iterable[int | None]) -> dict[int, str]:
    english = (get_language() or "").startswith("en")
    found = Institution.objects.filter(pk__in={each for each in ids if each})
    return {
        pk: (name_en if english and name_en else name)
        for pk, name, name_en in found.values_list("pk", "name", "name_en")
    }


def _people(lines: Sequence[PassbookLine], redemptions: Iterable[Redemption]) -> dict[int, str]:
    ids = {each for line in lines for each in (line.actor_id, line.approver_id) if each}
    ids |= {each for redemption in redemptions for each in (redemption.applied_by_id, redemption.reviewer_id) if each}
    return dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))


def _entry(line: PassbookLine, known: _Known) -> Entry:
    kind = Kind(line.kind)
    ended_by, ended_kind = known.ends.get(line.seq, (None, None))
    earn = line if kind is Kind.EARN else known.closed.get(line.closes or 0)
    row = known.rows.get(earn.source) if earn is not None else None
    redemption = known.redemption_of(line)
    actor = known.people.get(line.actor_id, "")
    approver = known.people.get(line.approver_id or 0, "")
    return Entry(
        seq=line.seq,
        recorded_on=today(line.recorded_at),
        occurred_on=line.occurred_on,
        kind=kind,
        title=_title(line, kind, row, redemption),
        change=SIGN[kind] * line.amount,
        amount=line.amount,
        available=line.available,
        owed=line.owed,
        domain=earn.domain if earn is not None else None,
        stage=earn.stage if earn is not None else None,
        institution=known.institutions.get(earn.institution_id or 0, "") if earn is not None else "",
        reporter=actor if kind in (Kind.EARN, Kind.REVERSE) else "",
        reviewer=_reviewer(kind, approver, redemption, known),
        decider=actor if kind is Kind.SETTLE else "",
        applicant=known.people.get(redemption.applied_by_id, "") if redemption and kind is Kind.HOLD else "",
        guardian_agreed=bool(redemption and redemption.consent_id and kind is Kind.HOLD),
        redemption_number=redemption.number if redemption else "",
        redemption_state=_state(kind, redemption),
        return_number=row.credit_return.number if row is not None and kind is Kind.EARN else "",
        reason=reason_words(line.reason),
        closes=line.closes,
        ended_by=ended_by,
        ended_kind=ended_kind,
    )


def _reviewer(kind: Kind, approver: str, redemption: Redemption | None, known: _Known) -> str:
    if kind is Kind.SETTLE and redemption is not None:
        return known.people.get(redemption.reviewer_id or 0, "")
    return approver


def _state(kind: Kind, redemption: Redemption | None) -> str:
    """How the application stands, for its hold; how it ended, for its release."""
    if redemption is None or kind not in (Kind.HOLD, Kind.RELEASE):
        return ""
    return str(redemption.get_state_display())


def _title(line: PassbookLine, kind: Kind, row: ReturnRow | None, redemption: Redemption | None) -> str:
    if redemption is not None:
        return product_name(redemption)
    achievement = row.title if row is not None else _("成果入账")
    if kind is Kind.EARN:
        return achievement
    if kind is Kind.REVERSE:
        return _("更正第 %(seq)s 笔：%(title)s") % {"seq": line.closes, "title": achievement}
    return str(KindLabel(kind.value).label)


def product_name(redemption: Redemption) -> str:
    """The product's name in the version of the law that the application was decided under."""
    product = law_of(redemption.policy_version).products.get(redemption.product)
    if product is None:
        # An item that the office added stands in no version of the law.
        product = law_for(redemption).products.get(redemption.product)
    return product.name.spoken(get_language() or "") if product else redemption.product


def reason_words(reason: int | None) -> str:
    """Why a line ends another, in words; empty without a reason."""
    words: dict[int, str] = {
        Reason.CORRECTED: _("内容有误，更正"),
        Reason.WITHDRAWN_BY_INSTITUTION: _("申报单位撤回"),
        Reason.CREDITED_TWICE: _("重复入账"),
        Reason.FRAUD: _("弄虚作假"),
        Reason.COMPLAINT_DECISION: _("投诉处理决定"),
        Reason.REDEMPTION_UNDONE: _("兑换撤销"),
        Reason.MERGED: _("户口合并"),
        Reason.SPLIT: _("户口拆分"),
        Reason.WITHDRAWN_BY_APPLICANT: _("申请人撤回"),
        Reason.REFUSED: _("申请未通过"),
        Reason.DEADLINE_PASSED: _("逾期"),
        Reason.OTHER: _("其他"),
    }
    return words.get(reason, "") if reason is not None else ""
