"""docs/api.md tells every operation of the OpenAPI document, to whom it is open, and none that is not there."""

import re
from collections.abc import Mapping, Sequence

from creditbank.api.document import KEY_SCHEME
from creditbank.api.problems import FAULTS
from creditbank.api.site import api
from tests.docs.test_documents import read

ROW = re.compile(r"^\| ([A-Z]+) \| `([^`]+)` \| ([^|]+) \| [^|]+ \|$", re.MULTILINE)


def test_the_table_is_that_of_the_openapi_document() -> None:
    told = {
        (method.upper(), path, _who(operation.get("security") or []))
        for path, methods in api.document()["paths"].items()
        for method, operation in methods.items()
    }
    assert set(ROW.findall(read("docs/api.md"))) == told


def test_every_status_of_a_problem_is_told() -> None:
    text = read("docs/api.md").partition("| status |")[2].partition("\n\n")[0]
    assert [status for status in sorted(FAULTS) if not re.search(rf"^\| [^|]*\b{status}\b", text, re.MULTILINE)] == []


def _who(security: Sequence[Mapping[str, Sequence[str]]]) -> str:
    scopes = [scheme[KEY_SCHEME][0] for scheme in security if KEY_SCHEME in scheme]
    if scopes:
        return f"session, key `{scopes[0]}`"
    return "session" if security else "everybody"
