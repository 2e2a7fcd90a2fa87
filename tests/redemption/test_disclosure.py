"""What was redeemed is published once; a name stands there only while it is agreed to (M-12, I-15)."""

from datetime import timedelta

import pytest

from creditbank.errors import Conflict, NotAllowed, Refused
from creditbank.notices.actions import file_objection, withdraw_notice
from creditbank.notices.freezing import freeze, lift
from creditbank.notices.models import NoticeLine
from creditbank.people.consents import current_text, give_consent, withdraw_consent
from creditbank.people.models import Consent
from creditbank.redemption.actions import accept_redemption
from creditbank.redemption.disclosure import counted, disclose_redemptions, lines_shown, notice_of, preview_disclosure
from creditbank.redemption.models import Redemption
from tests.cast import AT
from tests.redemption.stage import Stage12, apply_as_guardian, reviewed, set_stage

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)


def issued(stage: Stage12) -> Redemption:
    redemption = reviewed(stage, apply_as_guardian(stage))
    accept_redemption(actor=stage.decider, redemption=redemption, issuer=stage.issuer, at=AT)
    redemption.refresh_from_db()
    return redemption


def agree(stage: Stage12) -> Consent:
    return give_consent(
        actor=stage.guardian,
        student=stage.account.student,
        purpose="publication",
        text_version=current_text("publication", AT).version,
        at=AT,
    )


def test_without_agreement_the_number_of_the_application_stands_there() -> None:
    stage = set_stage()
    redemption = issued(stage)
    notice = disclose_redemptions(actor=stage.decider, at=LATER)
    (line,) = lines_shown(notice.lines.all(), LATER.date())
    assert (line.who, line.named, line.institution) == (redemption.number, False, stage.issuer.name)
    assert [each.count for each in counted(notice)] == [1]
    assert notice_of(redemption) == notice


def test_a_guardians_agreement_shows_a_masked_name_and_taking_it_back_hides_it_at_once() -> None:
    stage = set_stage()
    issued(stage)
    consent = agree(stage)
    notice = disclose_redemptions(actor=stage.decider, at=LATER)
    (line,) = lines_shown(notice.lines.all(), LATER.date())
    name = stage.account.student.person.name
    assert line.named
    assert line.who != name
    assert line.who[0] == name[0]
    assert name not in str(NoticeLine.objects.values_list("shown", flat=True).get())
    withdraw_consent(actor=stage.guardian, consent=consent, at=LATER)
    (line,) = lines_shown(notice.lines.all(), LATER.date())
    assert not line.named


def test_a_minors_own_tick_is_not_enough() -> None:
    stage = set_stage()
    issued(stage)
    consent = agree(stage)
    Consent.objects.filter(pk=consent.pk).update(capacity="student")
    notice = disclose_redemptions(actor=stage.decider, at=LATER)
    assert not lines_shown(notice.lines.all(), LATER.date())[0].named


def test_each_redemption_is_disclosed_once_and_again_only_when_its_notice_was_withdrawn() -> None:
    stage = set_stage()
    issued(stage)
    assert len(preview_disclosure(at=LATER)) == 1
    notice = disclose_redemptions(actor=stage.decider, at=LATER)
    assert preview_disclosure(at=LATER) == []
    with pytest.raises(Refused):
        disclose_redemptions(actor=stage.decider, at=LATER)
    withdraw_notice(actor=stage.decider, notice=notice, reason="单位写错。", at=LATER)
    assert disclose_redemptions(actor=stage.decider, at=LATER).number != notice.number


def test_what_is_not_decided_is_not_disclosed() -> None:
    stage = set_stage()
    reviewed(stage, apply_as_guardian(stage))
    assert preview_disclosure(at=LATER) == []
    with pytest.raises(NotAllowed):
        disclose_redemptions(actor=stage.guardian, at=LATER)


def test_what_is_frozen_is_not_issued_until_it_is_freed() -> None:
    stage = set_stage()
    redemption = reviewed(stage, apply_as_guardian(stage))
    freeze("redemption", redemption.number, cause="TS-2026-000001", at=AT)
    with pytest.raises(Conflict):
        accept_redemption(actor=stage.decider, redemption=redemption, issuer=stage.issuer, at=AT)
    lift("redemption", redemption.number, cause="TS-2026-000001", at=AT)
    accept_redemption(actor=stage.decider, redemption=redemption, issuer=stage.issuer, at=AT)


def test_an_objection_names_the_line() -> None:
    stage = set_stage()
    redemption = issued(stage)
    notice = disclose_redemptions(actor=stage.decider, at=LATER)
    filed = file_objection(line=notice.lines.get(), text="不符合。", contact="", at=LATER)
    assert filed.objection.line.subject_ref == redemption.number
