"""Pages about the API for people: ``/api/``, drawn from the OpenAPI document, and the answer for unknown addresses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from creditbank.api.document import KEY_SCHEME, ApiDocument
from creditbank.api.problems import face_problem, problem_response
from creditbank.api.site import api


@dataclass(frozen=True, slots=True)
class ShownParameter:
    """A parameter in the address or a header."""

    name: str
    place: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class ShownOperation:
    """One operation as the page tells it. ``callers``: ``all``, ``session`` or the scope that a key needs besides."""

    tag: str
    method: str
    path: str
    anchor: str
    title: str
    title_english: str
    text: str
    scope: str
    public: bool
    body: str
    success: str
    parameters: tuple[ShownParameter, ...]
    statuses: tuple[str, ...]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every operation by part, how to authenticate, how errors look."""
    operations = sorted(shown_operations(api.document()), key=lambda each: (each.tag, each.path, each.method))
    groups = [(tag, list(found)) for tag, found in groupby(operations, key=lambda each: each.tag)]
    context = {"groups": groups, "count": len(operations), "document_url": reverse("api-1:openapi-json")}
    return render(request, "api/index.html", context)


@csrf_exempt
def unknown(request: HttpRequest, rest: str = "") -> HttpResponse:
    """The answer to every address under ``/api/v1/`` that is none."""
    return problem_response(face_problem("unknown-address"))


def shown_operations(document: ApiDocument) -> Iterator[ShownOperation]:
    """The operations of the document, flattened for the page."""
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            yield _operation(path, method, told)


def _operation(path: str, method: str, told: Mapping[str, object]) -> ShownOperation:
    title, _, english = str(told["summary"]).partition(" · ")
    security = told.get("security")
    schemes = [scheme for scheme in security if isinstance(scheme, dict)] if isinstance(security, list) else []
    scopes = [scheme[KEY_SCHEME][0] for scheme in schemes if KEY_SCHEME in scheme]
    responses = told["responses"]
    assert isinstance(responses, dict)
    tags = told.get("tags")
    return ShownOperation(
        tag=str(tags[0]) if isinstance(tags, list) and tags else "",
        method=method.upper(),
        path=path,
        anchor=str(told["operationId"]),
        title=title,
        title_english=english,
        text=str(told.get("description", "")),
        scope=str(scopes[0]) if scopes else "",
        public=not schemes,
        body=_body(told.get("requestBody")),
        success=next(iter(responses)),
        parameters=tuple(_parameters(told.get("parameters"))),
        statuses=tuple(status for status in responses if int(status) >= 400),
    )


def _body(told: object) -> str:
    content = told.get("content") if isinstance(told, dict) else None
    return next(iter(content), "") if isinstance(content, dict) else ""


def _parameters(told: object) -> Iterator[ShownParameter]:
    for each in told if isinstance(told, list) else []:
        if isinstance(each, dict):
            yield ShownParameter(
                str(each["name"]), str(each["in"]), bool(each.get("required")), str(each.get("description", ""))
            )
