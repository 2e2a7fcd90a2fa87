"""One question at the office: written, corrected by a new revision, released, retired, and ruled on when disputed."""

from collections.abc import Callable
from typing import Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from creditbank.errors import CreditBankError, InvalidInput
from creditbank.examinations.bank import release_questions, retire_question, write_question
from creditbank.examinations.disputes import agree_ruling, dismiss_disputes, propose_ruling
from creditbank.examinations.models import BankQuestion, DisputeState, QuestionState, Ruling, RulingKind
from creditbank.examinations.questions import EASIEST, HARDEST, MIDDLE, Choice, Question, QuestionKind, true_false
from creditbank.examinations.reading import statistics_of
from creditbank.examinations.statistics import ENOUGH_ANSWERS
from creditbank.portals.labels import printed_order, spoken
from creditbank.portals.office.access import READERS, Desk, Role, office_page, show
from creditbank.portals.office.exam_bank import KIND_WORDS, KINDS, WRITERS, family_of
from creditbank.portals.office.frame import done, refuse_beside
from creditbank.portals.site import law_shown
from creditbank.rulebook.clause_names import clause_label

_RIGHT: Final = "*"


class QuestionForm(forms.Form):
    """A question as it is written: a choice a line, the right ones with a star before them."""

    key = forms.CharField(label=gettext_lazy("编号"), max_length=60)
    kind = forms.ChoiceField(label=gettext_lazy("题型"), choices=KINDS)
    text = forms.CharField(label=gettext_lazy("题干"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    choices = forms.CharField(
        label=gettext_lazy("选项"),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("一行一个选项，正确的前面加星号（*）。判断题只写一行：*正确 或 *错误。"),
    )
    clause = forms.ChoiceField(label=gettext_lazy("考的条款"))
    difficulty = forms.IntegerField(
        label=gettext_lazy("难度（1 易–5 难）"), min_value=EASIEST, max_value=HARDEST, initial=MIDDLE
    )

    def __init__(self, data: dict[str, str] | None = None, initial: dict[str, object] | None = None) -> None:
        super().__init__(data, initial=initial)
        codes = sorted(law_shown().clauses, key=lambda code: (code[0], printed_order(code)))
        options = [(code, clause_label(code)) for code in codes]
        self.fields["clause"] = forms.ChoiceField(label=_("考的条款"), choices=options, initial="R-x.1")

    def question(self) -> Question:
        """The question as written; the action checks whether it can be asked."""
        given = self.cleaned_data
        lines = [line.strip() for line in str(given["choices"]).splitlines() if line.strip()]
        kind = QuestionKind(given["kind"])
        choices = tuple(Choice(line.removeprefix(_RIGHT).strip(), line.startswith(_RIGHT)) for line in lines)
        if kind is QuestionKind.TRUE_FALSE:
            rights = [choice.text for choice in choices if choice.right]
            if rights not in (["正确"], ["错误"]):
                raise InvalidInput("判断题只有正确和错误两个选项。", field="choices")
            choices = true_false(answer=rights == ["正确"])
        return Question(given["key"].strip(), kind, given["text"], choices, given["clause"], given["difficulty"])


class RulingForm(forms.Form):
    """What a disputed question shall count for."""

    kind = forms.ChoiceField(
        label=gettext_lazy("处理"),
        choices=RulingKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("须是全部得分或更正答案。")},
    )
    right = forms.MultipleChoiceField(
        label=gettext_lazy("更正后的正确选项"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=gettext_lazy("理由（考生会看到）"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, row: BankQuestion, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        options = [(str(place), text) for place, (text, _right) in enumerate(row.choices)]
        self.fields["right"] = forms.MultipleChoiceField(
            label=_("更正后的正确选项"), required=False, widget=forms.CheckboxSelectMultiple, choices=options
        )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(*WRITERS)
def new(request: HttpRequest, desk: Desk, family: str) -> HttpResponse:
    """Write a question as a draft."""
    family_of(family)
    return _write(request, desk, family, QuestionForm(request.POST.dict() if request.method == "POST" else None))


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(*WRITERS)
def edit(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Write the next revision of a question; it counts once it is released."""
    row = _row(pk)
    lines = [f"{_RIGHT if right else ''}{text}" for text, right in row.choices]
    if row.kind == QuestionKind.TRUE_FALSE:
        lines = [line for line in lines if line.startswith(_RIGHT)]
    initial: dict[str, object] = {
        "key": row.key,
        "kind": row.kind,
        "text": row.text,
        "choices": "\n".join(lines),
        "clause": row.clause,
        "difficulty": row.difficulty,
    }
    form = QuestionForm(request.POST.dict()) if request.method == "POST" else QuestionForm(initial=initial)
    return _write(request, desk, row.family, form)


@require_safe
@office_page(*READERS)
def question(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One revision with its answers, its figures, what was objected and ruled."""
    return _page(request, desk, _row(pk))


@require_POST
@office_page(*WRITERS)
def step(request: HttpRequest, desk: Desk, pk: int, name: str) -> HttpResponse:
    """Release or retire it; propose or agree a ruling; dismiss what was objected."""
    row = _row(pk)
    if name == "propose":
        return _propose(request, desk, row)
    steps: dict[str, Callable[[], str]] = {
        "release": lambda: _release(desk, row),
        "retire": lambda: _retire(desk, row),
        "agree": lambda: _agree(request, desk, row),
        "dismiss": lambda: _dismiss(request, desk, row),
    }
    if name not in steps:
        raise Http404
    return done(request, steps[name](), name="exam_question", args=(pk,))


def _release(desk: Desk, row: BankQuestion) -> str:
    release_questions(actor=desk.acting(*WRITERS), family=row.family, keys=[row.key], at=desk.at)
    return _("题目已放行。")


def _retire(desk: Desk, row: BankQuestion) -> str:
    retire_question(actor=desk.acting(*WRITERS), question=row, at=desk.at)
    return _("题目已停用，不再出现在新的试卷里。")


def _agree(request: HttpRequest, desk: Desk, row: BankQuestion) -> str:
    asked = request.POST.get("ruling", "")
    ruling = (
        Ruling.objects.filter(question=row, pk=int(asked)).first() if asked.isdecimal() and len(asked) < 16 else None
    )
    if ruling is None:
        raise Http404
    agreed = agree_ruling(actor=desk.acting(Role.DECIDER), ruling=ruling, at=desk.at)
    return _("处理意见已生效，%(count)s 份试卷的成绩有变化。") % {"count": agreed.sittings_changed}


def _dismiss(request: HttpRequest, desk: Desk, row: BankQuestion) -> str:
    reason = request.POST.get("reason", "")[:1000]
    count = dismiss_disputes(actor=desk.acting(Role.DECIDER), question=row, reason=reason, at=desk.at)
    return _("已答复 %(count)s 件异议。") % {"count": count}


def _propose(request: HttpRequest, desk: Desk, row: BankQuestion) -> HttpResponse:
    form, status = RulingForm(row, request.POST), 400
    if form.is_valid():
        given = form.cleaned_data
        try:
            propose_ruling(
                actor=desk.acting(Role.REVIEWER, Role.DECIDER),
                question=row,
                kind=given["kind"],
                right=[int(each) for each in given["right"]],
                reason=given["reason"],
                at=desk.at,
            )
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            return done(request, _("处理意见已提出，等核准人确认。"), name="exam_question", args=(row.pk,))
    return _page(request, desk, row, form=form, status=status)


def _write(request: HttpRequest, desk: Desk, family: str, form: QuestionForm) -> HttpResponse:
    status = 400 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            row = write_question(actor=desk.acting(*WRITERS), family=family, question=form.question(), at=desk.at)
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            return done(request, _("题目已写好，等另一位同事放行。"), name="exam_question", args=(row.pk,))
    context = {"form": form, "family": family_of(family)}
    return show(request, desk, "exam_question_form", "exam_banks", context, status=status)


def _page(
    request: HttpRequest, desk: Desk, row: BankQuestion, *, form: RulingForm | None = None, status: int = 200
) -> HttpResponse:
    disputes = list(row.disputes.all())
    rulings = list(row.rulings.select_related("proposed_by", "agreed_by"))
    context: dict[str, object] = {
        "row": row,
        "family_name": spoken(family_of(row.family).name),
        "kind_words": KIND_WORDS.get(row.kind, row.kind),
        "figures": statistics_of([row.pk]).get(row.pk),
        "enough": ENOUGH_ANSWERS,
        "revisions": BankQuestion.objects.filter(family=row.family, key=row.key).exclude(pk=row.pk),
        "disputes": disputes,
        "waiting": any(each.state == DisputeState.OPEN for each in disputes),
        "rulings": [(each, _right_words(row, each)) for each in rulings],
        "form": form or RulingForm(row),
        "writes": desk.may(*WRITERS),
        "may_release": row.state == QuestionState.DRAFT and row.written_by_id != desk.person_id,
        "may_retire": row.state == QuestionState.RELEASED,
        "asked": row.asked_in.count(),
    }
    return show(request, desk, "exam_question", "exam_banks", context, status=status)


def _right_words(row: BankQuestion, ruling: Ruling) -> str:
    return "、".join(row.choices[place][0] for place in ruling.right)


def _row(pk: int) -> BankQuestion:
    row = BankQuestion.objects.select_related("written_by", "released_by").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
