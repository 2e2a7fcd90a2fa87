"""Examination results at the office: the register, and a form to record one by card number (R-x.1)."""

from functools import partial
from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from creditbank.errors import CreditBankError
from creditbank.examinations.actions import record_exam_result
from creditbank.examinations.models import ExamResult, ResultState
from creditbank.people.models import Account, StudentCard
from creditbank.portals.export import Column, export_response
from creditbank.portals.labels import spoken
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.office.access import READERS, Desk, Role, office_page, show
from creditbank.portals.office.frame import done, refuse_beside
from creditbank.portals.office.sight import shown_student
from creditbank.portals.office.tables import Cell, Head, show_list
from creditbank.portals.site import law_shown


class ResultForm(forms.Form):
    """A result as it stands on the score sheet."""

    card = forms.CharField(label=gettext_lazy("素质教育卡号"), max_length=20)
    family = forms.ChoiceField(label=gettext_lazy("考试科目"))
    score = forms.IntegerField(label=gettext_lazy("成绩（0–100）"), min_value=0, max_value=100)
    taken_on = forms.DateField(
        label=gettext_lazy("考试日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: dict[str, str] | None = None) -> None:
        super().__init__(data)
        choices = [(family.code, spoken(family.name)) for family in law_shown().families.values()]
        self.fields["family"] = forms.ChoiceField(label=_("考试科目"), choices=choices)

    def account(self) -> Account | None:
        """The account of the card, or ``None`` with the reason beside the field."""
        digits = str(self.cleaned_data["card"]).replace(" ", "").replace("-", "")
        found = Account.objects.filter(cards__card_number=digits, cards__state=StudentCard.State.ACTIVE).first()
        if found is None:
            self.add_error("card", _("没有找到这张卡，请核对卡号。"))
        return found


@require_safe
@office_page(*READERS)
def exams(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every result, newest first."""
    families = [(family.code, spoken(family.name)) for family in law_shown().families.values()]
    listing = make_listing(
        request.GET,
        ExamResult.objects.select_related("account__student__person", "recorded_by", "confirmed_by"),
        filters=(
            Filter("state", _("状态"), ResultState.choices, lambda rows, value: rows.filter(state=value)),
            Filter("family", _("科目"), families, lambda rows, value: rows.filter(family=value)),
        ),
    )
    if listing.export:
        return export_response(listing.export, COLUMNS, listing.rows, filename="exams")
    buttons = [(_("登记成绩"), reverse("office:exam_new"))] if desk.officer else []
    return show_list(
        request,
        desk,
        "exams",
        title=_("考试成绩"),
        listing=listing,
        heads=_HEADS,
        cells=partial(_cells, desk),
        extra={"buttons": buttons},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(Role.REVIEWER, Role.DECIDER)
def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Record a result; another person confirms it."""
    if request.method != "POST":
        return show(request, desk, "exam_new", "exams", {"form": ResultForm()})
    form, status = ResultForm(request.POST.dict()), 400
    if form.is_valid() and (account := form.account()) is not None:
        given = form.cleaned_data
        try:
            record_exam_result(
                actor=desk.acting(Role.REVIEWER, Role.DECIDER),
                account=account,
                family=given["family"],
                score=given["score"],
                taken_on=given["taken_on"],
                at=desk.at,
            )
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            return done(request, _("成绩已登记，等另一位同事确认。"), name="exams")
    return show(request, desk, "exam_new", "exams", {"form": form}, status=status)


_HEADS: Final = (
    Head(gettext_lazy("学生")),
    Head(gettext_lazy("科目")),
    Head(gettext_lazy("成绩"), "num"),
    Head(gettext_lazy("状态")),
    Head(gettext_lazy("考试日期"), "num"),
)


def _family(row: ExamResult) -> str:
    family = law_shown().families.get(row.family)
    return spoken(family.name) if family else row.family


def _cells(desk: Desk, row: ExamResult) -> tuple[Cell, ...]:
    return (
        Cell(shown_student(row.account.student, desk.today), name="exam", args=(row.pk,)),
        Cell(_family(row)),
        Cell(str(row.score), css="num"),
        Cell(row.get_state_display(), state=row.state),
        Cell(row.taken_on.isoformat(), css="num"),
    )


COLUMNS: Final[tuple[Column[ExamResult], ...]] = (
    Column(gettext_lazy("科目"), _family),
    Column(gettext_lazy("成绩"), lambda row: row.score),
    Column(gettext_lazy("状态"), lambda row: row.get_state_display()),
    Column(gettext_lazy("考试日期"), lambda row: row.taken_on),
    Column(gettext_lazy("登记时间"), lambda row: row.recorded_at),
    Column(gettext_lazy("确认时间"), lambda row: row.confirmed_at),
)
