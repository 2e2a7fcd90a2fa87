"""Two accounts of one person become one, a shared one two; an identity is erased: by two persons, and whole."""

from datetime import timedelta

import pytest

from creditbank.audit.actor import Actor
from creditbank.audit.models import AuditRecord
from creditbank.certificates.models import Certificate
from creditbank.corrections import running
from creditbank.corrections.actions import (
    agree_correction,
    ask_erasure,
    ask_merge,
    ask_split,
    refuse_correction,
    withdraw_correction,
)
from creditbank.corrections.models import AccountCorrection
from creditbank.corrections.obstacles import obstacles_of
from creditbank.corrections.running import progress_of, run_correction, tick
from creditbank.errors import Conflict, InvalidInput, NotAllowed
from creditbank.evaluation.models import ReturnRow, RowState
from creditbank.ledger.books import balance_of, book_state, open_books
from creditbank.ledger.foresight import foresee
from creditbank.ledger.lines import BookState, Reason
from creditbank.ledger.merge import MoveReport
from creditbank.ledger.verify import verify
from creditbank.messages.models import InboxMessage
from creditbank.people.access import may_see_student
from creditbank.people.account_states import close_account, unfreeze_account
from creditbank.people.cards import active_card
from creditbank.people.matching import Outcome, match_student
from creditbank.people.models import Account, AccountOpening
from creditbank.redemption.actions import accept_redemption
from creditbank.redemption.holds import hold_facts
from creditbank.redemption.models import Redemption
from tests.cast import AT, Pupil, actor, person, person_of, pupil
from tests.people.cast import officer
from tests.records.books import Lived, credited, live
from tests.redemption.stage import ATHLETE, Stage12, apply_as_guardian, earn, reviewed, set_stage

pytestmark = pytest.mark.django_db

WHY = "两张卡是同一名学生的"
LATER = AT + timedelta(hours=2)


@pytest.fixture
def stage() -> Stage12:
    return set_stage()


@pytest.fixture
def other(stage: Stage12) -> Pupil:
    return pupil(stage.cast.student.name, stage.account.student.birth_date, 996, "310104")


def asked(stage: Stage12, other: Pupil) -> AccountCorrection:
    return ask_merge(actor=stage.cast.reviewer, at=AT, account=stage.account, receiving=other.account, reason=WHY)


def merged(stage: Stage12, other: Pupil) -> AccountCorrection:
    wish = asked(stage, other)
    agree_correction(actor=stage.decider, at=LATER, correction=wish)
    assert run_correction(wish.pk, at=LATER)
    wish.refresh_from_db()
    assert verify(at=LATER, hold_facts=hold_facts).problem is None
    return wish


def test_everything_goes_into_the_account_that_remains(stage: Stage12, other: Pupil) -> None:
    lived = live(stage)
    before = balance_of(stage.account.holder_id)
    wish = merged(stage, other)
    assert balance_of(other.holder_id) == before
    stage.account.refresh_from_db()
    assert (stage.account.state, book_state(stage.account.holder_id)) == ("closed", BookState.CLOSED)
    assert active_card(stage.account) is None
    assert (wish.state, wish.outcome["fell_out"], wish.outcome["owed"]) == ("done", 0, 0)
    assert Certificate.objects.get(pk=lived.certificate.pk).account == other.account
    redemption = Redemption.objects.get(pk=lived.redemption.pk)
    assert (redemption.account, redemption.holder_id) == (other.account, other.holder_id)
    assert ReturnRow.objects.filter(account=other.account, holder_id=other.holder_id, state=RowState.POSTED).exists()
    assert other.account.skill_certificates.exists()
    assert other.account.exam_results.exists()
    # Whichever of her papers a school writes down, it is the account that remains.
    for number in (stage.cast.student.number, other.number):
        assert match_student(other.name, "resident-id", number, on=AT.date()).holder_id == other.holder_id
    assert not run_correction(wish.pk, at=LATER)
    assert {*AuditRecord.objects.filter(refs__correction=wish.number).values_list("action", flat=True)} == {
        "correction.ask",
        "correction.agree",
        "correction.done",
    }
    assert InboxMessage.objects.filter(person_id=other.account.student.person_id).exists()


def test_an_application_under_way_goes_on_in_the_account_that_remains(stage: Stage12, other: Pupil) -> None:
    redemption = reviewed(stage, apply_as_guardian(stage))
    merged(stage, other)
    redemption.refresh_from_db()
    assert redemption.account == other.account
    accept_redemption(actor=stage.decider, redemption=redemption, issuer=stage.issuer, at=LATER)
    assert Certificate.objects.get(redemption_number=redemption.number).account == other.account
    assert balance_of(other.holder_id).held == 0
    assert verify(at=LATER, hold_facts=hold_facts).problem is None


def test_what_both_have_counts_once_and_is_told_beforehand(stage: Stage12, other: Pupil) -> None:
    earn(stage, other.account, 13000)
    earn(stage, stage.account, 700, "CG-2")
    earn(stage, other.account, 800, "CG-2")
    wish = asked(stage, other)
    seen = foresee(stage.account.holder_id, other.holder_id, reason=Reason.MERGED)
    assert [twin.field for twin in seen.falls_out] == ["", "amount"]
    agree_correction(actor=stage.decider, at=LATER, correction=wish)
    run_correction(wish.pk, at=LATER)
    assert balance_of(other.holder_id) == seen.after
    wish.refresh_from_db()
    assert wish.outcome == {"moved": 0, "fell_out": 2, "owed": 0}


def test_what_is_foreseen_is_what_happens(stage: Stage12, other: Pupil) -> None:
    live(stage)
    earn(stage, other.account, 300, "CG-9")
    seen = foresee(stage.account.holder_id, other.holder_id, reason=Reason.MERGED)
    wish = merged(stage, other)
    assert balance_of(other.holder_id) == seen.after
    assert wish.outcome["moved"] == len(seen.replayed)


def test_one_person_neither_does_it_alone_nor_for_herself(stage: Stage12, other: Pupil) -> None:
    both = actor(person("两职"), "decider")
    wish = ask_merge(actor=stage.decider, at=AT, account=stage.account, receiving=other.account, reason=WHY)
    with pytest.raises(NotAllowed):
        agree_correction(actor=stage.decider, at=LATER, correction=wish)
    for outsider in (stage.cast.reviewer, stage.cast.clerk, stage.guardian, both):
        with pytest.raises(NotAllowed):
            agree_correction(actor=outsider, at=LATER, correction=wish)
    mother = officer(stage.cast.admin, "监护核准", "decider")
    own = stage.account.student.guardianships.get()
    own.guardian = person_of(mother)
    own.save()
    with pytest.raises(NotAllowed):
        agree_correction(actor=mother, at=LATER, correction=wish)
    assert balance_of(other.holder_id).earned == 0


def test_a_wish_is_refused_with_words_or_taken_back_and_nothing_was_changed(stage: Stage12, other: Pupil) -> None:
    wish = asked(stage, other)
    with pytest.raises(Conflict):
        asked(stage, other)
    with pytest.raises(NotAllowed):
        withdraw_correction(actor=stage.decider, at=AT, correction=wish)
    withdraw_correction(actor=stage.cast.reviewer, at=AT, correction=wish)
    again = asked(stage, other)
    with pytest.raises(InvalidInput):
        refuse_correction(actor=stage.decider, at=LATER, correction=again, reason=" ")
    refuse_correction(actor=stage.decider, at=LATER, correction=again, reason="不是同一个人")
    with pytest.raises(Conflict):
        agree_correction(actor=stage.decider, at=LATER, correction=again)
    stage.account.refresh_from_db()
    assert stage.account.state == "open"


def test_what_one_person_may_have_once_stands_in_the_way(stage: Stage12, other: Pupil) -> None:
    apply_as_guardian(stage)
    Redemption.objects.create(
        number="DH-X",
        account=other.account,
        holder_id=other.holder_id,
        product=ATHLETE,
        state="held",
        applied_by=other.account.student.person,
        applied_at=AT,
        applied_on=AT.date(),
        policy_version=Redemption.objects.get().policy_version,
        decision={},
        facts={},
        credits_hundredths=0,
    )
    wish = asked(stage, other)
    assert [each.error.reason for each in obstacles_of(wish)] == ["redemption-twice"]
    with pytest.raises(Conflict):
        agree_correction(actor=stage.decider, at=LATER, correction=wish)


@pytest.mark.parametrize("stop", ["move", "follow"])
def test_what_was_stopped_is_gone_on_with(
    stage: Stage12, other: Pupil, stop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(stage)
    before = balance_of(stage.account.holder_id)
    wish = asked(stage, other)
    agree_correction(actor=stage.decider, at=AT, correction=wish)

    def crash(*_given: object, **_named: object) -> MoveReport:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(running, "merge_books" if stop == "move" else "follow", crash)
        with pytest.raises(ConnectionError):
            run_correction(wish.pk, at=AT)
    wish.refresh_from_db()
    done, total = progress_of(wish)
    assert (wish.state, done) == ("running", 0 if stop == "move" else total)
    assert tick(LATER) == 1
    assert run_correction(wish.pk, at=LATER)
    assert balance_of(other.holder_id) == before


def test_a_shared_account_gives_back_what_is_another_persons(stage: Stage12, other: Pupil) -> None:
    seq = credited(stage, "别人的成果", "BR-1", 500)
    before = balance_of(stage.account.holder_id)
    for wrong in ([], [99]):
        with pytest.raises((InvalidInput, Conflict)):
            ask_split(
                actor=stage.cast.reviewer, at=AT, account=stage.account, receiving=other.account, seqs=wrong, reason=WHY
            )
    wish = ask_split(
        actor=stage.cast.reviewer, at=AT, account=stage.account, receiving=other.account, seqs=[seq], reason=WHY
    )
    agree_correction(actor=stage.decider, at=LATER, correction=wish)
    assert run_correction(wish.pk, at=LATER)
    assert balance_of(other.holder_id).available == 500
    assert balance_of(stage.account.holder_id).available == before.available - 500
    stage.account.refresh_from_db()
    assert (stage.account.state, book_state(stage.account.holder_id)) == ("open", BookState.OPEN)
    assert ReturnRow.objects.get(achievement_number="BR-1").account == other.account
    assert verify(at=LATER, hold_facts=hold_facts).problem is None


def test_an_erasure_takes_two_and_only_a_closed_account(stage: Stage12, other: Pupil) -> None:
    open_books([other.holder_id], at=AT)
    with pytest.raises(Conflict):
        ask_erasure(actor=stage.cast.reviewer, at=AT, account=other.account, reason="本人申请删除")
    close_account(actor=stage.decider, at=AT, account=other.account, reason="本人申请")
    other.account.refresh_from_db()
    wish = ask_erasure(actor=stage.cast.reviewer, at=AT, account=other.account, reason="本人申请删除")
    agree_correction(actor=stage.decider, at=LATER, correction=wish)
    found = Account.objects.get(pk=other.account.pk)
    assert found.student.person.name == "已注销"
    assert match_student(other.name, "resident-id", other.number, on=AT.date()).outcome is Outcome.UNKNOWN
    wish.refresh_from_db()
    assert (wish.state, wish.done_at) == ("done", LATER)


def test_an_open_case_is_a_reason_to_look_and_a_closed_one_is_not(stage: Stage12, other: Pupil) -> None:
    wish, student = asked(stage, other), other.account.student
    looker: Actor = stage.cast.reviewer
    assert may_see_student(looker, student, AT, case_ref=wish.number)
    withdraw_correction(actor=looker, at=AT, correction=wish)
    assert not may_see_student(looker, student, AT, case_ref=wish.number)
    assert not AccountOpening.objects.exists()
    assert isinstance(live(stage), Lived)


def test_what_is_being_merged_stands_still_until_it_is_done(stage: Stage12, other: Pupil) -> None:
    wish = asked(stage, other)
    agree_correction(actor=stage.decider, at=LATER, correction=wish)
    stage.account.refresh_from_db()
    with pytest.raises(Conflict):
        unfreeze_account(actor=stage.decider, at=LATER, account=stage.account, reason=WHY)
    with pytest.raises(Conflict):
        close_account(actor=stage.decider, at=LATER, account=other.account, reason=WHY)
    assert run_correction(wish.pk, at=LATER)


def test_an_erasure_leaves_no_name_in_the_reasons(stage: Stage12, other: Pupil) -> None:
    close_account(actor=stage.decider, at=AT, account=other.account, reason="本人申请")
    other.account.refresh_from_db()
    wish = ask_erasure(actor=stage.cast.reviewer, at=AT, account=other.account, reason=f"{other.name}本人申请")
    agree_correction(actor=stage.decider, at=LATER, correction=wish)
    wish.refresh_from_db()
    assert other.name not in wish.reason
