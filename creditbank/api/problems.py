"""One error shape (RFC 9457, ``application/problem+json``) and the one table from error codes to HTTP statuses."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from django.utils.translation.trans_null import gettext_noop
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from pydantic import Field

from creditbank.errors import CreditBankError
from creditbank.redemption.errors import NotEligible

MEDIA_TYPE: Final = "application/problem+json"
ADDRESS: Final = "/api/v1/problems/"
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
# What the HTTP face itself finds, before an action is asked: the status and the words of each code.
FACE: Final[Mapping[str, tuple[int, str]]] = {
    "malformed-request": (400, gettext_noop("请求无法读取，请检查格式和编码。")),
    "invalid-request": (400, gettext_noop("请求的格式有误，请看 errors 里指出的位置。")),
    "not-authenticated": (401, gettext_noop("请先登录，或在 Authorization 里给出接口密钥。")),
    "csrf-failed": (403, gettext_noop("请求缺少 CSRF 令牌：用登录会话改动内容时，须带上 X-CSRFToken。")),
    "second-factor-missing": (403, gettext_noop("请先设置两步验证。")),
    "second-factor-unused": (403, gettext_noop("请先通过两步验证再办理。")),
    "unknown-address": (404, gettext_noop("没有这个接口地址。")),
    "method-not-allowed": (405, gettext_noop("这个地址不支持这种请求方法。")),
    "content-too-large": (413, gettext_noop("发送的内容过大，没有读取。")),
    "unsupported-media-type": (415, gettext_noop("内容类型须为 application/json，上传文件时为 multipart/form-data。")),
    "too-many-requests": (429, gettext_noop("请求过于频繁，请稍后再试。")),
    "internal-error": (500, gettext_noop("系统出错，什么也没有改动。请稍后再试；仍然不行，请联系我们。")),
}
# The first code of a status stands for it where nothing more is known.
CODE_OF_STATUS: Final = {status: code for code, (status, _words) in reversed(list(FACE.items()))}
FAULTS: Final = frozenset({400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503})
_SECONDS_UNTIL_FREE: Final = {"busy": 2, "too-many-queries": 600, "unavailable": 30}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Filled(Mapping[str, object]):
    """The data of an error for the places of a text; a place without data shows as an ellipsis."""

    data: Mapping[str, object]

    def __getitem__(self, key: str) -> object:
        return self.data.get(key, "…")

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)


class FieldFault(Schema):
    """One place in the request that is wrong."""

    field: str = Field(examples=["body.product"])
    detail: str


class Problem(Schema):
    """What was refused, why, and under which clause; ``decision`` is given with ``not-eligible``: all requirements."""

    type: str = Field(description="Where the code is explained.", examples=["/api/v1/problems/not-found"])
    title: str
    status: int
    detail: str
    code: str = Field(description="Stable; the words may change.", examples=["not-found"])
    clause: str | None = Field(None, description="The clause of the regulation that says no.")
    errors: list[FieldFault] = []
    decision: dict[str, object] | None = None


def problem_response(problem: Problem, *, retry_after: int | None = None) -> HttpResponse:
    """The problem as an HTTP response that no cache keeps; ``retry_after`` in seconds."""
    body = problem.model_dump(exclude_none=True)
    response = JsonResponse(
        body, status=problem.status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False}
    )
    response["Cache-Control"] = "no-store"
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


def status_of(kind: type[CreditBankError], reason: str = "") -> int:
    """The HTTP status of an error: that of the nearest kind above it in the tree that has one."""
    if reason == "too-many-queries":
        return 429
    codes = (ancestor.code for ancestor in kind.__mro__ if issubclass(ancestor, CreditBankError))
    return next((STATUS_OF[code] for code in codes if code in STATUS_OF), 400)


def problem_of(error: CreditBankError) -> Problem:
    """The problem that an error of the bank is, in the language of the request."""
    detail = filled(gettext(error.message), error.data)
    place = error.data.get("field")
    return Problem(
        type=f"{ADDRESS}{error.reason}",
        title=filled(gettext(type(error).default_message), error.data),
        status=status_of(type(error), error.reason),
        detail=detail,
        code=error.reason,
        clause=error.clause,
        errors=[FieldFault(field=str(place), detail=detail)] if place else [],
        decision=dict(error.decision.to_json()) if isinstance(error, NotEligible) else None,
    )


def filled(text: str, data: Mapping[str, object]) -> str:
    """A translated text with its named places filled."""
    return text % _Filled(data) if "%(" in text else text


def face_problem(code: str, errors: Sequence[FieldFault] = (), *, detail: str = "") -> Problem:
    """A problem that the HTTP face itself finds: a code of :data:`FACE`."""
    status, words = FACE[code]
    title = gettext(words)
    return Problem(
        type=f"{ADDRESS}{code}",
        title=title,
        status=status,
        detail=detail or title,
        code=code,
        clause=None,
        errors=list(errors),
    )


def face_problem_of_status(status: int) -> Problem:
    """The problem that stands for a plain HTTP status; one without its own code counts as 400 or 500."""
    return face_problem(CODE_OF_STATUS.get(status, "internal-error" if status >= 500 else "malformed-request"))


def declare_problems(api: NinjaAPI) -> None:
    """Hand every error that may come up to this module."""

    @api.exception_handler(CreditBankError)
    def _bank(_request: HttpRequest, error: CreditBankError) -> HttpResponse:
        wait = _SECONDS_UNTIL_FREE.get(error.reason, _SECONDS_UNTIL_FREE.get(type(error).code))
        return problem_response(problem_of(error), retry_after=wait)

    @api.exception_handler(AuthenticationError)
    def _unknown(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
        return problem_response(face_problem("not-authenticated"))

    @api.exception_handler(ValidationError)
    def _malformed(_request: HttpRequest, error: ValidationError) -> HttpResponse:
        faults = [
            FieldFault(field=".".join(str(part) for part in fault["loc"]), detail=str(fault["msg"]))
            for fault in error.errors
        ]
        return problem_response(face_problem("invalid-request", faults))

    @api.exception_handler(Throttled)
    def _throttled(_request: HttpRequest, error: Throttled) -> HttpResponse:
        return problem_response(face_problem("too-many-requests"), retry_after=max(1, ceil(error.wait or 1)))

    @api.exception_handler(HttpError)
    def _other(_request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem_response(face_problem_of_status(error.status_code))

    @api.exception_handler(Http404)
    def _nowhere(_request: HttpRequest, _error: Http404) -> HttpResponse:
        return problem_response(face_problem("unknown-address"))

    @api.exception_handler(RequestDataTooBig)
    def _too_large(_request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
        return problem_response(face_problem("content-too-large"))

    @api.exception_handler(SuspiciousOperation)
    def _suspicious(_request: HttpRequest, _error: SuspiciousOperation) -> HttpResponse:
        return problem_response(face_problem("malformed-request"))

    @api.exception_handler(Exception)
    def _broken(_request: HttpRequest, error: Exception) -> HttpResponse:
        _log.error("an API request ended in an error", exc_info=error, extra={"status_code": 500})
        return problem_response(face_problem("internal-error"))
