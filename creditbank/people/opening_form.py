"""The application form (开户申请表, Annex 1; M-6) on paper, filled from an application, the paper's number masked."""

from datetime import datetime
from typing import Final

from django.utils import translation

from creditbank.clock import today
from creditbank.people.models import AccountOpening, ConsentText, Guardianship
from creditbank.people.models.identity import DocumentKind
from creditbank.printing.annexes import Agreement, opening_form
from creditbank.printing.rendering import render
from creditbank.printing.values import LANGUAGE_CODES, Language

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


def opening_pdf(opening: AccountOpening, *, institution_name: str, lang: Language, at: datetime) -> bytes:
    """Annex 1 filled from an application, with the texts that were agreed to; ``institution_name`` may be empty."""
    texts = list(_agreed_texts(opening))
    with translation.override(LANGUAGE_CODES[lang]):
        form = opening_form(
            printed_at=at,
            lang=lang,
            number=opening.number,
            values=_values(opening, institution_name),
            consent_texts=tuple(text.en if lang == "en" else text.zh for text in texts),
            consent_version=" / ".join(sorted({text.version for text in texts})),
            agreement=_agreement(opening),
        )
    return render(form)


def _values(opening: AccountOpening, institution_name: str) -> dict[str, str]:
    return {
        "name": opening.name,
        "birth_date": opening.birth_date.isoformat() if opening.birth_date else "",
        "institution": institution_name,
        "document_kind": _BOX_OF[DocumentKind(opening.document_kind)],
        "document_number": opening.masked,
        # For a minor the number that was given is her guardian's.
        "guardian_phone" if opening.guardian_name else "phone": opening.phone_masked,
        "guardian_name": opening.guardian_name,
        "guardian_relation": _relation(opening),
        "check_method": str(opening.get_check_method_display()) if opening.check_method else "",
        "checked_by": _signed(opening),
    }


def _signed(opening: AccountOpening) -> str:
    if opening.checked_by is None or opening.checked_at is None:
        return ""
    return f"{opening.checked_by.name} {today(opening.checked_at)}"


def _agreement(opening: AccountOpening) -> Agreement | None:
    name = opening.guardian_name or opening.name
    return Agreement(name, _relation(opening), opening.submitted_at) if name else None


def _relation(opening: AccountOpening) -> str:
    return str(Guardianship.Relation(opening.relation).label) if opening.relation else ""


def _agreed_texts(opening: AccountOpening) -> list[ConsentText]:
    found = []
    for agreed in opening.consents:
        text = ConsentText.objects.filter(purpose=agreed["purpose"], version=agreed["version"]).first()
        if text is not None:
            found.append(text)
    return found
