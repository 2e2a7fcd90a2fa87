"""How people log in: by user name and password, with no sign-up, and a second factor whose secret is encrypted.

The library's own words are put in the bank's.
"""

from typing import Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from creditbank.vault.sealing import Place, Sealed, seal, unseal

_SECRET: Final = Place("mfa_authenticator", "", "secret")


class AccountAdapter(DefaultAccountAdapter):
    """Logins are made by actions of `people` (a code from the opening slip, or the office), never by sign-up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": gettext_lazy("这个登录已停用。"),
        "incorrect_code": gettext_lazy("验证码不正确。"),
        "incorrect_password": gettext_lazy("密码不正确。"),
        "enter_current_password": gettext_lazy("请输入现在的密码。"),
        "rate_limited": gettext_lazy("尝试过于频繁，请稍后再试。"),
        "too_many_login_attempts": gettext_lazy("登录失败次数过多，请稍后再试。"),
        "username_password_mismatch": gettext_lazy("用户名或密码不正确。"),
    }

    def pre_login(
        self,
        request: HttpRequest,
        user: AbstractBaseUser,
        *,
        email_verification: str,
        signal_kwargs: dict[str, object] | None,
        email: str | None,
        signup: bool,
        redirect_url: str | None,
    ) -> HttpResponse | None:
        """After the right password the session gets a new key, even while the second factor is still asked for."""
        if not request.user.is_authenticated:
            request.session.cycle_key()
        response: HttpResponse | None = super().pre_login(
            request,
            user,
            email_verification=email_verification,
            signal_kwargs=signal_kwargs,
            email=email,
            signup=signup,
            redirect_url=redirect_url,
        )
        return response

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up."""
        return False

    def can_delete_email(self, email_address: object) -> bool:
        """An address may always be taken away: none is needed."""
        return True


class MfaAdapter(DefaultMFAAdapter):
    """Encrypts what the second factor keeps, and names the login by its user name alone."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": gettext_lazy("不能停用这个验证方式。"),
        "cannot_generate_recovery_codes": gettext_lazy("请先设好验证器应用或通行密钥，再生成恢复码。"),
        "incorrect_code": gettext_lazy("验证码不正确，或已经用过。"),
    }

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002
        """A name that she may change."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("通行密钥 %(number)s") % {"number": count + 1}

    def encrypt(self, text: str) -> str:
        """The secret as ``key id:hexadecimal``."""
        sealed = seal(text, _SECRET)
        return f"{sealed.key_id}:{sealed.data.hex()}"

    def decrypt(self, encrypted_text: str) -> str:
        """Counter part of :meth:`encrypt`."""
        key_id, _, data = encrypted_text.partition(":")
        return unseal(Sealed(key_id, bytes.fromhex(data)), _SECRET)

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """What the authenticator app shows."""
        return user.get_username()
