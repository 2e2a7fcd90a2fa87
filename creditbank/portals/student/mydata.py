"""One's own data: statement of a period, export of everything, who looked, what was agreed to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from creditbank import clock
from creditbank.audit.reading import records_about_holder
from creditbank.errors import CreditBankError
from creditbank.people.access import who_saw
from creditbank.people.consents import PRIVACY, current_text, give_consent, withdraw_consent
from creditbank.people.models import Consent, ConsentText
from creditbank.people.models.consents import Purpose
from creditbank.portals.downloads import asked_language, file_response, pdf_response
from creditbank.portals.export import Column, export_response
from creditbank.portals.failures import error_words
from creditbank.portals.site import law_shown
from creditbank.portals.student.access import Reader, back_to, reader_page, show
from creditbank.portals.student.offers import words_of
from creditbank.portals.student.telling import told_record, told_sight
from creditbank.records.own_data import export_own_data
from creditbank.records.statement import statement_headings, statement_of, statement_pdf, statement_rows

FREE = (Purpose.PUBLICATION, Purpose.SHARING)
FORMATS = ("pdf", "xlsx", "csv")
# What a browser sends and wants for a date, in every language.
ISO = "%Y-%m-%d"
SIGHTS = 200
RECORDS = 50
GRANTS = 20


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format=ISO)


class PeriodForm(forms.Form):
    """The period of a statement, both days included."""

    since = forms.DateField(label=gettext_lazy("开始日期"), input_formats=[ISO], widget=_day())
    until = forms.DateField(label=gettext_lazy("结束日期"), input_formats=[ISO], widget=_day())


@dataclass(frozen=True, slots=True)
class Standing:
    """A purpose of its own choice: the words in force, and the consent that stands (None: not given)."""

    purpose: str
    label: str
    text: ConsentText
    words: str
    consent: Consent | None


@require_safe
@reader_page
def statement(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Choose a period; ``format`` pdf, xlsx or csv downloads it."""
    today = clock.today(reader.at)
    first = clock.today(reader.account.opened_at)
    chosen = request.GET.get("format", "")
    form = PeriodForm(request.GET if "since" in request.GET else None, initial={"since": first, "until": today})
    if form.is_valid() and chosen in FORMATS:
        try:
            return _statement(reader, chosen, form.cleaned_data["since"], form.cleaned_data["until"])
        except CreditBankError as error:
            form.add_error(str(error.data.get("field") or "since"), error_words(error))
    status = 400 if form.is_bound and form.errors else 200
    return show(request, reader, "statement", "statement", {"form": form}, status=status)


def _statement(reader: Reader, kind: str, since: date, until: date) -> HttpResponse:
    found = statement_of(reader.account, law_shown(), since=since, until=until)
    name = f"statement-{since:%Y%m%d}-{until:%Y%m%d}"
    if kind == "pdf":
        return pdf_response(statement_pdf(found, lang=asked_language(), at=reader.at), name)
    return export_response(kind, text_columns(statement_headings()), statement_rows(found), filename=name)


def text_columns(headings: tuple[str, ...]) -> tuple[Column[tuple[str, ...]], ...]:
    """Columns over rows of text."""
    return tuple(Column(heading, _cell(index)) for index, heading in enumerate(headings))


def _cell(index: int) -> Callable[[tuple[str, ...]], str]:
    return lambda row: row[index]


@require_http_methods(["GET", "HEAD", "POST"])
@reader_page
def data(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Everything the bank keeps about the student, as one file."""
    if request.method != "POST":
        return show(request, reader, "data", "data")
    content = export_own_data(actor=reader.actor, account=reader.account, law=law_shown(), at=reader.at)
    return file_response(content, f"my-data-{clock.today(reader.at):%Y%m%d}.json", "application/json; charset=utf-8")


@require_safe
@reader_page
def looks(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Who saw the student's data, and what was done to the account."""
    sights = who_saw(actor=reader.actor, at=reader.at, student=reader.account.student)
    grants = reader.account.student.access_grants.select_related("grantee", "approved_by").order_by("-starts", "-pk")
    context = {
        "grants": [(each, each.starts <= reader.at < each.ends) for each in grants[:GRANTS]],
        "looks": [told_sight(each) for each in sights[:SIGHTS]],
        "records": [told_record(each) for each in records_about_holder(reader.holder_id)[:RECORDS]],
    }
    return show(request, reader, "looks", "looks", context)


@require_safe
@reader_page
def consents(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What was agreed to, when, by whom; and the two that are free to give and to take back."""
    student = reader.account.student
    given = list(student.consents.select_related("text", "withdrawn_by").order_by("-given_at", "-id"))
    standing = [_standing(each, given, reader) for each in FREE]
    notice = current_text(PRIVACY, reader.at)
    context = {"given": given, "standing": standing, "notice": notice, "notice_words": words_of(notice)}
    return show(request, reader, "consents", "consents", context)


def _standing(purpose: Purpose, given: list[Consent], reader: Reader) -> Standing:
    text = current_text(purpose, reader.at)
    stands = (each for each in given if each.purpose == purpose and each.withdrawn_at is None and not each.subject_ref)
    return Standing(purpose.value, str(purpose.label), text, words_of(text), next(stands, None))


@require_POST
@reader_page
def give(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Agree to a purpose, in the words that were shown."""
    purpose = request.POST.get("purpose", "")
    if purpose not in [each.value for each in FREE]:
        raise Http404
    give_consent(
        actor=reader.actor,
        student=reader.account.student,
        purpose=purpose,
        text_version=request.POST.get("text_version", ""),
        at=reader.at,
    )
    messages.success(request, _("已记录您的同意。随时可以撤回。"))
    return back_to("consents")


@require_POST
@reader_page
def withdraw(request: HttpRequest, reader: Reader, consent: int) -> HttpResponse:
    """Take agreement back; what was done under it stays done."""
    found = Consent.objects.filter(pk=consent, student=reader.account.student, purpose__in=FREE).first()
    if found is None:
        raise Http404
    withdraw_consent(actor=reader.actor, consent=found, at=reader.at)
    messages.success(request, _("同意已撤回。以后不再用于这件事。"))
    return back_to("consents")
