"""What every template may use: site facts, language tag, theme, menu and the stylesheet's name."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.utils.translation import get_language

from creditbank.portals import stylesheet
from creditbank.portals.navigation import PUBLIC_MENU, PublicItem
from creditbank.portals.preferences import THEMES
from creditbank.portals.site import site_facts

Address = IPv4Address | IPv6Address
LANGUAGE_TAGS = {"zh-hans": "zh-Hans", "en": "en"}


def shell(request: HttpRequest) -> dict[str, dict[str, str] | str | bool | tuple[PublicItem, ...]]:
    """The shell's own context."""
    theme = request.COOKIES.get("theme", "")
    match = request.resolver_match
    numeric, port = _host(request)
    return {
        "contacts": site_facts(),
        "language_tag": LANGUAGE_TAGS.get(get_language() or "", "zh-Hans"),
        "theme": theme if theme in THEMES else "",
        "public_menu": PUBLIC_MENU,
        "view_name": match.view_name if match else "",
        "style_digest": stylesheet.digest(),
        "sample_data": bool(getattr(settings, "SAMPLE_DATA", False)),
        "passkeys_possible": numeric is None,
        "passkey_address": _by_name(request, port) if numeric and numeric.is_loopback else "",
    }


def _host(request: HttpRequest) -> tuple[Address | None, str]:
    """The number that stands where the host's name should, if one does, and the port: passkeys belong to names."""
    try:
        parts = urlsplit(f"//{request.get_host()}")
        return ip_address(parts.hostname or ""), str(parts.port or "")
    except (DisallowedHost, ValueError):
        return None, ""


def _by_name(request: HttpRequest, port: str) -> str:
    return f"{request.scheme}://localhost{':' if port else ''}{port}{request.path}"
