"""From an error to a page: one table maps the class of a refused command to a status, one template tells it in words.

Actions raise :class:`~creditbank.errors.CreditBankError`; views let it pass. The message is translated first and filled
with its data afterwards; the template escapes it.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext

from creditbank.errors import CreditBankError
from creditbank.portals import stylesheet

STATUS_OF = {
    "error": 400,
    "invalid-input": 400,
    "not-allowed": 403,
    "not-found": 404,
    "conflict": 409,
    "already-done": 409,
    "refused": 422,
    "busy": 503,
    "unavailable": 503,
}


def error_words(error: CreditBankError) -> str:
    """The error's message in the reader's language, filled with its data."""
    message = gettext(error.message)
    return message % error.data if error.data else message


def status_of(error: CreditBankError) -> int:
    """The status of the nearest class above the error that the table names: a part's own error is of some kind."""
    codes = (getattr(each, "code", "") for each in type(error).__mro__)
    return next((STATUS_OF[code] for code in codes if code in STATUS_OF), 400)


def error_page(request: HttpRequest, error: CreditBankError) -> HttpResponse:
    """The page that tells what was refused, why, and what to do next."""
    status = status_of(error)
    context = {"status": status, "message": error_words(error), "clause": error.clause, "reason": error.reason}
    return render(request, "error.html", context, status=status)


class CreditBankErrors:
    """Turns a refused command into its page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django calls this with what a view raised; anything else than our own errors stays as it is."""
        return error_page(request, exception) if isinstance(exception, CreditBankError) else None


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was sent without its proof of origin: say how to send it again."""
    return render(request, "403_csrf.html", {"status": 403}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Something broke: a page that needs neither the database nor the reader's session."""
    page = get_template("500.html").render({"style_digest": stylesheet.digest()})
    return HttpResponse(page, status=500)
