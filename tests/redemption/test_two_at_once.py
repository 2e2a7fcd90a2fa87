"""Two act on the same thing at the same moment, in real transactions: one of them wins, and nothing is half-done."""

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connections

from creditbank.audit.models import AuditRecord
from creditbank.certificates.models import Certificate, HonourUse, UseState
from creditbank.errors import CreditBankError
from creditbank.examinations.models import ExamResult
from creditbank.ledger.verify import verify
from creditbank.people.account_states import freeze_account
from creditbank.people.consents import current_text
from creditbank.people.models import Account
from creditbank.redemption.actions import (
    accept_redemption,
    agree_as_guardian,
    apply_for_product,
    expire_redemptions,
    refuse_redemption,
    review_redemption,
    withdraw_redemption,
)
from creditbank.redemption.holds import hold_facts
from creditbank.redemption.models import Redemption
from tests.cast import AT, actor, pupil
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

pytestmark = pytest.mark.django_db(transaction=True)
LATER = AT + timedelta(days=1)
WORDS = "考试成绩单与登记的成绩不一致。"


@pytest.fixture
def stage() -> Stage12:
    """Everybody in place."""
    return set_stage()


def _at_once(*acts: Callable[[], object]) -> list[str]:
    """What became of each act: ``done``, or the class of the refusal. Anything else fails the test."""
    start = threading.Barrier(len(acts))
    answers = [""] * len(acts)

    def run(turn: int, act: Callable[[], object]) -> None:
        try:
            start.wait(timeout=30)
            act()
            answers[turn] = "done"
        except CreditBankError as refusal:
            answers[turn] = type(refusal).__name__
        except Exception as failure:  # shown by the assertion of the test
            answers[turn] = repr(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _sound() -> bool:
    return verify(at=LATER, hold_facts=hold_facts).problem is None


def test_of_two_reviewers_one_reviews(stage: Stage12) -> None:
    redemption = apply_as_guardian(stage)
    both = (stage.cast.reviewer, stage.cast.second_reviewer)
    answers = _at_once(
        *(
            lambda who=who: review_redemption(actor=who, redemption=redemption, advice="accept", note="", at=LATER)
            for who in both
        )
    )
    assert sorted(answers) == ["Conflict", "done"]
    assert AuditRecord.objects.filter(action="review-redemption").count() == 1


def test_accepting_refusing_and_withdrawing_at_once_ends_it_in_one_way(stage: Stage12) -> None:
    redemption = reviewed(stage, apply_as_guardian(stage))
    answers = _at_once(
        lambda: accept_redemption(actor=stage.decider, redemption=redemption, issuer=stage.issuer, at=LATER),
        lambda: refuse_redemption(actor=stage.decider, redemption=redemption, reason=WORDS, at=LATER),
        lambda: withdraw_redemption(actor=stage.student, redemption=redemption, at=LATER),
    )
    assert sorted(answers) == ["Conflict", "Conflict", "done"]
    redemption.refresh_from_db()
    issued = redemption.state == "issued"
    assert issued == (answers[0] == "done")
    assert Certificate.objects.count() == int(issued)
    assert (balance(stage.account).spent, balance(stage.account).available) == ((12000, 1000) if issued else (0, 13000))
    assert _sound()


def test_a_guardian_who_agrees_while_the_time_runs_out_finds_it_either_way(stage: Stage12) -> None:
    waiting = apply_for_product(actor=stage.student, account=stage.account, product=ATHLETE, at=AT)
    version = current_text("redemption", AT).version
    deadline = AT + timedelta(days=14)
    answers = _at_once(
        lambda: agree_as_guardian(actor=stage.guardian, redemption=waiting, text_version=version, at=deadline),
        lambda: expire_redemptions(at=deadline + timedelta(seconds=1)),
    )
    waiting.refresh_from_db()
    assert (answers, waiting.state) in (
        (["done", "done"], "held"),
        (["Conflict", "done"], "expired"),
    )
    assert balance(stage.account).held == (12000 if waiting.state == "held" else 0)
    assert _sound()


def test_certificates_accepted_at_once_have_numbers_in_a_row(stage: Stage12) -> None:
    accounts = [_ready(stage, f"成年{'甲乙丙丁戊己'[turn]}", turn) for turn in range(6)]
    waiting = [
        reviewed(
            stage,
            apply_for_product(actor=actor(each.student.person, "student"), account=each, product=ATHLETE, at=AT),
        )
        for each in accounts
    ]
    answers = _at_once(
        *(
            lambda each=each: accept_redemption(actor=stage.decider, redemption=each, issuer=stage.issuer, at=LATER)
            for each in waiting
        )
    )
    assert answers == ["done"] * 6
    numbers = sorted(Certificate.objects.values_list("number", flat=True))
    assert numbers == [f"LM-A-2026-{turn:06d}" for turn in range(1, 7)]
    assert _sound()


def test_one_honour_at_once_for_both_teacher_families_serves_one_of_them(stage: Stage12) -> None:
    adult = grown_up(stage)
    honour = crown(adult.account)
    for family in ("robotics-teacher", "programming-teacher"):
        passed = ExamResult.objects.get(account=adult.account, family="athlete")
        passed.pk, passed.family = None, family
        passed.save()
    student = actor(adult.account.student.person, "student")
    products = ("certificate.robotics-teacher.primary", "certificate.programming-teacher.primary")
    answers = _at_once(
        *(
            lambda product=product: apply_for_product(
                actor=student, account=adult.account, product=product, route="champion", at=AT
            )
            for product in products
        )
    )
    assert answers.count("done") == 1, answers
    assert set(answers) <= {"done", "Refused", "NotEligible"}
    assert HonourUse.objects.filter(honour=honour, state=UseState.RESERVED).count() == 1
    assert Redemption.objects.count() == 1
    assert AuditRecord.objects.filter(action="apply-for-product").count() == 1


def test_an_account_frozen_while_a_champion_applies_is_asked_first_or_frozen_after(stage: Stage12) -> None:
    crown(stage.account)
    answers = _at_once(
        lambda: apply_as_guardian(stage, route="champion"),
        lambda: freeze_account(actor=stage.decider, at=AT, account=stage.account, reason="等待核对"),
    )
    assert answers in (["done", "done"], ["NotEligible", "done"])
    assert Redemption.objects.count() == HonourUse.objects.count() == int(answers[0] == "done")


def _ready(stage: Stage12, name: str, turn: int) -> Account:
    account = pupil(name, date(2000, 1, 2 + turn), 998).account
    make_ready(stage, account)
    return account
