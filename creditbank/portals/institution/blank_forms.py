"""The two annexes on paper, blank to fill by hand at the counter."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from creditbank.people.consents import PRIVACY, current_text
from creditbank.people.models import ConsentText
from creditbank.people.models.consents import Purpose
from creditbank.portals.downloads import asked_language, pdf_response
from creditbank.portals.institution.access import Desk, desk_page, show
from creditbank.printing.annexes import opening_form
from creditbank.printing.rendering import render
from creditbank.printing.values import Language
from creditbank.redemption.form import blank_application_pdf

# The notice first: nobody agrees to what she has not read.
_ASKED: Final = (PRIVACY, Purpose.ACCOUNT, Purpose.PUBLICATION, Purpose.SHARING)


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


def _words(text: ConsentText, lang: Language) -> str:
    return text.en if lang == "en" else text.zh


def _versions(texts: list[ConsentText]) -> str:
    return " / ".join(sorted({text.version for text in texts}))
