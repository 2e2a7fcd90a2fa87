"""One application for an account as the office sees it: masked, with its road, its suspected duplicates, its forms."""

from typing import Final

from django import forms
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from creditbank.institutions.models import Institution
from creditbank.people.guardians import ADULT_AGE, is_under
from creditbank.people.models import AccountOpening, DuplicateCase, Guardianship, IdentityCheck
from creditbank.people.opening_review import SHORTEST_REASON
from creditbank.portals.labels import Step
from creditbank.portals.office.access import Desk
from creditbank.portals.office.frame import Pane, who_when
from creditbank.portals.office.reveal import RevealForm
from creditbank.portals.office.sight import shown_applicant

LONGEST_REASON: Final = 400
State = AccountOpening.State


class CheckForm(forms.Form):
    """That the original was seen: how, and which proof of guardianship."""

    method = forms.ChoiceField(
        label=gettext_lazy("怎样核对的原件"),
        choices=IdentityCheck.Method.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择核对方式。")},
    )
    guardian_proof = forms.ChoiceField(
        label=gettext_lazy("监护关系证明"),
        choices=[("", gettext_lazy("请选择")), *Guardianship.Proof.choices],
        required=False,
        help_text=gettext_lazy("只登记核对了哪一种，不留复印件。"),
    )


class OpeningRefusalForm(forms.Form):
    """Why the application is refused."""

    reason = forms.CharField(
        label=gettext_lazy("未通过的原因"),
        widget=forms.Textarea(attrs={"rows": 2}),
        min_length=SHORTEST_REASON,
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("申请人会看到。写明缺什么、怎样补。"),
        error_messages={"required": gettext_lazy("请写明未通过的原因。")},
    )


class ResolutionForm(forms.Form):
    """Whether two people are one, and on what ground."""

    same_person = forms.ChoiceField(
        label=gettext_lazy("核查结论"),
        choices=(("no", gettext_lazy("不是同一人")), ("yes", gettext_lazy("是同一人，本申请只能不予通过"))),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择核查结论。")},
    )
    reason = forms.CharField(
        label=gettext_lazy("依据"),
        widget=forms.Textarea(attrs={"rows": 2}),
        min_length=SHORTEST_REASON,
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("写明比对了什么，例如两份证件原件、学校。不要写证件号码。"),
        error_messages={"required": gettext_lazy("请写明核查的依据。")},
    )


def find_opening(number: str) -> AccountOpening:
    """The application with this number; 404 for none."""
    people = ("submitted_by", "guardian", "checked_by", "decided_by", "paper", "account")
    found = AccountOpening.objects.select_related(*people).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def find_duplicate(pk: int) -> DuplicateCase:
    """The suspected duplicate with this id; 404 for none."""
    cases = DuplicateCase.objects.select_related("opening", "existing__person", "existing__account", "resolved_by")
    found = cases.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def opening_pane(desk: Desk, found: AccountOpening, **used: forms.Form | list[tuple[str, str]]) -> Pane:
    """The application; ``used`` replaces a form (``check``, ``refusal``, ``reveal``) or holds what was revealed."""
    duplicates = list(found.duplicate_cases.select_related("existing__person", "resolved_by").order_by("id"))
    waits = found.state == State.SUBMITTED
    context: dict[str, object] = {
        "opening": found,
        "name": shown_applicant(found, desk.today),
        "minor": found.birth_date is not None and is_under(found.birth_date, ADULT_AGE, desk.today),
        "institution": Institution.objects.filter(code=found.institution_code).first(),
        "steps": _steps(found),
        "duplicates": duplicates,
        "purposes": _purposes(found),
        "waits": waits,
        "check_shut": _check_shut(desk, found),
        "open_shut": _open_shut(desk, found, duplicates),
        "check_form": used.get("check") or CheckForm(),
        "refusal_form": used.get("refusal") or OpeningRefusalForm(),
        "reveal_form": used.get("reveal") or RevealForm(),
        "clear": used.get("clear") or [],
    }
    return Pane("office/opening_case.html", f"opening:{found.pk}", found.number, context)


def duplicate_pane(desk: Desk, case: DuplicateCase, *, form: ResolutionForm | None = None) -> Pane:
    """Two people of one name and birth date, both masked, side by side."""
    existing = case.existing
    context: dict[str, object] = {
        "case": case,
        "opening": case.opening,
        "name": shown_applicant(case.opening, desk.today),
        "existing": existing,
        "existing_documents": list(existing.person.documents.filter(current=True)),
        "shut": _resolution_shut(desk, case),
        "waits": case.state == DuplicateCase.State.OPEN,
        "form": form or ResolutionForm(),
    }
    return Pane("office/duplicate_case.html", f"duplicate:{case.pk}", case.opening.number, context)


def _steps(found: AccountOpening) -> list[Step]:
    ended = found.state in (State.REFUSED, State.WITHDRAWN)
    present = 3 if found.state != State.SUBMITTED else 2 if found.checked_by_id else 1
    words = (
        (_("申请"), who_when(found.submitted_by, found.submitted_at)),
        (_("核对原件"), who_when(found.checked_by, found.checked_at)),
        (_("审核开户"), who_when(found.decided_by, found.decided_at)),
    )
    steps = [
        Step(label, detail, "done" if index < present else "now" if index == present else "")
        for index, (label, detail) in enumerate(words)
    ]
    if ended:
        steps[-1] = Step(found.get_state_display(), words[-1][1], "now")
    return steps


def _purposes(found: AccountOpening) -> list[str]:
    """The purposes that were agreed to, as codes."""
    if found.paper is not None:
        return [str(purpose) for purpose in found.paper.purposes]
    return [str(given["purpose"]) for given in found.consents]


def _check_shut(desk: Desk, found: AccountOpening) -> str:
    if not desk.reviewer:
        return _("核对与审核由审核员办理，您现在只能查看。")
    if desk.person_id in {found.submitted_by_id, found.guardian_id}:
        return _("不能核对自己提交的申请。")
    return ""


def _open_shut(desk: Desk, found: AccountOpening, duplicates: list[DuplicateCase]) -> str:
    """Why the account can't be opened by this person now; the action decides again."""
    if shut := _check_shut(desk, found):
        return shut
    if found.checked_by_id is None:
        return _("先与证件原件核对，再由另一位审核员开户。")
    if found.checked_by_id == desk.person_id:
        return _("您核对过原件，须由另一位审核员开户。")
    states = {case.state for case in duplicates}
    if DuplicateCase.State.OPEN in states:
        return _("有疑似重复的户口，先核查是否为同一人。")
    if DuplicateCase.State.SAME in states:
        return _("核查结论是同一人，一人只能有一个户口，只能不予通过。")
    return ""


def _resolution_shut(desk: Desk, case: DuplicateCase) -> str:
    return _check_shut(desk, case.opening)
