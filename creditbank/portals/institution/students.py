"""The roster (名册): whom the institution serves over its counter; enrolling by card, and leaving.

A name is searched by POST and kept in the session, so that no address holds one. Numbers of identity papers are not
shown here at all, of a card only its end.
"""

from typing import Final

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from creditbank.errors import CreditBankError
from creditbank.institutions.actions import end_enrolment, enrol_student
from creditbank.institutions.models import Enrolment
from creditbank.people.matching import Outcome, Wanted, match_students
from creditbank.people.models import Student, StudentCard
from creditbank.people.names import pinyin_key
from creditbank.portals.export import Column, export_response
from creditbank.portals.failures import error_words, status_of
from creditbank.portals.institution.access import Desk, back_to, desk_page, show
from creditbank.portals.listing import Filter, make_listing
from creditbank.redemption.models import Redemption

SOUGHT: Final = "roster-search"
GROUPS_OFFERED: Final = 200
Enrolments = QuerySet[Enrolment]
_QUIET: Final = {"autocomplete": "off", "spellcheck": "false"}


class EnrolForm(forms.Form):
    """A student with an account, by the card that she shows and her name."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60, widget=forms.TextInput(attrs=_QUIET))
    card_number = forms.CharField(
        label=gettext_lazy("素质教育卡号"),
        max_length=40,
        help_text=gettext_lazy("13 位数字，在卡片正面。"),
        widget=forms.TextInput(attrs={**_QUIET, "inputmode": "numeric"}),
    )
    group_name = forms.CharField(
        label=gettext_lazy("班级或分组"), max_length=40, required=False, help_text=gettext_lazy("如：七年级 2 班")
    )


class GroupForm(forms.Form):
    """Another class or group."""

    group_name = forms.CharField(label=gettext_lazy("班级或分组"), max_length=40, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@desk_page
def students(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The roster as it stands; a POST keeps what name is sought."""
    if request.method == "POST":
        request.session[SOUGHT] = {"code": desk.code, "words": request.POST.get("words", "").strip()[:60]}
        return back_to(desk, "students")
    sought = _sought(request, desk)
    present = Enrolment.objects.filter(institution=desk.institution, until=None)
    groups = list(
        present.exclude(group_name="").order_by("group_name").values_list("group_name", flat=True).distinct()
    )[:GROUPS_OFFERED]
    listing = make_listing(
        request.GET,
        _by_name(present.select_related("student__person", "student__account"), sought),
        filters=(
            Filter(
                "group",
                gettext_lazy("班级或分组"),
                [(name, name) for name in groups],
                lambda rows, value: rows.filter(group_name=value),
            ),
        ),
        per_page=50,
    )
    if listing.export:
        return export_response(listing.export, COLUMNS, listing.rows, filename=f"roster-{desk.code}")
    context: dict[str, object] = {"listing": listing, "sought": sought, "any": present.exists()}
    return show(request, desk, "students", "students", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("name", "card_number")
@desk_page
def enrol(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Enter a student in the roster; one answer for an unknown card and for another's."""
    form, status = EnrolForm(), 200
    if request.method == "POST":
        form, status = EnrolForm(request.POST), 400
        student = _student_of(form, desk) if form.is_valid() else None
        if student is not None:
            try:
                enrol_student(
                    actor=desk.actor,
                    at=desk.at,
                    institution=desk.institution,
                    student=student,
                    group_name=form.cleaned_data["group_name"].strip(),
                )
            except CreditBankError as error:
                form.add_error(None, error_words(error))
                status = status_of(error)
            else:
                messages.success(request, _("已列入名册。"))
                return back_to(desk, "students")
    return show(request, desk, "enrol", "students", {"form": form}, status=status)


@require_safe
@desk_page
def student(request: HttpRequest, desk: Desk, enrolment_id: int) -> HttpResponse:
    """One student of the roster: what the counter can do for her."""
    enrolment = find_enrolment(desk, enrolment_id)
    taken = Redemption.objects.filter(counter=desk.institution, account__student=enrolment.student)
    context: dict[str, object] = {
        "enrolment": enrolment,
        "card_end": card_end(enrolment),
        "form": GroupForm(initial={"group_name": enrolment.group_name}),
        "taken": taken.select_related("policy_version").defer("policy_version__law")[:20],
    }
    return show(request, desk, "student", "students", context)


@require_POST
@desk_page
def regroup(request: HttpRequest, desk: Desk, enrolment_id: int) -> HttpResponse:
    """Put her into another class or group."""
    enrolment = find_enrolment(desk, enrolment_id)
    form = GroupForm(request.POST)
    if form.is_valid():
        enrol_student(
            actor=desk.actor,
            at=desk.at,
            institution=desk.institution,
            student=enrolment.student,
            group_name=form.cleaned_data["group_name"].strip(),
        )
        messages.success(request, _("班级或分组已改。"))
    return back_to(desk, "student", enrolment.pk)


@require_POST
@desk_page
def leave(request: HttpRequest, desk: Desk, enrolment_id: int) -> HttpResponse:
    """She leaves the roster; her account and her credits stay as they are."""
    end_enrolment(actor=desk.actor, at=desk.at, enrolment=find_enrolment(desk, enrolment_id))
    messages.success(request, _("已移出名册，户口和学分不受影响。"))
    return back_to(desk, "students")


def find_enrolment(desk: Desk, enrolment_id: int) -> Enrolment:
    """A student of this institution's roster today; 404 for every other."""
    mine = Enrolment.objects.filter(institution=desk.institution, until=None)
    found = mine.select_related("institution", "student__person", "student__account").filter(pk=enrolment_id).first()
    if found is None:
        raise Http404
    return found


def card_end(enrolment: Enrolment) -> str:
    """The last four digits of her card; empty without one in use."""
    card = StudentCard.objects.filter(account__student=enrolment.student_id, state=StudentCard.State.ACTIVE).first()
    return card.card_number[-4:] if card else ""


def _student_of(form: EnrolForm, desk: Desk) -> Student | None:
    name, typed = form.cleaned_data["name"], form.cleaned_data["card_number"]
    number = "".join(sign for sign in typed if sign.isdecimal())
    match = match_students([Wanted(name=name, card_number=number)], on=desk.today)[0] if number else None
    if match is None or match.outcome != Outcome.MATCHED or match.student_id is None:
        form.add_error("card_number", _("姓名和卡号对不上，或卡已停用、户口未开立。请对照卡面核对。"))
        return None
    return Student.objects.get(pk=match.student_id)


def _sought(request: HttpRequest, desk: Desk) -> str:
    kept = request.session.get(SOUGHT)
    return str(kept.get("words", "")) if isinstance(kept, dict) and kept.get("code") == desk.code else ""


def _by_name(rows: Enrolments, words: str) -> Enrolments:
    ordered = rows.order_by("group_name", "student__person__name_pinyin", "pk")
    if not words:
        return ordered
    spelled = Q(student__person__name__icontains=words)
    if words.isascii():
        spelled |= Q(student__person__name_pinyin__icontains=pinyin_key(words))
    return ordered.filter(spelled)


COLUMNS: tuple[Column[Enrolment], ...] = (
    Column(gettext_lazy("姓名"), lambda row: row.student.person.name),
    Column(gettext_lazy("班级或分组"), lambda row: row.group_name),
    Column(gettext_lazy("列入日期"), lambda row: row.since),
    Column(gettext_lazy("户口"), lambda row: row.student.account.get_state_display()),
)
