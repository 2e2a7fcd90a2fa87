"""Answers that are files: never kept by a cache, named without anything personal."""

from django.http import HttpResponse
from django.utils.translation import get_language

from creditbank.printing.values import Language


def asked_language() -> Language:
    """The language of the page, for a document."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """A PDF to keep; ``name`` without ending."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
