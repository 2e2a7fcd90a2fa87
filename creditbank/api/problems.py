"""One error shape (RFC 9457, ``application/problem+json``) and the one table from error codes to HTTP statuses."""

from collections.abc import Sequence
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from creditbank.errors import CreditBankError
from creditbank.redemption.errors import NotEligible

MEDIA_TYPE: Final = "application/problem+json"
STATUS_OF: Final = {
    "error": 400,
    "invalid-input": 400,
    "not-allowed": 403,
    "not-found": 404,
    "conflict": 409,
    "already-done": 409,
    "refused": 422,
    "not-eligible": 422,
    "busy": 503,
    "unavailable": 503,
}
FAULTS: Final = frozenset({400, 401, 403, 404, 409, 413, 415, 422, 429, 503})


class FieldFault(Schema):
    """One place in the request that is wrong."""

    field: str
    detail: str


class Problem(Schema):
    """What was refused, why, and under which clause; ``decision`` is given with ``not-eligible``: all requirements."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    clause: str | None = None
    errors: list[FieldFault] = []
    decision: dict[str, object] | None = None


def problem_response(problem: Problem) -> HttpResponse:
    """The problem as an HTTP response that no cache keeps."""
    body = problem.model_dump(exclude_none=True)
    response = JsonResponse(
        body, status=problem.status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False}
    )
    response["Cache-Control"] = "no-store"
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def problem_of(error: CreditBankError) -> Problem:
    """The problem that an error of the bank is, in the language of the request."""
    code = type(error).code
    message = gettext(error.message)
    detail = message % error.data if error.data else message
    place = error.data.get("field")
    decision: dict[str, object] | None = dict(error.decision.to_json()) if isinstance(error, NotEligible) else None
    return Problem(
        type=f"/api/v1/problems/{error.reason}",
        title=gettext(type(error).default_message) % {"unmet": error.data.get("unmet", "")},
        status=STATUS_OF.get(code, 400),
        detail=detail,
        code=error.reason,
        clause=error.clause,
        errors=[FieldFault(field=str(place), detail=detail)] if place else [],
        decision=decision,
    )


def plain_problem(status: int, code: str, detail: str, errors: Sequence[FieldFault] = ()) -> Problem:
    """A problem that the HTTP face itself finds."""
    return Problem(
        type=f"/api/v1/problems/{code}", title=detail, status=status, detail=detail, code=code, errors=list(errors)
    )


def declare_problems(api: NinjaAPI) -> None:
    """Hand every error that may come up to this module."""

    @api.exception_handler(CreditBankError)
    def _bank(_request: HttpRequest, error: CreditBankError) -> HttpResponse:
        return problem_response(problem_of(error))

    @api.exception_handler(AuthenticationError)
    def _unknown(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
        detail = gettext("请先登录，或在 Authorization 里给出接口密钥。")
        return problem_response(plain_problem(401, "not-authenticated", detail))

    @api.exception_handler(ValidationError)
    def _malformed(_request: HttpRequest, error: ValidationError) -> HttpResponse:
        faults = [
            FieldFault(field=".".join(str(part) for part in fault["loc"]), detail=str(fault["msg"]))
            for fault in error.errors
        ]
        detail = gettext("请求的格式有误，请看 errors 里指出的位置。")
        return problem_response(plain_problem(400, "invalid-request", detail, faults))

    @api.exception_handler(HttpError)
    def _other(_request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem_response(plain_problem(error.status_code, "http-error", str(error)))
