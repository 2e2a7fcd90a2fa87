"""Pages for everybody, without a login."""

from django.urls import URLPattern, URLResolver, path

from creditbank.portals.public import (
    activation,
    balance,
    catalogue,
    certificates,
    doors,
    examinations,
    invitation,
    notices,
    pages,
    rules,
    versions,
    working_days,
)

app_name = "public"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("arrive/", doors.arrive, name="arrive"),
    path("regulation/", rules.regulation, name="regulation"),
    path("regulation/versions/", versions.versions, name="versions"),
    path("regulation/versions/<slug:code>/", versions.version, name="version"),
    path("products/", catalogue.products, name="products"),
    path("exams/", examinations.exam_rules, name="exam_rules"),
    path("members/", pages.members, name="members"),
    path("help/", pages.help_page, name="help"),
    path("privacy/", pages.privacy, name="privacy"),
    path("contact/", pages.contact, name="contact"),
    path("keys/", pages.keys, name="keys"),
    path(".well-known/creditbank-keys.json", pages.keys_json, name="keys_json"),
    path("check/", certificates.check, name="check"),
    path("activate/", activation.activate, name="activate"),
    path("invitation/", invitation.invitation, name="invitation"),
    path("balance/", balance.query, name="balance"),
    path("working-days/", working_days.working_days, name="working_days"),
    path("notices/", notices.notices, name="notices"),
    path("notices/objections/", notices.follow, name="objection_follow"),
    path("notices/<slug:number>/", notices.notice, name="notice"),
    path("notices/<slug:number>/lines/<int:line>/objection/", notices.objection, name="objection"),
]
