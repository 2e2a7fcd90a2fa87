"""``/problems``: what each code means, so that the ``type`` of every problem leads somewhere.

The codes come from ``codes.yaml``, which ``make reference`` writes from the code beside ``docs/errors.md``; their
statuses come from the tree of errors.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from ninja import Router, Schema
from pydantic import Field

from creditbank.api.document import MEANINGS
from creditbank.api.problems import ADDRESS, FACE, FAULTS, Problem, filled, status_of
from creditbank.errors import CreditBankError, NotFound

router = Router(tags=["problems"])
_CODES: Final = Path(__file__).parent / "codes.yaml"


class ProblemKind(Schema):
    """A code, its status, and what it says; ``…`` stands for what differs each time."""

    type: str = Field(examples=["/api/v1/problems/not-found"])
    code: str
    status: int
    messages: list[str]
    meaning: str


@dataclass(frozen=True, slots=True)
class Known:
    """A code: the status of its kind, and the words (msgids) it is raised with."""

    code: str
    status: int
    words: tuple[str, ...]


@router.get("/problems", auth=None, response={200: list[ProblemKind], FAULTS: Problem}, summary="错误代码 · All codes")
def kinds(request: HttpRequest) -> list[ProblemKind]:
    """Every code that a problem may carry."""
    return [_kind(each) for each in known_codes().values()]


@router.get("/problems/{code}", auth=None, response={200: ProblemKind, FAULTS: Problem}, summary="错误说明 · One code")
def kind(request: HttpRequest, code: str) -> ProblemKind | HttpResponse:
    """What a code means: JSON, or a page for a browser."""
    found = known_codes().get(code)
    if found is None:
        raise NotFound("没有这个错误代码。")
    told = _kind(found)
    if not request.accepts("application/json") or _wants_page(request):
        response = render(request, "api/problem.html", {"problem": told})
        response["Vary"] = "Accept"
        return response
    return told


@cache
def known_codes() -> Mapping[str, Known]:
    """Every code, sorted."""
    tree = {each.__name__: each for each in _tree(CreditBankError)}
    found = {code: Known(code, status, (words,)) for code, (status, words) in FACE.items()}
    for entry in yaml.safe_load(_CODES.read_text("utf-8")):
        kind_of = tree.get(entry["kind"])
        if kind_of is not None:
            earlier = found.get(entry["code"])
            words = (*(earlier.words if earlier else ()), *([entry["text"]] if entry["text"] else []))
            found[entry["code"]] = Known(entry["code"], status_of(kind_of, entry["code"]), words)
    return dict(sorted(found.items()))


def _tree(root: type[CreditBankError]) -> Iterator[type[CreditBankError]]:
    yield root
    for child in root.__subclasses__():
        yield from _tree(child)


def _kind(known: Known) -> ProblemKind:
    return ProblemKind(
        type=f"{ADDRESS}{known.code}",
        code=known.code,
        status=known.status,
        messages=[filled(gettext(words), {}) for words in known.words],
        meaning=MEANINGS[known.status] if known.status in FAULTS else "",
    )


def _wants_page(request: HttpRequest) -> bool:
    """Browsers name HTML first; programs name JSON or nothing at all."""
    return request.headers.get("Accept", "").startswith("text/html")
