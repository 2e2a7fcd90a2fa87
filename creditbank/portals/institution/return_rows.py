"""The rows of a return, what became of each, and the request to take a credited one back (M-4)."""

from django import forms
from django.contrib import messages
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from creditbank.errors import CreditBankError
from creditbank.evaluation.actions import ask_reversal
from creditbank.evaluation.actions.reversing import REASONS
from creditbank.evaluation.models import ReturnRow, ReversalState, RowReversal, RowState
from creditbank.evaluation.reasons import FEWEST_REASON_CHARACTERS, MOST_REASON_CHARACTERS
from creditbank.ledger.lines import Reason
from creditbank.portals.export import Column, export_response
from creditbank.portals.failures import error_words, status_of
from creditbank.portals.institution.access import Desk, back_to, desk_page, show
from creditbank.portals.institution.return_page import find_return
from creditbank.portals.labels import domain_mark, format_credits, stage_mark
from creditbank.portals.listing import Filter, make_listing
from creditbank.records.entries import reason_words

ROW_TONES = {"posted": "ok", "checked": "", "known": "info", "clashed": "bad", "reversed": "warn"}
Rows = QuerySet[ReturnRow]


class ReversalForm(forms.Form):
    """Why a credited row shall be taken back: a code for the books, and words for people."""

    reason = forms.TypedChoiceField(
        label=gettext_lazy("原因"),
        coerce=lambda value: Reason(int(value)),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择原因。")},
    )
    note = forms.CharField(
        label=gettext_lazy("说明"),
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=FEWEST_REASON_CHARACTERS,
        max_length=MOST_REASON_CHARACTERS,
        help_text=gettext_lazy("写清依据，例如哪份材料说明多记了。管理小组审核时会看到。"),
        error_messages={"required": gettext_lazy("请写明原因。")},
    )

    def __init__(self, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        field = self.fields["reason"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(int(reason), reason_words(reason)) for reason in REASONS]


@require_safe
@desk_page
def rows(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Every row that stands, in the order of the file."""
    found = find_return(desk, number)
    reversals = Prefetch("reversals", RowReversal.objects.order_by("-id"))
    mine = ReturnRow.objects.filter(credit_return=found).select_related("account__student__person", "item")
    listing = make_listing(
        request.GET,
        mine.prefetch_related(reversals).order_by("row_number"),
        search=_search,
        filters=(
            Filter(
                "state", gettext_lazy("状态"), RowState.choices, lambda narrowed, value: narrowed.filter(state=value)
            ),
        ),
        per_page=50,
    )
    if listing.export:
        return export_response(listing.export, COLUMNS, listing.rows, filename=f"{found.number}-rows")
    return show(request, desk, "rows", "returns", {"found": found, "listing": listing, "tones": ROW_TONES})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def row(request: HttpRequest, desk: Desk, number: str, row_number: int) -> HttpResponse:
    """One row: what was reported, what became of it, and the request to take it back."""
    found = find_return(desk, number)
    one = _find_row(found.pk, row_number)
    form, status = ReversalForm(), 200
    if request.method == "POST":
        form, status = ReversalForm(request.POST), 400
        if form.is_valid():
            try:
                ask_reversal(
                    actor=desk.actor,
                    at=desk.at,
                    row=one,
                    reason=form.cleaned_data["reason"],
                    note=form.cleaned_data["note"],
                )
            except CreditBankError as error:
                form.add_error(None, error_words(error))
                status = status_of(error)
            else:
                messages.success(request, _("已申请冲正，等待管理小组审核。"))
                return back_to(desk, "row", number, row_number)
    reversals = list(one.reversals.select_related("asked_by", "decided_by").order_by("-id"))
    context: dict[str, object] = {
        "found": found,
        "row": one,
        "tone": ROW_TONES.get(one.state, ""),
        "form": form,
        "reversals": [(each, reason_words(each.reason)) for each in reversals],
        "may_ask": one.state == RowState.POSTED and not any(_holds(each) for each in reversals),
        "revisions": _revisions(one),
    }
    return show(request, desk, "row", "returns", context, status=status)


def _holds(reversal: RowReversal) -> bool:
    return reversal.state in (ReversalState.ASKED, ReversalState.DONE)


def _find_row(return_id: int, row_number: int) -> ReturnRow:
    rows_there = ReturnRow.objects.filter(credit_return_id=return_id, row_number=row_number)
    one = rows_there.select_related(
        "account__student__person", "item", "credit_return__institution", "skill_certificate", "honour"
    ).first()
    if one is None:
        raise Http404
    return one


def _revisions(one: ReturnRow) -> list[ReturnRow]:
    """The same achievement of the same student in other returns of the institution: earlier and later revisions."""
    same = ReturnRow.objects.filter(
        holder_id=one.holder_id,
        achievement_number=one.achievement_number,
        credit_return__institution_id=one.credit_return.institution_id,
        state__in=(RowState.POSTED, RowState.REVERSED),
    )
    return list(same.exclude(pk=one.pk).select_related("credit_return").order_by("revision")[:20])


def _search(found: Rows, words: str) -> Rows:
    """By row or achievement number; a name would stand in the address."""
    by_number = Q(achievement_number__icontains=words)
    return found.filter(by_number | Q(row_number=int(words)) if words.isdecimal() and len(words) < 10 else by_number)


def _domain(one: ReturnRow) -> str:
    mark = domain_mark(one.domain)
    return str(mark.label) if mark else ""


def _stage(one: ReturnRow) -> str:
    mark = stage_mark(one.stage)
    return str(mark.label) if mark else ""


COLUMNS: tuple[Column[ReturnRow], ...] = (
    Column(gettext_lazy("行"), lambda one: one.row_number),
    Column(gettext_lazy("姓名"), lambda one: one.account.student.person.name),
    Column(gettext_lazy("成果编号"), lambda one: one.achievement_number),
    Column(gettext_lazy("第几次登记"), lambda one: one.revision),
    Column(gettext_lazy("活动代码"), lambda one: one.item.activity_code),
    Column(gettext_lazy("成果名称"), lambda one: one.title),
    Column(gettext_lazy("五育"), _domain),
    Column(gettext_lazy("环节"), _stage),
    Column(gettext_lazy("取得日期"), lambda one: one.occurred_on),
    Column(gettext_lazy("学分"), lambda one: format_credits(one.amount_hundredths)),
    Column(gettext_lazy("状态"), lambda one: one.get_state_display()),
)
