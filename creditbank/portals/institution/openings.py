"""Accounts opened over the counter (开户申请表, Annex 1): application, original seen, and how it stands (M-4, M-6).

Two ways lead here: an application that the counter took in, and one sent online by a family that chose to show the
originals here. Of the second the counter only compares: it reads the number off the original.
"""

from typing import Final

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from creditbank.errors import CreditBankError
from creditbank.people.applications import Application, submit_opening
from creditbank.people.consents import PRIVACY, current_text
from creditbank.people.models import AccountOpening, Guardianship, IdentityCheck, PaperConsent
from creditbank.people.models.consents import Purpose
from creditbank.people.models.identity import DocumentKind
from creditbank.people.names import mask_name
from creditbank.people.opening_form import opening_pdf
from creditbank.people.opening_review import check_identity
from creditbank.people.opening_sight import look_at_chosen
from creditbank.portals.downloads import asked_language, pdf_response
from creditbank.portals.failures import error_words, status_of
from creditbank.portals.institution.access import Desk, back_to, desk_page, show
from creditbank.portals.institution.opening_steps import steps_of
from creditbank.portals.labels import spoken
from creditbank.portals.listing import Filter, make_listing

Openings = QuerySet[AccountOpening]
STATES = (
    ("unchecked", gettext_lazy("待核对原件")),
    ("waiting", gettext_lazy("待管理小组审核")),
    ("opened", gettext_lazy("已开户")),
    ("ended", gettext_lazy("未通过或已撤回")),
)
WAYS = ((AccountOpening.Way.COUNTER, gettext_lazy("柜台录入")), (AccountOpening.Way.ONLINE, gettext_lazy("网上申请")))
_QUIET: Final = {"autocomplete": "off", "spellcheck": "false"}
# Where a refusal without a field of its own belongs on the form.
_FIELD_OF: Final = {
    "guardian-consent-missing": "paper_number",
    "guardian-consent-unconfirmed": "paper_number",
    "account-consent-missing": "agreed_account",
    "document-known": "document_number",
    "opening-pending": "document_number",
    "consent-version": "agreed_account",
}


class OpeningForm(forms.Form):
    """Annex 1 as it lies on the counter. The notice that was read stands in a hidden field."""

    privacy_version = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=gettext_lazy("学生姓名"),
        max_length=60,
        help_text=gettext_lazy("与证件完全一致。"),
        widget=forms.TextInput(attrs=_QUIET),
    )
    document_kind = forms.ChoiceField(label=gettext_lazy("证件类型"), choices=DocumentKind.choices)
    document_number = forms.CharField(
        label=gettext_lazy("证件号码"), max_length=40, widget=forms.TextInput(attrs=_QUIET)
    )
    birth_date = forms.DateField(
        label=gettext_lazy("出生日期"),
        required=False,
        help_text=gettext_lazy("证件号码里有生日的可以不填。"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("联系电话"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("满 18 周岁的学生填写。"),
        widget=forms.TextInput(attrs={**_QUIET, "inputmode": "tel"}),
    )
    paper_number = forms.ChoiceField(
        label=gettext_lazy("监护人同意书"),
        required=False,
        help_text=gettext_lazy("未满 18 周岁必选；未满 14 周岁，同意书须先由另一位同事确认。"),
    )
    agreed_account = forms.BooleanField(
        label=gettext_lazy("已出示隐私告知；学生本人（或监护人在纸上）同意开立户口并记录学分"),
        error_messages={"required": gettext_lazy("请先出示告知并取得同意。")},
    )
    agreed_publication = forms.BooleanField(label=gettext_lazy("同意公示时显示姓名（部分隐去）"), required=False)
    agreed_sharing = forms.BooleanField(label=gettext_lazy("同意向招生单位等提供综合素质档案"), required=False)


class CheckForm(forms.Form):
    """The original was seen: how, and for a minor by which proof of guardianship; sent online, also its number."""

    seen_number = forms.CharField(
        label=gettext_lazy("原件上的证件号码"),
        max_length=40,
        help_text=gettext_lazy("照原件输入，系统与申请里填的比对，不保存这次输入。"),
        widget=forms.TextInput(attrs=_QUIET),
        error_messages={"required": gettext_lazy("请照原件输入证件号码。")},
    )
    method = forms.ChoiceField(label=gettext_lazy("核对方式"), choices=IdentityCheck.Method.choices)
    guardian_proof = forms.ChoiceField(
        label=gettext_lazy("监护关系证明"),
        choices=(("", gettext_lazy("请选择")), *Guardianship.Proof.choices),
        error_messages={"required": gettext_lazy("请选择所核对的监护关系证明。")},
    )

    def __init__(self, *args: object, opening: AccountOpening) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        if not opening.guardian_name:
            del self.fields["guardian_proof"]
        if opening.institution_code:
            del self.fields["seen_number"]


@require_safe
@desk_page
def openings(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every application of this counter, and those sent online that chose it."""
    mine = openings_here(desk.code).select_related("submitted_by", "checked_by")
    listing = make_listing(
        request.GET,
        mine.order_by("-pk"),
        search=lambda rows, words: rows.filter(number__icontains=words),
        filters=(
            Filter("state", gettext_lazy("状态"), STATES, _narrow),
            Filter("way", gettext_lazy("来路"), WAYS, lambda rows, value: rows.filter(way=value)),
        ),
    )
    return show(request, desk, "openings", "openings", {"listing": listing})


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@sensitive_variables()
@desk_page
def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take an application in."""
    notice = current_text(PRIVACY, desk.at)
    form = OpeningForm(request.POST if request.method == "POST" else None, initial={"privacy_version": notice.version})
    _offer_papers(form, desk)
    status = 400 if request.method == "POST" else 200
    if form.is_valid():
        try:
            made = submit_opening(actor=desk.actor, at=desk.at, application=_application(form, desk))
        except CreditBankError as error:
            _place(form, error)
            status = status_of(error)
        else:
            messages.success(request, _("申请已录入，编号 %(number)s。请核对证件原件。") % {"number": made.number})
            return back_to(desk, "opening", made.number)
    context: dict[str, object] = {"form": form, "notice": spoken({"zh": notice.zh, "en": notice.en})}
    return show(request, desk, "opening_new", "openings", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("seen_number")
@sensitive_variables()
@desk_page
def opening(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """One application; a POST records that the original was compared with it."""
    found = _find(desk, number)
    waiting = found.state == AccountOpening.State.SUBMITTED and found.checked_by_id is None
    chosen = not found.institution_code
    if chosen and waiting and not desk.shut and request.method != "POST":
        look_at_chosen(actor=desk.actor, at=desk.at, opening=found)
    form = CheckForm(request.POST if request.method == "POST" else None, opening=found)
    status = 400 if request.method == "POST" else 200
    if form.is_valid():
        try:
            check_identity(actor=desk.actor, at=desk.at, opening=found, **form.cleaned_data)
        except CreditBankError as error:
            _place(form, error)
            status = status_of(error)
        else:
            messages.success(request, _("已登记核对原件，等待管理小组审核开户。"))
            return back_to(desk, "opening", number)
    context: dict[str, object] = {
        "opening": found,
        "steps": steps_of(found),
        "form": form,
        "waiting": waiting,
        "chosen": chosen,
        # Whoever has nothing to compare any more, or cannot serve now, needs no name of a family from the web.
        "veiled": chosen and bool(found.name) and (desk.shut or not waiting),
        "masked_name": mask_name(found.name) if found.name else "",
    }
    return show(request, desk, "opening", "openings", context, status=status)


@require_safe
@desk_page
def opening_form_pdf(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Annex 1 filled from the application; the number of the paper is masked. A family prints its own."""
    found = _find(desk, number)
    if not found.institution_code:
        raise Http404
    content = opening_pdf(found, institution_name=desk.institution.name, lang=asked_language(), at=desk.at)
    return pdf_response(content, f"annex-1-{found.number}")


def openings_here(code: str) -> Openings:
    """The applications that this counter has to do with: taken in here, or sent online with the originals to come."""
    return AccountOpening.objects.filter(Q(institution_code=code) | Q(institution_code="", originals_at=code))


def _application(form: OpeningForm, desk: Desk) -> Application:
    given = form.cleaned_data
    wishes = {
        Purpose.ACCOUNT: given["agreed_account"],
        Purpose.PUBLICATION: given["agreed_publication"],
        Purpose.SHARING: given["agreed_sharing"],
    }
    return Application(
        name=given["name"],
        document_kind=given["document_kind"],
        document_number=given["document_number"],
        birth_date=given["birth_date"],
        phone=given["phone"],
        privacy_version=given["privacy_version"],
        agreed=tuple(purpose.value for purpose, agreed in wishes.items() if agreed),
        paper_number=given["paper_number"],
        institution_code=desk.code,
    )


def _offer_papers(form: OpeningForm, desk: Desk) -> None:
    field = form.fields["paper_number"]
    assert isinstance(field, forms.ChoiceField)
    papers = PaperConsent.objects.filter(institution_code=desk.code, used_at=None).order_by("-pk")[:200]
    offered = [each for each in papers if Purpose.ACCOUNT.value in each.purposes]
    field.choices = [("", _("满 18 周岁，不需要")), *((each.number, _paper_words(each)) for each in offered)]


def _paper_words(paper: PaperConsent) -> str:
    standing = _("已确认") if paper.confirmed_by_id else _("待另一人确认")
    return f"{paper.number} · {paper.guardian_name} · {standing}"


def _place(form: forms.Form, error: CreditBankError) -> None:
    """The words of a refusal beside the field that they are about."""
    field = str(error.data.get("field") or _FIELD_OF.get(error.reason, ""))
    form.add_error(field if field in form.fields else None, error_words(error))


def _find(desk: Desk, number: str) -> AccountOpening:
    mine = openings_here(desk.code)
    related = ("submitted_by", "checked_by", "decided_by", "paper__entered_by", "paper__confirmed_by")
    found = mine.select_related(*related).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _narrow(rows: Openings, state: str) -> Openings:
    if state == "opened":
        return rows.filter(state=AccountOpening.State.OPENED)
    if state == "ended":
        return rows.filter(state__in=(AccountOpening.State.REFUSED, AccountOpening.State.WITHDRAWN))
    waiting = rows.filter(state=AccountOpening.State.SUBMITTED)
    return waiting.filter(checked_by=None) if state == "unchecked" else waiting.exclude(checked_by=None)
