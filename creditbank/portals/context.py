"""What every template may use: site facts, language tag, theme, menu and the stylesheet's name."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from creditbank.portals import stylesheet
from creditbank.portals.navigation import PUBLIC_MENU, PublicItem
from creditbank.portals.preferences import THEMES
from creditbank.portals.site import site_facts

LANGUAGE_TAGS = {"zh-hans": "zh-Hans", "en": "en"}


def shell(request: HttpRequest) -> dict[str, dict[str, str] | str | bool | tuple[PublicItem, ...]]:
    """The shell's own context."""
    theme = request.COOKIES.get("theme", "")
    match = request.resolver_match
    return {
        "contacts": site_facts(),
        "language_tag": LANGUAGE_TAGS.get(get_language() or "", "zh-Hans"),
        "theme": theme if theme in THEMES else "",
        "public_menu": PUBLIC_MENU,
        "view_name": match.view_name if match else "",
        "style_digest": stylesheet.digest(),
        "sample_data": bool(getattr(settings, "SAMPLE_DATA", False)),
    }
