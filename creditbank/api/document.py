"""The OpenAPI 3.1 document: what django-ninja writes, completed with what the contract promises besides.

Each operation tells the errors that it may end in, all of the one shape; writes tell the Idempotency-Key; the schemes
of security have names, and each operation that a key may use names the scope it needs.
"""

from http import HTTPStatus
from typing import Final

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from creditbank.api.callers import KeyCaller, SessionCaller
from creditbank.api.idempotency import HEADER, LONGEST_KEY, REPLAYED
from creditbank.api.problems import ADDRESS, FACE, FAULTS, MEDIA_TYPE

KEY_SCHEME: Final = "institutionKey"
SESSION_SCHEME: Final = "session"
MEANINGS: Final = {
    400: "The request or a value in it is wrong; `errors` names the places.",
    401: "Nobody is known: no session and no usable key.",
    403: "The caller is known, but may not do this (least rights, maker and checker, consent, CSRF, scope).",
    404: "No such thing, or none that this caller may know of: the two answers are the same.",
    409: "The thing is not in a state that allows this, or the Idempotency-Key was used for another request.",
    413: "The body is larger than the bank reads.",
    415: "The body is neither JSON nor, for a file, multipart/form-data.",
    422: "A rule of the regulation says no; `clause` names it, `decision` gives every requirement.",
    429: "Too many requests; `Retry-After` says when to try again.",
    500: "Something broke; nothing was changed.",
    503: "Busy or not available now; `Retry-After` says when to try again.",
}
_SCHEMES: Final = {
    KEY_SCHEME: {
        "type": "http",
        "scheme": "bearer",
        "description": "An institution's own system, by its API key. A key acts as a clerk, within its scopes.",
    },
}
_WRITES: Final = frozenset({"POST", "PUT"})
_REPEATED: Final = _WRITES | {"DELETE"}
_WITHOUT_BODY: Final = frozenset({413, 415})


class ApiDocument(OpenAPISchema):
    """The document of one API."""

    def __init__(self, api: NinjaAPI, path_prefix: str) -> None:
        super().__init__(api, path_prefix)
        components = self["components"]
        components["responses"] = {str(status): _shared(status) for status in sorted(FAULTS)}
        components["securitySchemes"] = {
            **_SCHEMES,
            SESSION_SCHEME: {
                "type": "apiKey",
                "in": "cookie",
                "name": SessionCaller.param_name,
                "description": "The session of a person who has logged in; writes need the header X-CSRFToken, "
                "whose value GET /api/v1/session gives.",
            },
        }

    def operation_details(self, operation: Operation) -> dict[str, object]:
        """One operation, with its errors, its key and its scope."""
        details = super().operation_details(operation)
        responses = {str(status): told for status, told in details["responses"].items() if int(status) < 400}
        for status in sorted(_possible(operation)):
            responses[str(status)] = {"$ref": f"#/components/responses/{status}"}
        if _may_be_repeated(operation):
            details["parameters"] = [*details["parameters"], _idempotency_key()]
            for code, told in responses.items():
                if int(code) < 300:
                    told["headers"] = {REPLAYED: _replayed()}
        details["responses"] = responses
        details.pop("x-stores-nothing", None)
        return details

    def operation_security(self, operation: Operation) -> list[dict[str, object]] | None:
        """The schemes by their names; the scope stands with the key."""
        super().operation_security(operation)
        found: list[dict[str, object]] = []
        for each in operation.auth_callbacks:
            found.append({KEY_SCHEME: [each.scope]} if isinstance(each, KeyCaller) else {SESSION_SCHEME: []})
        return found or None


def _possible(operation: Operation) -> frozenset[int]:
    """The errors that this operation may end in."""
    writes = not _WRITES.isdisjoint(operation.methods)
    left_out = frozenset[int]() if writes else _WITHOUT_BODY
    return FAULTS - left_out if operation.auth_callbacks else FAULTS - left_out - {401}


def _may_be_repeated(operation: Operation) -> bool:
    stores_nothing = bool((operation.openapi_extra or {}).get("x-stores-nothing"))
    return bool(operation.auth_callbacks) and not _REPEATED.isdisjoint(operation.methods) and not stores_nothing


def _shared(status: int) -> dict[str, object]:
    told: dict[str, object] = {
        "description": MEANINGS[status],
        "content": {
            MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": _example(status)},
        },
    }
    if status in {429, 503}:
        told["headers"] = {"Retry-After": {"schema": {"type": "string"}, "description": "Seconds."}}
    if status == 401:
        told["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return told


def _example(status: int) -> dict[str, object]:
    code = next((code for code, (of, _words) in FACE.items() if of == status), _KIND_OF.get(status, "error"))
    words = FACE[code][1] if code in FACE else HTTPStatus(status).phrase
    return {"type": f"{ADDRESS}{code}", "title": words, "status": status, "detail": words, "code": code, "errors": []}


_KIND_OF: Final = {409: "conflict", 422: "refused", 503: "busy"}


def _idempotency_key() -> dict[str, object]:
    return {
        "in": "header",
        "name": HEADER,
        "required": False,
        "description": "Any text of the caller's that is new for each new wish: the same wish sent again under the "
        "same key is done once and answered alike.",
        "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"},
        "example": "7f1d0c9e-8b3a-4c1e-9d5f-2a6b7c8d9e0f",
    }


def _replayed() -> dict[str, object]:
    return {"description": "`true` when this is the answer of an earlier request.", "schema": {"type": "string"}}
