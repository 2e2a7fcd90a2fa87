"""Each alternative reading that changes what an application comes to, published and applied for: both ways."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import transaction

from creditbank.certificates.models import Certificate, HonourUse, UseState
from creditbank.errors import Refused
from creditbank.examinations.models import ExamResult
from creditbank.ledger.verify import verify
from creditbank.people.consents import current_text
from creditbank.people.models import Student
from creditbank.policy.decision import Decision, decision_from_json
from creditbank.redemption.actions import accept_redemption, apply_for_product, review_redemption
from creditbank.redemption.errors import NotEligible
from creditbank.redemption.holds import hold_facts
from creditbank.redemption.models import Redemption
from creditbank.rulebook.models import PolicyVersion
from creditbank.rulebook.publishing import Choice, readings_of
from tests.redemption.stage import ATHLETE, Stage12, balance, crown, set_stage
from tests.redemption.versions import AFTER, publish

pytestmark = pytest.mark.django_db
COACH = "certificate.coach.3"
FIRST_GRADE = "certificate.athlete.1"


@pytest.fixture
def stage() -> Stage12:
    """Everybody in place."""
    return set_stage()


def _nothing(_stage: Stage12) -> None:
    pass


def _crowned(stage: Stage12) -> None:
    crown(stage.account)


def _unexamined(stage: Stage12) -> None:
    ExamResult.objects.all().delete()


def _born_today_eighteen_years_ago(stage: Stage12) -> None:
    Student.objects.filter(pk=stage.account.student_id).update(birth_date=date(2008, AFTER.month, AFTER.day))
    stage.account.student.refresh_from_db()
    ExamResult.objects.update(family="coach")


@dataclass(frozen=True)
class Reading:
    """An alternative: how it is told in a decision, and what the application comes to under each reading.

    ``shipped`` and ``other`` are the credits held in hundredths, or the requirement that is unmet.
    """

    choice: Choice
    shipped: int | str
    other: int | str
    product: str = ATHLETE
    route: str | None = "skill"
    prepare: Callable[[Stage12], None] = _nothing
    cited: str = ""


READINGS = (
    Reading(Choice("I-1", "threshold"), 12000, 0, cited="credits"),
    Reading(Choice("I-2", "certificate-only"), 0, 12000, route="champion", prepare=_crowned, cited="credits"),
    Reading(Choice("I-3", "direct"), "ladder", 12000, product=FIRST_GRADE),
    Reading(Choice("I-4", "none"), "exam", 12000, prepare=_unexamined),
    Reading(Choice("I-5", "day-after"), 12000, "age", product=COACH, prepare=_born_today_eighteen_years_ago),
    Reading(Choice("I-6", "earned-by-certificate"), 12000, 12000, cited="credits"),
)


@pytest.mark.parametrize("reading", READINGS, ids=lambda each: each.choice.interpretation)
def test_a_published_reading_decides_an_application_and_the_shipped_one_decides_otherwise(
    stage: Stage12, reading: Reading
) -> None:
    reading.prepare(stage)
    with transaction.atomic():
        shipped, before = _outcome(stage, reading)
        transaction.set_rollback(True)
    assert (shipped, before.policy_version) == (reading.shipped, "2021-09-01")
    version = publish(stage, reading.choice)
    outcome, after = _outcome(stage, reading)
    assert (outcome, after.policy_version) == (reading.other, version.code)
    assert after.judgement != before.judgement
    assert readings_of(version)[reading.choice.interpretation] == reading.choice.reading
    if reading.cited:
        requirement = after.requirement(reading.cited)
        assert requirement is not None
        assert requirement.interpretation == reading.choice.interpretation


def test_where_credits_are_a_threshold_a_certificate_is_issued_and_nothing_is_spent(stage: Stage12) -> None:
    publish(stage, Choice("I-1", "threshold"))
    redemption = _applied(stage)
    assert redemption.hold_seq is None
    issued = _accepted(stage, redemption)
    assert issued.number
    assert (balance(stage.account).available, balance(stage.account).spent) == (13000, 0)
    assert verify(at=AFTER + timedelta(hours=3), hold_facts=hold_facts).problem is None


def test_where_a_champion_pays_too_her_credits_are_spent_with_her_honour(stage: Stage12) -> None:
    honour = crown(stage.account)
    publish(stage, Choice("I-2", "certificate-only"))
    _accepted(stage, _applied(stage, route="champion"))
    assert balance(stage.account).spent == 12000
    assert HonourUse.objects.get(honour=honour).state == UseState.USED


def test_only_the_credits_of_the_certificate_count_where_that_is_the_reading(stage: Stage12) -> None:
    publish(stage, Choice("I-6", "earned-by-certificate"))
    requirement = decision_from_json(_applied(stage).decision).requirement("credits")
    assert requirement is not None
    assert (requirement.have, requirement.interpretation) == ("120.00", "I-6")


def test_the_length_of_a_notice_is_that_of_the_version_in_force_when_it_is_announced(stage: Stage12) -> None:
    with pytest.raises(Refused) as refusal:
        publish(stage, Choice("I-1", "threshold"), notice=timedelta(days=29))
    assert (refusal.value.clause, refusal.value.data["days"]) == ("R-P", 30)
    PolicyVersion.objects.filter(state="draft").delete()
    publish(stage, Choice("I-16", "other-days", 15))
    later = publish(stage, Choice("I-1", "threshold"), at=AFTER, notice=timedelta(days=15))
    assert readings_of(later)["I-16"] == "other-days"


def _outcome(stage: Stage12, reading: Reading) -> tuple[int | str, Decision]:
    try:
        made = _applied(stage, reading.product, reading.route, as_student=reading.product == COACH)
    except NotEligible as refusal:
        (unmet,) = refusal.decision.unmet
        return unmet.code, refusal.decision
    return made.credits_hundredths, decision_from_json(made.decision)


def _applied(
    stage: Stage12, product: str = ATHLETE, route: str | None = "skill", *, as_student: bool = False
) -> Redemption:
    return apply_for_product(
        actor=stage.student if as_student else stage.guardian,
        account=stage.account,
        product=product,
        route=route,
        text_version=current_text("redemption", AFTER).version,
        at=AFTER,
    )


def _accepted(stage: Stage12, redemption: Redemption) -> Certificate:
    at = AFTER + timedelta(hours=1)
    review_redemption(actor=stage.cast.reviewer, redemption=redemption, advice="accept", note="", at=at)
    return accept_redemption(actor=stage.decider, redemption=redemption, issuer=stage.issuer, at=at)
