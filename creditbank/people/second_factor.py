"""Who must have a second factor, and the gate: to set it up, and to use it in this very session, before anything else.

The test of who must is a list of functions named in the settings (``SECOND_FACTOR_DUTIES``): offices are known here,
the staff of institutions one floor above.
"""

import base64
import hashlib
import hmac
import struct
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Final

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from creditbank import clock
from creditbank.people.models import OfficeRole, User

Duty = Callable[[int, datetime], bool]

PERIOD_SECONDS: Final = 30
_STRONG: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_OPEN_TO_ALL: Final = frozenset({"account_logout", "account_reauthenticate", "set_language", "set_theme", "stylesheet"})

# With a factor set up, but not used in this session, only these: whoever has just the password must not replace it.
_TO_USE_IT: Final = frozenset({"mfa_reauthenticate", "mfa_reauthenticate_webauthn"})


def holds_office(person_id: int, at: datetime) -> bool:
    """Whether the person has any office in the management group at this moment."""
    return OfficeRole.objects.held_at(at).filter(person_id=person_id).exists()


def second_factor_required(user: User, at: datetime) -> bool:
    """Whether this login works with other people's data and so needs a second factor."""
    return any(duty(user.person_id, at) for duty in _duties())


def has_second_factor(user: User) -> bool:
    """Whether an authenticator app or a passkey is set up (recovery codes alone do not count)."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=_STRONG).exists()


def used_second_factor(request: HttpRequest, user: User) -> bool:
    """Whether this session was opened, or later confirmed, with the second factor."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, user))


def enrol_totp(user: User, secret: str) -> None:
    """Set up an authenticator app with a known Base32 secret: for the demonstration and the tests."""
    Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).delete()
    TOTP.activate(user, secret)


def totp_code(secret: bytes, at: datetime) -> str:
    """The six digits that an app with this secret (raw bytes, not Base32) shows at a moment (RFC 6238, SHA-1, 30 s)."""
    counter = struct.pack(">Q", int(at.timestamp()) // PERIOD_SECONDS)
    digest = hmac.new(secret, counter, hashlib.sha1).digest()
    offset = digest[-1] & 0xF
    value = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{value % 1_000_000:06d}"


def period_codes(secret: str, at: datetime, tolerance: int) -> Iterator[tuple[int, str]]:
    """The period of thirty seconds at ``at`` and ``tolerance`` before and after it, each with its six digits."""
    raw, now = base64.b32decode(secret, casefold=True), int(at.timestamp()) // PERIOD_SECONDS
    for period in range(now - tolerance, now + tolerance + 1):
        yield period, totp_code(raw, datetime.fromtimestamp(period * PERIOD_SECONDS, UTC))


class RequireSecondFactor:
    """Middleware: who must have a second factor sees nothing else before it is set up and used in this session."""

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
        name = (request.resolver_match.url_name if request.resolver_match else None) or ""
        if not isinstance(user, User) or name in _OPEN_TO_ALL or not second_factor_required(user, clock.now()):
            return None
        if not has_second_factor(user):
            return None if name.startswith("mfa_") else _refused(request, "second-factor-missing", reverse("mfa_index"))
        if name in _TO_USE_IT or used_second_factor(request, user):
            return None
        return _refused(request, "second-factor-unused", _where_to_use_it(request, user))


def _refused(request: HttpRequest, code: str, instead: str) -> HttpResponse:
    if not request.path.startswith("/api/"):
        return HttpResponseRedirect(instead)
    words = _("请先设置两步验证。") if code == "second-factor-missing" else _("请先通过两步验证再办理。")
    body = {"type": f"/api/v1/problems/{code}", "title": words, "status": 403, "detail": words, "code": code}
    return JsonResponse(body, status=403, content_type="application/problem+json")


def _where_to_use_it(request: HttpRequest, user: User) -> str:
    by_code = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists()
    page = reverse("mfa_reauthenticate" if by_code else "mfa_reauthenticate_webauthn")
    following = request.get_full_path() if request.method in {"GET", "HEAD"} else reverse("public:arrive")
    return f"{page}?{urlencode({'next': following})}"


@cache
def _duties() -> list[Duty]:
    return [import_string(path) for path in settings.SECOND_FACTOR_DUTIES]
