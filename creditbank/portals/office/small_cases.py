"""Small cases with a yes or a no: a skill certificate, an honour, an examination result, a reversal.

Each is shown as a list of facts; whoever may not decide sees why. The actions ask again.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from creditbank.audit.actor import Actor
from creditbank.errors import CreditBankError
from creditbank.evaluation.actions import (
    confirm_honour,
    confirm_skill,
    decide_reversal,
    refuse_honour,
    refuse_skill,
)
from creditbank.evaluation.models import Honour, RowReversal, SkillCertificate
from creditbank.examinations.actions import decide_exam_result
from creditbank.examinations.models import ExamResult
from creditbank.portals.labels import format_credits, spoken
from creditbank.portals.office.access import READERS, Desk, Role, office_page
from creditbank.portals.office.frame import Pane, case_page, done, refuse_beside, who_when
from creditbank.portals.office.sight import shown_student
from creditbank.portals.site import law_shown
from creditbank.records.entries import reason_words

_STUDENT = "account__student__person"
Facts = list[tuple[str, str]]


class AnswerForm(forms.Form):
    """Yes or no, with words where the case wants them."""

    answer = forms.ChoiceField(
        label=gettext_lazy("你的决定"),
        choices=(("yes", gettext_lazy("确认")), ("no", gettext_lazy("不予确认"))),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择确认或不予确认。")},
    )
    note = forms.CharField(
        label=gettext_lazy("说明"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=400,
        help_text=gettext_lazy("不予确认时请写明原因。"),
    )


@dataclass(frozen=True, slots=True)
class Small:
    """A small case: its place in the list, its words, its facts, whether it waits, and why this desk may not act."""

    key: str
    url_name: str
    pk: int
    kicker: str
    title: str
    state: str
    state_words: str
    facts: Facts
    waits: bool
    shut: str
    tab: str


def _pane(small: Small, form: forms.Form | None = None) -> Pane:
    context: dict[str, object] = {"small": small, "form": form or AnswerForm()}
    return Pane("office/small_case.html", small.key, small.title, context)


def skill_case(desk: Desk, pk: int) -> Small:
    """A skill certificate that an institution reported."""
    row = SkillCertificate.objects.select_related(_STUDENT, "row__credit_return__institution").filter(pk=pk).first()
    if row is None:
        raise Http404
    subject = law_shown().subjects.get(row.subject)
    title = _("%(subject)s %(level)s 级") % {
        "subject": spoken(subject.name) if subject else row.subject,
        "level": row.level,
    }
    facts = [
        (_("学生"), shown_student(row.account.student, desk.today)),
        (_("发证机构"), row.issuer),
        (_("证书编号"), row.certificate_number),
        (_("取得日期"), row.awarded_on.isoformat()),
        *_origin(row),
    ]
    return _attainment(desk, row, _("技能证书"), title, facts)


def honour_case(desk: Desk, pk: int) -> Small:
    """A place in a contest that an institution reported."""
    row = Honour.objects.select_related(_STUDENT, "row__credit_return__institution").filter(pk=pk).first()
    if row is None:
        raise Http404
    law = law_shown()
    scope, discipline = law.scopes.get(row.scope), law.disciplines.get(row.discipline)
    facts = [
        (_("学生"), shown_student(row.account.student, desk.today)),
        (_("赛事范围"), spoken(scope.name) if scope else row.scope),
        (_("学科"), spoken(discipline.name) if discipline else row.discipline),
        (_("名次"), str(row.place)),
        (_("发证机构"), row.issuer),
        (_("证书编号"), row.certificate_number),
        (_("取得日期"), row.awarded_on.isoformat()),
        *_origin(row),
    ]
    return _attainment(desk, row, _("赛事荣誉"), row.event, facts)


def exam_case(desk: Desk, pk: int) -> Small:
    """An examination result that a colleague recorded (R-x.1)."""
    row = ExamResult.objects.select_related(_STUDENT, "recorded_by", "confirmed_by").filter(pk=pk).first()
    if row is None:
        raise Http404
    family = law_shown().families.get(row.family)
    facts = [
        (_("学生"), shown_student(row.account.student, desk.today)),
        (_("成绩"), _("%(score)s 分") % {"score": row.score}),
        (_("考试日期"), row.taken_on.isoformat()),
        (_("登记"), who_when(row.recorded_by, row.recorded_at)),
        (_("确认"), who_when(row.confirmed_by, row.confirmed_at) or "—"),
    ]
    shut = "" if desk.officer else _("由审核员或核准人办理，您现在只能查看。")
    if row.recorded_by_id == desk.person_id:
        shut = _("登记成绩的人不能自己复核，请由另一位同事办理。")
    title = spoken(family.name) if family else row.family
    state, words = row.state, str(row.get_state_display())
    return Small(
        f"exam:{pk}", "exam", pk, _("考试成绩"), title, state, words, facts, row.state == "recorded", shut, "exams"
    )


def reversal_case(desk: Desk, pk: int) -> Small:
    """A posted row that its institution wants taken back."""
    rows = RowReversal.objects.select_related("row__credit_return__institution", "row__account__student__person")
    asked = rows.filter(pk=pk).first()
    if asked is None:
        raise Http404
    row = asked.row
    facts = [
        (_("学生"), shown_student(row.account.student, desk.today)),
        (_("申报单"), _("%(number)s 第 %(row)s 行") % {"number": row.credit_return.number, "row": row.row_number}),
        (_("单位"), row.credit_return.institution.name),
        (_("学分"), format_credits(row.amount_hundredths)),
        (_("原因"), reason_words(asked.reason)),
        (_("说明"), asked.note),
    ]
    shut = "" if desk.reviewer else _("由审核员办理，您现在只能查看。")
    title = _("冲正：%(title)s") % {"title": row.title}
    words = str(asked.get_state_display())
    waits = asked.state == "asked"
    return Small(
        f"reversal:{pk}", "reversal", pk, _("冲正申请"), title, asked.state, words, facts, waits, shut, "inbox"
    )


def _origin(row: SkillCertificate | Honour) -> Facts:
    if row.row is None:
        return []
    credit_return = row.row.credit_return
    return [(_("来源"), f"{credit_return.institution.name} · {credit_return.number}")]


def _attainment(desk: Desk, row: SkillCertificate | Honour, kicker: str, title: str, facts: Facts) -> Small:
    kind = "skill" if isinstance(row, SkillCertificate) else "honour"
    shut = "" if desk.reviewer else _("由审核员办理，您现在只能查看。")
    words = str(row.get_state_display())
    return Small(
        f"{kind}:{row.pk}", kind, row.pk, kicker, title, row.state, words, facts, row.state == "reported", shut, "inbox"
    )


Case = Callable[[Desk, int], Small]
Act = Callable[[Actor, Desk, int, bool, str], object]


def _act_on_skill(actor: Actor, desk: Desk, pk: int, yes: bool, _note: str) -> object:
    row = SkillCertificate.objects.get(pk=pk)
    return (confirm_skill if yes else refuse_skill)(actor=actor, at=desk.at, skill=row)


def _act_on_honour(actor: Actor, desk: Desk, pk: int, yes: bool, _note: str) -> object:
    row = Honour.objects.get(pk=pk)
    return (confirm_honour if yes else refuse_honour)(actor=actor, at=desk.at, honour=row)


def _act_on_exam(actor: Actor, desk: Desk, pk: int, yes: bool, _note: str) -> object:
    return decide_exam_result(actor=actor, result=ExamResult.objects.get(pk=pk), confirm=yes, at=desk.at)


def _act_on_reversal(actor: Actor, desk: Desk, pk: int, yes: bool, note: str) -> object:
    request = RowReversal.objects.get(pk=pk)
    return decide_reversal(actor=actor, at=desk.at, request=request, accept=yes, note=note)


def answer_case(
    request: HttpRequest,
    desk: Desk,
    pk: int,
    case: Case,
    act: Act,
    *,
    roles: tuple[str, ...] = (Role.REVIEWER, Role.DECIDER),
) -> HttpResponse:
    """Let ``act`` do what the form says, in the first of ``roles`` that the desk holds; back to the list."""
    small = case(desk, pk)
    form, status = AnswerForm(request.POST), 400
    if form.is_valid():
        yes, note = form.cleaned_data["answer"] == "yes", form.cleaned_data["note"]
        try:
            act(desk.acting(*roles), desk, pk, yes, note)
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            return done(request, _("“%(title)s”已办理。") % {"title": small.title})
    return case_page(request, desk, _pane(case(desk, pk), form), small.tab, status=status)


def show_case(request: HttpRequest, desk: Desk, pk: int, case: Case) -> HttpResponse:
    """The page of a small case."""
    small = case(desk, pk)
    return case_page(request, desk, _pane(small), small.tab)


@require_safe
@office_page(*READERS)
def skill(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One reported skill certificate."""
    return show_case(request, desk, pk, skill_case)


@require_safe
@office_page(*READERS)
def honour(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One reported honour."""
    return show_case(request, desk, pk, honour_case)


@require_safe
@office_page(*READERS)
def exam(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One recorded result."""
    return show_case(request, desk, pk, exam_case)


@require_safe
@office_page(*READERS)
def reversal(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One reversal that was asked for."""
    return show_case(request, desk, pk, reversal_case)


@require_POST
@office_page(Role.REVIEWER)
def skill_answer(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Confirm or refuse a skill certificate."""
    return answer_case(request, desk, pk, skill_case, _act_on_skill)


@require_POST
@office_page(Role.REVIEWER)
def honour_answer(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Confirm or refuse an honour."""
    return answer_case(request, desk, pk, honour_case, _act_on_honour)


@require_POST
@office_page(Role.REVIEWER, Role.DECIDER)
def exam_answer(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Confirm or refuse a result, as another person than the one who recorded it."""
    return answer_case(request, desk, pk, exam_case, _act_on_exam)


@require_POST
@office_page(Role.REVIEWER)
def reversal_answer(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Reverse the credit, or refuse with words."""
    return answer_case(request, desk, pk, reversal_case, _act_on_reversal)


def small_pane(case: Case, desk: Desk, pk: int) -> Pane:
    """The pane of a small case, for the inbox."""
    return _pane(case(desk, pk))
