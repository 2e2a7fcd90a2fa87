"""A priced product: credits held and a seat taken at once, decided by two, fulfilled or undone, never oversold."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connections

from creditbank.catalogue.actions import put_price
from creditbank.catalogue.models import Allotment, Price
from creditbank.errors import Conflict, CreditBankError, NotAllowed, NotFound, Refused
from creditbank.ledger.verify import verify
from creditbank.notices.freezing import freeze, lift
from creditbank.people.consents import current_text
from creditbank.people.models import OfficeRole
from creditbank.people.rights import appoint_office
from creditbank.policy.codes import AccountState
from creditbank.policy.decide import decide
from creditbank.policy.facts import Account, parse_facts
from creditbank.policy.reader import Reader
from creditbank.redemption.actions import (
    accept_priced,
    agree_as_guardian,
    apply_for_product,
    cancel_price,
    cancel_redemption,
    fulfil_redemption,
    record_no_show,
    refuse_redemption,
    review_redemption,
    undo_cancelled,
    withdraw_redemption,
)
from creditbank.redemption.actions.fulfilling import offer_of
from creditbank.redemption.eligibility import decision_for, priced_standing
from creditbank.redemption.errors import NotEligible
from creditbank.redemption.holds import hold_facts
from creditbank.redemption.models import Redemption
from creditbank.redemption.versions import law_for
from tests.cast import AT, Pupil, actor, person, person_of, pupil
from tests.catalogue.stage import TRIP
from tests.catalogue.stage import set_stage as set_prices
from tests.redemption.stage import Stage12, balance, earn, grown_up, set_stage

LATER = AT + timedelta(days=3)
HAPPENS = date(2026, 5, 1)
HARBIN = "visit.harbin"


@pytest.fixture
def stage(db: None) -> Stage12:
    return priced(set_stage())


def priced(stage: Stage12, *, seats: int = 2) -> Stage12:
    """The stage with a published half-price trip."""
    prices = set_prices(stage.cast.reviewer, stage.decider, seats=seats)
    put_price(actor=prices.writer, schedule=prices.schedule, terms=replace(TRIP, happens_on=HAPPENS), at=AT)
    prices.published()
    return stage


def applied(stage: Stage12, who: Pupil) -> Redemption:
    student = actor(who.account.student.person, "student")
    return apply_for_product(actor=student, account=who.account, product=HARBIN, price_class="half", at=LATER)


def reviewed(stage: Stage12, redemption: Redemption) -> Redemption:
    return review_redemption(
        actor=stage.cast.second_reviewer, redemption=redemption, advice="accept", note="", at=LATER
    )


def accepted(stage: Stage12, who: Pupil) -> Redemption:
    return accept_priced(actor=stage.decider, redemption=reviewed(stage, applied(stage, who)), at=LATER)


def taken() -> list[int]:
    """Seats and fen taken of the trip, in the order of their rows."""
    return list(Allotment.objects.order_by("pk").values_list("taken", flat=True))


def sound() -> bool:
    return verify(at=LATER, hold_facts=hold_facts).problem is None


def test_to_apply_holds_the_credits_and_takes_the_seat(stage: Stage12) -> None:
    adult = grown_up(stage)
    redemption = applied(stage, adult)
    assert redemption.state == "held"
    assert (balance(adult.account).available, balance(adult.account).held) == (7000, 6000)
    assert taken() == [1, 800_00]
    assert sound()


def test_the_stored_decision_replays_to_the_same_answer(stage: Stage12) -> None:
    redemption = applied(stage, grown_up(stage))
    law = law_for(redemption)
    again = decide(
        redemption.product,
        parse_facts(Reader(redemption.facts, "facts"), law, redemption.applied_on),
        redemption.applied_on,
        law,
        price_class="half",
        offer=offer_of(redemption),
        account=Account(AccountState.OPEN),
    )
    assert again.to_json() == redemption.decision


def test_a_class_without_a_price_and_an_unpriced_product_are_refused(stage: Stage12) -> None:
    adult = grown_up(stage)
    for product, price_class in ((HARBIN, "full"), ("scholarship.1000", None)):
        with pytest.raises(Refused):
            decision_for(adult.account, product, LATER, price_class=price_class)


def test_the_best_class_is_shown_and_what_the_next_one_lacks(stage: Stage12) -> None:
    prices = set_prices(stage.cast.reviewer, stage.decider)
    for price_class, asked, cash in (("full", 200_00, 0), ("subsidised", 20_00, 900_00)):
        terms = replace(TRIP, price_class=price_class, credits_hundredths=asked, cash_part_fen=cash)
        put_price(actor=prices.writer, schedule=prices.schedule, terms=terms, at=AT)
    prices.published()
    standing = priced_standing(grown_up(stage).account, HARBIN, LATER)
    assert standing.best and standing.best.price_class == "half"
    assert standing.following and standing.following.price_class == "full"
    assert [each.code for each in standing.following.decision.unmet] == ["credits"]


def test_a_price_for_some_members_looks_at_the_enrolment(stage: Stage12) -> None:
    prices = set_prices(stage.cast.reviewer, stage.decider)
    terms = replace(TRIP, institutions=(stage.cast.school.code,))
    put_price(actor=prices.writer, schedule=prices.schedule, terms=terms, at=AT)
    prices.published()
    decision = decision_for(grown_up(stage).account, HARBIN, LATER, price_class="half")
    assert [each.code for each in decision.unmet] == ["audience"]


def test_a_second_application_for_the_same_product_waits(stage: Stage12) -> None:
    adult = grown_up(stage)
    applied(stage, adult)
    with pytest.raises(Conflict):
        applied(stage, adult)


def test_a_minors_application_waits_for_her_guardian_and_keeps_its_seat(stage: Stage12) -> None:
    redemption = apply_for_product(
        actor=stage.student, account=stage.account, product=HARBIN, price_class="half", at=LATER
    )
    assert (redemption.state, taken()) == ("awaiting-guardian", [1, 800_00])
    version = current_text("redemption", LATER).version
    agreed = agree_as_guardian(actor=stage.guardian, redemption=redemption, text_version=version, at=LATER)
    assert agreed.state == "held"


def test_withdrawn_and_refused_everything_goes_back(stage: Stage12) -> None:
    adult = grown_up(stage)
    withdraw_redemption(
        actor=actor(adult.account.student.person, "student"), redemption=applied(stage, adult), at=LATER
    )
    assert (balance(adult.account).available, taken()) == (13000, [0, 0])
    redemption = reviewed(stage, applied(stage, adult))
    refuse_redemption(actor=stage.decider, redemption=redemption, reason="名单须重新核对，请再申请一次", at=LATER)
    assert (balance(adult.account).available, taken()) == (13000, [0, 0])
    assert sound()


def test_accepted_it_is_settled_and_then_fulfilled_with_a_proof(stage: Stage12) -> None:
    adult = grown_up(stage)
    redemption = accepted(stage, adult)
    assert (redemption.state, balance(adult.account).held, balance(adult.account).spent) == ("accepted", 0, 6000)
    done = fulfil_redemption(
        actor=stage.cast.second_reviewer,
        redemption=redemption,
        fulfilment="travelled",
        proof="出行名单第 3 号（示例）",
        at=LATER,
    )
    assert (done.state, done.fulfilled_by) == ("fulfilled", person_of(stage.cast.second_reviewer))
    assert taken() == [1, 800_00]
    assert sound()


def test_what_is_frozen_is_not_accepted_until_it_is_decided(stage: Stage12) -> None:
    redemption = reviewed(stage, applied(stage, grown_up(stage)))
    freeze("redemption", redemption.number, cause="YY-2026-000001", at=LATER)
    with pytest.raises(CreditBankError):
        accept_priced(actor=stage.decider, redemption=redemption, at=LATER)
    lift("redemption", redemption.number, cause="YY-2026-000001", at=LATER)
    assert accept_priced(actor=stage.decider, redemption=redemption, at=LATER).state == "accepted"


def test_the_applicant_steps_back_before_the_day_and_not_after(stage: Stage12) -> None:
    adult = grown_up(stage)
    redemption = accepted(stage, adult)
    student = actor(adult.account.student.person, "student")
    with pytest.raises(NotFound):
        cancel_redemption(actor=stage.student, redemption=redemption, reason="", at=LATER)
    with pytest.raises(Conflict):
        cancel_redemption(actor=student, redemption=redemption, reason="", at=LATER + timedelta(days=90))
    cancelled = cancel_redemption(actor=student, redemption=redemption, reason="家里有事", at=LATER)
    assert (cancelled.state, balance(adult.account).available, taken()) == ("cancelled", 13000, [0, 0])
    assert sound()


def test_a_no_show_is_recorded_from_the_day_on_and_refunds_nothing(stage: Stage12) -> None:
    adult = grown_up(stage)
    redemption = accepted(stage, adult)
    reviewer, note = stage.cast.second_reviewer, "集合时没有到，电话无人接听"
    with pytest.raises(Conflict):
        record_no_show(actor=reviewer, redemption=redemption, note=note, at=LATER)
    late = LATER + timedelta(days=90)
    assert record_no_show(actor=reviewer, redemption=redemption, note=note, at=late).state == "no-show"
    assert balance(adult.account).spent == 6000


def test_the_office_calls_a_product_off_and_everybody_gets_everything_back(stage: Stage12) -> None:
    one, two = grown_up(stage), pupil("另一学生", date(2001, 1, 2), 997)
    earn(stage, two.account, 13000, "CG-2")
    accepted(stage, one)
    applied(stage, two)
    price = Price.objects.get(product=HARBIN)
    with pytest.raises(NotAllowed):
        cancel_price(actor=stage.decider, price=price, reason="承办单位不能按期接待", at=LATER)
    another = actor(person("核准乙"), "decider")
    appoint_office(actor=stage.cast.admin, at=AT, person=person_of(another), role=OfficeRole.Role.DECIDER)
    done = cancel_price(actor=another, price=price, reason="承办单位不能按期接待", at=LATER)
    assert done.done_at == LATER
    assert {each.state for each in Redemption.objects.all()} == {"cancelled"}
    assert [balance(each.account).available for each in (one, two)] == [13000, 13000]
    assert taken() == [0, 0]
    assert undo_cancelled(at=LATER) == 0
    with pytest.raises(Refused):
        applied(stage, one)
    assert sound()


def test_no_seat_left_is_a_requirement_that_is_not_met(stage: Stage12) -> None:
    Allotment.objects.filter(code="harbin").update(taken=2)
    with pytest.raises(NotEligible) as refused:
        applied(stage, grown_up(stage))
    assert [each.code for each in refused.value.decision.unmet] == ["seats"]


@pytest.mark.django_db(transaction=True)
def test_sixteen_want_the_last_three_seats_and_exactly_three_get_them() -> None:
    stage = priced(set_stage(), seats=3)
    pupils = [pupil(f"学生{turn}", date(2000, 1, 2 + turn), 998) for turn in range(16)]
    for turn, each in enumerate(pupils):
        earn(stage, each.account, 13000, f"CG-{turn + 10}")
    together = Barrier(len(pupils))

    def redeem(who: Pupil) -> bool:
        try:
            together.wait()
            applied(stage, who)
        except CreditBankError:
            return False
        else:
            return True
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(pupils)) as clients:
        won = list(clients.map(redeem, pupils))
    assert won.count(True) == 3
    assert taken() == [3, 3 * 800_00]
    assert Redemption.objects.count() == 3
    held = [balance(each.account).held for each in pupils]
    assert sorted(held) == [0] * 13 + [6000] * 3
    assert sound()
