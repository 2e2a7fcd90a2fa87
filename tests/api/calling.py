"""How the tests call any method: JSON in and out, files as multipart; and how they read a refusal."""

import json
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.api.callers import JSON, PROBLEM

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

V1: Final = "/api/v1"
Headers = Mapping[str, str]


def call(client: Client, method: str, path: str, body: object = None, headers: Headers | None = None) -> "Answer":
    """One request with a JSON body, or with none."""
    content = "" if body is None else json.dumps(body)
    return client.generic(method, V1 + path, content, JSON, headers=dict(headers or {}))


def send_file(client: Client, method: str, path: str, content: BytesIO, headers: Headers | None = None) -> "Answer":
    """One request that carries a file."""
    sent = SimpleUploadedFile("return.csv", content.getvalue(), "text/csv")
    data = encode_multipart(BOUNDARY, {"file": sent})
    return client.generic(method, V1 + path, data, MULTIPART_CONTENT, headers=dict(headers or {}))


def code_of(response: "Answer") -> str:
    """The code of a problem; the answer is one, in its one shape."""
    assert response.headers["Content-Type"] == PROBLEM, response.content[:200]
    body = response.json()
    assert body["status"] == response.status_code
    assert body["type"] == f"{V1}/problems/{body['code']}"
    assert body["title"]
    assert body["detail"]
    return str(body["code"])
