"""The balance query with card and identity paper (M-5): by POST, never kept, one neutral answer for every miss."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods


class BalanceForm(forms.Form):
    """The two facts that identify the caller."""

    card = forms.CharField(
        label=_("素质教育卡号"),
        max_length=30,
        help_text=_("在卡片正面，或开户回执上"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    document_number = forms.CharField(
        label=_("证件号码"),
        max_length=40,
        help_text=_("身份证、居住证、通行证、护照或学籍号。只用来核对，不会出现在网址里"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@sensitive_post_parameters("card", "document_number")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def query(request: HttpRequest) -> HttpResponse:
    """Show the form, and the balance if both facts fit."""
    form = BalanceForm(request.POST or None)
    return render(request, "public/balance.html", {"form": form})
