"""The two annexes on paper: blank to fill by hand at the counter, and Annex 1 filled from an application."""

from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from creditbank.people.consents import current_text
from creditbank.people.models import AccountOpening, ConsentText, Guardianship
from creditbank.people.models.consents import Purpose
from creditbank.people.models.identity import DocumentKind
from creditbank.portals.institution.access import Desk, desk_page, show
from creditbank.portals.institution.downloads import asked_language, pdf_response
from creditbank.printing.annexes import Agreement, opening_form
from creditbank.printing.rendering import render
from creditbank.printing.values import Language
from creditbank.redemption.form import blank_application_pdf

# The form has one box for all passes, and one for both residence permits.
_BOX_OF: Final = {
    DocumentKind.RESIDENT_ID: "resident-id",
    DocumentKind.RESIDENCE_PERMIT_HMT: "residence-permit",
    DocumentKind.HMT_PASS: "travel-permit",
    DocumentKind.TAIWAN_PASS: "travel-permit",
    DocumentKind.FOREIGN_PERMANENT_ID: "permanent-residence",
    DocumentKind.PASSPORT: "passport",
    DocumentKind.STUDENT_NUMBER: "student-number",
}
_ASKED: Final = (Purpose.ACCOUNT, Purpose.PUBLICATION, Purpose.SHARING)


@require_safe
@desk_page
def blank_forms(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What can be printed for the counter."""
    return show(request, desk, "forms", "forms")


@require_safe
@desk_page
def blank_opening(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Annex 1, blank."""
    texts = [current_text(purpose, desk.at) for purpose in _ASKED]
    lang = asked_language()
    form = opening_form(
        printed_at=desk.at,
        lang=lang,
        consent_texts=tuple(_words(text, lang) for text in texts),
        consent_version=_versions(texts),
    )
    return pdf_response(render(form), "annex-1")


@require_safe
@desk_page
def blank_redemption(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Annex 2, blank."""
    return pdf_response(blank_application_pdf(lang=asked_language(), at=desk.at), "annex-2")


def opening_pdf(opening: AccountOpening, institution_name: str, *, lang: Language, at: datetime) -> bytes:
    """Annex 1 filled from an application, with the texts that were agreed to."""
    texts = list(_agreed_texts(opening))
    values = {
        "name": opening.name,
        "birth_date": opening.birth_date.isoformat() if opening.birth_date else "",
        "institution": institution_name,
        "document_kind": _BOX_OF.get(DocumentKind(opening.document_kind), ""),
        "document_number": opening.masked,
        "phone": opening.phone_masked,
        "guardian_name": opening.guardian_name,
        "guardian_relation": str(Guardianship.Relation(opening.relation).label) if opening.relation else "",
        "checked_by": opening.checked_by.name if opening.checked_by else "",
        "check_method": str(opening.get_check_method_display()) if opening.check_method else "",
    }
    form = opening_form(
        printed_at=at,
        lang=lang,
        number=opening.number,
        values=values,
        consent_texts=tuple(_words(text, lang) for text in texts),
        consent_version=_versions(texts),
        agreement=_agreement(opening),
    )
    return render(form)


def _agreement(opening: AccountOpening) -> Agreement | None:
    name = opening.guardian_name or opening.name
    if not name:
        return None
    relation = str(Guardianship.Relation(opening.relation).label) if opening.relation else ""
    return Agreement(name, relation, opening.submitted_at)


def _agreed_texts(opening: AccountOpening) -> list[ConsentText]:
    found = []
    for agreed in opening.consents:
        text = ConsentText.objects.filter(purpose=agreed["purpose"], version=agreed["version"]).first()
        if text is not None:
            found.append(text)
    return found


def _words(text: ConsentText, lang: Language) -> str:
    return text.en if lang == "en" else text.zh


def _versions(texts: list[ConsentText]) -> str:
    return " / ".join(sorted({text.version for text in texts}))
