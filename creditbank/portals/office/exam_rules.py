"""Examination rules at the office: drafted with their parts, published by another; and what was disputed."""

from datetime import datetime
from typing import Final

from django import forms
from django.db.models import Count, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from creditbank.clock import CIVIL_ZONE
from creditbank.errors import CreditBankError
from creditbank.examinations.models import BankQuestion, DisputeState, ExamRules, ExamRulesState
from creditbank.examinations.papers import Part
from creditbank.examinations.questions import EASIEST, HARDEST, QuestionKind
from creditbank.examinations.rules import MOST_MINUTES, MOST_RETAKE_DAYS, draft_rules, publish_rules
from creditbank.portals.export import Column, export_response
from creditbank.portals.labels import spoken
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.office.access import READERS, Desk, Role, office_page, show
from creditbank.portals.office.exam_bank import KINDS, WRITERS
from creditbank.portals.office.frame import done, refuse_beside
from creditbank.portals.office.tables import Cell, Head, show_list
from creditbank.portals.site import law_shown


class RulesForm(forms.Form):
    """The rules of one family's examination."""

    family = forms.ChoiceField(label=gettext_lazy("考试科目"))
    starts_on = forms.DateField(
        label=gettext_lazy("施行日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("考试时间（分钟）"), min_value=1, max_value=MOST_MINUTES, initial=60
    )
    retake_days = forms.IntegerField(
        label=gettext_lazy("再考间隔（天）"), min_value=0, max_value=MOST_RETAKE_DAYS, initial=30
    )
    partial = forms.BooleanField(label=gettext_lazy("多选题少选得一半"), required=False)
    text_zh = forms.CharField(
        label=gettext_lazy("办法全文（中文）"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    text_en = forms.CharField(
        label=gettext_lazy("办法全文（英文）"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6})
    )

    def __init__(self, data: dict[str, str] | None = None) -> None:
        super().__init__(data)
        choices = [(family.code, spoken(family.name)) for family in law_shown().families.values()]
        self.fields["family"] = forms.ChoiceField(label=_("考试科目"), choices=choices)


class PartForm(forms.Form):
    """One row of the blueprint; a row without a count is left out."""

    kind = forms.ChoiceField(label=gettext_lazy("题型"), choices=KINDS)
    count = forms.IntegerField(label=gettext_lazy("题数"), min_value=1, max_value=200, required=False)
    points = forms.IntegerField(label=gettext_lazy("每题分数"), min_value=1, max_value=100, required=False)
    easiest = forms.IntegerField(label=gettext_lazy("最易"), min_value=EASIEST, max_value=HARDEST, initial=EASIEST)
    hardest = forms.IntegerField(label=gettext_lazy("最难"), min_value=EASIEST, max_value=HARDEST, initial=HARDEST)
    clause = forms.CharField(label=gettext_lazy("条款"), max_length=12, required=False)

    def part(self) -> Part | None:
        """The part, or nothing for an empty row."""
        given = self.cleaned_data
        if not given.get("count") or not given.get("points"):
            return None
        kind = QuestionKind(given["kind"])
        return Part(kind, given["count"], given["points"], given["easiest"], given["hardest"], given["clause"].strip())


PartFormSet: Final = forms.formset_factory(PartForm, extra=5, max_num=10, validate_max=True)


@require_safe
@office_page(*READERS)
def register(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every set of rules, drafts among them."""
    families = [(family.code, spoken(family.name)) for family in law_shown().families.values()]
    listing = make_listing(
        request.GET,
        ExamRules.objects.order_by("-id"),
        filters=(
            Filter("family", _("科目"), families, lambda rows, value: rows.filter(family=value)),
            Filter("state", _("状态"), ExamRulesState.choices, lambda rows, value: rows.filter(state=value)),
        ),
    )
    if listing.export:
        return export_response(listing.export, COLUMNS, listing.rows, filename="exam-rules")
    buttons = [(_("起草考试办法"), reverse("office:exam_rules_new"))] if desk.may(*WRITERS) else []
    return show_list(
        request,
        desk,
        "exam_banks",
        title=_("考试办法"),
        listing=listing,
        heads=_RULES_HEADS,
        cells=_rules_cells,
        extra={"buttons": buttons},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(*WRITERS)
def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Draft rules with the rows of their blueprint."""
    if request.method != "POST":
        context: dict[str, object] = {"form": RulesForm(), "parts": PartFormSet(prefix="part")}
        return show(request, desk, "exam_rules_form", "exam_banks", context)
    form, parts, status = RulesForm(request.POST.dict()), PartFormSet(request.POST, prefix="part"), 400
    if form.is_valid() and parts.is_valid():
        given = form.cleaned_data
        rows = [part for each in parts if isinstance(each, PartForm) and (part := each.part()) is not None]
        try:
            rules = draft_rules(
                actor=desk.acting(*WRITERS),
                family=given["family"],
                starts_on=given["starts_on"],
                minutes=given["minutes"],
                retake_days=given["retake_days"],
                partial=given["partial"],
                parts=rows,
                text_zh=given["text_zh"],
                text_en=given["text_en"],
                at=desk.at,
            )
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            return done(request, _("草案已写好，等核准人公布。"), name="exam_rules_one", args=(rules.pk,))
    context = {"form": form, "parts": parts}
    return show(request, desk, "exam_rules_form", "exam_banks", context, status=status)


@require_safe
@office_page(*READERS)
def one(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One set of rules as it will be read by everybody."""
    row = _row(pk)
    context = {
        "rules": row,
        "family_name": _family(row.family),
        "parts": row.blueprint(),
        "draft": row.state == ExamRulesState.DRAFT,
        "own": row.drafted_by_id == desk.person_id,
    }
    return show(request, desk, "exam_rules_one", "exam_banks", context)


@require_POST
@office_page(Role.DECIDER)
def publish(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Publish a draft of another."""
    publish_rules(actor=desk.acting(Role.DECIDER), rules=_row(pk), at=desk.at)
    return done(request, _("考试办法已公布。"), name="exam_rules_one", args=(pk,))


@require_safe
@office_page(*READERS)
def disputes(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every question that somebody objected to, the newest first."""
    rows = BankQuestion.objects.filter(disputes__isnull=False).annotate(
        waiting=Count("disputes", filter=Q(disputes__state=DisputeState.OPEN)),
        filed=Count("disputes"),
        last=Max("disputes__filed_at"),
    )
    states = ((DisputeState.OPEN.value, DisputeState.OPEN.label),)
    listing = make_listing(
        request.GET,
        rows.order_by("-last", "pk"),
        filters=(Filter("state", _("状态"), states, lambda found, _value: found.filter(waiting__gt=0)),),
    )
    if listing.export:
        return export_response(listing.export, DISPUTE_COLUMNS, listing.rows, filename="exam-disputes")
    return show_list(
        request,
        desk,
        "exam_banks",
        title=_("题目异议"),
        listing=listing,
        heads=_DISPUTE_HEADS,
        cells=_dispute_cells,
        note=_("打开题目，提出处理意见或答复异议；成立的，所有考过这道题的人一起重新评分。"),
    )


def _row(pk: int) -> ExamRules:
    row = ExamRules.objects.select_related("drafted_by", "published_by").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _family(code: str) -> str:
    family = law_shown().families.get(code)
    return spoken(family.name) if family else code


_RULES_HEADS: Final = (
    Head(gettext_lazy("科目")),
    Head(gettext_lazy("施行日期"), "num"),
    Head(gettext_lazy("时间"), "num"),
    Head(gettext_lazy("状态")),
)
_DISPUTE_HEADS: Final = (
    Head(gettext_lazy("题目")),
    Head(gettext_lazy("异议"), "num"),
    Head(gettext_lazy("待处理"), "num"),
    Head(gettext_lazy("最近提出"), "num"),
)


def _rules_cells(row: ExamRules) -> tuple[Cell, ...]:
    return (
        Cell(_family(row.family), name="exam_rules_one", args=(row.pk,)),
        Cell(row.starts_on.isoformat(), css="num"),
        Cell(_("%(minutes)s 分钟") % {"minutes": row.minutes}, css="num"),
        Cell(row.get_state_display(), tone="ok" if row.state == ExamRulesState.PUBLISHED else "warn"),
    )


def _number(row: BankQuestion, name: str) -> int:
    return int(getattr(row, name))


def _last(row: BankQuestion) -> str:
    filed: object = getattr(row, "last", None)
    return f"{filed.astimezone(CIVIL_ZONE):%Y-%m-%d}" if isinstance(filed, datetime) else ""


def _dispute_cells(row: BankQuestion) -> tuple[Cell, ...]:
    short = row.text if len(row.text) <= 90 else f"{row.text[:90]}…"
    return (
        Cell(short, sub=f"{_family(row.family)} · {row.key}", name="exam_question", args=(row.pk,)),
        Cell(str(_number(row, "filed")), css="num"),
        Cell(str(_number(row, "waiting")), css="num"),
        Cell(_last(row), css="num"),
    )


COLUMNS: Final[tuple[Column[ExamRules], ...]] = (
    Column(gettext_lazy("科目"), lambda row: _family(row.family)),
    Column(gettext_lazy("施行日期"), lambda row: row.starts_on),
    Column(gettext_lazy("考试时间（分钟）"), lambda row: row.minutes),
    Column(gettext_lazy("再考间隔（天）"), lambda row: row.retake_days),
    Column(gettext_lazy("状态"), lambda row: row.get_state_display()),
)
DISPUTE_COLUMNS: Final[tuple[Column[BankQuestion], ...]] = (
    Column(gettext_lazy("科目"), lambda row: _family(row.family)),
    Column(gettext_lazy("编号"), lambda row: row.key),
    Column(gettext_lazy("题目"), lambda row: row.text),
    Column(gettext_lazy("异议"), lambda row: _number(row, "filed")),
    Column(gettext_lazy("待处理"), lambda row: _number(row, "waiting")),
)
