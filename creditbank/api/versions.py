"""``/policy-versions``: the versions that were announced, and what differs between two of them, for everybody (R-P)."""

from datetime import date

from django.http import HttpRequest
from ninja import Router, Schema

from creditbank.api.problems import FAULTS, Problem
from creditbank.errors import NotFound
from creditbank.rulebook.differences import Side, differences
from creditbank.rulebook.models import PolicyVersion, VersionState
from creditbank.rulebook.reading import law_of

router = Router(tags=["policy"])


class PolicyVersionOut(Schema):
    """A version of the law; it decides from ``in_force_on`` on."""

    code: str
    title: str
    state: str
    in_force_on: date
    announced_on: date | None


class SideOut(Schema):
    """What one version says, in both languages, and a number where it carries one."""

    zh: str
    en: str
    value: str


class DifferenceOut(Schema):
    """One change; a side is null where nothing stood."""

    clause: str
    kind: str
    code: str
    before: SideOut | None
    after: SideOut | None


@router.get(
    "", auth=None, response={200: list[PolicyVersionOut], FAULTS: Problem}, summary="政策版本 · Policy versions"
)
def versions(request: HttpRequest) -> list[PolicyVersionOut]:
    """Every version that was announced, the newest first."""
    return [
        PolicyVersionOut(
            code=each.code,
            title=each.title,
            state=each.state,
            in_force_on=each.in_force_on,
            announced_on=each.announced_on,
        )
        for each in PolicyVersion.objects.exclude(state=VersionState.DRAFT).defer("law")
    ]


@router.get(
    "/{code}/differences",
    auth=None,
    response={200: list[DifferenceOut], FAULTS: Problem},
    summary="两版差异 · What differs",
)
def changes(request: HttpRequest, code: str, against: str) -> list[DifferenceOut]:
    """What the version changes against another one, clause by clause."""
    found = differences(law_of(_found(against)), law_of(_found(code)))
    return [
        DifferenceOut(
            clause=each.clause, kind=each.kind, code=each.code, before=_side(each.before), after=_side(each.after)
        )
        for each in found
    ]


def _side(side: Side | None) -> SideOut | None:
    return None if side is None else SideOut(zh=side.text.zh, en=side.text.en, value=side.value)


def _found(code: str) -> PolicyVersion:
    found = PolicyVersion.objects.exclude(state=VersionState.DRAFT).defer("law").filter(code=code).first()
    if found is None:
        raise NotFound
    return found
