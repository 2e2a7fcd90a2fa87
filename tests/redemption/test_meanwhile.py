"""What happens between an application and its decision: credits reversed, accounts frozen, birthdays, deadlines."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from creditbank.audit.models import AuditRecord
from creditbank.certificates.models import Certificate, HonourUse, UseState
from creditbank.errors import Conflict, NotAllowed, NotFound
from creditbank.institutions.actions import enrol_student
from creditbank.ledger.lines import Reason
from creditbank.ledger.posting import reverse
from creditbank.ledger.verify import verify
from creditbank.messages.models import InboxMessage
from creditbank.people.account_states import freeze_account, unfreeze_account
from creditbank.people.consents import current_text, enter_paper_consent, give_consent
from creditbank.people.guardians import end_guardianship
from creditbank.people.models import Account, Guardianship, PaperConsent, Student
from creditbank.redemption.actions import (
    accept_redemption,
    agree_as_guardian,
    apply_for_product,
    apply_over_counter,
    decline_as_guardian,
    expire_redemptions,
    refuse_redemption,
    withdraw_redemption,
)
from creditbank.redemption.errors import NotEligible
from creditbank.redemption.holds import hold_facts
from creditbank.redemption.models import Redemption, RedemptionState
from tests.cast import AT, actor, person_of, pupil
from tests.redemption.stage import (
    ATHLETE,
    Stage12,
    apply_as_guardian,
    balance,
    crown,
    grown_up,
    make_ready,
    reviewed,
    set_stage,
)

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)
REASON = "等待核对，暂停使用"


@pytest.fixture
def stage() -> Stage12:
    """Everybody in place."""
    return set_stage()


def test_credits_taken_back_while_they_are_held_buy_nothing(stage: Stage12) -> None:
    redemption = reviewed(stage, apply_as_guardian(stage))
    assert stage.cast.clerk.person_id
    assert stage.cast.second_reviewer.person_id
    reverse(
        stage.account.holder_id,
        1,
        reason=Reason.FRAUD,
        actor_id=stage.cast.clerk.person_id,
        approver_id=stage.cast.second_reviewer.person_id,
        at=LATER,
    )
    assert (balance(stage.account).held, balance(stage.account).owed) == (12000, 12000)
    with pytest.raises(NotEligible) as refusal:
        accept_redemption(actor=stage.decider, redemption=redemption, issuer=stage.issuer, at=LATER)
    assert [each.code for each in refusal.value.decision.unmet] == ["credits"]
    assert Certificate.objects.count() == 0
    refuse_redemption(actor=stage.decider, redemption=redemption, reason="学分已被冲正，不足以兑换。", at=LATER)
    assert (balance(stage.account).held, balance(stage.account).owed) == (0, 0)
    assert verify(at=LATER, hold_facts=hold_facts).problem is None


@pytest.mark.parametrize("route", ["skill", "champion"])
def test_a_frozen_account_redeems_nothing_on_either_route(stage: Stage12, route: str) -> None:
    crown(stage.account)
    freeze_account(actor=stage.decider, at=AT, account=stage.account, reason=REASON)
    with pytest.raises(NotEligible) as refusal:
        apply_as_guardian(stage, route=route)
    assert [(each.code, each.clause) for each in refusal.value.decision.unmet] == [("account-open", "M-4")]
    assert not Redemption.objects.exists()
    assert not HonourUse.objects.exists()


def test_a_champions_account_frozen_meanwhile_gets_no_certificate(stage: Stage12) -> None:
    honour = crown(stage.account)
    redemption = reviewed(stage, apply_as_guardian(stage, route="champion"))
    freeze_account(actor=stage.decider, at=AT, account=stage.account, reason=REASON)
    with pytest.raises(NotEligible):
        accept_redemption(actor=stage.decider, redemption=redemption, issuer=stage.issuer, at=LATER)
    refuse_redemption(actor=stage.decider, redemption=redemption, reason="户口已经冻结或者注销。", at=LATER)
    assert HonourUse.objects.get(honour=honour).state == UseState.FREED
    assert not Certificate.objects.exists()


def test_a_parent_stays_a_party_when_the_child_has_grown_up_or_the_guardianship_has_ended(stage: Stage12) -> None:
    adult = grown_up(stage)
    student = actor(adult.account.student.person, "student")
    Guardianship.objects.create(
        student=adult.account.student,
        guardian=person_of(stage.decider),
        relation="mother",
        proved_by="household-register",
        checked_by=person_of(stage.cast.reviewer),
        proved_at=AT,
    )
    redemption = reviewed(stage, apply_for_product(actor=student, account=adult.account, product=ATHLETE, at=AT))
    for _ in range(2):
        with pytest.raises(NotAllowed):
            accept_redemption(actor=stage.decider, redemption=redemption, issuer=stage.issuer, at=LATER)
        Guardianship.objects.update(ended_at=AT)


def test_a_key_that_acts_for_a_mother_is_no_guardian(stage: Stage12) -> None:
    key = replace(stage.guardian, role="api")
    version = current_text("redemption", AT).version
    with pytest.raises(NotFound):
        apply_for_product(actor=key, account=stage.account, product=ATHLETE, text_version=version, at=AT)
    waiting = apply_for_product(actor=stage.student, account=stage.account, product=ATHLETE, at=AT)
    with pytest.raises(NotAllowed):
        agree_as_guardian(actor=key, redemption=waiting, text_version=version, at=AT)
    with pytest.raises(NotAllowed):
        decline_as_guardian(actor=key, redemption=waiting, at=AT)
    with pytest.raises(NotFound):
        give_consent(
            actor=key, student=stage.account.student, purpose="redemption", text_version=version, at=AT, subject_ref="x"
        )


def test_who_was_a_guardian_when_it_was_asked_cannot_agree_when_she_no_longer_is(stage: Stage12) -> None:
    waiting = apply_for_product(actor=stage.student, account=stage.account, product=ATHLETE, at=AT)
    end_guardianship(
        actor=stage.cast.reviewer, at=AT, guardianship=Guardianship.objects.get(guardian=stage.cast.guardian)
    )
    version = current_text("redemption", AT).version
    with pytest.raises(NotAllowed):
        agree_as_guardian(actor=stage.guardian, redemption=waiting, text_version=version, at=AT)


def test_after_the_deadline_a_guardian_is_too_late_whether_or_not_the_sweep_has_come(stage: Stage12) -> None:
    waiting = apply_for_product(actor=stage.student, account=stage.account, product=ATHLETE, at=AT)
    version = current_text("redemption", AT).version
    late = AT + timedelta(days=14, seconds=1)
    with pytest.raises(Conflict, match="期限"):
        agree_as_guardian(actor=stage.guardian, redemption=waiting, text_version=version, at=late)
    assert verify(at=late, hold_facts=hold_facts).problem is None, "the sweep has a moment to come by"
    forgotten = verify(at=AT + timedelta(days=15), hold_facts=hold_facts).problem
    assert forgotten is not None
    assert forgotten.code == "hold-overdue"
    assert expire_redemptions(at=late) == 1
    assert verify(at=AT + timedelta(days=15), hold_facts=hold_facts).problem is None


def test_who_comes_of_age_while_she_waits_goes_on_without_a_guardian(stage: Stage12) -> None:
    Student.objects.filter(pk=stage.account.student_id).update(birth_date=date(2008, 3, 10))
    waiting = apply_for_product(actor=stage.student, account=_again(stage), product=ATHLETE, at=AT)
    assert waiting.state == RedemptionState.AWAITING_GUARDIAN
    assert expire_redemptions(at=AT + timedelta(days=6)) == 0
    waiting.refresh_from_db()
    assert waiting.state == RedemptionState.AWAITING_GUARDIAN
    assert expire_redemptions(at=AT + timedelta(days=8)) == 0
    waiting.refresh_from_db()
    assert (waiting.state, waiting.act_by) == (RedemptionState.HELD, None)
    assert AuditRecord.objects.filter(subject_id=waiting.number, action="applicant-of-age").count() == 1


def test_one_frozen_account_neither_moves_nor_stops_the_sweep(stage: Stage12) -> None:
    frozen = apply_for_product(actor=stage.student, account=stage.account, product=ATHLETE, at=AT)
    other = pupil("林知秋", date(2012, 5, 4), 997)
    make_ready(stage, other.account)
    apply_for_product(
        actor=actor(other.account.student.person, "student"), account=other.account, product=ATHLETE, at=AT
    )
    freeze_account(actor=stage.decider, at=AT, account=stage.account, reason=REASON)
    late = AT + timedelta(days=20)
    assert expire_redemptions(at=late) == 1
    frozen.refresh_from_db()
    assert frozen.state == RedemptionState.AWAITING_GUARDIAN
    assert verify(at=late, hold_facts=hold_facts).problem is None, "the clock rests while nobody can act"
    unfreeze_account(actor=stage.decider, at=late, account=stage.account, reason=REASON)
    assert expire_redemptions(at=late) == 0, "the time in which nobody could act is given back"
    assert expire_redemptions(at=late + timedelta(days=15)) == 1


def test_an_application_over_the_counter_is_told_to_the_student_and_her_guardian(stage: Stage12) -> None:
    enrol_student(actor=stage.cast.clerk, at=AT, institution=stage.cast.school, student=stage.account.student)
    apply_over_counter(actor=stage.cast.clerk, counter=stage.cast.school, account=stage.account, product=ATHLETE, at=AT)
    told = InboxMessage.objects.values_list("person_id", "template")
    assert (stage.student.person_id, "redemption.over-counter") in told
    assert (stage.guardian.person_id, "redemption.over-counter") in told
    assert (stage.guardian.person_id, "redemption.awaits-guardian") in told


def test_a_paper_of_another_desk_is_no_agreement_and_a_used_one_is_in_the_audit(stage: Stage12) -> None:
    cast = stage.cast
    enrol_student(actor=cast.clerk, at=AT, institution=cast.school, student=stage.account.student)
    elsewhere = enter_paper_consent(
        actor=cast.other_clerk,
        at=AT,
        guardian_name=cast.guardian.name,
        relation="father",
        purposes=["redemption"],
        signed_on=AT.date(),
        institution_code=cast.other_school.code,
    )
    PaperConsent.objects.filter(pk=elsewhere.pk).update(confirmed_by=person_of(cast.approver), confirmed_at=AT)
    elsewhere.refresh_from_db()
    for paper, fits in ((elsewhere, False), (elsewhere, True)):
        paper.institution_code = cast.school.code if fits else cast.other_school.code
        given = partial(
            apply_over_counter,
            actor=cast.clerk,
            counter=cast.school,
            account=stage.account,
            product=ATHLETE,
            paper=paper,
            at=AT,
        )
        if not fits:
            with pytest.raises(NotAllowed):
                given()
            assert not Redemption.objects.exists()
        else:
            assert given().state == RedemptionState.HELD
    assert AuditRecord.objects.filter(action="guardian-agrees-on-paper").count() == 1


def test_what_one_side_withdraws_the_other_side_hears_of(stage: Stage12) -> None:
    withdraw_redemption(actor=stage.guardian, redemption=apply_as_guardian(stage), at=LATER)
    assert InboxMessage.objects.filter(person_id=person_of(stage.student).pk, template="redemption.withdrawn").exists()


def test_a_champions_certificate_is_not_issued_when_no_honour_stands_reserved(stage: Stage12) -> None:
    crown(stage.account)
    crown(stage.account, discipline="computer-programming")
    redemption = reviewed(stage, apply_as_guardian(stage, route="champion"))
    HonourUse.objects.all().delete()
    with pytest.raises(Conflict):
        accept_redemption(actor=stage.decider, redemption=redemption, issuer=stage.issuer, at=LATER)
    assert not Certificate.objects.exists()


def _again(stage: Stage12) -> Account:
    return Account.objects.select_related("student__person").get(pk=stage.account.pk)
