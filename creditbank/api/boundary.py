"""The edge of ``/api/v1``: what is refused before it is read, and that every refusal has the one shape.

A middleware, because some answers never come from an operation: an unknown method, a failed gate of the second factor,
an error in another middleware.
"""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from creditbank.api.problems import MEDIA_TYPE, Problem, face_problem, face_problem_of_status, problem_response

PREFIX: Final = "/api/v1/"
JSON: Final = "application/json"
FORM: Final = "multipart/form-data"
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})
_KEPT_HEADERS: Final = ("Allow", "Retry-After")


class ApiBoundary:
    """Bounds what comes in, and turns every other answer that refuses into a problem."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        refused = _refused_unread(request)
        if refused is not None:
            return problem_response(refused)
        response = self.get_response(request)
        if response.status_code < 400 or response.headers.get("Content-Type") == MEDIA_TYPE:
            return response
        problem = problem_response(face_problem_of_status(response.status_code))
        for name in _KEPT_HEADERS:
            if name in response.headers:
                problem[name] = response[name]
        return problem


def _refused_unread(request: HttpRequest) -> Problem | None:
    """Why the request is not looked at any further: its size, its kind, or characters that no text has."""
    address = f"{request.path}?{request.META.get('QUERY_STRING', '')}"
    if "\0" in request.path or "%00" in address:
        return face_problem("malformed-request")
    size = _size(request)
    if request.method not in _WITH_BODY or size == 0:
        return None
    kind = request.content_type
    if kind not in {JSON, FORM}:
        return face_problem("unsupported-media-type")
    if size > (settings.UPLOAD_MAX_BYTES if kind == FORM else settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
        return face_problem("content-too-large")
    if kind == JSON and (b"\\u0000" in request.body or b"\0" in request.body):
        return face_problem("malformed-request")
    return None


def _size(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
