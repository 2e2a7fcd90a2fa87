"""The register of certificates: each as it was printed; suspended by one person, revoked by another."""

from collections.abc import Callable
from functools import partial
from typing import Final

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from creditbank.certificates.actions import (
    REASON_LENGTH,
    reinstate_certificate,
    revoke_certificate,
    suspend_certificate,
)
from creditbank.certificates.models import Certificate, CertificateState
from creditbank.certificates.office_copy import print_certificate
from creditbank.errors import CreditBankError
from creditbank.portals.downloads import asked_language, pdf_response
from creditbank.portals.export import Column, export_response
from creditbank.portals.labels import spoken
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.office.access import READERS, Desk, Role, office_page, show
from creditbank.portals.office.frame import done, refuse_beside
from creditbank.portals.office.sight import shown_student
from creditbank.portals.office.tables import Cell, Head, show_list
from creditbank.portals.site import law_shown

STEPS: Final[dict[str, Callable[..., Certificate]]] = {
    "suspend": suspend_certificate,
    "reinstate": reinstate_certificate,
    "revoke": revoke_certificate,
}


class StepForm(forms.Form):
    """Why the certificate changes its state; its holder and its check page show the reason."""

    reason = forms.CharField(
        label=gettext_lazy("理由"),
        widget=forms.Textarea(attrs={"rows": 2}),
        min_length=REASON_LENGTH,
        max_length=400,
        help_text=gettext_lazy("持证人和查验的人会看到。"),
        error_messages={"required": gettext_lazy("请写明理由。")},
    )


@require_safe
@office_page(*READERS)
def certificates(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every certificate, newest first."""
    listing = make_listing(
        request.GET,
        Certificate.objects.select_related("account__student__person"),
        search=lambda rows, words: rows.filter(number__icontains=words),
        filters=(Filter("state", _("状态"), CertificateState.choices, lambda rows, value: rows.filter(state=value)),),
    )
    if listing.export:
        return export_response(listing.export, COLUMNS, listing.rows, filename="certificates")
    return show_list(
        request,
        desk,
        "certificates",
        title=_("证书登记簿"),
        listing=listing,
        heads=_HEADS,
        cells=partial(_cells, desk),
        placeholder=_("证书编号"),
    )


@require_safe
@office_page(*READERS)
def certificate(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """One certificate."""
    return _page(request, desk, _found(number), StepForm())


@require_POST
@office_page(Role.REVIEWER, Role.DECIDER)
def step(request: HttpRequest, desk: Desk, number: str, name: str) -> HttpResponse:
    """Suspend, reinstate or revoke."""
    act = STEPS.get(name)
    if act is None:
        raise Http404
    found, form, status = _found(number), StepForm(request.POST), 400
    if form.is_valid():
        roles = (Role.REVIEWER, Role.DECIDER) if name == "suspend" else (Role.DECIDER,)
        try:
            act(actor=desk.acting(*roles), certificate=found, reason=form.cleaned_data["reason"], at=desk.at)
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            return done(request, _("证书 %(number)s 已办理。") % {"number": number}, name="certificate", args=(number,))
    return _page(request, desk, found, form, status=status)


@require_safe
@office_page(Role.REVIEWER, Role.DECIDER, Role.ADMIN)
def sheet(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The certificate as PDF, for the print run."""
    found = _found(number)
    content = print_certificate(
        actor=desk.acting(Role.REVIEWER, Role.DECIDER, Role.ADMIN),
        at=desk.at,
        certificate=found,
        check_address_base=settings.SITE_URL,
        lang=asked_language(),
    )
    return pdf_response(content, found.number, inline=False)


def _page(request: HttpRequest, desk: Desk, found: Certificate, form: StepForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, object] = {
        "certificate": found,
        "title": _title(found),
        "name": shown_student(found.account.student, desk.today),
        "form": form,
        "may_suspend": desk.officer and found.state == CertificateState.VALID,
        "may_end": desk.decider and found.state == CertificateState.SUSPENDED,
        "own_suspension": found.state_by_id == desk.person_id,
        "may_print": desk.may(Role.REVIEWER, Role.DECIDER, Role.ADMIN),
    }
    return show(request, desk, "certificate", "certificates", context, status=status)


def _found(number: str) -> Certificate:
    rows = Certificate.objects.select_related(
        "account__student__person", "policy_version", "issued_by", "state_by", "issuer"
    )
    found = rows.filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _title(row: Certificate) -> str:
    product = law_shown().products.get(f"certificate.{row.family}.{row.grade}")
    return spoken(product.name) if product else f"{row.family} {row.grade}"


_HEADS: Final = (
    Head(gettext_lazy("证书")),
    Head(gettext_lazy("持证人")),
    Head(gettext_lazy("状态")),
    Head(gettext_lazy("颁发机构")),
    Head(gettext_lazy("颁发日期"), "num"),
)


def _cells(desk: Desk, row: Certificate) -> tuple[Cell, ...]:
    return (
        Cell(_title(row), sub=row.number, name="certificate", args=(row.number,)),
        Cell(shown_student(row.account.student, desk.today)),
        Cell(row.get_state_display(), state=row.state),
        Cell(row.issuer_name),
        Cell(row.issued_on.isoformat(), css="num"),
    )


COLUMNS: Final[tuple[Column[Certificate], ...]] = (
    Column(gettext_lazy("证书编号"), lambda row: row.number),
    Column(gettext_lazy("证书"), _title),
    Column(gettext_lazy("状态"), lambda row: row.get_state_display()),
    Column(gettext_lazy("颁发机构"), lambda row: row.issuer_name),
    Column(gettext_lazy("颁发日期"), lambda row: row.issued_on),
    Column(gettext_lazy("申请号"), lambda row: row.redemption_number),
)
