"""Whether an answer is one that the OpenAPI document declares: its status, its type, and the shape of its JSON."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jsonschema_rs import Draft202012Validator

from creditbank.api.site import api
from tests.api.calling import V1

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer


def broken_promise(operation: str, response: "Answer") -> str:
    """What the answer to ``POST /returns`` breaks of the document; empty when it keeps it."""
    method, _space, path = operation.partition(" ")
    document: Mapping[str, Any] = api.document()
    told = document["paths"][V1 + path][method.lower()]["responses"].get(str(response.status_code))
    if told is None:
        return f"status {response.status_code} is not declared"
    if "$ref" in told:
        told = document["components"]["responses"][told["$ref"].rpartition("/")[2]]
    content = told.get("content", {})
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    if not content:
        return "" if not response.content else "a body is not declared"
    if kind not in content:
        return f"type {kind} is not declared"
    if not kind.endswith("json"):
        return ""
    schema = {**content[kind]["schema"], "components": document["components"]}
    faults = Draft202012Validator(schema, validate_formats=True).iter_errors(response.json())
    return "; ".join(f"{'/'.join(map(str, fault.instance_path))}: {fault.message[:80]}" for fault in faults)
