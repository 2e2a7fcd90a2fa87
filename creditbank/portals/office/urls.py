"""Management group pages, under /office/."""

from django.urls import URLPattern, URLResolver, path

from creditbank.portals.office import (
    accounts,
    books,
    certificates,
    exams,
    inbox,
    openings,
    redemptions,
    registers,
    returns,
    small_cases,
)

_RETURN = "returns/<slug:number>/"
_REDEMPTION = "redemptions/<slug:number>/"
_OPENING = "openings/<slug:number>/"
_ACCOUNT = "accounts/<uuid:holder>/"
_CERTIFICATE = "certificates/<slug:number>/"

app_name = "office"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", inbox.inbox, name="inbox"),
    path("desk/", inbox.duties, name="duties"),
    path("messages/", inbox.messages, name="messages"),
    path("messages/read/", inbox.read_all, name="read_all"),
    path("messages/<int:message_id>/read/", inbox.read_message, name="read_message"),
    path("returns/", returns.returns, name="returns"),
    path(_RETURN, returns.page, name="return"),
    path(_RETURN + "decide/", returns.decide, name="return_decide"),
    path(_RETURN + "rows/", returns.rows, name="return_rows"),
    path("redemptions/", redemptions.redemptions, name="redemptions"),
    path(_REDEMPTION, redemptions.page, name="redemption"),
    path(_REDEMPTION + "review/", redemptions.review, name="redemption_review"),
    path(_REDEMPTION + "decide/", redemptions.decide, name="redemption_decide"),
    path(_REDEMPTION + "reveal/", redemptions.reveal, name="redemption_reveal"),
    path("openings/", openings.openings, name="openings"),
    path("openings/duplicates/<int:pk>/", openings.duplicate, name="duplicate"),
    path("openings/duplicates/<int:pk>/resolve/", openings.resolve, name="duplicate_resolve"),
    path(_OPENING, openings.page, name="opening"),
    path(_OPENING + "check/", openings.check, name="opening_check"),
    path(_OPENING + "reveal/", openings.reveal, name="opening_reveal"),
    path(_OPENING + "refuse/", openings.refuse, name="opening_refuse"),
    path(_OPENING + "approve/", openings.approve, name="opening_approve"),
    path(_OPENING + "slip.pdf", openings.slip, name="opening_slip"),
    path("skills/<int:pk>/", small_cases.skill, name="skill"),
    path("skills/<int:pk>/answer/", small_cases.skill_answer, name="skill_answer"),
    path("honours/<int:pk>/", small_cases.honour, name="honour"),
    path("honours/<int:pk>/answer/", small_cases.honour_answer, name="honour_answer"),
    path("reversals/<int:pk>/", small_cases.reversal, name="reversal"),
    path("reversals/<int:pk>/answer/", small_cases.reversal_answer, name="reversal_answer"),
    path("exams/", exams.exams, name="exams"),
    path("exams/new/", exams.new, name="exam_new"),
    path("exams/<int:pk>/", small_cases.exam, name="exam"),
    path("exams/<int:pk>/answer/", small_cases.exam_answer, name="exam_answer"),
    path("certificates/", certificates.certificates, name="certificates"),
    path(_CERTIFICATE, certificates.certificate, name="certificate"),
    path(_CERTIFICATE + "sheet.pdf", certificates.sheet, name="certificate_sheet"),
    path(_CERTIFICATE + "<slug:name>/", certificates.step, name="certificate_step"),
    path("accounts/", accounts.accounts, name="accounts"),
    path(_ACCOUNT, accounts.account, name="account"),
    path(_ACCOUNT + "reveal/", accounts.reveal, name="account_reveal"),
    path(_ACCOUNT + "grant/", accounts.grant, name="account_grant"),
    path("institutions/", registers.institutions, name="institutions"),
    path("institutions/<slug:code>/", registers.institution, name="institution"),
    path("institutions/<slug:code>/state/", registers.institution_state, name="institution_state"),
    path("audit/", registers.audit, name="audit"),
    path("people/", registers.people, name="people"),
    path("people/<int:pk>/end/", registers.end, name="people_end"),
    path("books/", books.books, name="books"),
    path("books/prove/", books.prove, name="prove"),
    path("policy/", books.policy, name="policy"),
]
