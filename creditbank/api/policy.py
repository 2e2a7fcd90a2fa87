"""``/policy``: the law, and decisions by it on facts that the caller gives. Open to everybody; no database is asked."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router, Schema

from creditbank.api.problems import FAULTS, Problem
from creditbank.policy.decide import decide_question
from creditbank.policy.facts import parse_json, parse_question
from creditbank.policy.loading import shipped_law
from creditbank.policy.text import Text

router = Router(tags=["policy"])


class Words(Schema):
    """A text in both languages."""

    zh: str
    en: str


class RequirementOut(Schema):
    """One requirement, met or not, with its clause and its gap."""

    clause: str
    code: str
    met: bool
    need: str | None
    have: str | None
    gap: str | None
    text: Words
    interpretation: str | None
    close: Words | None


class AlternativeOut(Schema):
    """The other route, judged in the same way."""

    route: str | None
    outcome: str
    credits: str | None
    requirements: list[RequirementOut]


class DecisionOut(Schema):
    """A decision with every reason in it."""

    outcome: str
    product: str
    route: str | None
    credits: str | None
    policy_version: str
    requirements: list[RequirementOut]
    alternatives: list[AlternativeOut]


class ClauseOut(Schema):
    """A clause in our own words."""

    code: str
    gist: Words


class ReadingOut(Schema):
    """A question the text leaves open, and the reading that decides."""

    code: str
    clause: str
    question: Words
    selected: str


class LawOut(Schema):
    """The version of the law that ships with the bank."""

    version: str
    in_force_on: str
    clauses: list[ClauseOut]
    interpretations: list[ReadingOut]


@router.post(
    "/decide",
    auth=None,
    response={200: DecisionOut, FAULTS: Problem},
    summary="按规则判断 · Decide by the law",
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}},
)
def decide_facts(request: HttpRequest) -> HttpResponse:
    """Decide one product for the facts given (the contract of ``creditbank policy decide``); nothing is stored."""
    law = shipped_law()
    decision = decide_question(parse_question(parse_json(request.body), law), law)
    return JsonResponse(decision.to_json())


@router.get("/law", auth=None, response={200: LawOut, FAULTS: Problem}, summary="规则全文 · The law as data")
def shipped_version(request: HttpRequest) -> LawOut:
    """The clauses in our own words, and the register of interpretations with the readings selected."""
    law = shipped_law()
    return LawOut(
        version=law.code,
        in_force_on=law.since.isoformat(),
        clauses=[ClauseOut(code=each.code, gist=_words(each.gist)) for each in law.clauses.values()],
        interpretations=[
            ReadingOut(
                code=each.code,
                clause=", ".join(each.clauses),
                question=_words(each.question),
                selected=each.selected,
            )
            for each in law.interpretations.values()
        ],
    )


def _words(text: Text) -> Words:
    return Words(zh=text.zh, en=text.en)
