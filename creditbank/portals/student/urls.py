"""Student and guardian pages, under /me/."""

from django.urls import URLPattern, URLResolver

app_name = "student"
urlpatterns: list[URLPattern | URLResolver] = []
