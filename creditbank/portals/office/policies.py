"""A change of policy at the office: drafted from the law in force, announced by another, recalled (R-P, I-16)."""

from typing import Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from creditbank.clock import today
from creditbank.errors import CreditBankError, InvalidInput
from creditbank.policy.law import Law
from creditbank.policy.periods import policy_notice_days
from creditbank.policy.text import Text
from creditbank.portals.labels import spoken
from creditbank.portals.office.access import READERS, Desk, Role, office_page, show
from creditbank.portals.office.frame import done, refuse_beside
from creditbank.portals.version_words import shown_differences, value_label
from creditbank.rulebook.differences import dated_values, differences, told_value
from creditbank.rulebook.models import PolicyVersion, VersionState
from creditbank.rulebook.publishing import (
    LONGEST_CODE,
    Choice,
    NewValue,
    announce_version,
    draft_version,
    law_with,
    notices_of,
    recall_version,
)
from creditbank.rulebook.reading import law_of, version_on

DRAFTERS: Final = (Role.REVIEWER, Role.DECIDER)
ISO: Final = "%Y-%m-%d"


class DraftForm(forms.Form):
    """The head of a version; its readings and values are fields of their own, filled from the law in force."""

    code = forms.SlugField(
        label=gettext_lazy("版本号"), max_length=LONGEST_CODE, help_text=gettext_lazy("一般写生效日期，例如 2027-01-01")
    )
    title_zh = forms.CharField(label=gettext_lazy("中文名称"), max_length=120)
    title_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=120)
    in_force_on = forms.DateField(
        label=gettext_lazy("生效日期"),
        input_formats=[ISO],
        widget=forms.DateInput(attrs={"type": "date"}, format=ISO),
    )

    def __init__(self, law: Law, data: dict[str, str] | None = None) -> None:
        super().__init__(data)
        self.law = law
        for code, entry in law.interpretations.items():
            if len(entry.readings) > 1 or entry.reading.value is not None:
                self._add_reading(code)
        for name, history in dated_values(law).items():
            self.fields[f"value.{name}"] = forms.CharField(
                label=value_label(law, name), max_length=8, required=False, initial=told_value(history[-1])
            )

    def _add_reading(self, code: str) -> None:
        entry = self.law.interpretations[code]
        self.fields[f"reading.{code}"] = forms.ChoiceField(
            label=f"{code} · {spoken(entry.question)}",
            choices=[(each.code, spoken(each.text)) for each in entry.readings],
            initial=entry.selected,
            required=False,
        )
        if any(each.value is not None for each in entry.readings):
            self.fields[f"number.{code}"] = forms.IntegerField(
                label=_("%(code)s 的天数或月数") % {"code": code},
                min_value=1,
                max_value=1200,
                required=False,
                initial=entry.reading.value,
            )

    def choices(self) -> list[Choice]:
        """The readings that are chosen otherwise than in the law in force."""
        found = []
        for code, entry in self.law.interpretations.items():
            chosen = self.cleaned_data.get(f"reading.{code}") or entry.selected
            reading = next(each for each in entry.readings if each.code == chosen)
            number = self.cleaned_data.get(f"number.{code}") if reading.value is not None else None
            if chosen != entry.selected or (number is not None and number != reading.value):
                found.append(Choice(code, chosen, number))
        return found

    def values(self) -> list[NewValue]:
        """The values that are written otherwise than they stand."""
        found = []
        for name, history in dated_values(self.law).items():
            text = str(self.cleaned_data.get(f"value.{name}") or "").strip()
            if text and text != told_value(history[-1]):
                found.append(NewValue(name, text))
        return found


class ReasonForm(forms.Form):
    """Why an announced version is taken back; the public reads it."""

    reason = forms.CharField(
        label=gettext_lazy("撤回的理由"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("公众会看到。撤回以后这一版回到草案。"),
        error_messages={"required": gettext_lazy("请写明撤回的理由。")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(*DRAFTERS)
def draft(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Draft a version from the one in force: other readings, other dated values."""
    law = version_on(desk.today)
    form = DraftForm(law, request.POST.dict() if request.method == "POST" else None)
    if request.method != "POST":
        return _draft_page(request, desk, law, form)
    if form.is_valid():
        try:
            made = _made(desk, law, form)
        except CreditBankError as error:
            return _draft_page(request, desk, law, form, status=refuse_beside(form, error))
        words = _("草案 %(code)s 已保存，由另一位同事公示。") % {"code": made.code}
        return done(request, words, name="policy_version", args=(made.code,))
    return _draft_page(request, desk, law, form, status=400)


@require_safe
@office_page(*READERS)
def version(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """One version: what it changes, its notices, and the next step."""
    return _page(request, desk, _found(code), ReasonForm())


@require_POST
@office_page(Role.DECIDER)
def announce(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Make a draft public."""
    found, form = _found(code), ReasonForm(request.POST)
    try:
        announce_version(actor=desk.acting(Role.DECIDER), version=found, at=desk.at)
    except CreditBankError as error:
        form = ReasonForm({"reason": "-"})
        form.is_valid()
        return _page(request, desk, found, form, status=refuse_beside(form, error))
    return done(request, _("版本 %(code)s 已公示。") % {"code": code}, name="policy_version", args=(code,))


@require_POST
@office_page(Role.DECIDER)
def recall(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Take an announced version back to a draft."""
    found, form, status = _found(code), ReasonForm(request.POST), 400
    if form.is_valid():
        try:
            recall_version(
                actor=desk.acting(Role.DECIDER), version=found, reason=form.cleaned_data["reason"], at=desk.at
            )
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            words = _("版本 %(code)s 已撤回。") % {"code": code}
            return done(request, words, name="policy_version", args=(code,))
    return _page(request, desk, found, form, status=status)


def _made(desk: Desk, law: Law, form: DraftForm) -> PolicyVersion:
    given = form.cleaned_data
    choices, values = form.choices(), form.values()
    if not choices and not values:
        raise InvalidInput("草案和现行版本没有差异。", field="code")
    title = Text(given["title_zh"].strip(), given["title_en"].strip())
    made = law_with(law, choices, code=given["code"], title=title, in_force_on=given["in_force_on"], values=values)
    return draft_version(actor=desk.acting(*DRAFTERS), law=made, at=desk.at)


def _draft_page(request: HttpRequest, desk: Desk, law: Law, form: DraftForm, *, status: int = 200) -> HttpResponse:
    names = list(form.fields)
    context: dict[str, object] = {
        "form": form,
        "law": law,
        "head": [form[name] for name in names if "." not in name],
        "readings": [form[name] for name in names if name.startswith(("reading.", "number."))],
        "values": [form[name] for name in names if name.startswith("value.")],
        "days": policy_notice_days(law),
    }
    return show(request, desk, "policy_draft", "policy", context, status=status)


def _page(
    request: HttpRequest, desk: Desk, found: PolicyVersion, form: ReasonForm, *, status: int = 200
) -> HttpResponse:
    base = base_of(found)
    own = found.drafted_by_id == desk.person_id
    context: dict[str, object] = {
        "version": found,
        "base": base,
        "changes": shown_differences(differences(law_of(base), law_of(found))) if base else [],
        "notices": notices_of(found),
        "form": form,
        "own": own,
        "may_announce": desk.decider and not own and found.state == VersionState.DRAFT,
        "may_recall": desk.decider and found.state == VersionState.ANNOUNCED and found.in_force_on > today(desk.at),
    }
    return show(request, desk, "policy_version", "policy", context, status=status)


def base_of(version: PolicyVersion) -> PolicyVersion | None:
    """The version that stood, or will stand, before this one; None for the first."""
    others = PolicyVersion.objects.exclude(pk=version.pk).exclude(state=VersionState.DRAFT).defer("law")
    return others.filter(in_force_on__lt=version.in_force_on).order_by("-in_force_on", "-id").first()


def _found(code: str) -> PolicyVersion:
    rows = PolicyVersion.objects.select_related("drafted_by", "announced_by").defer("law")
    found = rows.filter(code=code).first()
    if found is None:
        raise Http404
    return found
