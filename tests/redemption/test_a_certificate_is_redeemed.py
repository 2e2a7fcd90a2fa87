"""From an application to an issued certificate, and every way in which it ends without one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from creditbank.audit.models import AuditRecord
from creditbank.certificates.checking import check_certificate
from creditbank.certificates.models import Certificate, HonourUse, UseState
from creditbank.errors import Conflict, InvalidInput, NotAllowed, NotFound, Refused
from creditbank.evaluation.models import AttainmentState, Honour
from creditbank.messages.models import InboxMessage
from creditbank.people.consents import current_text
from creditbank.redemption.actions import (
    accept_redemption,
    agree_as_guardian,
    apply_for_product,
    decline_as_guardian,
    expire_redemptions,
    refuse_redemption,
    review_redemption,
    withdraw_redemption,
)
from creditbank.redemption.eligibility import certificate_decisions, decision_for
from creditbank.redemption.errors import NotEligible
from creditbank.redemption.models import Redemption, RedemptionState
from tests.cast import AT, actor, person_of
from tests.redemption.stage import (
    ATHLETE,
    Stage12,
    apply_as_guardian,
    balance,
    crown,
    grown_up,
    reviewed,
    set_stage,
)

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)


@pytest.fixture
def stage() -> Stage12:
    """Everybody in place."""
    return set_stage()


def test_the_whole_road_spends_the_credits_and_issues_one_checkable_certificate(stage: Stage12) -> None:
    redemption = apply_as_guardian(stage)
    assert redemption.state == RedemptionState.HELD
    assert (balance(stage.account).available, balance(stage.account).held) == (1000, 12000)
    certificate = accept_redemption(
        actor=stage.decider, redemption=reviewed(stage, redemption), issuer=stage.issuer, at=LATER
    )
    assert (balance(stage.account).held, balance(stage.account).spent) == (0, 12000)
    assert certificate.number == "LM-A-2026-000001"
    assert certificate.clause == "R-1.1"
    shown = check_certificate(number=certificate.number.lower(), code=certificate.check_code.lower())
    assert shown is not None
    assert (shown.holder_name, shown.grade, shown.state) == ("林知夏", "3", "valid")
    assert "不是国家运动员技术等级" in shown.wording["certificate-nature"]["zh"]
    redemption.refresh_from_db()
    assert redemption.state == RedemptionState.ISSUED
    assert redemption.act_by is None
    assert InboxMessage.objects.filter(person_id=person_of(stage.student).pk, template="redemption.issued").exists()


def test_a_number_without_its_code_shows_nothing(stage: Stage12) -> None:
    redemption = reviewed(stage, apply_as_guardian(stage))
    certificate = accept_redemption(actor=stage.decider, redemption=redemption, issuer=stage.issuer, at=LATER)
    assert check_certificate(number=certificate.number, code="") is None
    assert check_certificate(number=certificate.number, code="WRONGCODE2") is None
    assert check_certificate(number="LM-A-2026-999999", code=certificate.check_code) is None


def test_a_minor_waits_for_her_guardian_who_agrees(stage: Stage12) -> None:
    redemption = apply_for_product(actor=stage.student, account=stage.account, product=ATHLETE, at=AT)
    assert redemption.state == RedemptionState.AWAITING_GUARDIAN
    assert balance(stage.account).held == 12000
    with pytest.raises(Conflict):
        reviewed(stage, redemption)
    version = current_text("redemption", AT).version
    agreed = agree_as_guardian(actor=stage.guardian, redemption=redemption, text_version=version, at=LATER)
    assert agreed.state == RedemptionState.HELD
    assert agreed.consent is not None
    assert agreed.consent.subject_ref == redemption.number
    assert agreed.act_by is None


def test_a_minor_cannot_agree_for_herself_nor_can_an_outsider(stage: Stage12) -> None:
    redemption = apply_for_product(actor=stage.student, account=stage.account, product=ATHLETE, at=AT)
    version = current_text("redemption", AT).version
    for other in (stage.student, stage.cast.outsider, stage.cast.clerk, stage.decider):
        with pytest.raises(NotAllowed):
            agree_as_guardian(actor=other, redemption=redemption, text_version=version, at=AT)


def test_a_guardian_must_agree_to_the_words_in_force(stage: Stage12) -> None:
    for version in ("", "1999-01"):
        with pytest.raises(InvalidInput):
            apply_for_product(actor=stage.guardian, account=stage.account, product=ATHLETE, text_version=version, at=AT)
    assert Redemption.objects.count() == 0
    assert balance(stage.account).held == 0


def test_an_adult_needs_no_guardian(stage: Stage12) -> None:
    adult = grown_up(stage)
    me = actor(adult.account.student.person, "student")
    redemption = apply_for_product(actor=me, account=adult.account, product=ATHLETE, at=AT)
    assert redemption.state == RedemptionState.HELD
    assert redemption.consent is None


def test_what_is_missing_is_all_told_and_nothing_is_held(stage: Stage12) -> None:
    with pytest.raises(NotEligible) as refusal:
        apply_as_guardian(stage, "certificate.coach.2")
    unmet = {requirement.code for requirement in refusal.value.decision.unmet}
    assert {"age", "exam", "ladder"} <= unmet
    assert refusal.value.clause in {"R-2.1", "R-x.1"}
    assert Redemption.objects.count() == 0
    assert balance(stage.account).held == 0


def test_grades_closed_to_credits_and_unpriced_products_name_their_clause(stage: Stage12) -> None:
    decision = decision_for(stage.account, "certificate.athlete.master", AT)
    assert decision.requirement("grade-open") in decision.unmet
    with pytest.raises(Refused) as refusal:
        apply_as_guardian(stage, "scholarship.100")
    assert refusal.value.clause == "M-11.1"
    with pytest.raises(InvalidInput):
        apply_as_guardian(stage, "certificate.athlete.9")


def test_the_same_application_cannot_be_open_twice(stage: Stage12) -> None:
    apply_as_guardian(stage)
    from_the_rest = stage.account
    with pytest.raises((Conflict, NotEligible)):
        apply_as_guardian(stage)
    assert Redemption.objects.filter(account=from_the_rest).count() == 1


def test_outsiders_do_not_learn_that_the_account_exists(stage: Stage12) -> None:
    for other in (stage.cast.outsider, stage.cast.clerk, stage.cast.other_clerk, stage.cast.reviewer, stage.decider):
        with pytest.raises(NotFound):
            apply_for_product(actor=other, account=stage.account, product=ATHLETE, at=AT)


def test_reviewer_and_decider_are_two_persons_and_no_parties(stage: Stage12) -> None:
    redemption = apply_as_guardian(stage)
    for other in (stage.cast.clerk, stage.guardian, stage.student, stage.decider, stage.cast.outsider):
        with pytest.raises(NotAllowed):
            review_redemption(actor=other, redemption=redemption, advice="accept", note="", at=LATER)
    reviewed(stage, redemption)
    both = replace(stage.decider, person_id=stage.cast.reviewer.person_id)
    with pytest.raises(NotAllowed):
        accept_redemption(actor=both, redemption=redemption, issuer=stage.issuer, at=LATER)
    assert Certificate.objects.count() == 0


def test_a_guardian_who_works_at_the_office_cannot_review_her_ward(stage: Stage12) -> None:
    redemption = apply_as_guardian(stage)
    person_of(stage.guardian).office_roles.create(role="reviewer", since=AT)
    with pytest.raises(NotAllowed):
        review_redemption(actor=stage.guardian, redemption=redemption, advice="accept", note="", at=LATER)


def test_a_refusal_needs_a_reason_and_gives_the_credits_back(stage: Stage12) -> None:
    redemption = reviewed(stage, apply_as_guardian(stage))
    with pytest.raises(InvalidInput):
        refuse_redemption(actor=stage.decider, redemption=redemption, reason="不行", at=LATER)
    assert balance(stage.account).held == 12000
    refused = refuse_redemption(
        actor=stage.decider, redemption=redemption, reason="考试成绩单与登记的成绩不一致，请核对。", at=LATER
    )
    assert refused.state == RedemptionState.REFUSED
    assert (balance(stage.account).available, balance(stage.account).held) == (13000, 0)
    with pytest.raises(Conflict):
        accept_redemption(actor=stage.decider, redemption=redemption, issuer=stage.issuer, at=LATER)


def test_she_may_withdraw_until_it_is_decided(stage: Stage12) -> None:
    redemption = reviewed(stage, apply_as_guardian(stage))
    with pytest.raises(NotFound):
        withdraw_redemption(actor=stage.cast.outsider, redemption=redemption, at=LATER)
    assert withdraw_redemption(actor=stage.student, redemption=redemption, at=LATER).state == "withdrawn"
    assert balance(stage.account).available == 13000
    with pytest.raises(Conflict):
        withdraw_redemption(actor=stage.student, redemption=redemption, at=LATER)


def test_a_guardian_may_decline(stage: Stage12) -> None:
    redemption = apply_for_product(actor=stage.student, account=stage.account, product=ATHLETE, at=AT)
    assert decline_as_guardian(actor=stage.guardian, redemption=redemption, at=LATER).state == "withdrawn"
    assert balance(stage.account).available == 13000


def test_a_hold_runs_out_only_while_the_applicants_side_must_act(stage: Stage12) -> None:
    with_the_office = apply_as_guardian(stage)
    adult = grown_up(stage)
    assert expire_redemptions(at=AT + timedelta(days=400)) == 0
    withdraw_redemption(actor=stage.student, redemption=with_the_office, at=LATER)
    waiting = apply_for_product(actor=stage.student, account=stage.account, product=ATHLETE, at=AT)
    assert expire_redemptions(at=AT + timedelta(days=14)) == 0
    assert expire_redemptions(at=AT + timedelta(days=14, seconds=1)) == 1
    assert expire_redemptions(at=AT + timedelta(days=14, seconds=1)) == 0
    waiting.refresh_from_db()
    assert waiting.state == RedemptionState.EXPIRED
    assert balance(stage.account).available == 13000
    assert balance(adult.account).available == 13000


def test_a_champion_pays_nothing_and_her_honour_is_reserved_then_used(stage: Stage12) -> None:
    honour = crown(stage.account)
    redemption = apply_as_guardian(stage, route="champion")
    assert redemption.credits_hundredths == 0
    assert redemption.hold_seq is None
    assert balance(stage.account).available == 13000
    assert HonourUse.objects.get(honour=honour).state == UseState.RESERVED
    certificate = accept_redemption(
        actor=stage.decider, redemption=reviewed(stage, redemption), issuer=stage.issuer, at=LATER
    )
    assert certificate.clause == "R-1.2"
    assert HonourUse.objects.get(honour=honour).state == UseState.USED
    assert balance(stage.account).spent == 0


def test_an_honour_comes_free_when_its_application_ends_without_issue(stage: Stage12) -> None:
    honour = crown(stage.account)
    first = apply_as_guardian(stage, route="champion")
    withdraw_redemption(actor=stage.student, redemption=first, at=LATER)
    assert HonourUse.objects.get(honour=honour).state == UseState.FREED
    again = apply_as_guardian(stage, route="champion")
    assert HonourUse.objects.filter(honour=honour, redemption_number=again.number, state=UseState.RESERVED).exists()


def test_an_honour_withdrawn_meanwhile_stops_the_issue(stage: Stage12) -> None:
    honour = crown(stage.account)
    redemption = reviewed(stage, apply_as_guardian(stage, route="champion"))
    Honour.objects.filter(pk=honour.pk).update(state=AttainmentState.WITHDRAWN)
    with pytest.raises(NotEligible):
        accept_redemption(actor=stage.decider, redemption=redemption, issuer=stage.issuer, at=LATER)
    assert Certificate.objects.count() == 0


def test_the_ladder_opens_grade_by_grade(stage: Stage12) -> None:
    first = reviewed(stage, apply_as_guardian(stage))
    accept_redemption(actor=stage.decider, redemption=first, issuer=stage.issuer, at=LATER)
    decisions = {decision.product: decision for decision in certificate_decisions(stage.account, LATER)}
    assert not decisions["certificate.athlete.3"].requirement("not-held").met  # type: ignore[union-attr]
    assert decisions["certificate.athlete.2"].requirement("ladder").met  # type: ignore[union-attr]
    assert not decisions["certificate.athlete.1"].requirement("ladder").met  # type: ignore[union-attr]
    assert len(decisions) == 27


def test_each_step_is_in_the_audit_without_values(stage: Stage12) -> None:
    redemption = reviewed(stage, apply_as_guardian(stage))
    accept_redemption(actor=stage.decider, redemption=redemption, issuer=stage.issuer, at=LATER)
    steps = AuditRecord.objects.filter(subject_id=redemption.number).order_by("id")
    names = list(steps.values_list("action", flat=True))
    assert names == ["apply-for-product", "guardian-agrees", "review-redemption", "accept-redemption"]
    assert all(step.holder_id == stage.account.holder_id for step in steps)
