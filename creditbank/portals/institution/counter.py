"""Redemption over the counter (M-7, M-10): the institution takes the signed form in; it decides nothing.

To look up what a student may redeem is a look at her data: it is recorded, and she and her guardian can see it.
"""

from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from creditbank.audit.actions import record
from creditbank.errors import CreditBankError
from creditbank.institutions.models import Enrolment
from creditbank.ledger.books import balance_of
from creditbank.people.access import REVEAL
from creditbank.people.guardians import is_minor
from creditbank.people.models import PaperConsent
from creditbank.policy.codes import Route
from creditbank.policy.decision import decision_from_json
from creditbank.policy.registry import Product
from creditbank.portals.downloads import asked_language, pdf_response
from creditbank.portals.export import Column, export_response
from creditbank.portals.failures import error_words, status_of
from creditbank.portals.institution.access import Desk, back_to, desk_page, show
from creditbank.portals.institution.students import find_enrolment
from creditbank.portals.labels import format_credits
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.site import law_shown
from creditbank.records.entries import product_name
from creditbank.redemption.actions import apply_over_counter
from creditbank.redemption.eligibility import certificate_decisions, decision_for
from creditbank.redemption.errors import NotEligible
from creditbank.redemption.form import application_pdf
from creditbank.redemption.models import Redemption, RedemptionQuerySet, RedemptionState

ROUTES: Final = {Route.SKILL: gettext_lazy("技能途径"), Route.CHAMPION: gettext_lazy("冠军途径")}


class CounterForm(forms.Form):
    """The signed form is in hand; for a minor the number of the guardian's confirmed paper, if there is one."""

    route = forms.CharField(widget=forms.HiddenInput, required=False)
    paper_number = forms.ChoiceField(
        label=gettext_lazy("监护人同意书"),
        required=False,
        help_text=gettext_lazy("选择已由两人核录的同意书；没有就留空，等监护人登录同意。"),
    )
    signed = forms.BooleanField(
        label=gettext_lazy("已收到本人签名的《学分兑换教育产品申请表》（附件2）"),
        error_messages={"required": gettext_lazy("请先收到签名的申请表，再勾选。")},
    )


@require_safe
@desk_page
def redemptions(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every application that was taken in over this counter."""
    listing = make_listing(
        request.GET,
        _taken_here(desk),
        search=lambda rows, words: rows.filter(number__icontains=words),
        filters=(
            Filter(
                "state", gettext_lazy("状态"), RedemptionState.choices, lambda rows, value: rows.filter(state=value)
            ),
        ),
    )
    if listing.export:
        return export_response(listing.export, COLUMNS, listing.rows, filename=f"redemptions-{desk.code}")
    rows = [(each, product_name(each)) for each in listing.page if isinstance(each, Redemption)]
    return show(request, desk, "redemptions", "redemptions", {"listing": listing, "rows": rows})


@require_safe
@desk_page
def redemption(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """One application taken in here: where it stands."""
    found = _find(desk, number)
    context: dict[str, object] = {
        "redemption": found,
        "product_name": product_name(found),
        "decision": decision_from_json(found.decision),
        "route_label": ROUTES.get(Route(found.route)) if found.route else "",
    }
    return show(request, desk, "redemption", "redemptions", context)


@require_safe
@desk_page
def redemption_form_pdf(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The filled Annex 2."""
    found = _find(desk, number)
    return pdf_response(application_pdf(found, lang=asked_language(), at=desk.at), f"annex-2-{found.number}")


@require_safe
@desk_page
def products(request: HttpRequest, desk: Desk, enrolment_id: int) -> HttpResponse:
    """What the student may redeem today, and what is missing: every certificate."""
    enrolment = find_enrolment(desk, enrolment_id)
    _note_look(desk, enrolment)
    law = law_shown()
    rows = [
        (law.products[each.product], each, len(each.unmet))
        for each in certificate_decisions(enrolment.student.account, desk.at)
    ]
    rows.sort(key=lambda row: row[2])
    context: dict[str, object] = {
        "enrolment": enrolment,
        "rows": rows,
        "available": balance_of(enrolment.student.account.holder_id).available,
    }
    return show(request, desk, "products", "redemptions", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def apply(request: HttpRequest, desk: Desk, enrolment_id: int, product: str) -> HttpResponse:
    """Every requirement of one certificate; when all are met, take the application in."""
    enrolment = find_enrolment(desk, enrolment_id)
    chosen = _product(product)
    account = enrolment.student.account
    decision = decision_for(account, chosen.code, desk.at)
    minor = is_minor(enrolment.student, desk.today)
    form = CounterForm(
        request.POST if request.method == "POST" else None,
        initial={"route": decision.route.value if decision.route else ""},
    )
    _offer_papers(form, desk, minor=minor)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                return _apply(request, desk, enrolment, chosen, form)
            except NotEligible:
                # Something changed since the page was shown; the decision on it now says what.
                status = 422
            except CreditBankError as error:
                form.add_error(None, error_words(error))
                status = status_of(error)
    else:
        _note_look(desk, enrolment)
    context: dict[str, object] = {
        "enrolment": enrolment,
        "product": chosen,
        "decision": decision,
        "met": sum(each.met for each in decision.requirements),
        "route_label": ROUTES.get(decision.route) if decision.route else "",
        "available": balance_of(account.holder_id).available,
        "form": form,
        "minor": minor,
    }
    return show(request, desk, "counter_apply", "redemptions", context, status=status)


def _apply(request: HttpRequest, desk: Desk, enrolment: Enrolment, product: Product, form: CounterForm) -> HttpResponse:
    number = form.cleaned_data.get("paper_number", "")
    taken = apply_over_counter(
        actor=desk.actor,
        counter=desk.institution,
        account=enrolment.student.account,
        product=product.code,
        at=desk.at,
        route=form.cleaned_data["route"] or None,
        paper=PaperConsent.objects.get(number=number, institution_code=desk.code) if number else None,
    )
    messages.success(request, _("申请已受理，编号 %(number)s。") % {"number": taken.number})
    return back_to(desk, "redemption", taken.number)


def _offer_papers(form: CounterForm, desk: Desk, *, minor: bool) -> None:
    if not minor:
        del form.fields["paper_number"]
        return
    field = form.fields["paper_number"]
    assert isinstance(field, forms.ChoiceField)
    papers = PaperConsent.objects.filter(institution_code=desk.code, used_at=None).exclude(confirmed_by=None)
    offered = [each for each in papers.order_by("-pk")[:200] if "redemption" in each.purposes]
    field.choices = [
        ("", _("没有纸质同意书，等监护人登录同意")),
        *((each.number, f"{each.number} · {each.guardian_name}") for each in offered),
    ]


def _note_look(desk: Desk, enrolment: Enrolment) -> None:
    record(
        actor=desk.actor,
        at=desk.at,
        action=REVEAL,
        subject_kind="student",
        subject_id=enrolment.student_id,
        holder_id=enrolment.student.account.holder_id,
        clause="M-10",
        fields=["eligibility"],
        refs={"reason": "counter", "institution": desk.code},
    )


def _product(code: str) -> Product:
    found = law_shown().products.get(code)
    if found is None or not found.is_certificate:
        raise Http404
    return found


def _taken_here(desk: Desk) -> RedemptionQuerySet:
    mine = Redemption.objects.filter(counter=desk.institution)
    related = ("account__student__person", "policy_version", "applied_by")
    return mine.select_related(*related).defer("policy_version__law")


def _find(desk: Desk, number: str) -> Redemption:
    found = _taken_here(desk).filter(number=number).first()
    if found is None:
        raise Http404
    return found


COLUMNS: tuple[Column[Redemption], ...] = (
    Column(gettext_lazy("申请号"), lambda row: row.number),
    Column(gettext_lazy("姓名"), lambda row: row.account.student.person.name),
    Column(gettext_lazy("产品"), product_name),
    Column(gettext_lazy("学分"), lambda row: format_credits(row.credits_hundredths)),
    Column(gettext_lazy("受理日期"), lambda row: row.applied_on),
    Column(gettext_lazy("受理人"), lambda row: row.applied_by.name),
    Column(gettext_lazy("状态"), lambda row: row.get_state_display()),
)
