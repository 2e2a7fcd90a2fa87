"""The public check of a certificate: number and code show the whole certified content, a number alone nothing."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from creditbank import clock
from creditbank.certificates.checking import check_certificate


class CheckForm(forms.Form):
    """Number and code as printed on the certificate."""

    number = forms.CharField(label=_("证书编号"), max_length=30, help_text=_("例如 LM-A3-2026-000123"))
    code = forms.CharField(label=_("校验码"), max_length=40, help_text=_("印在证书二维码旁边"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Show the form, and the certificate if both facts fit. The QR on a certificate carries both."""
    given = request.POST if request.method == "POST" else request.GET
    asked = "number" in given and "code" in given
    form = CheckForm(given) if asked else CheckForm()
    found = None
    if asked and form.is_valid():
        found = check_certificate(number=form.cleaned_data["number"], code=form.cleaned_data["code"])
    context = {"form": form, "found": found, "asked": asked and form.is_valid(), "checked_at": clock.now()}
    return render(request, "public/check.html", context)
