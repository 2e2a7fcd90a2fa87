"""How people log in: by user name and password, with no sign-up, and a second factor whose secret is encrypted."""

from typing import Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from creditbank.vault.sealing import Place, Sealed, seal, unseal

_SECRET: Final = Place("mfa_authenticator", "", "secret")


class AccountAdapter(DefaultAccountAdapter):
    """Logins are made by actions of `people` (a code from the opening slip, or the office), never by sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up."""
        return False

    def can_delete_email(self, email_address: object) -> bool:
        """An address may always be taken away: none is needed."""
        return True


class MfaAdapter(DefaultMFAAdapter):
    """Encrypts what the second factor keeps, and names the login by its user name alone."""

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
