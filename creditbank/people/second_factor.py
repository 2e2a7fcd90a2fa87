"""Who must have a second factor, and the gate that sends them to set it up before anything else.

The test of who must is a list of functions named in the settings (``SECOND_FACTOR_DUTIES``): offices are known here,
the staff of institutions one floor above.
"""

import hashlib
import hmac
import struct
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Final

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from creditbank import clock
from creditbank.people.models import OfficeRole, User

Duty = Callable[[int, datetime], bool]

_STRONG: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_OPEN_TO_ALL: Final = frozenset({"account_logout", "account_reauthenticate", "set_language", "set_theme", "stylesheet"})


def holds_office(person_id: int, at: datetime) -> bool:
    """Whether the person has any office in the management group at this moment."""
    return OfficeRole.objects.held_at(at).filter(person_id=person_id).exists()


def second_factor_required(user: User, at: datetime) -> bool:
    """Whether this login works with other people's data and so needs a second factor."""
    return any(duty(user.person_id, at) for duty in _duties())


def has_second_factor(user: User) -> bool:
    """Whether an authenticator app or a passkey is set up (recovery codes alone do not count)."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=_STRONG).exists()


def enrol_totp(user: User, secret: str) -> None:
    """Set up an authenticator app with a known Base32 secret: for the demonstration and the tests."""
    Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).delete()
    TOTP.activate(user, secret)


def totp_code(secret: bytes, at: datetime) -> str:
    """The six digits that an app with this secret (raw bytes, not Base32) shows at a moment (RFC 6238, SHA-1, 30 s)."""
    counter = struct.pack(">Q", int(at.timestamp()) // 30)
    digest = hmac.new(secret, counter, hashlib.sha1).digest()
    offset = digest[-1] & 0xF
    value = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{value % 1_000_000:06d}"


class RequireSecondFactor:
    """Middleware: who must have a second factor and has none sees only the pages that set it up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing to do before the view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> HttpResponse | None:
        """Let through, or answer in the view's place."""
        user = request.user
        if not isinstance(user, User) or _is_open(request):
            return None
        if not second_factor_required(user, clock.now()) or has_second_factor(user):
            return None
        if request.path.startswith("/api/"):
            words = _("请先设置两步验证。")
            code = "second-factor-missing"
            body = {"type": f"/api/v1/problems/{code}", "title": words, "status": 403, "detail": words, "code": code}
            return JsonResponse(body, status=403, content_type="application/problem+json")
        return HttpResponseRedirect(reverse("mfa_index"))


def _is_open(request: HttpRequest) -> bool:
    match = request.resolver_match
    name = match.url_name if match else None
    return name is not None and (name in _OPEN_TO_ALL or name.startswith("mfa_"))


@cache
def _duties() -> list[Duty]:
    return [import_string(path) for path in settings.SECOND_FACTOR_DUTIES]
