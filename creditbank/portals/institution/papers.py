"""Guardians' signed papers (监护人同意书, M-9): one colleague enters, another confirms with the paper in hand."""

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from creditbank.errors import CreditBankError
from creditbank.people.consents import confirm_paper_consent, current_text, enter_paper_consent
from creditbank.people.models import Guardianship, PaperConsent
from creditbank.people.models.consents import Purpose
from creditbank.portals.failures import error_words, status_of
from creditbank.portals.institution.access import Desk, back_to, desk_page, show
from creditbank.portals.labels import spoken
from creditbank.portals.listing import Filter, make_listing

Papers = QuerySet[PaperConsent]
STATES = (
    ("entered", gettext_lazy("待另一人确认")),
    ("confirmed", gettext_lazy("已确认，未使用")),
    ("used", gettext_lazy("已使用")),
)


class PaperForm(forms.Form):
    """What stands on the signed paper; nothing about the child."""

    guardian_name = forms.CharField(
        label=gettext_lazy("监护人姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    relation = forms.ChoiceField(label=gettext_lazy("与学生的关系"), choices=Guardianship.Relation.choices)
    purposes = forms.MultipleChoiceField(
        label=gettext_lazy("签字同意的事项"),
        choices=Purpose.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("只勾选监护人签了字的；不同意公示或提供档案，不影响开户。"),
        error_messages={"required": gettext_lazy("请选择监护人签字同意的事项。")},
    )
    signed_on = forms.DateField(label=gettext_lazy("签字日期"), widget=forms.DateInput(attrs={"type": "date"}))


@require_safe
@desk_page
def papers(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every paper that was entered at this counter."""
    mine = PaperConsent.objects.filter(institution_code=desk.code).select_related("entered_by", "confirmed_by")
    listing = make_listing(
        request.GET,
        mine.order_by("-pk"),
        search=lambda rows, words: rows.filter(number__icontains=words),
        filters=(Filter("state", gettext_lazy("状态"), STATES, _narrow),),
    )
    return show(request, desk, "papers", "papers", {"listing": listing})


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("guardian_name")
@desk_page
def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Enter a paper; it counts when a colleague has confirmed it."""
    form = PaperForm(
        request.POST if request.method == "POST" else None,
        initial={"signed_on": desk.today, "purposes": [Purpose.ACCOUNT.value]},
    )
    status = 400 if request.method == "POST" else 200
    if form.is_valid():
        try:
            paper = enter_paper_consent(actor=desk.actor, at=desk.at, institution_code=desk.code, **form.cleaned_data)
        except CreditBankError as error:
            field = {"name": "guardian_name"}.get(str(error.data.get("field")), str(error.data.get("field")))
            form.add_error(field if field in form.fields else None, error_words(error))
            status = status_of(error)
        else:
            messages.success(
                request, _("已录入，编号 %(number)s。请另一位同事拿着原件确认。") % {"number": paper.number}
            )
            return back_to(desk, "paper", paper.number)
    texts = [current_text(purpose, desk.at) for purpose in Purpose.values]
    words = [(Purpose(text.purpose).label, spoken({"zh": text.zh, "en": text.en}), text.version) for text in texts]
    return show(request, desk, "paper_new", "papers", {"form": form, "texts": words}, status=status)


@require_safe
@desk_page
def paper(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """One paper as it was entered, to be compared with the original."""
    found = _find(desk, number)
    purposes = [(Purpose(code).label, found.text_versions.get(code, "")) for code in found.purposes]
    own = found.entered_by_id == desk.person_id
    return show(request, desk, "paper", "papers", {"paper": found, "purposes": purposes, "own": own})


@require_POST
@desk_page
def confirm(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Confirm what a colleague entered."""
    found = _find(desk, number)
    confirm_paper_consent(actor=desk.actor, at=desk.at, number=found.number)
    messages.success(request, _("同意书 %(number)s 已确认，可以使用。") % {"number": found.number})
    return back_to(desk, "paper", number)


def _find(desk: Desk, number: str) -> PaperConsent:
    mine = PaperConsent.objects.filter(institution_code=desk.code).select_related("entered_by", "confirmed_by")
    found = mine.filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _narrow(rows: Papers, state: str) -> Papers:
    if state == "used":
        return rows.exclude(used_at=None)
    unused = rows.filter(used_at=None)
    return unused.filter(confirmed_by=None) if state == "entered" else unused.exclude(confirmed_by=None)
