"""``creditbank accounts``: an account is frozen, given another card, closed, merged and erased, each as a login."""

import json

import pytest

from creditbank.audit.actor import SYSTEM, Actor
from creditbank.cli import main
from creditbank.corrections.models import AccountCorrection
from creditbank.ledger.books import balance_of
from creditbank.people.cards import active_card
from creditbank.people.logins import create_staff_login
from creditbank.people.models import Account
from tests.cast import AT, Pupil, person_of, pupil
from tests.people.cast import PASSWORD
from tests.redemption.stage import Stage12, set_stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage12:
    stage = set_stage()
    logins: tuple[tuple[Actor, str], ...] = (
        (stage.cast.reviewer, "reviewer.a"),
        (stage.decider, "decider.a"),
        (stage.cast.clerk, "clerk.a"),
    )
    for actor, username in logins:
        create_staff_login(actor=SYSTEM, at=AT, person=person_of(actor), username=username, password=PASSWORD)
    return stage


@pytest.fixture
def other(stage: Stage12) -> Pupil:
    return pupil(stage.cast.student.name, stage.account.student.birth_date, 996, "310104")


def test_a_decider_freezes_opens_again_and_closes(stage: Stage12, other: Pupil) -> None:
    why = ["--as", "decider.a", "--reason", "本人书面申请"]
    for command, state in (("freeze", "frozen"), ("unfreeze", "open"), ("close", "closed")):
        name = other.card if command == "freeze" else str(other.holder_id)
        assert main(["accounts", command, name, "--as", "clerk.a", "--reason", "本人书面申请"]) == 1
        assert main(["accounts", command, name, *why]) == 0
        assert Account.objects.get(pk=other.account.pk).state == state
    assert main(["accounts", "freeze", other.card, *why]) == 1
    assert main(["accounts", "replace-card", str(other.holder_id), "--as", "reviewer.a"]) == 1
    assert stage.account.state == "open"


def test_another_card_is_told_once_and_the_old_one_is_dead(stage: Stage12, capsys: pytest.CaptureFixture[str]) -> None:
    old = stage.cast.student.card
    assert main(["accounts", "replace-card", old, "--lost", "--as", "reviewer.a"]) == 0
    told = json.loads(capsys.readouterr().out)
    card = active_card(stage.account)
    assert card is not None
    assert told["card_number"] == card.card_number != old
    assert stage.account.cards.get(card_number=old).state == "lost"
    assert main(["accounts", "replace-card", old, "--as", "reviewer.a"]) == 1


def test_a_merge_is_asked_seen_agreed_and_done(
    stage: Stage12, other: Pupil, capsys: pytest.CaptureFixture[str]
) -> None:
    before = balance_of(stage.account.holder_id)
    cards = [stage.cast.student.card, other.card]
    assert main(["accounts", "merge", *cards, "--as", "reviewer.a", "--reason", "同一名学生"]) == 0
    number = AccountCorrection.objects.get().number
    assert main(["accounts", "corrections", "--as", "reviewer.a"]) == 0
    capsys.readouterr()
    assert main(["accounts", "preview", number, "--as", "decider.a"]) == 0
    seen = json.loads(capsys.readouterr().out)
    assert (seen["after"]["available"], seen["falls_out"], seen["obstacles"]) == ("130.00", [], [])
    assert main(["accounts", "decide", number, "--agree", "--as", "reviewer.a"]) == 1
    assert main(["accounts", "decide", number, "--agree", "--as", "decider.a"]) == 0
    assert main(["accounts", "resume", number, "--as", "decider.a"]) == 0
    assert balance_of(other.holder_id) == before
    assert main(["accounts", "split", other.card, cards[0], "1", "--as", "reviewer.a", "--reason", "看错了"]) == 1


def test_an_erasure_takes_two(stage: Stage12, other: Pupil) -> None:
    name = str(other.holder_id)
    assert main(["accounts", "close", name, "--as", "decider.a", "--reason", "本人书面申请"]) == 0
    assert main(["accounts", "erase", name, "--as", "reviewer.a", "--reason", "本人书面申请"]) == 0
    wish = AccountCorrection.objects.get()
    assert main(["accounts", "withdraw-correction", wish.number, "--as", "decider.a"]) == 1
    assert main(["accounts", "decide", wish.number, "--refuse", "--as", "decider.a"]) == 2
    assert main(["accounts", "decide", wish.number, "--agree", "--as", "decider.a"]) == 0
    assert Account.objects.get(pk=other.account.pk).student.person.name == "已注销"
    assert stage.account.state == "open"
