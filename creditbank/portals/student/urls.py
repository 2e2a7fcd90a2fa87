"""Student and guardian pages, under /me/. No address names a person."""

from django.urls import URLPattern, URLResolver, path

from creditbank.portals.student import exams, guardians, holdings, inbox, mydata, offers, passbook, redemptions

app_name = "student"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", passbook.passbook, name="passbook"),
    path("holders/", passbook.holders, name="holders"),
    path("holders/choose/", passbook.choose_holder, name="choose_holder"),
    path("join/", guardians.join, name="join"),
    path("card/", passbook.card, name="card"),
    path("offers/", offers.offers, name="offers"),
    path("offers/<str:product>/", offers.offer, name="offer"),
    path("offers/<str:product>/apply/", offers.apply, name="apply"),
    path("redemptions/", redemptions.redemptions, name="redemptions"),
    path("redemptions/<str:number>/", redemptions.redemption, name="redemption"),
    path("redemptions/<str:number>/withdraw/", redemptions.withdraw, name="withdraw"),
    path("redemptions/<str:number>/cancel/", redemptions.cancel, name="cancel"),
    path("redemptions/<str:number>/answer/", redemptions.answer, name="answer"),
    path("redemptions/<str:number>/form.pdf", redemptions.form_pdf, name="form_pdf"),
    path("exams/", exams.exams, name="exams"),
    path("exams/<slug:family>/begin/", exams.begin, name="exam_begin"),
    path("exams/sittings/<int:pk>/", exams.sitting, name="sitting"),
    path("exams/sittings/<int:pk>/save/", exams.autosave, name="sitting_save"),
    path("exams/sittings/<int:pk>/hand-in/", exams.finish, name="sitting_hand_in"),
    path("exams/sittings/<int:pk>/dispute/", exams.dispute, name="sitting_dispute"),
    path("certificates/", holdings.certificates, name="certificates"),
    path("certificates/<str:number>/", holdings.certificate, name="certificate"),
    path("certificates/<str:number>/sheet.pdf", holdings.sheet, name="sheet"),
    path("statement/", mydata.statement, name="statement"),
    path("data/", mydata.data, name="data"),
    path("looks/", mydata.looks, name="looks"),
    path("consents/", mydata.consents, name="consents"),
    path("consents/give/", mydata.give, name="give_consent"),
    path("consents/<int:consent>/withdraw/", mydata.withdraw, name="withdraw_consent"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read_all, name="read_all"),
    path("inbox/<int:message>/", inbox.open_message, name="open_message"),
]
