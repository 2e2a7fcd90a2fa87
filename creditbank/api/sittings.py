"""``/examinations/sittings``: a student sits as herself, by her session; no answer here holds the key (R-x.1)."""

from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from creditbank import clock
from creditbank.api.callers import PersonCaller, caller
from creditbank.api.idempotency import once
from creditbank.api.problems import FAULTS, Problem
from creditbank.audit.actor import Actor
from creditbank.errors import NotFound
from creditbank.examinations.models import Sitting, SittingState
from creditbank.examinations.sitting import asked_questions, begin_sitting, hand_in, save_answers
from creditbank.people.models import Account

router = Router(tags=["examinations"], auth=PersonCaller())
LARGEST_ID: Final = 2**53


class SittingBegun(Schema):
    """Which family's examination to begin."""

    family: str = Field(max_length=30, examples=["athlete"])


class AnswerSheet(Schema):
    """The whole answer sheet: by place in the paper the chosen places as shown; ``save`` grows with every save."""

    save: int = Field(ge=1, lt=1_000_000)
    answers: dict[int, list[int]] = Field(max_length=500)


class AskedOut(Schema):
    """A question as it is shown; which choices are right is not in it."""

    place: int
    kind: str
    text: str
    choices: list[str]
    points: int
    chosen: list[int]


class SittingOut(Schema):
    """A sitting; ``questions`` while it is open, ``score`` and ``passed`` once it is marked."""

    id: int
    family: str
    state: str
    ends_at: datetime
    saved: int
    questions: list[AskedOut]
    score: int | None
    passed: bool | None


@router.post("/sittings", response={201: SittingOut, FAULTS: Problem}, summary="开始考试 · Begin a sitting")
def begin(request: HttpRequest, given: SittingBegun) -> HttpResponse:
    """Begin an attempt in one's own name: from here the time runs."""
    actor, at = caller(request), clock.now()
    account = Account.objects.select_related("student__person").filter(student__person_id=_person(actor)).first()
    if account is None:
        raise NotFound("没有找到这个户口。")
    return once(request, 201, lambda: _shown(begin_sitting(actor=actor, account=account, family=given.family, at=at)))


@router.get("/sittings/{sitting}", response={200: SittingOut, FAULTS: Problem}, summary="试卷 · A sitting")
def show(request: HttpRequest, sitting: int) -> SittingOut:
    """One's own sitting: the paper while it is open, the score afterwards."""
    return _shown(_own(request, sitting))


@router.put("/sittings/{sitting}/answers", response={200: SittingOut, FAULTS: Problem}, summary="保存答案 · Save")
def save(request: HttpRequest, sitting: int, given: AnswerSheet) -> SittingOut:
    """Keep the answer sheet; an older save changes nothing."""
    answers = {place: frozenset(chosen) for place, chosen in given.answers.items()}
    found = _own(request, sitting)
    return _shown(save_answers(actor=caller(request), sitting=found, answers=answers, save=given.save, at=clock.now()))


@router.post("/sittings/{sitting}/hand-in", response={200: SittingOut, FAULTS: Problem}, summary="交卷 · Hand in")
def finish(request: HttpRequest, sitting: int) -> HttpResponse:
    """Hand in; marked at once."""
    actor, found, at = caller(request), _own(request, sitting), clock.now()
    return once(request, 200, lambda: _shown(hand_in(actor=actor, sitting=found, at=at)))


def _own(request: HttpRequest, sitting: int) -> Sitting:
    rows = Sitting.objects.filter(account__student__person_id=_person(caller(request)))
    found = rows.filter(pk=sitting).first() if 0 < sitting < LARGEST_ID else None
    if found is None:
        raise NotFound("没有这份试卷。")
    return found


def _person(actor: Actor) -> int:
    if actor.person_id is None:
        raise NotFound("没有这份试卷。")
    return actor.person_id


def _shown(sitting: Sitting) -> SittingOut:
    asked = asked_questions(sitting) if sitting.state == SittingState.OPEN else []
    return SittingOut(
        id=sitting.pk,
        family=sitting.family,
        state=sitting.state,
        ends_at=sitting.ends_at,
        saved=sitting.saved,
        questions=[
            AskedOut(
                place=each.place,
                kind=each.kind,
                text=each.text,
                choices=list(each.choices),
                points=each.points,
                chosen=sorted(each.chosen),
            )
            for each in asked
        ],
        score=sitting.score,
        passed=sitting.passed,
    )
