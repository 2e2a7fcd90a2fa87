"""The ways in, without a login: opening an account, a guardian's registration."""

from django.urls import URLPattern, URLResolver, path

from creditbank.portals.student import follow, guardians, opening

app_name = "entry"
urlpatterns: list[URLPattern | URLResolver] = [
    path("open/", opening.opening, name="opening"),
    path("open/done/", opening.handed_in, name="opening_done"),
    path("open/status/", follow.status, name="opening_status"),
    path("open/status/form.pdf", follow.status_form, name="opening_status_form"),
    path("open/form.pdf", opening.blank_form, name="opening_form"),
    path("open/guardian/", guardians.register, name="register"),
]
