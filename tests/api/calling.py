"""How the tests call any method: JSON in and out, files as multipart; and how they read a refusal."""

from collections.abc import Mapping
from io import BytesIO
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.api.callers import PROBLEM

V1: Final = "/api/v1"
Headers = Mapping[str, str]


def call(client: Client, method: str, path: str, body: object = None, headers: Headers | None = None) -> HttpResponse:
    """One request with a JSON body."""
    content = {} if body is None else {"data": body, "content_type": "application/json"}
    return getattr(client, method.lower())(V1 + path, headers=dict(headers or {}), **content)


def send_file(client: Client, method: str, path: str, content: BytesIO, headers: Headers | None = None) -> HttpResponse:
    """One request that carries a file."""
    sent = SimpleUploadedFile("return.csv", content.getvalue(), "text/csv")
    data = encode_multipart(BOUNDARY, {"file": sent})
    return client.generic(method, V1 + path, data, MULTIPART_CONTENT, headers=dict(headers or {}))


def code_of(response: HttpResponse) -> str:
    """The code of a problem; the answer is one, in its one shape."""
    assert response.headers["Content-Type"] == PROBLEM, response.content[:200]
    body: dict[str, object] = response.json()
    assert body["status"] == response.status_code
    assert body["type"] == f"{V1}/problems/{body['code']}"
    assert body["title"]
    assert body["detail"]
    return str(body["code"])
