"""Opening an account online (Annex 1, M-6): the privacy notice first, then an adult for herself or a guardian for a
child. A guardian signs in before anything about the child is asked."""

from datetime import datetime, timedelta
from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from creditbank import clock
from creditbank.audit.actor import PUBLIC, Actor
from creditbank.errors import CreditBankError
from creditbank.people.actors import acting_as
from creditbank.people.applications import Application
from creditbank.people.consents import PRIVACY, current_text
from creditbank.people.follow_up import submit_followed
from creditbank.people.models import AccountOpening, Guardianship, User
from creditbank.people.models.consents import Purpose
from creditbank.people.models.identity import DocumentKind
from creditbank.portals.downloads import asked_language, pdf_response
from creditbank.portals.public.human_check import answered, new_question
from creditbank.portals.student.counters import counter_field, offer_counters, place_of
from creditbank.portals.student.mydata import ISO
from creditbank.portals.student.offers import words_of
from creditbank.portals.student.refusals import tell_in
from creditbank.printing.annexes import opening_form
from creditbank.printing.rendering import render as render_pdf

HANDED_IN: Final = "opening"
SHOWN_FOR: Final = timedelta(minutes=10)
_QUIET: Final = {"autocomplete": "off", "spellcheck": "false"}


class OpeningForm(forms.Form):
    """What Annex 1 asks; for a child also who the guardian is to her."""

    name = forms.CharField(label=gettext_lazy("学生姓名"), max_length=60, help_text=gettext_lazy("与证件上一致"))
    document_kind = forms.ChoiceField(label=gettext_lazy("证件类型"), choices=DocumentKind.choices)
    document_number = forms.CharField(
        label=gettext_lazy("证件号码"),
        max_length=40,
        help_text=gettext_lazy("加密保存，只用来核对是不是本人"),
        widget=forms.TextInput(attrs=_QUIET),
    )
    birth_date = forms.DateField(
        label=gettext_lazy("出生日期"),
        required=False,
        input_formats=[ISO],
        help_text=gettext_lazy("证件号码里有出生日期的不用填"),
        widget=forms.DateInput(attrs={"type": "date"}, format=ISO),
    )
    phone = forms.CharField(
        label=gettext_lazy("联系电话"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("只用于办理户口时联系"),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    relation = forms.ChoiceField(label=gettext_lazy("您是学生的"), choices=Guardianship.Relation.choices)
    originals_at = counter_field()
    privacy_version = forms.CharField(widget=forms.HiddenInput)
    account = forms.BooleanField(error_messages={"required": gettext_lazy("同意后才能开户。")})
    publication = forms.BooleanField(required=False)
    sharing = forms.BooleanField(required=False)

    def __init__(self, *args: object, child: bool, at: datetime, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for purpose in (Purpose.ACCOUNT, Purpose.PUBLICATION, Purpose.SHARING):
            self.fields[purpose.value].label = words_of(current_text(purpose.value, at))
        self.initial["privacy_version"] = current_text(PRIVACY, at).version
        offer_counters(self)
        if not child:
            del self.fields["relation"]

    def application(self) -> Application:
        """The cleaned content as the action takes it."""
        given = self.cleaned_data
        return Application(
            name=given["name"],
            document_kind=given["document_kind"],
            document_number=given["document_number"],
            birth_date=given["birth_date"],
            phone=given["phone"],
            privacy_version=given["privacy_version"],
            agreed=tuple(each for each in ("account", "publication", "sharing") if given[each]),
            relation=given.get("relation", ""),
            originals_at=given["originals_at"],
        )


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def opening(request: HttpRequest) -> HttpResponse:
    """The application form; ``for=child`` for a guardian who is signed in, else an adult for herself."""
    at = clock.now()
    child = (request.POST or request.GET).get("for", "child" if request.user.is_authenticated else "self") == "child"
    if child and not request.user.is_authenticated:
        return _page(request, at, child=True)
    form = OpeningForm(request.POST if request.method == "POST" else None, child=child, at=at)
    status = 200
    if form.is_valid():
        if not request.user.is_authenticated and not _proved(request):
            form.add_error(None, _("请回答最下面的小问题。"))
        else:
            try:
                return _hand_in(request, form, at, child=child)
            except CreditBankError as error:
                status = tell_in(form, error)
    return _page(request, at, child=child, form=form, status=status)


@require_safe
@never_cache
def handed_in(request: HttpRequest) -> HttpResponse:
    """Number and code of the application and what comes next; for ten minutes, in the browser that handed it in."""
    told = request.session.get(HANDED_IN)
    if not isinstance(told, dict):
        return HttpResponseRedirect(reverse("entry:opening_status"))
    if clock.now().timestamp() > told["until"]:
        del request.session[HANDED_IN]
        return HttpResponseRedirect(reverse("entry:opening_status"))
    found = AccountOpening.objects.filter(number=told["number"]).first()
    context = {"number": told["number"], "code": told["code"], "opening": found, "place": place_of(found)}
    return render(request, "student/opening_done.html", context)


@require_safe
def blank_form(request: HttpRequest) -> HttpResponse:
    """The blank Annex 1, to be filled by hand and brought to a counter."""
    at, lang = clock.now(), asked_language()
    notice, account = current_text(PRIVACY, at), current_text("account", at)
    texts = tuple(text.en if lang == "en" else text.zh for text in (notice, account))
    return pdf_response(
        render_pdf(opening_form(printed_at=at, lang=lang, consent_texts=texts, consent_version=notice.version)),
        "annex-1",
    )


@sensitive_variables()
def _hand_in(request: HttpRequest, form: OpeningForm, at: datetime, *, child: bool) -> HttpResponse:
    made = submit_followed(actor=_actor(request, child=child), at=at, application=form.application())
    until = (at + SHOWN_FOR).timestamp()
    request.session[HANDED_IN] = {"number": made.opening.number, "code": made.code, "until": until}
    return HttpResponseRedirect(reverse("entry:opening_done"))


def _actor(request: HttpRequest, *, child: bool) -> Actor:
    if isinstance(request.user, User):
        return acting_as(request.user.person, "guardian" if child else "student")
    return PUBLIC


def _proved(request: HttpRequest) -> bool:
    return answered(request.POST.get("question", ""), request.POST.get("answer", ""))


def _page(
    request: HttpRequest, at: datetime, *, child: bool, form: OpeningForm | None = None, status: int = 200
) -> HttpResponse:
    notice = current_text(PRIVACY, at)
    context = {
        "form": form,
        "child": child,
        "notice": notice,
        "notice_words": words_of(notice),
        "question": None if request.user.is_authenticated else new_question(),
    }
    return render(request, "student/opening.html", context, status=status)
