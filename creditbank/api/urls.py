"""Addresses below ``/api/``: the page for people, version 1, and one answer for all the rest."""

from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from creditbank.api import pages
from creditbank.api.site import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.index, name="api_docs"),
    path("v1/", RedirectView.as_view(pattern_name="api_docs"), name="api_docs_v1"),
    path("v1/", api.urls),
    path("v1/<path:rest>", pages.unknown, name="api_unknown"),
]
