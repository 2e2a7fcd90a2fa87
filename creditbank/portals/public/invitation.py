"""The first login of a person of staff: the one-time code of her invitation, own name and password."""

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
from creditbank.errors import CreditBankError
from creditbank.people.invitations import accept_invitation
from creditbank.portals.failures import error_words
from creditbank.portals.public.activation import OwnLoginForm


class InvitationForm(OwnLoginForm):
    """The code, and what she chooses."""

    code = forms.CharField(
        label=gettext_lazy("邀请码"),
        max_length=40,
        help_text=gettext_lazy("管理员给您的 20 位，只能用一次"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ("code", "username", "password", "again")


@sensitive_post_parameters("code", "password", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """Make the login, then lead to the login page; the second factor is set up there."""
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            accept_invitation(
                at=clock.now(), code=given["code"], username=given["username"], password=given["password"]
            )
        except CreditBankError as error:
            field = str(error.data.get("field", ""))
            form.add_error(field if field in form.fields else None, error_words(error))
        else:
            messages.success(request, _("登录已开通。请登录，按提示设置两步验证后开始工作。"))
            return HttpResponseRedirect(reverse("account_login"))
    return render(request, "public/invitation.html", {"form": form})
