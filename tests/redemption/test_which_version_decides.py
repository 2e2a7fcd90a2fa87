"""The version in force on the day of the application decides to the end, for good and for ill."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from creditbank.certificates.models import Certificate
from creditbank.errors import Conflict, InvalidInput, NotAllowed
from creditbank.examinations.models import ExamResult
from creditbank.people.consents import current_text
from creditbank.policy.loading import shipped_law
from creditbank.policy.text import Text
from creditbank.redemption.actions import (
    accept_redemption,
    agree_as_guardian,
    apply_for_product,
    review_redemption,
)
from creditbank.redemption.errors import NotEligible
from creditbank.redemption.models import Redemption, RedemptionState
from creditbank.redemption.versions import newer_version
from creditbank.rulebook.models import PolicyVersion, VersionState
from creditbank.rulebook.publishing import Choice, announce_version, draft_version, law_with, turn_versions
from creditbank.rulebook.reading import version_on, version_row_on
from tests.cast import AT
from tests.redemption.stage import ATHLETE, Stage12, balance, set_stage
from tests.redemption.versions import AFTER, publish

pytestmark = pytest.mark.django_db
BEFORE = AFTER - timedelta(days=1)


@pytest.fixture
def stage() -> Stage12:
    """Everybody in place."""
    return set_stage()


def test_a_milder_version_that_comes_into_force_meanwhile_changes_nothing_for_better(stage: Stage12) -> None:
    publish(stage, Choice("I-1", "threshold"))
    redemption = _applied(stage)
    assert redemption.credits_hundredths == 12000
    assert newer_version(redemption, BEFORE) == ""
    assert newer_version(redemption, AFTER) == "2026-04-01"
    issued = _accepted(stage, redemption)
    assert issued.policy_version.code == "2021-09-01"
    assert balance(stage.account).spent == 12000


def test_a_stricter_version_that_comes_into_force_meanwhile_changes_nothing_for_worse(stage: Stage12) -> None:
    publish(stage, Choice("I-4", "none"))
    later = AFTER + timedelta(days=30)
    publish(stage, Choice("I-4", "required"), at=AFTER)
    ExamResult.objects.all().delete()
    redemption = _applied(stage, at=later - timedelta(days=1))
    issued = _accepted(stage, redemption, at=later)
    assert issued.policy_version.code == "2026-04-01"
    with pytest.raises(NotEligible) as refusal:
        apply_for_product(
            actor=stage.guardian,
            account=stage.account,
            product="certificate.athlete.2",
            text_version=current_text("redemption", later).version,
            at=later,
        )
    assert "exam" in {each.code for each in refusal.value.decision.unmet}


def test_a_guardian_who_agrees_after_the_change_agrees_to_what_was_applied_for(stage: Stage12) -> None:
    publish(stage, Choice("I-1", "threshold"))
    waiting = apply_for_product(actor=stage.student, account=stage.account, product=ATHLETE, at=BEFORE)
    agreed = agree_as_guardian(
        actor=stage.guardian,
        redemption=waiting,
        text_version=current_text("redemption", AFTER).version,
        at=AFTER,
    )
    assert (agreed.state, agreed.policy_version.code) == (RedemptionState.HELD, "2021-09-01")
    _accepted(stage, agreed)
    assert balance(stage.account).spent == 12000


def test_a_version_decides_from_its_day_on_whether_or_not_the_sweep_has_renamed_it(stage: Stage12) -> None:
    version = publish(stage, Choice("I-1", "threshold"))
    assert version_row_on(BEFORE.date()).code == "2021-09-01"
    assert version_row_on(AFTER.date()) == version
    assert turn_versions(BEFORE) == 0
    assert turn_versions(AFTER) == 2
    assert turn_versions(AFTER) == 0
    states = dict(PolicyVersion.objects.values_list("code", "state"))
    assert states == {"2021-09-01": VersionState.ENDED, version.code: VersionState.IN_FORCE}
    assert version_row_on(AFTER.date()) == version
    assert version_row_on(BEFORE.date()).code == "2021-09-01"


def test_who_drafts_a_version_does_not_announce_it_and_a_draft_decides_nothing(stage: Stage12) -> None:
    law = law_with(
        shipped_law(), [Choice("I-4", "none")], code="x", title=Text("示例", "Sample"), in_force_on=AFTER.date()
    )
    for stranger in (stage.cast.clerk, stage.student, stage.cast.admin):
        with pytest.raises(NotAllowed):
            draft_version(actor=stranger, law=law, at=AT)
    draft = draft_version(actor=stage.decider, law=law, at=AT)
    with pytest.raises(NotAllowed, match="起草"):
        announce_version(actor=stage.decider, version=draft, at=AT)
    with pytest.raises(NotAllowed):
        announce_version(actor=stage.cast.reviewer, version=draft, at=AT)
    assert version_on(AFTER.date()).code == "2021-09-01"
    with pytest.raises(Conflict), transaction.atomic():
        draft_version(actor=stage.decider, law=law, at=AT)
    with pytest.raises(InvalidInput):
        draft_version(actor=stage.decider, law=law, at=AFTER)


def _applied(stage: Stage12, at: datetime = BEFORE) -> Redemption:
    return apply_for_product(
        actor=stage.guardian,
        account=stage.account,
        product=ATHLETE,
        text_version=current_text("redemption", at).version,
        at=at,
    )


def _accepted(stage: Stage12, redemption: Redemption, at: datetime = AFTER) -> Certificate:
    review_redemption(actor=stage.cast.reviewer, redemption=redemption, advice="accept", note="", at=at)
    return accept_redemption(actor=stage.decider, redemption=redemption, issuer=stage.issuer, at=at)
