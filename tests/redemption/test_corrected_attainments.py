"""What a reversal took back counts no more, and its corrected revision counts once (I-2, I-7)."""

from datetime import timedelta

import pytest

from creditbank.certificates.honours import reserve_honour
from creditbank.certificates.models import HonourUse, UseState
from creditbank.errors import Refused
from creditbank.evaluation.actions import ask_reversal, check_file, decide_reversal
from creditbank.evaluation.models import AttainmentState, Honour, ReturnRow, SkillCertificate
from creditbank.ledger.lines import Reason
from creditbank.ledger.verify import verify
from creditbank.policy.decision import Requirement
from creditbank.redemption.actions import accept_redemption, refuse_redemption, withdraw_redemption
from creditbank.redemption.eligibility import decision_for
from creditbank.redemption.errors import NotEligible
from creditbank.redemption.holds import hold_facts
from tests.cast import AT
from tests.evaluation.returns import csv_file, honour, posted, skill
from tests.redemption.stage import (
    ATHLETE,
    Stage12,
    apply_as_guardian,
    balance,
    reviewed,
    set_stage,
)

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)


@pytest.fixture
def stage() -> Stage12:
    """Everybody in place; the student has credits and a pass, but her level comes from returns."""
    stage = set_stage()
    SkillCertificate.objects.all().delete()
    return stage


def test_a_reversed_level_counts_no_more_and_its_correction_counts_once(stage: Stage12) -> None:
    cast = stage.cast
    posted(cast, skill(cast.student, "S-1", 12, "120.00"), confirm_attainments=True)
    assert _requirement(stage, "skill-certificate").met
    _reversed(stage, "S-1")
    assert not _requirement(stage, "skill-certificate").met
    assert balance(stage.account).available == 13000
    corrected = skill(cast.student, "S-1", 12, "120.00", earned_on="2026-02-27")
    posted(cast, corrected, confirm_attainments=True)
    assert _requirement(stage, "skill-certificate").met
    assert balance(stage.account).available == 25000
    again = skill(cast.student, "S-2", 12, "120.00")
    result = check_file(csv_file(again), filename="a.csv", institution=cast.school, at=AT)
    assert dict(result.counts) == {"skill-levels-credited": 1}
    assert SkillCertificate.objects.filter(state=AttainmentState.CONFIRMED).count() == 1
    assert verify(at=LATER, hold_facts=hold_facts).problem is None


def test_a_level_corrected_downwards_is_no_longer_level_twelve(stage: Stage12) -> None:
    cast = stage.cast
    posted(cast, skill(cast.student, "S-1", 12, "120.00"), confirm_attainments=True)
    _reversed(stage, "S-1")
    posted(cast, skill(cast.student, "S-1", 11, "110.00"), confirm_attainments=True)
    requirement = _requirement(stage, "skill-certificate")
    assert (requirement.met, requirement.gap) == (False, "1")
    posted(cast, skill(cast.student, "S-3", 12, "10.00"), confirm_attainments=True)
    assert _requirement(stage, "skill-certificate").met
    assert balance(stage.account).available == 13000 + 12000


def test_a_level_reversed_while_its_application_waits_buys_nothing(stage: Stage12) -> None:
    posted(stage.cast, skill(stage.cast.student, "S-1", 12, "120.00"), confirm_attainments=True)
    redemption = reviewed(stage, apply_as_guardian(stage))
    _reversed(stage, "S-1")
    with pytest.raises(NotEligible) as refusal:
        accept_redemption(actor=stage.decider, redemption=redemption, issuer=stage.issuer, at=LATER)
    assert [each.code for each in refusal.value.decision.unmet] == ["skill-certificate"]


def test_a_corrected_honour_is_the_same_honour_and_serves_a_family_once(stage: Stage12) -> None:
    first = _crowned(stage, "H-1")
    redemption = reviewed(stage, apply_as_guardian(stage, route="champion"))
    accept_redemption(actor=stage.decider, redemption=redemption, issuer=stage.issuer, at=LATER)
    _reversed(stage, "H-1")
    assert not _requirement(stage, "honour", "certificate.athlete.2").met
    second = _crowned(stage, "H-1", earned_on="2026-02-27")
    assert second.pk != first.pk
    assert _requirement(stage, "honour", "certificate.athlete.2").met
    assert not _requirement(stage, "honour-unused", "certificate.athlete.2").met
    assert _requirement(stage, "honour-unused", "certificate.coach.3").met
    with pytest.raises(NotEligible):
        apply_as_guardian(stage, "certificate.athlete.2", route="champion")
    with pytest.raises(Refused):
        reserve_honour(honour=second, family="athlete", redemption_number="DH-2026-999999", at=LATER)
    assert HonourUse.objects.filter(state=UseState.USED).count() == 1


def test_an_honour_reported_twice_by_two_numbers_serves_a_family_once(stage: Stage12) -> None:
    _crowned(stage, "H-1", certificate_number="RY-7")
    _crowned(stage, "H-2", certificate_number="RY-7")
    redemption = reviewed(stage, apply_as_guardian(stage, route="champion"))
    accept_redemption(actor=stage.decider, redemption=redemption, issuer=stage.issuer, at=LATER)
    assert not _requirement(stage, "honour-unused", "certificate.athlete.2").met


def test_two_honours_of_two_papers_serve_twice(stage: Stage12) -> None:
    _crowned(stage, "H-1")
    _crowned(stage, "H-2")
    redemption = reviewed(stage, apply_as_guardian(stage, route="champion"))
    accept_redemption(actor=stage.decider, redemption=redemption, issuer=stage.issuer, at=LATER)
    assert _requirement(stage, "honour-unused", "certificate.athlete.2").met


@pytest.mark.parametrize("end", ["withdraw", "refuse"])
def test_an_honour_reversed_while_its_application_waits_buys_nothing_and_its_correction_is_free_after(
    stage: Stage12, end: str
) -> None:
    _crowned(stage, "H-1")
    redemption = reviewed(stage, apply_as_guardian(stage, route="champion"))
    _reversed(stage, "H-1")
    with pytest.raises(NotEligible):
        accept_redemption(actor=stage.decider, redemption=redemption, issuer=stage.issuer, at=LATER)
    _crowned(stage, "H-1", earned_on="2026-02-27")
    assert not _requirement(stage, "honour-unused").met, "the waiting application has it reserved"
    if end == "withdraw":
        withdraw_redemption(actor=stage.guardian, redemption=redemption, at=LATER)
    else:
        refuse_redemption(actor=stage.decider, redemption=redemption, reason="荣誉已经冲正，须另行申请。", at=LATER)
    assert _requirement(stage, "honour-unused").met


def _crowned(stage: Stage12, number: str, **changes: str) -> Honour:
    posted(stage.cast, honour(stage.cast.student, number, **changes), confirm_attainments=True)
    return Honour.objects.order_by("-pk")[0]


def _reversed(stage: Stage12, number: str) -> None:
    row = ReturnRow.objects.get(achievement_number=number, state="posted")
    request = ask_reversal(actor=stage.cast.clerk, at=AT, row=row, reason=Reason.CORRECTED, note="取得日期填错了")
    decide_reversal(actor=stage.cast.second_reviewer, at=AT, request=request, accept=True)


def _requirement(stage: Stage12, code: str, product: str = ATHLETE) -> Requirement:
    route = "champion" if code.startswith("honour") else "skill"
    found = decision_for(stage.account, product, LATER, route=route).requirement(code)
    assert found is not None
    return found
