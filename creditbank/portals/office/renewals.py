"""New activation codes at the office: one person asks, after making sure of who wants it; another confirms.

The code is in the answer to the confirmation, once, and nowhere else.
"""

from collections.abc import Mapping
from uuid import UUID

from django import forms
from django.contrib import messages as notes
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from creditbank.clock import today
from creditbank.errors import CreditBankError
from creditbank.people.cards import active_card
from creditbank.people.code_renewals import approve_new_code, ask_for_new_code, refuse_new_code
from creditbank.people.guardians import guardians_of
from creditbank.people.models import Account, CodeRenewal, Person
from creditbank.people.names import mask_name
from creditbank.portals.office.access import READERS, Desk, Role, office_page, show
from creditbank.portals.office.frame import Pane, case_page, done, refuse_beside, who_when
from creditbank.portals.office.sight import account_of_holder, shown_student
from creditbank.portals.office.small_cases import AnswerForm, Small, small_pane


class NewCodeForm(forms.Form):
    """For whom, and how she was made sure of."""

    person = forms.TypedChoiceField(
        label=gettext_lazy("给谁"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择给谁。")},
    )
    method = forms.ChoiceField(
        label=gettext_lazy("怎样核实了本人"),
        choices=CodeRenewal.Method.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择核实身份的方式。")},
    )

    def __init__(self, data: Mapping[str, str] | None, choices: list[tuple[int, str]]) -> None:
        super().__init__(data)
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(Role.REVIEWER, Role.HOTLINE)
def ask(request: HttpRequest, desk: Desk, holder: UUID) -> HttpResponse:
    """Ask for a new code for the student or a guardian; what waits or was done stands beside."""
    found = account_of_holder(holder)
    form = NewCodeForm(request.POST if request.method == "POST" else None, _people(found, desk))
    status = 400 if form.is_bound else 200
    if form.is_valid():
        try:
            ask_for_new_code(
                actor=desk.acting(Role.REVIEWER, Role.HOTLINE),
                at=desk.at,
                account=found,
                person=Person.objects.get(pk=form.cleaned_data["person"]),
                method=form.cleaned_data["method"],
            )
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            notes.success(request, _("已提出，请另一位审核员确认。学生和监护人已收到通知。"))
            return HttpResponseRedirect(reverse("office:account_code", args=[holder]))
    renewals = CodeRenewal.objects.filter(account=found).select_related("person", "asked_by", "answered_by")
    context: dict[str, object] = {
        "account": found,
        "name": shown_student(found.student, desk.today),
        "form": form,
        "renewals": [(each, _shown(each, desk)) for each in renewals.order_by("-id")[:20]],
        "may_open": desk.may(*READERS),
    }
    return show(request, desk, "account_code", "accounts", context, status=status)


def renewal_case(desk: Desk, pk: int) -> Small:
    """A code that a colleague asks for."""
    row = CodeRenewal.objects.select_related("account__student__person", "person", "asked_by", "answered_by")
    found = row.filter(pk=pk).first()
    if found is None:
        raise Http404
    facts = [
        (_("学生"), shown_student(found.account.student, desk.today)),
        (_("给谁"), _shown(found, desk)),
        (_("核实身份"), str(found.get_method_display())),
        (_("申请人"), who_when(found.asked_by, found.asked_at)),
        (_("办理"), who_when(found.answered_by, found.answered_at) or "—"),
    ]
    shut = "" if desk.reviewer else _("由审核员办理，您现在只能查看。")
    if found.asked_by_id == desk.person_id:
        shut = _("申请重发和确认须由不同的人办理。")
    title = _("为 %(name)s 重发激活码") % {"name": _shown(found, desk)}
    words, waits = str(found.get_state_display()), found.state == CodeRenewal.State.ASKED
    key = f"renewal:{pk}"
    return Small(key, "renewal", pk, _("重发激活码"), title, found.state, words, facts, waits, shut, "inbox")


@require_safe
@office_page(*READERS)
def renewal(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One code that was asked for."""
    return case_page(request, desk, small_pane(renewal_case, desk, pk), "inbox")


@require_POST
@never_cache
@office_page(Role.REVIEWER)
def renewal_answer(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Confirm, and show the code once; or refuse."""
    small = renewal_case(desk, pk)
    row = CodeRenewal.objects.select_related("account__student__person").get(pk=pk)
    form, status, actor = AnswerForm(request.POST), 400, desk.acting(Role.REVIEWER)
    if form.is_valid():
        try:
            if form.cleaned_data["answer"] == "yes":
                issued = approve_new_code(actor=actor, at=desk.at, renewal=row)
                context = {
                    "account": row.account,
                    "issued": issued,
                    "for_whom": _shown(row, desk),
                    "card": active_card(row.account),
                    "valid_until": today(issued.expires_at),
                }
                return show(request, desk, "code_issued", "accounts", context)
            refuse_new_code(actor=actor, at=desk.at, renewal=row)
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            return done(request, _("“%(title)s”已办理。") % {"title": small.title})
    small = renewal_case(desk, pk)
    pane = Pane("office/small_case.html", small.key, small.title, {"small": small, "form": form})
    return case_page(request, desk, pane, "inbox", status=status)


def _people(account: Account, desk: Desk) -> list[tuple[int, str]]:
    student = account.student
    words = _("学生 %(name)s") % {"name": shown_student(student, desk.today)}
    return [(student.person_id, words)] + [
        (each.guardian_id, _guardian_words(each.guardian)) for each in guardians_of(student)
    ]


def _shown(renewal: CodeRenewal, desk: Desk) -> str:
    student = renewal.account.student
    if renewal.person_id == student.person_id:
        return _("学生 %(name)s") % {"name": shown_student(student, desk.today)}
    return _guardian_words(renewal.person)


def _guardian_words(person: Person) -> str:
    return _("监护人 %(name)s") % {"name": mask_name(person.name)}
