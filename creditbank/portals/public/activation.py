"""The first login of a student or guardian: card, one-time code of the opening slip, own name and password."""

from datetime import datetime
from typing import Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from creditbank import clock
from creditbank.errors import AlreadyDone, Busy, InvalidInput
from creditbank.network import source_of
from creditbank.people.logins import activate_login
from creditbank.portals.failures import error_words

_QUIET: Final = {"autocomplete": "off", "spellcheck": "false"}


class OwnLoginForm(forms.Form):
    """The user name and password that somebody chooses."""

    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=40,
        help_text=gettext_lazy("3 至 40 个小写字母、数字、点或短横，以字母开头"),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=gettext_lazy("密码"),
        max_length=200,
        strip=False,
        help_text=gettext_lazy("至少 10 位，不能全是数字"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("再输一次密码"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        """Both passwords must be the same."""
        again = str(self.cleaned_data["again"])
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError(_("两次输入的密码不一样。"))
        return again


class ActivationForm(OwnLoginForm):
    """What the slip says, and what she chooses."""

    card = forms.CharField(
        label=gettext_lazy("素质教育卡号"),
        max_length=40,
        help_text=gettext_lazy("在卡片正面，或开户凭条上"),
        widget=forms.TextInput(attrs={**_QUIET, "inputmode": "numeric"}),
    )
    code = forms.CharField(
        label=gettext_lazy("激活码"),
        max_length=40,
        help_text=gettext_lazy("开户凭条上的 12 位，只能用一次"),
        widget=forms.TextInput(attrs=_QUIET),
    )

    field_order = ("card", "code", "username", "password", "again")


@sensitive_post_parameters("card", "code", "password", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def activate(request: HttpRequest) -> HttpResponse:
    """Make the login, then lead to the login page; what is wrong stands beside its field."""
    form = ActivationForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _made(request, form, clock.now()):
        messages.success(request, _("登录已开通，请用刚才设的用户名和密码登录。"))
        return HttpResponseRedirect(reverse("account_login"))
    return render(request, "public/activate.html", {"form": form})


def _made(request: HttpRequest, form: ActivationForm, at: datetime) -> bool:
    given = form.cleaned_data
    try:
        activate_login(
            at=at,
            card_number=given["card"],
            code=given["code"],
            username=given["username"],
            password=given["password"],
            source=source_of(request),
        )
    except (InvalidInput, AlreadyDone, Busy) as error:
        field = str(error.data.get("field", ""))
        form.add_error(field if field in form.fields else None, error_words(error))
        return False
    return True
