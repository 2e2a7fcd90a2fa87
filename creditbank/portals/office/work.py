"""The work that waits at the office, of every kind in one list, by risk and age.

Each source is one query over its own table, put into the same four columns: source, row, since when, risk. The list
unites them in the database, so that a page costs the same however much waits; only the rows of a page are read whole
(``jobs``). The bands of age are a sample (示例): the regulation sets no days.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final, overload

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from creditbank.clock import CIVIL_ZONE, today
from creditbank.corrections.models import AccountCorrection, CorrectionState
from creditbank.evaluation.models import (
    AttainmentState,
    CreditReturn,
    Honour,
    ReturnState,
    RowReversal,
    SkillCertificate,
)
from creditbank.examinations.models import ExamResult, ResultState
from creditbank.institutions.models import Institution, InstitutionState
from creditbank.people.models import (
    AccessRequest,
    AccountOpening,
    CodeRenewal,
    DuplicateCase,
    OfficeProposal,
    WorkAssignment,
)
from creditbank.redemption.models import Redemption, RedemptionState

OVERDUE_DAYS: Final = 5
_CHUNK: Final = 500
_LONGEST_ROW: Final = 18
_Row = tuple[str, int, datetime, int]
# Value, label, first and last day of waiting (None: no end).
BANDS: Final[tuple[tuple[str, str | Promise, int, int | None], ...]] = (
    ("today", _("今天到"), 0, 0),
    ("days", _("1–2 天"), 1, 2),
    ("soon", _("3–4 天"), 3, 4),
    ("overdue", _("超期"), OVERDUE_DAYS, None),
)
KINDS: Final[tuple[tuple[str, str | Promise], ...]] = (
    ("returns", _("申报单")),
    ("openings", _("开户")),
    ("reviews", _("兑换审核")),
    ("decisions", _("兑换决定")),
    ("attainments", _("技能与荣誉")),
    ("exams", _("考试成绩")),
    ("reversals", _("冲正")),
    ("duplicates", _("疑似重复")),
    ("corrections", _("户口更正")),
    ("renewals", _("重发激活码")),
    ("access", _("查阅申请")),
    ("members", _("新成员单位")),
    ("offices", _("岗位")),
)
RISKY, WATCH, PLAIN = 2, 1, 0
_ACTING: Final = {
    "reviewer": ("returns", "openings", "reviews", "attainments", "exams", "reversals", "duplicates", "renewals"),
    "decider": ("decisions", "exams", "corrections", "access", "members", "offices"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """One table of work: ``rows`` waiting, the field that tells since when, what is risky, where words are sought."""

    code: str
    kind: str
    rows: Callable[[], QuerySet[Model]]
    since: Callable[[], object]
    search: tuple[str, ...]
    risky: Q | None = None
    watch: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True)
class Ref:
    """One line of the list before its row is read."""

    source: str
    pk: int
    since: datetime
    risk: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How much waits: by kind and by band."""

    by_kind: dict[str, int]
    by_band: dict[str, int]

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self.by_kind.values())

    @property
    def overdue(self) -> int:
        """What waits too long."""
        return self.by_band["overdue"]

    def of(self, kind: str) -> int:
        """What waits of one kind."""
        return self.by_kind.get(kind, 0)


def _reported() -> Coalesce:
    return Coalesce(F("row__credit_return__posted_at"), Cast("awarded_on", DateTimeField()))


def _skill_rows() -> QuerySet[Model]:
    return SkillCertificate.objects.filter(state=AttainmentState.REPORTED)


def _honour_rows() -> QuerySet[Model]:
    return Honour.objects.filter(state=AttainmentState.REPORTED)


SOURCES: Final = (
    Source(
        "return",
        "returns",
        lambda: CreditReturn.objects.filter(state=ReturnState.APPROVED),
        lambda: F("approved_at"),
        ("number__icontains", "institution__name__icontains", "institution__code__iexact"),
        risky=~Q(institution__state=InstitutionState.APPROVED),
        watch=lambda: ~Q(findings_by_code={}),
    ),
    Source(
        "opening",
        "openings",
        lambda: AccountOpening.objects.filter(state=AccountOpening.State.SUBMITTED),
        lambda: F("submitted_at"),
        ("number__icontains", "institution_code__iexact"),
        watch=lambda: Exists(DuplicateCase.objects.filter(opening=OuterRef("pk"), state=DuplicateCase.State.OPEN)),
    ),
    Source(
        "review",
        "reviews",
        lambda: Redemption.objects.filter(state=RedemptionState.HELD),
        lambda: Coalesce(F("consent__given_at"), F("applied_at")),
        ("number__icontains", "product__icontains"),
    ),
    Source(
        "decision",
        "decisions",
        lambda: Redemption.objects.filter(state=RedemptionState.REVIEWED),
        lambda: F("reviewed_at"),
        ("number__icontains", "product__icontains"),
        watch=lambda: Q(review_advice="refuse"),
    ),
    Source("skill", "attainments", _skill_rows, _reported, ("certificate_number__icontains", "issuer__icontains")),
    Source(
        "honour",
        "attainments",
        _honour_rows,
        _reported,
        ("certificate_number__icontains", "issuer__icontains", "event__icontains"),
    ),
    Source(
        "exam",
        "exams",
        lambda: ExamResult.objects.filter(state=ResultState.RECORDED),
        lambda: F("recorded_at"),
        ("family__icontains",),
    ),
    Source(
        "reversal",
        "reversals",
        lambda: RowReversal.objects.filter(state="asked"),
        lambda: F("asked_at"),
        ("row__credit_return__number__icontains", "row__credit_return__institution__name__icontains"),
        watch=lambda: Exists(
            Redemption.objects.filter(holder_id=OuterRef("row__holder_id")).exclude(
                state__in=(RedemptionState.REFUSED, RedemptionState.WITHDRAWN, RedemptionState.EXPIRED)
            )
        ),
    ),
    Source(
        "duplicate",
        "duplicates",
        lambda: DuplicateCase.objects.filter(state=DuplicateCase.State.OPEN),
        lambda: F("opened_at"),
        ("opening__number__icontains",),
        watch=lambda: Q(pk__isnull=False),
    ),
    Source(
        "correction",
        "corrections",
        lambda: AccountCorrection.objects.filter(state=CorrectionState.ASKED),
        lambda: F("asked_at"),
        ("number__icontains",),
    ),
    Source(
        "renewal",
        "renewals",
        lambda: CodeRenewal.objects.filter(state=CodeRenewal.State.ASKED),
        lambda: F("asked_at"),
        ("asked_by__name__iexact",),
    ),
    Source(
        "access",
        "access",
        lambda: AccessRequest.objects.filter(state=AccessRequest.State.ASKED),
        lambda: F("asked_at"),
        ("asked_by__name__iexact",),
    ),
    Source(
        "membership",
        "members",
        lambda: Institution.objects.filter(state=InstitutionState.PROPOSED),
        lambda: F("proposed_at"),
        ("name__icontains", "code__iexact"),
    ),
    Source(
        "proposal",
        "offices",
        lambda: OfficeProposal.objects.filter(state=OfficeProposal.State.PROPOSED),
        lambda: F("proposed_at"),
        ("person__name__iexact",),
    ),
)


def sources_for(roles: frozenset[str]) -> tuple[Source, ...]:
    """What these offices find in their inbox: what they act on; who only reads finds everything."""
    if not roles & {"reviewer", "decider", "admin", "auditor"}:
        return ()
    kinds = {kind for role in roles for kind in _ACTING.get(role, ())}
    return tuple(source for source in SOURCES if not kinds or source.kind in kinds)


def waiting_among(sources: Sequence[Source], keys: Sequence[str]) -> list[tuple[str, int]]:
    """Those of the keys (``source:row``) that stand for work which waits in these sources; the rest is left out."""
    asked: dict[str, set[int]] = {}
    for key in keys:
        code, _colon, row = key.partition(":")
        if row.isdecimal() and len(row) < _LONGEST_ROW:
            asked.setdefault(code, set()).add(int(row))
    found: list[tuple[str, int]] = []
    for source in sources:
        rows = source.rows().filter(pk__in=asked.get(source.code, ()))
        found += [(source.code, pk) for pk in rows.values_list("pk", flat=True)]
    return found


def waited_days(since: datetime, on: date) -> int:
    """Civil days between the arrival and the day."""
    return max((on - today(since)).days, 0)


def counts_of(sources: Sequence[Source], at: datetime) -> Counts:
    """How much waits, by kind and by band, in one query."""
    parts = []
    for source in sources:
        rows = source.rows().annotate(work_since=source.since(), work_kind=Value(source.kind)).order_by()
        bands = {name: Count("pk", filter=_in_band(name, at)) for name, _label, _first, _last in BANDS}
        parts.append(rows.values("work_kind").annotate(**bands).values_list("work_kind", *bands))
    by_kind: dict[str, int] = {}
    by_band = dict.fromkeys((name for name, *_rest in BANDS), 0)
    for kind, *numbers in parts[0].union(*parts[1:], all=True):
        by_kind[kind] = by_kind.get(kind, 0) + sum(numbers)
        for name, number in zip(by_band, numbers, strict=True):
            by_band[name] += number
    return Counts(by_kind, by_band)


@dataclass(frozen=True, slots=True)
class WorkList:
    """The list as asked: lazily united, narrowed by kind, band, words and who has it.

    ``order`` is ``risk`` or ``oldest``; ``who`` is ``mine`` (assigned to ``worker``), ``free`` or empty for all.
    """

    sources: tuple[Source, ...]
    at: datetime
    words: str = ""
    band: str = ""
    order: str = field(default="risk")
    who: str = ""
    worker: int = 0

    def of_kind(self, kind: str) -> "WorkList":
        """Only one kind."""
        return replace(self, sources=tuple(source for source in self.sources if source.kind == kind))

    def count(self) -> int:
        """How many lines."""
        return self._united().count() if self.sources else 0

    def __len__(self) -> int:
        return self.count()

    def __iter__(self) -> Iterator[Ref]:
        start = 0
        while page := self[start : start + _CHUNK]:
            yield from page
            start += _CHUNK

    @overload
    def __getitem__(self, index: int, /) -> Ref: ...

    @overload
    def __getitem__(self, index: slice, /) -> list[Ref]: ...

    def __getitem__(self, index: int | slice, /) -> Ref | list[Ref]:
        if isinstance(index, int):
            return self[index : index + 1][0]
        if not self.sources:
            return []
        return [Ref(code, pk, since, risk) for code, pk, since, risk in self._united()[index]]

    def _united(self) -> "QuerySet[Model, _Row]":
        parts = [self._part(source) for source in self.sources]
        united = parts[0].union(*parts[1:], all=True)
        if self.order == "oldest":
            return united.order_by("work_since", "work_source", "pk")
        return united.order_by("-work_risk", "work_since", "work_source", "pk")

    def _part(self, source: Source) -> "QuerySet[Model, _Row]":
        rows = source.rows().annotate(work_since=source.since(), work_source=Value(source.code))
        if self.words:
            sought = Q()
            for lookup in source.search:
                sought |= Q(**{lookup: self.words})
            rows = rows.filter(sought)
        if self.band:
            rows = rows.filter(_in_band(self.band, self.at))
        if self.who:
            held = WorkAssignment.objects.filter(source=source.code, row=OuterRef("pk"))
            rows = rows.filter(Exists(held.filter(person_id=self.worker)) if self.who == "mine" else ~Exists(held))
        rows = rows.annotate(work_risk=_risk(source, self.at))
        columns: QuerySet[Model, _Row] = rows.order_by().values_list("work_source", "pk", "work_since", "work_risk")
        return columns


def _risk(source: Source, at: datetime) -> Case:
    late = _in_band("overdue", at)
    whens = [When(late | source.risky if source.risky is not None else late, then=Value(RISKY))]
    if source.watch is not None:
        whens.append(When(source.watch(), then=Value(WATCH)))
    return Case(*whens, default=Value(PLAIN), output_field=IntegerField())


def _in_band(name: str, at: datetime) -> Q:
    first, last = next((first, last) for code, _label, first, last in BANDS if code == name)
    begins = Q() if last is None else Q(work_since__gte=_day_start(at, last))
    return begins & (Q(work_since__lt=_day_start(at, first - 1)) if first else Q())


def _day_start(at: datetime, days_before: int) -> datetime:
    return datetime.combine(today(at) - timedelta(days=days_before), time(), CIVIL_ZONE)
