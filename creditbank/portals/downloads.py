"""Answers that are files: never kept by a cache, named without anything personal."""

from django.http import HttpResponse
from django.utils.translation import get_language

from creditbank.printing.values import Language

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def asked_language() -> Language:
    """The language of the page, for a document."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def file_response(content: bytes | str, name: str, content_type: str, *, inline: bool = False) -> HttpResponse:
    """A file to keep, or with ``inline`` to look at."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def pdf_response(content: bytes, name: str, *, inline: bool = True) -> HttpResponse:
    """A PDF that opens in the browser, or is kept; ``name`` without ending."""
    return file_response(content, f"{name}.pdf", "application/pdf", inline=inline)
