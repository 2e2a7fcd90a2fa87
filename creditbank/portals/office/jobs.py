"""From a line of the work list to words: what it is, a hint, where it leads. One look-up for each kind on the page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from creditbank.corrections.models import AccountCorrection
from creditbank.evaluation.models import CreditReturn, Honour, RowReversal, SkillCertificate
from creditbank.examinations.models import ExamResult
from creditbank.institutions.models import Institution, InstitutionState
from creditbank.people.assignments import holders_of
from creditbank.people.models import AccessRequest, AccountOpening, CodeRenewal, DuplicateCase, OfficeProposal, Person
from creditbank.policy.law import Law
from creditbank.portals.labels import format_credits, spoken
from creditbank.portals.office.access import Desk
from creditbank.portals.office.sight import shown_applicant, shown_student
from creditbank.portals.office.work import KINDS, OVERDUE_DAYS, SOURCES, Ref, waited_days
from creditbank.portals.site import law_shown
from creditbank.records.entries import product_name
from creditbank.redemption.models import Redemption

Row = TypeVar("Row", bound=Model)
_STUDENT: Final = ("account__student__person",)
_KIND_OF: Final = {source.code: source.kind for source in SOURCES}


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the inbox: ``detail`` stands below the title, ``hint`` is a badge of the tone ``tone``."""

    key: str
    kind: str
    title: str
    detail: str
    url: str
    since: datetime
    days: int
    hint: str = ""
    tone: str = ""
    holder: str = ""
    mine: bool = False

    @property
    def late(self) -> bool:
        """Whether it has waited too long."""
        return self.days >= OVERDUE_DAYS

    @property
    def waited(self) -> str:
        """How long it has waited, in words."""
        return _("今天") if not self.days else _("%(days)s 天") % {"days": self.days}

    @property
    def kind_label(self) -> str:
        """The kind in words."""
        return str(dict(KINDS)[self.kind])


@dataclass(frozen=True, slots=True)
class _Said:
    title: str
    detail: str
    url: str
    hint: str = ""
    tone: str = ""


def jobs_of(refs: Sequence[Ref], desk: Desk) -> list[Job]:
    """The lines in words, in the same order; one that was decided meanwhile is left out."""
    found: dict[tuple[str, int], _Said] = {}
    law = law_shown()
    for code, tell in _TELLERS.items():
        keys = [ref.pk for ref in refs if ref.source == code]
        if keys:
            found |= {(code, pk): said for pk, said in tell(keys, desk, law).items()}
    holders = holders_of(found)
    return [
        _job(ref, found[ref.source, ref.pk], desk, holders.get((ref.source, ref.pk)))
        for ref in refs
        if (ref.source, ref.pk) in found
    ]


def _job(ref: Ref, said: _Said, desk: Desk, holder: Person | None) -> Job:
    days = waited_days(ref.since, desk.today)
    late = days >= OVERDUE_DAYS and not said.hint
    return Job(
        key=f"{ref.source}:{ref.pk}",
        kind=_KIND_OF[ref.source],
        title=said.title,
        detail=said.detail,
        url=said.url,
        since=ref.since,
        days=days,
        hint=_("超期") if late else said.hint,
        tone="bad" if late else said.tone,
        holder=holder.name if holder else "",
        mine=holder is not None and holder.pk == desk.person_id,
    )


def _told(rows: QuerySet[Row], keys: Sequence[int], tell: Callable[[Row], _Said]) -> Mapping[int, _Said]:
    return {row.pk: tell(row) for row in rows.filter(pk__in=keys)}


def _returns(keys: Sequence[int], _desk: Desk, _law: Law) -> Mapping[int, _Said]:
    def tell(row: CreditReturn) -> _Said:
        suspended = row.institution.state != InstitutionState.APPROVED
        hint = _("单位已暂停") if suspended else (_("有提示") if row.findings_by_code else "")
        return _Said(
            row.institution.name,
            _("申报单 %(number)s · %(rows)s 行 · %(credits)s")
            % {"number": row.number, "rows": row.rows_total, "credits": format_credits(row.amount_hundredths)},
            reverse("office:return", args=[row.number]),
            hint,
            "bad" if suspended else "warn" if hint else "",
        )

    return _told(CreditReturn.objects.select_related("institution"), keys, tell)


def _openings(keys: Sequence[int], desk: Desk, _law: Law) -> Mapping[int, _Said]:
    suspected = set(
        DuplicateCase.objects.filter(opening_id__in=keys, state=DuplicateCase.State.OPEN).values_list(
            "opening_id", flat=True
        )
    )

    def tell(row: AccountOpening) -> _Said:
        hint, tone = ("", "") if row.checked_by_id else (_("待核对原件"), "info")
        if row.pk in suspected:
            hint, tone = _("疑似重复"), "warn"
        return _Said(
            _("%(name)s 申请开户") % {"name": shown_applicant(row, desk.today)},
            _("开户 %(number)s · %(kind)s") % {"number": row.number, "kind": row.get_document_kind_display()},
            reverse("office:opening", args=[row.number]),
            hint,
            tone,
        )

    return _told(AccountOpening.objects.all(), keys, tell)


def _redemptions(keys: Sequence[int], _desk: Desk, _law: Law) -> Mapping[int, _Said]:
    def tell(row: Redemption) -> _Said:
        against = row.review_advice == "refuse"
        return _Said(
            product_name(row),
            _("兑换 %(number)s · %(credits)s")
            % {"number": row.number, "credits": format_credits(row.credits_hundredths)},
            reverse("office:redemption", args=[row.number]),
            _("建议不通过") if against else "",
            "warn" if against else "",
        )

    rows = Redemption.objects.select_related("policy_version").defer("policy_version__law")
    return _told(rows, keys, tell)


def _skills(keys: Sequence[int], desk: Desk, law: Law) -> Mapping[int, _Said]:
    def tell(row: SkillCertificate) -> _Said:
        subject = law.subjects.get(row.subject)
        words = {
            "name": shown_student(row.account.student, desk.today),
            "subject": spoken(subject.name) if subject else row.subject,
            "level": row.level,
        }
        return _Said(
            _("%(name)s · %(subject)s %(level)s 级") % words,
            _("技能证书 · %(issuer)s") % {"issuer": row.issuer},
            reverse("office:skill", args=[row.pk]),
        )

    return _told(SkillCertificate.objects.select_related(*_STUDENT), keys, tell)


def _honours(keys: Sequence[int], desk: Desk, _law: Law) -> Mapping[int, _Said]:
    def tell(row: Honour) -> _Said:
        return _Said(
            _("%(name)s · 第 %(place)s 名")
            % {"name": shown_student(row.account.student, desk.today), "place": row.place},
            _("荣誉 · %(event)s") % {"event": row.event},
            reverse("office:honour", args=[row.pk]),
        )

    return _told(Honour.objects.select_related(*_STUDENT), keys, tell)


def _exams(keys: Sequence[int], desk: Desk, law: Law) -> Mapping[int, _Said]:
    def tell(row: ExamResult) -> _Said:
        family = law.families.get(row.family)
        own = row.recorded_by_id == desk.person_id
        return _Said(
            _("%(name)s · %(score)s 分") % {"name": shown_student(row.account.student, desk.today), "score": row.score},
            _("考试 · %(family)s · %(day)s")
            % {"family": spoken(family.name) if family else row.family, "day": row.taken_on.isoformat()},
            reverse("office:exam", args=[row.pk]),
            _("须他人确认") if own else "",
        )

    return _told(ExamResult.objects.select_related(*_STUDENT), keys, tell)


def _reversals(keys: Sequence[int], _desk: Desk, _law: Law) -> Mapping[int, _Said]:
    busy = set(
        Redemption.objects.filter(
            state__in=("awaiting-guardian", "held", "reviewed", "issued"),
            holder_id__in=RowReversal.objects.filter(pk__in=keys).values("row__holder_id"),
        ).values_list("holder_id", flat=True)
    )

    def tell(row: RowReversal) -> _Said:
        touched = row.row.holder_id in busy
        return _Said(
            _("冲正：%(title)s") % {"title": row.row.title},
            _("%(number)s 第 %(row)s 行 · %(credits)s")
            % {
                "number": row.row.credit_return.number,
                "row": row.row.row_number,
                "credits": format_credits(-row.row.amount_hundredths),
            },
            reverse("office:reversal", args=[row.pk]),
            _("该学生有兑换") if touched else "",
            "warn" if touched else "",
        )

    return _told(RowReversal.objects.select_related("row__credit_return"), keys, tell)


def _duplicates(keys: Sequence[int], desk: Desk, _law: Law) -> Mapping[int, _Said]:
    def tell(row: DuplicateCase) -> _Said:
        return _Said(
            _("同名同生日：%(name)s") % {"name": shown_applicant(row.opening, desk.today)},
            _("开户 %(number)s · 须核查") % {"number": row.opening.number},
            reverse("office:duplicate", args=[row.pk]),
            _("疑似重复"),
            "warn",
        )

    return _told(DuplicateCase.objects.select_related("opening"), keys, tell)


def _corrections(keys: Sequence[int], desk: Desk, _law: Law) -> Mapping[int, _Said]:
    def tell(row: AccountCorrection) -> _Said:
        return _Said(
            _("%(kind)s：%(name)s")
            % {"kind": row.get_kind_display(), "name": shown_student(row.account.student, desk.today)},
            _("更正 %(number)s") % {"number": row.number},
            reverse("office:correction", args=[row.number]),
            _("须他人确认") if row.asked_by_id == desk.person_id else "",
        )

    return _told(AccountCorrection.objects.select_related(*_STUDENT), keys, tell)


def _renewals(keys: Sequence[int], desk: Desk, _law: Law) -> Mapping[int, _Said]:
    def tell(row: CodeRenewal) -> _Said:
        return _Said(
            _("重发激活码：%(name)s") % {"name": shown_student(row.account.student, desk.today)},
            str(row.get_method_display()),
            reverse("office:renewal", args=[row.pk]),
            _("须他人确认") if row.asked_by_id == desk.person_id else "",
        )

    return _told(CodeRenewal.objects.select_related(*_STUDENT), keys, tell)


def _requests(keys: Sequence[int], desk: Desk, _law: Law) -> Mapping[int, _Said]:
    def tell(row: AccessRequest) -> _Said:
        return _Said(
            _("%(name)s 申请查阅资料") % {"name": row.asked_by.name},
            _("%(days)s 天 · %(purpose)s") % {"days": row.days, "purpose": row.purpose},
            reverse("office:access", args=[row.pk]),
            _("须他人确认") if row.asked_by_id == desk.person_id else "",
        )

    return _told(AccessRequest.objects.select_related("asked_by"), keys, tell)


def _members(keys: Sequence[int], desk: Desk, _law: Law) -> Mapping[int, _Said]:
    def tell(row: Institution) -> _Said:
        return _Said(
            row.name,
            _("新成员单位 · %(code)s") % {"code": row.code},
            reverse("office:membership", args=[row.pk]),
            _("须他人确认") if row.proposed_by_id == desk.person_id else "",
        )

    return _told(Institution.objects.all(), keys, tell)


def _offices(keys: Sequence[int], desk: Desk, _law: Law) -> Mapping[int, _Said]:
    def tell(row: OfficeProposal) -> _Said:
        return _Said(
            _("%(name)s 担任%(role)s") % {"name": row.person.name, "role": row.get_role_display()},
            _("岗位提议"),
            reverse("office:proposal", args=[row.pk]),
            _("须他人确认") if desk.person_id in (row.proposed_by_id, row.person_id) else "",
        )

    return _told(OfficeProposal.objects.select_related("person"), keys, tell)


_TELLERS: Final[Mapping[str, Callable[[Sequence[int], Desk, Law], Mapping[int, _Said]]]] = {
    "return": _returns,
    "opening": _openings,
    "review": _redemptions,
    "decision": _redemptions,
    "skill": _skills,
    "honour": _honours,
    "exam": _exams,
    "reversal": _reversals,
    "duplicate": _duplicates,
    "renewal": _renewals,
    "access": _requests,
    "membership": _members,
    "proposal": _offices,
    "correction": _corrections,
}
