"""The URL map of the whole site: each portal and each face keeps its own list."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from creditbank.portals.closed import closed_ways
from creditbank.portals.factors import factor_ways
from creditbank.portals.preferences import set_theme
from creditbank.portals.stylesheet import stylesheet

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("creditbank.portals.public.urls")),
    path("", include("creditbank.portals.student.entry_urls")),
    path("me/", include("creditbank.portals.student.urls")),
    path("institution/", include("creditbank.portals.institution.urls")),
    path("office/", include("creditbank.portals.office.urls")),
    path("account/", include(closed_ways)),
    path("account/", include(factor_ways)),
    path("account/", include("allauth.urls")),
    path("api/", include("creditbank.api.urls")),
    path("style/<slug:name>.css", stylesheet, name="stylesheet"),
    path("language/", set_language, name="set_language"),
    path("theme/", set_theme, name="set_theme"),
]

handler500 = "creditbank.portals.failures.server_error"
