"""Where an application to open an account stands, for a family without a login: by its number and code, never kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from creditbank import clock
from creditbank.errors import Busy, CreditBankError
from creditbank.network import source_of
from creditbank.people.follow_up import Missing, choose_counter, follow_opening, missing_of
from creditbank.people.models import AccountOpening
from creditbank.people.names import mask_name
from creditbank.people.opening_form import opening_pdf
from creditbank.portals.downloads import asked_language, pdf_response
from creditbank.portals.failures import error_words, status_of
from creditbank.portals.labels import Step
from creditbank.portals.student.counters import FIELD, counter_field, institution_of, offer_counters, place_of

_QUIET: Final = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}


class FollowForm(forms.Form):
    """The two facts that were told when the application was sent."""

    number = forms.CharField(
        label=gettext_lazy("申请号"),
        max_length=30,
        help_text=gettext_lazy("例如 KH-2026-000123"),
        widget=forms.TextInput(attrs=_QUIET),
    )
    code = forms.CharField(
        label=gettext_lazy("查询码"),
        max_length=30,
        help_text=gettext_lazy("提交申请时给的 12 位字母和数字"),
        widget=forms.TextInput(attrs=_QUIET),
    )


class PlaceForm(forms.Form):
    """Another place to show the originals; number and code go along."""

    number = forms.CharField(max_length=30, widget=forms.HiddenInput)
    code = forms.CharField(max_length=30, widget=forms.HiddenInput)
    originals_at = counter_field()

    def __init__(self, data: Mapping[str, str] | None = None, initial: Mapping[str, str] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id="place_%s")
        offer_counters(self)


@sensitive_post_parameters("number", "code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """The form; on POST how the application stands, or the one answer that every miss gets."""
    at = clock.now()
    if FIELD in request.POST:
        return _choose(request, at)
    form = FollowForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _asked(request, form, status=400 if form.is_bound else 200)
    try:
        found = _follow(request, form, at)
    except Busy:
        return _asked(request, form, too_many=True, status=429)
    return _shown(request, found, form) if found else _asked(request, form, missed=True)


@sensitive_post_parameters("number", "code")
@never_cache
@require_POST
def status_form(request: HttpRequest) -> HttpResponse:
    """The filled Annex 1, the number of the paper masked; 404 for every miss and once its personal data are gone."""
    at = clock.now()
    form = FollowForm(request.POST)
    if not form.is_valid():
        raise Http404
    found = _follow(request, form, at)
    if found is None or not found.name:
        raise Http404
    content = opening_pdf(found, institution_name=institution_of(found), lang=asked_language(), at=at)
    return pdf_response(content, f"annex-1-{found.number}")


def steps_of(opening: AccountOpening) -> list[Step]:
    """The road as the family sees it: without the names of those who work on it."""
    moment = opening.submitted_at.astimezone(clock.CIVIL_ZONE)
    sent = Step(_("已提交"), f"{moment:%Y-%m-%d %H:%M}", "done")
    checked = opening.checked_by_id is not None
    check = Step(_("核对原件"), _("已核对") if checked else _("请带原件来"), "done" if checked else "now")
    if opening.state == AccountOpening.State.OPENED:
        return [sent, check, Step(_("已开户"), _("凭开户凭条开通登录"), "done")]
    if opening.state != AccountOpening.State.SUBMITTED:
        return [sent, *([check] if checked else []), Step(opening.get_state_display(), "", "now")]
    review = Step(_("管理小组审核"), _("正在审核") if checked else _("核对原件以后"), "now" if checked else "")
    return [sent, check, review, Step(_("开户"), _("发卡和开户凭条"))]


@sensitive_variables()
def _follow(request: HttpRequest, form: forms.Form, at: datetime) -> AccountOpening | None:
    return follow_opening(
        at=at, source=source_of(request), number=form.cleaned_data["number"], code=form.cleaned_data["code"]
    )


@sensitive_variables()
def _choose(request: HttpRequest, at: datetime) -> HttpResponse:
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return _asked(request, FollowForm(), status=400)
    given = form.cleaned_data
    try:
        found = choose_counter(
            at=at,
            source=source_of(request),
            number=given["number"],
            code=given["code"],
            institution_code=given[FIELD],
        )
    except Busy:
        return _asked(request, FollowForm(), too_many=True, status=429)
    except CreditBankError as error:
        return _asked(request, FollowForm(), refused=error_words(error), status=status_of(error))
    if found is None:
        return _asked(request, FollowForm(), missed=True)
    return _shown(request, found, form, moved=True)


def _asked(
    request: HttpRequest,
    form: FollowForm,
    *,
    missed: bool = False,
    too_many: bool = False,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    if missed or too_many:
        # The code is not sent back: the next person at this machine must not find it.
        form = FollowForm(initial={"number": form.data.get("number", "")})
    context = {"form": form, "missed": missed, "too_many": too_many, "refused": refused}
    return render(request, "student/opening_status.html", context, status=status)


def _shown(request: HttpRequest, found: AccountOpening, form: forms.Form, *, moved: bool = False) -> HttpResponse:
    proof = {"number": found.number, "code": form.cleaned_data["code"]}
    missing = missing_of(found)
    movable = Missing.ORIGINAL in missing and found.way == AccountOpening.Way.ONLINE
    context: dict[str, object] = {
        "opening": found,
        "masked_name": mask_name(found.name) if found.name else "",
        "steps": steps_of(found),
        "missing": [each.value for each in missing],
        "minor": bool(found.guardian_name),
        "place": place_of(found),
        "proof": proof,
        "moved": moved,
        "place_form": PlaceForm(initial={**proof, FIELD: found.originals_at}) if movable else None,
    }
    return render(request, "student/opening_status.html", context)
