"""A version on its public road: drafted, announced with a notice, in force by itself, noticed again afterwards."""

from datetime import date, datetime, timedelta

import pytest

from creditbank.clock import today
from creditbank.errors import Conflict, InvalidInput, Refused
from creditbank.notices.actions import withdraw_notice
from creditbank.notices.models import Notice, NoticeState
from creditbank.policy.text import Text
from creditbank.rulebook.actions import load_shipped_versions
from creditbank.rulebook.differences import differences, touched_clauses
from creditbank.rulebook.models import PolicyVersion, VersionState
from creditbank.rulebook.publishing import (
    Choice,
    NewValue,
    announce_version,
    draft_version,
    law_with,
    notices_of,
    recall_version,
    turn_versions,
)
from creditbank.rulebook.reading import law_of, version_on, version_row_on
from tests.cast import AT
from tests.everybody import Everybody

pytestmark = pytest.mark.django_db
DAY = today(AT) + timedelta(days=30)
WHY = Text("示例修订", "Sample revision")


def drafted(everybody: Everybody, in_force_on: date = DAY, at: datetime = AT) -> PolicyVersion:
    law = law_with(
        version_on(today(at)),
        [Choice("I-1", "threshold"), Choice("I-12", "other-days", 7)],
        code=in_force_on.isoformat(),
        title=WHY,
        in_force_on=in_force_on,
        values=[NewValue("exam_pass_mark", "70"), NewValue("athlete.credits", "150.00")],
    )
    return draft_version(actor=everybody.actor("reviewer"), law=law, at=at)


def announced(everybody: Everybody) -> PolicyVersion:
    return announce_version(actor=everybody.actor("decider"), version=drafted(everybody), at=AT)


def test_the_differences_name_their_clauses(everybody: Everybody) -> None:
    version = drafted(everybody)
    found = differences(version_on(today(AT)), law_of(version))
    assert [(each.kind, each.code) for each in found] == [
        ("reading", "I-1"),
        ("reading", "I-12"),
        ("value", "exam_pass_mark"),
        ("value", "athlete.credits"),
    ]
    assert {"M-12", "R-x.1"} <= set(touched_clauses(found))
    pass_mark = found[2]
    assert pass_mark.before
    assert pass_mark.after
    assert (pass_mark.before.value, pass_mark.after.value) == ("60", "70")


def test_a_new_value_counts_from_its_day_and_the_old_one_before(everybody: Everybody) -> None:
    law = law_of(drafted(everybody))
    assert law.value("exam_pass_mark", DAY - timedelta(days=1)).value == 60
    assert law.value("exam_pass_mark", DAY).value == 70


@pytest.mark.parametrize("change", [NewValue("exam_pass_mark", "x"), NewValue("nothing", "1"), NewValue("a.b", "1")])
def test_a_value_that_the_law_does_not_have_is_refused(everybody: Everybody, change: NewValue) -> None:
    with pytest.raises(InvalidInput):
        law_with(version_on(today(AT)), [], code="x", title=WHY, in_force_on=DAY, values=[change])


def test_it_is_announced_by_a_notice_that_runs_until_its_day(everybody: Everybody) -> None:
    version = announced(everybody)
    notice = notices_of(version).get()
    assert (notice.ends_on, notice.content["phase"], notice.clause) == (DAY, "before", "R-P")


def test_without_the_full_notice_it_is_not_announced(everybody: Everybody) -> None:
    version = drafted(everybody, DAY - timedelta(days=1))
    with pytest.raises(Refused):
        announce_version(actor=everybody.actor("decider"), version=version, at=AT)
    assert not Notice.objects.exists()


def test_it_comes_into_force_by_itself_and_is_noticed_once_more(everybody: Everybody) -> None:
    load_shipped_versions(at=AT)
    version = announced(everybody)
    assert turn_versions(AT + timedelta(days=29)) == 0 or version_row_on(DAY - timedelta(days=1)).code != version.code
    later = AT + timedelta(days=30)
    turn_versions(later)
    turn_versions(later)
    version.refresh_from_db()
    assert version.state == VersionState.IN_FORCE
    assert [each.content["phase"] for each in notices_of(version)] == ["after", "before"]


def test_its_notice_goes_only_together_with_it(everybody: Everybody) -> None:
    version = announced(everybody)
    decider = everybody.actor("decider")
    with pytest.raises(Conflict):
        withdraw_notice(actor=decider, notice=notices_of(version).get(), reason="写错", at=AT)
    with pytest.raises(InvalidInput):
        recall_version(actor=decider, version=version, reason=" ", at=AT)
    recall_version(actor=decider, version=version, reason="写错", at=AT)
    version.refresh_from_db()
    assert version.state == VersionState.DRAFT
    assert notices_of(version).get().state == NoticeState.WITHDRAWN
    with pytest.raises(Conflict):
        recall_version(actor=decider, version=version, reason="写错", at=AT)
