"""What the office does to an account: freeze, open again, close (a decider, with a reason), replace its card."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django import forms
from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from creditbank.clock import today
from creditbank.corrections.models import AccountCorrection
from creditbank.errors import Conflict, CreditBankError
from creditbank.institutions.models import Institution
from creditbank.people.account_states import close_account, freeze_account, unfreeze_account
from creditbank.people.cards import active_card, replace_card
from creditbank.people.models import Account
from creditbank.people.names import mask_name
from creditbank.portals.downloads import asked_language, pdf_response
from creditbank.portals.office.access import READERS, Desk, Role, office_page, show
from creditbank.portals.office.frame import refuse_beside
from creditbank.portals.office.sight import account_of_holder, shown_student
from creditbank.printing.documents import CardFace, StudentCards
from creditbank.printing.rendering import render

_STEPS: Final = {"freeze": freeze_account, "unfreeze": unfreeze_account, "close": close_account}
_SAID: Final[Mapping[str, str | Promise]] = {
    "freeze": gettext_lazy("户口已冻结，学分不能进出。"),
    "unfreeze": gettext_lazy("户口已解冻。"),
    "close": gettext_lazy("户口已销户，明细保留。"),
}
_OFFERED: Final[Mapping[str, tuple[tuple[str, str | Promise], ...]]] = {
    Account.State.OPEN: (
        ("freeze", gettext_lazy("冻结：学分暂时不能进出")),
        ("close", gettext_lazy("销户：不能恢复，明细保留")),
    ),
    Account.State.FROZEN: (("unfreeze", gettext_lazy("解冻：恢复正常")),),
}


class StateForm(forms.Form):
    """What to do to the account, and why."""

    step = forms.ChoiceField(
        label=gettext_lazy("办理"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择要办的事。")},
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("请写明理由。")},
    )

    def __init__(self, data: Mapping[str, str] | None, account: Account) -> None:
        super().__init__(data)
        field = self.fields["step"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(_OFFERED.get(account.state, ()))


class CardForm(forms.Form):
    """Why another card is issued; the holder was seen."""

    why = forms.ChoiceField(
        label=gettext_lazy("原因"),
        choices=(("lost", gettext_lazy("旧卡丢失")), ("worn", gettext_lazy("旧卡损坏或号码外泄"))),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择原因。")},
    )
    seen = forms.BooleanField(
        label=gettext_lazy("已核对本人或监护人的证件原件"),
        error_messages={"required": gettext_lazy("请先核对证件原件。")},
    )


@require_safe
@office_page(*READERS)
def steps(request: HttpRequest, desk: Desk, holder: UUID) -> HttpResponse:
    """State, card and corrections of one account: what may be done, and why not."""
    return _page(request, desk, account_of_holder(holder))


@require_POST
@office_page(Role.DECIDER)
def state(request: HttpRequest, desk: Desk, holder: UUID) -> HttpResponse:
    """Freeze, open again or close, with a reason."""
    found = account_of_holder(holder)
    form, status = StateForm(request.POST, found), 400
    if form.is_valid():
        step, reason = form.cleaned_data["step"], form.cleaned_data["reason"]
        try:
            _STEPS[step](actor=desk.acting(Role.DECIDER), at=desk.at, account=found, reason=reason)
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            notes.success(request, str(_SAID[step]))
            return HttpResponseRedirect(reverse("office:account_steps", args=[holder]))
    return _page(request, desk, account_of_holder(holder), state_form=form, status=status)


@require_POST
@office_page(Role.REVIEWER)
def card(request: HttpRequest, desk: Desk, holder: UUID) -> HttpResponse:
    """Issue another card; the answer shows its number, and the old one is dead."""
    found = account_of_holder(holder)
    form, status = CardForm(request.POST), 400
    if form.is_valid():
        try:
            lost = form.cleaned_data["why"] == "lost"
            issued = replace_card(actor=desk.acting(Role.REVIEWER), at=desk.at, account=found, lost=lost)
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            context = {"account": found, "card": issued, "name": shown_student(found.student, desk.today)}
            return show(request, desk, "card_issued", "accounts", context)
    return _page(request, desk, found, card_form=form, status=status)


@require_POST
@office_page(Role.REVIEWER)
def card_sheet(request: HttpRequest, desk: Desk, holder: UUID) -> HttpResponse:
    """The new card to print, for who has its number from the page before; Conflict when it is not the one in use."""
    found = account_of_holder(holder)
    current = active_card(found)
    if current is None or current.card_number != request.POST.get("card_number", "")[:20]:
        raise Conflict("这张卡不在使用，请重新办理换卡。", code="card-gone")
    institution = Institution.objects.filter(code=found.institution_code).first()
    face = CardFace(
        holder_name=mask_name(found.student.person.name),
        card_number=current.card_number,
        institution_name=institution.name if institution else "—",
        issued_on=today(current.issued_at),
    )
    return pdf_response(
        render(StudentCards(printed_at=desk.at, lang=asked_language(), cards=(face,))), "card", inline=False
    )


def _page(
    request: HttpRequest,
    desk: Desk,
    found: Account,
    *,
    state_form: StateForm | None = None,
    card_form: CardForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, object] = {
        "account": found,
        "name": shown_student(found.student, desk.today),
        "offered": bool(_OFFERED.get(found.state)),
        "state_form": state_form or StateForm(None, found),
        "card_form": card_form or CardForm(),
        "corrections": AccountCorrection.objects.touching(found.pk)[:20],
        "state_shut": "" if desk.decider else _("由核准人办理，您现在只能查看。"),
        "card_shut": _card_shut(desk, found),
        "may_ask": desk.officer,
    }
    return show(request, desk, "account_steps", "accounts", context, status=status)


def _card_shut(desk: Desk, found: Account) -> str:
    if found.state == Account.State.CLOSED:
        return _("户口已销户，不能换卡。")
    return "" if desk.reviewer else _("由审核员办理，您现在只能查看。")
