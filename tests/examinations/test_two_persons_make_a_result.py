"""A result counts once a second person of the office has confirmed it (R-x.1)."""

from datetime import date, timedelta

import pytest

from creditbank.errors import AlreadyDone, Conflict, InvalidInput, NotAllowed
from creditbank.examinations.actions import decide_exam_result, record_exam_result
from creditbank.examinations.models import ExamResult, ResultState
from tests.cast import AT, Cast, gather_cast

pytestmark = pytest.mark.django_db
DAY = date(2026, 2, 1)


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


def recorded(cast: Cast, *, family: str = "athlete", score: int = 80, taken_on: date = DAY) -> ExamResult:
    """A result as the first reviewer records it."""
    return record_exam_result(
        actor=cast.reviewer, account=cast.student.account, family=family, score=score, taken_on=taken_on, at=AT
    )


def test_it_counts_only_when_another_person_confirms(cast: Cast) -> None:
    result = recorded(cast)
    assert result.state == ResultState.RECORDED
    with pytest.raises(NotAllowed):
        decide_exam_result(actor=cast.reviewer, result=result, confirm=True, at=AT)
    assert decide_exam_result(actor=cast.second_reviewer, result=result, confirm=True, at=AT).state == "confirmed"
    with pytest.raises(Conflict):
        decide_exam_result(actor=cast.second_reviewer, result=result, confirm=False, at=AT)


def test_what_cannot_be_is_refused_by_its_field(cast: Cast) -> None:
    for field, given in (
        ("family", {"family": "pilot"}),
        ("score", {"score": 101}),
        ("taken_on", {"taken_on": AT.date() + timedelta(days=2)}),
    ):
        with pytest.raises(InvalidInput) as refused:
            recorded(cast, **given)
        assert refused.value.data["field"] == field
    assert ExamResult.objects.count() == 0


def test_one_result_a_day_and_only_by_the_office(cast: Cast) -> None:
    recorded(cast)
    with pytest.raises(AlreadyDone):
        recorded(cast, score=90)
    for outsider in (cast.clerk, cast.outsider):
        with pytest.raises(NotAllowed):
            record_exam_result(
                actor=outsider, account=cast.student.account, family="coach", score=80, taken_on=DAY, at=AT
            )
