"""One redemption as the two persons see it: their forms, the road, and why a step is shut."""

from collections.abc import Mapping
from typing import Final

from django import forms
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from creditbank.certificates.models import Certificate
from creditbank.errors import CreditBankError
from creditbank.institutions.models import Institution
from creditbank.ledger.books import balance_of
from creditbank.policy.decision import decision_from_json
from creditbank.portals.failures import error_words
from creditbank.portals.labels import Step
from creditbank.portals.office.access import Desk, Role
from creditbank.portals.office.frame import Pane, who_when
from creditbank.portals.office.redemption_facts import facts_of, paid_of
from creditbank.portals.office.reveal import RevealForm
from creditbank.portals.office.sight import shown_student
from creditbank.records.entries import product_name
from creditbank.redemption.models import FulfilmentKind, Redemption, RedemptionState
from creditbank.redemption.parties import require_officer
from creditbank.redemption.versions import newer_version

_WHO: Final = (
    "account__student__person",
    "policy_version",
    "applied_by",
    "reviewer",
    "decider",
    "consent",
    "counter",
    "price__schedule",
    "fulfilled_by",
)
_ORDER: Final = {
    RedemptionState.AWAITING_GUARDIAN: 1,
    RedemptionState.HELD: 2,
    RedemptionState.REVIEWED: 3,
    RedemptionState.ACCEPTED: 4,
    RedemptionState.ISSUED: 5,
    RedemptionState.FULFILLED: 5,
    RedemptionState.REFUSED: 5,
}
_WAITS_FOR: Final = {
    RedemptionState.HELD: "review",
    RedemptionState.REVIEWED: "decide",
    RedemptionState.ACCEPTED: "fulfil",
}
ADVICE: Final = (("accept", gettext_lazy("建议通过")), ("refuse", gettext_lazy("建议不通过")))
PRICED_VERDICTS: Final = (
    ("accept", gettext_lazy("通过，学分转为已使用")),
    ("refuse", gettext_lazy("不通过，退回学分和名额")),
)
OUTCOMES: Final = (*FulfilmentKind.choices, (RedemptionState.NO_SHOW.value, RedemptionState.NO_SHOW.label))
VERDICTS: Final = (("accept", gettext_lazy("通过并颁发证书")), ("refuse", gettext_lazy("不通过，退回学分")))


class AdviceForm(forms.Form):
    """The first person's advice."""

    advice = forms.ChoiceField(
        label=gettext_lazy("你的建议"),
        choices=ADVICE,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择建议通过或建议不通过。")},
    )
    note = forms.CharField(
        label=gettext_lazy("说明"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("作决定的同事会看到。建议不通过时必填。"),
    )


class VerdictForm(forms.Form):
    """The second person's decision: who issues, or why not."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("你的决定"),
        choices=VERDICTS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择通过或不通过。")},
    )
    issuer = forms.ModelChoiceField(
        label=gettext_lazy("颁发机构"),
        queryset=Institution.objects.none(),
        required=False,
        to_field_name="code",
        empty_label=gettext_lazy("请选择"),
        help_text=gettext_lazy("通过时必选。只列获批可以颁发证书的单位。"),
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("不通过时必填，申请人会看到。"),
    )

    def __init__(self, data: Mapping[str, str] | None = None, *, priced: bool = False) -> None:
        super().__init__(data)
        self.priced = priced
        field = self.fields["issuer"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Institution.objects.all().issuing_bodies()
        verdict = self.fields["verdict"]
        if priced and isinstance(verdict, forms.ChoiceField):
            verdict.choices = PRICED_VERDICTS
            field.widget = forms.HiddenInput()

    def clean(self) -> dict[str, object]:
        """A yes needs the issuing body."""
        given: dict[str, object] = super().clean() or {}
        wanted = given.get("verdict") == "accept" and not self.priced
        if wanted and not given.get("issuer") and "issuer" not in self.errors:
            self.add_error("issuer", _("请选择颁发机构。"))
        return given


class FulfilForm(forms.Form):
    """What became of an accepted redemption, and what proves it."""

    fulfilment = forms.ChoiceField(label=gettext_lazy("结果"), choices=OUTCOMES, widget=forms.RadioSelect)
    proof = forms.CharField(
        label=gettext_lazy("凭证"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500,
        help_text=gettext_lazy("例如付款回单号、出行名单、入学通知；未到场写明经过。申请人会看到。"),
    )


def find(number: str) -> Redemption:
    """The application with this number; 404 for none."""
    found = Redemption.objects.select_related(*_WHO).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def redemption_pane(
    desk: Desk,
    found: Redemption,
    *,
    advice: AdviceForm | None = None,
    verdict: VerdictForm | None = None,
    fulfil: FulfilForm | None = None,
    reveal: RevealForm | None = None,
    clear: list[tuple[str, str]] | None = None,
) -> Pane:
    """Everything that the two persons weigh: the decision of the rules, the facts with their sources, the road."""
    waits_for = _WAITS_FOR.get(RedemptionState(found.state))
    context: dict[str, object] = {
        "redemption": found,
        "product": product_name(found),
        "name": shown_student(found.account.student, desk.today),
        "decision": decision_from_json(found.decision),
        "steps": _steps(found),
        "waits_for": waits_for,
        "newer_version": newer_version(found, desk.at) if waits_for else "",
        "shut": _shut(desk, found, waits_for or ""),
        "balance": balance_of(found.holder_id),
        "paid": paid_of(found),
        "facts": facts_of(found),
        "certificate": Certificate.objects.filter(redemption_number=found.number).first(),
        "advice_form": advice or AdviceForm(),
        "verdict_form": verdict or VerdictForm(priced=found.price_id is not None),
        "fulfil_form": fulfil or FulfilForm(),
        "reveal_form": reveal or RevealForm(),
        "clear": clear or [],
    }
    source = "decision" if found.state == RedemptionState.REVIEWED else "review"
    return Pane("office/redemption_case.html", f"{source}:{found.pk}", found.number, context)


def _shut(desk: Desk, found: Redemption, waits_for: str) -> str:
    """Why this person can't take the step that waits; empty when she can. The same check as the action's."""
    role = {"review": Role.REVIEWER, "decide": Role.DECIDER, "fulfil": Role.REVIEWER}.get(waits_for)
    if role is None:
        return ""
    if not desk.may(role):
        return _("这一步由%(role)s办理，您现在只能查看。") % {"role": role.label}
    if waits_for == "decide" and found.reviewer_id == desk.person_id:
        return _("您审核过这份申请，须由另一位同事决定。")
    try:
        require_officer(desk.acting(role), found, role, desk.at)
    except CreditBankError as error:
        return error_words(error)
    return ""


def _steps(found: Redemption) -> list[Step]:
    present = _ORDER.get(RedemptionState(found.state), 4)
    words: list[tuple[str, str]] = [
        (_("申请"), who_when(found.applied_by, found.applied_at)),
        (_("监护人同意"), who_when(None, found.consent.given_at) if found.consent else _("不需要")),
        (_("审核"), who_when(found.reviewer, found.reviewed_at)),
        (_("决定"), who_when(found.decider, found.decided_at)),
        (str(RedemptionState.ISSUED.label), ""),
    ]
    if found.price_id is not None:
        words[4] = (str(RedemptionState.FULFILLED.label), who_when(found.fulfilled_by, found.fulfilled_at))
    if found.state not in (*_ORDER,):
        words[4] = (found.get_state_display(), who_when(None, found.ended_at))
    elif found.state == RedemptionState.REFUSED:
        words[4] = (found.get_state_display(), "")
    return [
        Step(label, detail, "done" if index < present else "now" if index == present else "")
        for index, (label, detail) in enumerate(words)
    ]
