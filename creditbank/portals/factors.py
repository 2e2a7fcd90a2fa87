"""The login library's pages of the second factor, where the session must not stay what it was before.

Setting a factor up proves that one has it, so the session counts as opened with it; and whenever a factor is set up or
used, the session gets a new key, so that a key that somebody knew from before opens nothing.
"""

from typing import Final

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base.views import ReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, ReauthenticateWebAuthnView
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from creditbank.people.models import User
from creditbank.people.second_factor import used_second_factor


class SetUpApp(ActivateTOTPView):
    """Sets an authenticator app up."""

    def form_valid(self, form: Form) -> HttpResponse:
        """The app is set up, and this session has used it."""
        response = super().form_valid(form)
        _proved(self.request, Authenticator.Type.TOTP)
        return response


class SetUpPasskey(AddWebAuthnView):
    """Sets a passkey up."""

    def form_valid(self, form: Form) -> HttpResponse:
        """The passkey is set up, and this session has used it."""
        response = super().form_valid(form)
        _proved(self.request, Authenticator.Type.WEBAUTHN)
        return response


class CodeAgain(ReauthenticateView):
    """Asks for a code once more."""

    def form_valid(self, form: Form) -> HttpResponse:
        """The code was right."""
        self.request.session.cycle_key()
        return super().form_valid(form)


class PasskeyAgain(ReauthenticateWebAuthnView):
    """Asks for a passkey once more."""

    def form_valid(self, form: Form) -> HttpResponse:
        """The passkey was right."""
        self.request.session.cycle_key()
        return super().form_valid(form)


def _proved(request: HttpRequest, kind: Authenticator.Type) -> None:
    assert isinstance(request.user, User)
    if not used_second_factor(request, request.user):
        record_authentication(request, request.user, "mfa", type=str(kind))
    request.session.cycle_key()


# Matched before the library's own patterns, under the same addresses and names.
factor_ways: Final[list[URLPattern]] = [
    path("2fa/totp/activate/", SetUpApp.as_view(), name="mfa_activate_totp"),
    path("2fa/webauthn/add/", SetUpPasskey.as_view(), name="mfa_add_webauthn"),
    path("2fa/reauthenticate/", CodeAgain.as_view(), name="mfa_reauthenticate"),
    path("2fa/webauthn/reauthenticate/", PasskeyAgain.as_view(), name="mfa_reauthenticate_webauthn"),
]
