"""Returns at the office: the register, the review of one, and its rows (M-4)."""

from dataclasses import dataclass
from random import Random
from typing import Final

from django import forms
from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from creditbank.errors import CreditBankError
from creditbank.evaluation.actions import review_return
from creditbank.evaluation.models import CreditReturn, ReturnQuerySet, ReturnRow, ReturnState, RowState
from creditbank.evaluation.reasons import FEWEST_REASON_CHARACTERS, MOST_REASON_CHARACTERS
from creditbank.evaluation.receipts import latest_receipt, receipt_json, verify_receipt
from creditbank.portals.export import Column, export_response
from creditbank.portals.labels import DOMAINS, Step, domain_mark, format_credits
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.office.access import READERS, Desk, Role, office_page, show
from creditbank.portals.office.frame import Pane, case_page, done, refuse_beside, who_when
from creditbank.portals.office.sight import shown_student
from creditbank.portals.office.tables import Cell, Head, show_list
from creditbank.vault.sealing import keyed_digest
from creditbank.vault.signing import public_keys

PEOPLE: Final = ("uploaded_by", "submitted_by", "approved_by", "reviewed_by")
SAMPLE_ROWS: Final = 8
EARLIER_RETURNS: Final = 6
# A sum beyond this many times the usual one is pointed out (示例: the regulation gives no figure).
UNUSUAL_TIMES: Final = 2
_TRIES: Final = 20
_PRESENT: Final = {
    ReturnState.SUBMITTED: 1,
    ReturnState.APPROVED: 2,
    ReturnState.ACCEPTED: 3,
    ReturnState.POSTING: 3,
    ReturnState.POSTED: 4,
}
VERDICTS: Final = (
    ("accept", gettext_lazy("通过")),
    ("send-back", gettext_lazy("退回修改")),
    ("refuse", gettext_lazy("不通过")),
)


class VerdictForm(forms.Form):
    """The reviewer's verdict; the reason is needed unless it is yes."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("你的决定"),
        choices=VERDICTS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择通过、退回或不通过。")},
    )
    confirm_attainments = forms.BooleanField(
        label=gettext_lazy("本单的技能证书和荣誉已逐一核对，同时确认"), required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=MOST_REASON_CHARACTERS,
        help_text=gettext_lazy("学校会看到。退回与不通过必填：写明哪些行、缺什么、怎么改。"),
    )

    def clean(self) -> dict[str, object]:
        """A no, or a not yet, needs its reason; a yes does not."""
        given: dict[str, object] = super().clean() or {}
        reason = str(given.get("reason") or "").strip()
        if given.get("verdict") in ("send-back", "refuse") and len(reason) < FEWEST_REASON_CHARACTERS:
            self.add_error(
                "reason",
                _("请写到对方知道怎么改：至少 %(fewest)s 个字，现在 %(now)s 个。")
                % {"fewest": FEWEST_REASON_CHARACTERS, "now": len(reason)},
            )
        return given


@dataclass(frozen=True, slots=True)
class DomainShare:
    """A domain's sum in this return beside the usual one, in hundredths; ``change`` in percent, None without any."""

    code: int
    now: int
    usual: int | None

    @property
    def change(self) -> str:
        """The change in words, e.g. +135%; a dash where there is nothing to compare with."""
        if not self.usual:
            return "—"
        percent = round((self.now - self.usual) * 100 / self.usual)
        return f"{'+' if percent > 0 else '−' if percent < 0 else ''}{abs(percent)}%"

    @property
    def unusual(self) -> bool:
        """Whether it wants an explanation."""
        return bool(self.usual) and self.now > UNUSUAL_TIMES * (self.usual or 0)


@require_safe
@office_page(*READERS)
def returns(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every return that was submitted, newest first."""
    rows = CreditReturn.objects.exclude(submitted_at=None).select_related("institution", *PEOPLE)
    listing = make_listing(
        request.GET,
        rows,
        search=_search,
        filters=(Filter("state", _("状态"), ReturnState.choices, lambda found, value: found.filter(state=value)),),
    )
    if listing.export:
        return export_response(listing.export, COLUMNS, listing.rows, filename="returns")
    return show_list(
        request,
        desk,
        "returns",
        title=_("申报单"),
        listing=listing,
        heads=_HEADS,
        cells=_cells,
        placeholder=_("单位、申报单号"),
    )


@require_safe
@office_page(*READERS)
def page(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """One return, to be judged."""
    return case_page(request, desk, return_pane(desk, find(number), draw=request.GET.get("draw", "")), "returns")


@require_POST
@office_page(Role.REVIEWER)
def decide(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Accept, send back or refuse."""
    found = find(number)
    form, status = VerdictForm(request.POST), 400
    if form.is_valid():
        given = form.cleaned_data
        try:
            review_return(
                actor=desk.acting(Role.REVIEWER),
                at=desk.at,
                number=found.number,
                verdict=given["verdict"],
                reason=given["reason"],
                confirm_attainments=given["confirm_attainments"],
            )
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            words = _("%(number)s：%(verdict)s。") % {
                "number": found.number,
                "verdict": dict(VERDICTS)[given["verdict"]],
            }
            return done(request, words)
        found.refresh_from_db()
    return case_page(request, desk, return_pane(desk, found, form=form), "returns", status=status)


@require_safe
@office_page(*READERS)
def rows(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Every row, in the order of the file."""
    found = find(number)
    everything = ReturnRow.objects.filter(credit_return=found).order_by("row_number")
    listing = make_listing(
        request.GET,
        everything.select_related("account__student__person", "item"),
        search=_search_rows,
        filters=(
            Filter(
                "domain",
                _("五育"),
                [(str(number), mark.label) for number, mark in enumerate(DOMAINS, start=1)],
                lambda narrowed, value: narrowed.filter(domain=int(value)),
            ),
            Filter("state", _("状态"), RowState.choices, lambda narrowed, value: narrowed.filter(state=value)),
        ),
        per_page=50,
    )
    if listing.export:
        return export_response(listing.export, _row_columns(desk), listing.rows, filename=f"{found.number}-rows")
    shown = [
        (each, shown_student(each.account.student, desk.today)) for each in listing.page if isinstance(each, ReturnRow)
    ]
    return show(request, desk, "return_rows", "returns", {"found": found, "listing": listing, "rows": shown})


def find(number: str) -> CreditReturn:
    """The submitted return with this number; 404 for none."""
    submitted = CreditReturn.objects.exclude(submitted_at=None).select_related("institution", *PEOPLE)
    found = submitted.filter(number=number).first()
    if found is None:
        raise Http404
    return found


def return_pane(desk: Desk, found: CreditReturn, *, form: VerdictForm | None = None, draw: str = "") -> Pane:
    """Everything that the reviewer weighs: figures, comparison, a sample, who had it in hand."""
    earlier = _earlier(found)
    shares = _shares(found, earlier)
    receipt = latest_receipt(found)
    draws = min(int(draw), 99) if draw.isdecimal() and len(draw) < 3 else 0
    sample = _sample(found, desk.person_id, draws)
    context: dict[str, object] = {
        "found": found,
        "steps": _steps(desk, found),
        "shares": shares,
        "unusual": [share for share in shares if share.unusual],
        "usual_total": sum(share.usual or 0 for share in shares) if earlier else None,
        "earlier_count": len(earlier),
        "sample": [(row, shown_student(row.account.student, desk.today)) for row in sample],
        "next_draw": draws + 1,
        "receipt": receipt,
        "receipt_sound": receipt is not None and verify_receipt(receipt_json(receipt), public_keys()).genuine,
        "attained": found.rows.aggregate(
            skills=Count("pk", filter=Q(skill_level__isnull=False)), honours=Count("pk", filter=Q(item__kind="honour"))
        ),
        "waits": found.state == ReturnState.APPROVED,
        "shut": _shut(desk, found),
        "form": form or VerdictForm(),
    }
    return Pane("office/return_case.html", f"return:{found.pk}", found.number, context)


def _shut(desk: Desk, found: CreditReturn) -> str:
    if not desk.reviewer:
        return _("审核由审核员办理，您现在只能查看。")
    if desk.person_id in {found.uploaded_by_id, found.submitted_by_id, found.approved_by_id}:
        return _("您经手过这份申报单，须由另一位审核员办理。")
    return ""


def _steps(desk: Desk, found: CreditReturn) -> list[Step]:
    present = _PRESENT.get(ReturnState(found.state), 2)
    reviewed = who_when(found.reviewed_by, found.reviewed_at)
    mine = _("你 · %(name)s") % {"name": desk.user.person.name} if desk.reviewer and not _shut(desk, found) else ""
    words = (
        (_("填报"), who_when(found.submitted_by, found.submitted_at)),
        (_("校内审批"), who_when(found.approved_by, found.approved_at)),
        (_("审核"), reviewed or mine),
        (_("入账"), who_when(None, found.posted_at) or _("通过后开始")),
    )
    return [
        Step(label, detail, "done" if index < present else "now" if index == present else "")
        for index, (label, detail) in enumerate(words)
    ]


def _earlier(found: CreditReturn) -> list[int]:
    before = CreditReturn.objects.filter(institution=found.institution, state=ReturnState.POSTED).exclude(pk=found.pk)
    return list(before.order_by("-posted_at").values_list("pk", flat=True)[:EARLIER_RETURNS])


def _shares(found: CreditReturn, earlier: list[int]) -> list[DomainShare]:
    """Each domain's sum, and its average in the institution's last returns that were posted."""
    now = _sums(ReturnRow.objects.filter(credit_return=found))
    before = _sums(ReturnRow.objects.filter(credit_return_id__in=earlier)) if earlier else {}
    return [
        DomainShare(code, now.get(code, 0), before.get(code, 0) // len(earlier) if earlier else None)
        for code in range(1, len(DOMAINS) + 1)
    ]


def _sums(narrowed: QuerySet[ReturnRow]) -> dict[int, int]:
    return dict(narrowed.order_by().values_list("domain").annotate(total=Sum("amount_hundredths")))


def _sample(found: CreditReturn, person_id: int, draw: int) -> list[ReturnRow]:
    """Some rows at random: the same for one reviewer until she draws again, and for nobody to foresee."""
    ends = found.rows.aggregate(first=Min("row_number"), last=Max("row_number"))
    if ends["first"] is None:
        return []
    chance = Random(keyed_digest("return-sample", f"{found.number}:{person_id}:{draw}"))  # noqa: S311  (keyed seed)
    span = range(ends["first"], ends["last"] + 1)
    numbers = chance.sample(span, min(len(span), SAMPLE_ROWS * _TRIES))
    rows_there = found.rows.filter(row_number__in=numbers).select_related("account__student__person", "item")
    rank = {number: index for index, number in enumerate(numbers)}
    chosen = sorted(rows_there, key=lambda row: rank[row.row_number])[:SAMPLE_ROWS]
    return sorted(chosen, key=lambda row: row.row_number)


def _search(found: ReturnQuerySet, words: str) -> ReturnQuerySet:
    return found.filter(
        Q(number__icontains=words) | Q(institution__name__icontains=words) | Q(institution__code__iexact=words)
    )


def _search_rows(found: QuerySet[ReturnRow], words: str) -> QuerySet[ReturnRow]:
    """By row, achievement or activity; a name would stand in the address."""
    wanted = Q(achievement_number__icontains=words) | Q(item__activity_code__iexact=words)
    if words.isdecimal() and len(words) < 10:
        wanted |= Q(row_number=int(words))
    return found.filter(wanted)


_HEADS: Final = (
    Head(gettext_lazy("申报单")),
    Head(gettext_lazy("状态")),
    Head(gettext_lazy("行数"), "num"),
    Head(gettext_lazy("学分"), "num"),
    Head(gettext_lazy("提交时间"), "num"),
)


def _cells(row: CreditReturn) -> tuple[Cell, ...]:
    return (
        Cell(row.institution.name, sub=row.number, name="return", args=(row.number,)),
        Cell(row.get_state_display(), state=row.state),
        Cell(f"{row.rows_total:,}", css="num"),
        Cell(format_credits(row.amount_hundredths), css="num"),
        Cell(who_when(None, row.submitted_at), css="num"),
    )


COLUMNS: Final[tuple[Column[CreditReturn], ...]] = (
    Column(gettext_lazy("申报单"), lambda row: row.number),
    Column(gettext_lazy("单位"), lambda row: row.institution.name),
    Column(gettext_lazy("状态"), lambda row: row.get_state_display()),
    Column(gettext_lazy("行数"), lambda row: row.rows_total),
    Column(gettext_lazy("学分"), lambda row: format_credits(row.amount_hundredths)),
    Column(gettext_lazy("提交时间"), lambda row: row.submitted_at),
    Column(gettext_lazy("填报"), lambda row: row.submitted_by.name if row.submitted_by else ""),
    Column(gettext_lazy("校内审批"), lambda row: row.approved_by.name if row.approved_by else ""),
    Column(gettext_lazy("审核"), lambda row: row.reviewed_by.name if row.reviewed_by else ""),
)


def _row_columns(desk: Desk) -> tuple[Column[ReturnRow], ...]:
    return (
        Column(_("行"), lambda row: row.row_number),
        Column(_("学生"), lambda row: shown_student(row.account.student, desk.today)),
        Column(_("成果编号"), lambda row: row.achievement_number),
        Column(_("活动代码"), lambda row: row.item.activity_code),
        Column(_("成果名称"), lambda row: row.title),
        Column(_("五育"), lambda row: _domain_word(row.domain)),
        Column(_("取得日期"), lambda row: row.occurred_on),
        Column(_("学分"), lambda row: format_credits(row.amount_hundredths)),
        Column(_("佐证"), lambda row: row.evidence),
        Column(_("状态"), lambda row: row.get_state_display()),
    )


def _domain_word(code: int) -> str:
    mark = domain_mark(code)
    return str(mark.label) if mark else ""
