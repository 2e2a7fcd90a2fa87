"""The forms of the second factor: the login library's, with this bank's words, and each code of an app good only once.

The library remembers a used code for one period of thirty seconds, but takes it for three: here it is remembered by its
period, for as long as it could be taken, in the table that all processes share.
"""

from datetime import datetime, timedelta
from typing import Final

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.conf import settings
from django.forms import Field
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from creditbank import clock
from creditbank.limits.counting import claim
from creditbank.people.second_factor import PERIOD_SECONDS, period_codes

_CODE_LABEL: Final = _("6 位验证码，或一个恢复码")


def spend_code(user_id: int, secret: str, code: str, at: datetime) -> bool:
    """Use the six digits of an app with this Base32 secret up; False when they were used before, in any process."""
    tolerance = settings.MFA_TOTP_TOLERANCE
    until = at + timedelta(seconds=PERIOD_SECONDS * (2 * tolerance + 2))
    given = "".join(code.split())
    fitting = [period for period, digits in period_codes(secret, at, tolerance) if digits == given]
    return any(claim(f"totp:{user_id}:{period}", at=at, until=until) for period in fitting)


def _code_field(field: Field, label: str | Promise) -> None:
    field.label = str(label)
    field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}


class CodeForm(AuthenticateForm):
    """The second step of a login."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _code_field(self.fields["code"], _CODE_LABEL)

    def clean_code(self) -> str:
        """The code; refused in the same words when it is wrong and when it was used."""
        return _once(self, super().clean_code())


class CodeAgainForm(ReauthenticateForm):
    """The second factor once more, before something that matters."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _code_field(self.fields["code"], _CODE_LABEL)

    def clean_code(self) -> str:
        """The code; refused in the same words when it is wrong and when it was used."""
        return _once(self, super().clean_code())


def _once(form: BaseAuthenticateForm, code: str) -> str:
    found = form.authenticator
    if found.type == Authenticator.Type.TOTP:
        secret = get_adapter().decrypt(found.data["secret"])
        if not spend_code(found.user_id, secret, code, clock.now()):
            raise get_adapter().validation_error("incorrect_code")
    return code


class AppForm(ActivateTOTPForm):
    """The first code of an authenticator app, which sets it up; it is used up by that."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _code_field(self.fields["code"], _("应用里显示的 6 位验证码"))

    def clean_code(self) -> str:
        """The code of the app that was just set up."""
        code = super().clean_code()
        spend_code(self.user.pk, self.secret, code, clock.now())
        return code


class PasskeyForm(AddWebAuthnForm):
    """A new passkey."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("名称")
        self.fields["name"].help_text = _("方便您分辨，例如“办公电脑”。")
        self.fields["passwordless"].label = _("以后只用它登录，不用密码")
        self.fields["passwordless"].help_text = _("要求设备用指纹、面容或 PIN 核实本人。")


class PasskeyNameForm(EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("名称")
