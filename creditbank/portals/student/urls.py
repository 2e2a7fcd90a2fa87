"""Student and guardian pages, under /me/."""

from django.urls import URLPattern, URLResolver, path

from creditbank.portals.student import passbook

app_name = "student"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", passbook.passbook, name="passbook"),
    path("holders/", passbook.holders, name="holders"),
    path("holders/choose/", passbook.choose_holder, name="choose_holder"),
    path("card/", passbook.card, name="card"),
]
