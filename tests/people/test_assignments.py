"""Who works on which case: the first who takes it has it; a decider gives any away; an assignment decides nothing."""

from datetime import timedelta

import pytest

from creditbank.audit.actor import PUBLIC
from creditbank.audit.models import AuditRecord
from creditbank.errors import InvalidInput, NotAllowed
from creditbank.people.assignments import (
    KEPT,
    MOST_AT_ONCE,
    Assigned,
    assign_work,
    holders_of,
    release_work,
    sweep_assignments,
    take_work,
    workers,
)
from tests.people.cast import AT, Cast, person_of

FIRST, SECOND = ("return", 1), ("exam", 1)


def test_the_first_who_takes_a_case_has_it(cast: Cast) -> None:
    assert take_work(actor=cast.reviewer, at=AT, cases=[FIRST]) == Assigned(1, 0)
    assert take_work(actor=cast.second_reviewer, at=AT, cases=[FIRST, SECOND]) == Assigned(1, 1)
    holders = holders_of([FIRST, SECOND])
    assert [holders[case].pk for case in (FIRST, SECOND)] == [
        cast.reviewer.person_id,
        cast.second_reviewer.person_id,
    ]
    assert AuditRecord.objects.filter(action="work.take").count() == 2


def test_one_passes_on_what_is_free_or_ones_own_and_a_decider_anything(cast: Cast) -> None:
    take_work(actor=cast.second_reviewer, at=AT, cases=[FIRST])
    to = person_of(cast.reviewer)
    assert assign_work(actor=cast.reviewer, at=AT, cases=[FIRST, SECOND], to=to) == Assigned(1, 1)
    assert assign_work(actor=cast.decider, at=AT, cases=[FIRST], to=to) == Assigned(1, 0)
    assert holders_of([FIRST])[FIRST] == to


def test_a_case_is_put_back_by_its_holder_or_a_decider(cast: Cast) -> None:
    take_work(actor=cast.reviewer, at=AT, cases=[FIRST, SECOND])
    with pytest.raises(NotAllowed):
        release_work(actor=cast.second_reviewer, at=AT, case=FIRST)
    release_work(actor=cast.reviewer, at=AT, case=FIRST)
    release_work(actor=cast.decider, at=AT, case=SECOND)
    release_work(actor=cast.decider, at=AT, case=SECOND)
    assert holders_of([FIRST, SECOND]) == {}


def test_work_goes_to_reviewers_and_deciders_alone(cast: Cast) -> None:
    assert {each.pk for each in workers(AT)} == {
        cast.reviewer.person_id,
        cast.second_reviewer.person_id,
        cast.decider.person_id,
    }
    for stranger in (cast.auditor, cast.admin, cast.clerk, PUBLIC):
        with pytest.raises(NotAllowed):
            take_work(actor=stranger, at=AT, cases=[FIRST])
    with pytest.raises(InvalidInput):
        assign_work(actor=cast.reviewer, at=AT, cases=[FIRST], to=person_of(cast.auditor))


def test_a_choice_is_neither_empty_nor_boundless_and_old_marks_are_forgotten(cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        take_work(actor=cast.reviewer, at=AT, cases=[])
    with pytest.raises(InvalidInput):
        take_work(actor=cast.reviewer, at=AT, cases=[("return", row) for row in range(MOST_AT_ONCE + 1)])
    take_work(actor=cast.reviewer, at=AT, cases=[FIRST])
    assert sweep_assignments(AT + KEPT) == 0
    assert sweep_assignments(AT + KEPT + timedelta(seconds=1)) == 1
