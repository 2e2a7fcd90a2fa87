"""The public check of a certificate: number and code show the whole certified content, a number alone nothing."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from creditbank import clock
from creditbank.certificates.checking import CheckedCertificate, check_certificate
from creditbank.certificates.models import CertificateState
from creditbank.portals.labels import tone_of
from creditbank.portals.site import law_shown


class CheckForm(forms.Form):
    """Number and code as printed on the certificate."""

    number = forms.CharField(label=_("证书编号"), max_length=30, help_text=_("例如 LM-A-2026-000123"))
    code = forms.CharField(label=_("校验码"), max_length=40, help_text=_("印在证书二维码旁边"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Show the form, and the certificate if both facts fit. The QR on a certificate carries both."""
    given = request.POST if request.method == "POST" else request.GET
    form = CheckForm(given if "number" in given and "code" in given else None)
    asked = form.is_valid()
    found = None
    if asked:
        found = check_certificate(number=form.cleaned_data["number"], code=form.cleaned_data["code"])
    context: dict[str, object] = {"form": form, "found": found, "asked": asked, "checked_at": clock.now()}
    if found is not None:
        context |= _shown(found)
    return render(request, "public/check.html", context)


def _shown(found: CheckedCertificate) -> dict[str, object]:
    """The words for the codes that a certificate carries."""
    family = law_shown().families[found.family]
    return {
        "form": CheckForm(),
        "family_name": family.name,
        "grade_name": family.grade(found.grade).name,
        "tone": tone_of(found.state),
        "state_label": CertificateState(found.state).label,
    }
