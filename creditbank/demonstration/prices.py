"""A sample price schedule (示例): scholarships, exchanges in all three classes, and a study visit with two seats."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from creditbank.catalogue.actions import draft_schedule, publish_schedule, put_allotment, put_price
from creditbank.catalogue.models import PriceSchedule
from creditbank.catalogue.terms import PriceTerms
from creditbank.clock import today
from creditbank.demonstration.bank import Bank, Pupil
from creditbank.people.actors import acting_as
from creditbank.people.consents import current_text
from creditbank.people.guardians import guardians_of
from creditbank.redemption.actions import accept_priced, apply_for_product, fulfil_redemption, review_redemption
from creditbank.redemption.models import Redemption

DAYS: Final = 120
ALLOTMENTS: Final = (
    ("scholarships", "奖学金经费（示例）", "fen", 50_000_00),
    ("exchange", "交流经费（示例）", "fen", 200_000_00),
    ("harbin", "哈尔滨研学名额（示例）", "seats", 2),
    ("exchange-seats", "交流名额（示例）", "seats", 20),
)


def publish_sample_prices(bank: Bank) -> PriceSchedule:
    """Drafted by one officer and published by another, in force from the day of loading."""
    writer, publisher, at = bank.officers["reviewer"], bank.officers["decider"], bank.now - timedelta(hours=2)
    on = today(at)
    schedule = draft_schedule(
        actor=writer,
        title="示例价目表（金额与学分均为虚构）",
        starts_on=on,
        ends_on=on + timedelta(days=DAYS + 60),
        is_sample=True,
        at=at,
    )
    for code, title, unit, total in ALLOTMENTS:
        put_allotment(actor=writer, schedule=schedule, code=code, title=title, unit=unit, total=total, at=at)
    for each in _sample_terms(on):
        put_price(actor=writer, schedule=schedule, terms=each, at=at)
    return publish_schedule(actor=publisher, schedule=schedule, at=at + timedelta(minutes=30))


def _sample_terms(on: date) -> list[PriceTerms]:
    closes = on + timedelta(days=DAYS)
    scholarships = [
        PriceTerms(
            product=f"scholarship.{amount}",
            credits_hundredths=asked * 100,
            charge_fen=amount * 100,
            budget="scholarships",
        )
        for amount, asked in ((1000, 60), (2000, 110), (5000, 240))
    ]
    exchanges = [
        PriceTerms(
            product="exchange.bilateral.japan",
            price_class=price_class,
            credits_hundredths=asked * 100,
            cash_part_fen=cash * 100,
            charge_fen=(8000 - cash) * 100,
            seats="exchange-seats",
            budget="exchange",
            from_age=8,
            happens_on=closes + timedelta(days=30),
        )
        for price_class, asked, cash in (("full", 200, 0), ("half", 110, 4000), ("subsidised", 60, 6000))
    ]
    visit = PriceTerms(
        product="visit.harbin",
        price_class="half",
        credits_hundredths=50_00,
        cash_part_fen=800_00,
        charge_fen=800_00,
        seats="harbin",
        happens_on=closes + timedelta(days=30),
    )
    return [replace(each, opens_on=on, closes_on=closes, note="示例") for each in (*scholarships, *exchanges, visit)]


def leave_priced_work(bank: Bank, pupils: list[Pupil]) -> None:
    """A scholarship that was paid, a visit that waits for its review, and an exchange that is accepted."""
    reviewer, decider, at = bank.officers["reviewer2"], bank.officers["decider"], bank.now - timedelta(minutes=40)
    wishes = (("scholarship.1000", None), ("exchange.bilateral.japan", "subsidised"), ("visit.harbin", "half"))
    for step, ((product, price_class), pupil) in enumerate(zip(wishes, pupils, strict=False)):
        found = _apply(pupil, product, price_class, at)
        if step == len(wishes) - 1:
            continue
        review_redemption(actor=reviewer, redemption=found, advice="accept", note="条件与价目核对无误。", at=at)
        accept_priced(actor=decider, redemption=found, at=at + timedelta(minutes=5))
        if step == 0:
            proof = "示例银行回单 2026-0001"
            then = at + timedelta(minutes=20)
            fulfil_redemption(actor=reviewer, redemption=found, fulfilment="paid", proof=proof, at=then)


def _apply(pupil: Pupil, product: str, price_class: str | None, at: datetime) -> Redemption:
    guardians = guardians_of(pupil.account.student)
    who = (
        acting_as(guardians[0].guardian, "guardian")
        if guardians
        else acting_as(pupil.account.student.person, "student")
    )
    version = current_text("redemption", at).version if guardians else ""
    return apply_for_product(
        actor=who, account=pupil.account, product=product, price_class=price_class, text_version=version, at=at
    )
