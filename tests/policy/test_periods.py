"""What readings set outside a decision, each reading both ways: levels, expiry, notices, names."""

from datetime import date

import pytest

from creditbank.errors import InvalidInput
from creditbank.policy.loading import shipped_law
from creditbank.policy.periods import (
    credits_expire_on,
    may_come_into_force,
    policy_notice_days,
    redemption_notice_working_days,
    shows_masked_name,
    skill_credits_hundredths,
)

LAW = shipped_law()
DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("subject", "credited", "level", "hundredths"),
    [
        ("robotics", 0, 12, 12_000),
        ("robotics", 0, 1, 1_000),
        ("robotics", 9, 12, 3_000),
        ("robotics", 12, 12, 0),
        ("robotics", 12, 5, 0),
        ("python-programming", 0, 6, 6_000),
    ],
)
def test_each_level_earns_ten_credits_once(subject: str, credited: int, level: int, hundredths: int) -> None:
    assert skill_credits_hundredths(LAW, subject, credited, level, DAY) == hundredths


@pytest.mark.parametrize(("subject", "level"), [("python-programming", 7), ("robotics", 0), ("chess", 1)])
def test_a_level_that_does_not_exist_earns_nothing_and_is_refused(subject: str, level: int) -> None:
    with pytest.raises(InvalidInput):
        skill_credits_hundredths(LAW, subject, 0, level, DAY)


def test_credits_do_not_expire_as_shipped() -> None:
    assert credits_expire_on(LAW, DAY) is None


@pytest.mark.parametrize(
    ("months", "earned_on", "expires_on"),
    [
        (36, date(2026, 11, 23), date(2029, 11, 23)),
        (12, date(2024, 2, 29), date(2025, 2, 28)),
        (1, date(2026, 1, 31), date(2026, 2, 28)),
        (1, date(2026, 12, 5), date(2027, 1, 5)),
        (12, date(9999, 5, 5), date.max),
    ],
)
def test_under_the_other_reading_credits_expire_after_months(months: int, earned_on: date, expires_on: date) -> None:
    law = LAW.select("I-11", "after-months", months)
    assert credits_expire_on(law, earned_on) == expires_on


def test_the_notice_of_a_redemption_runs_five_working_days_or_as_many_as_are_set() -> None:
    assert redemption_notice_working_days(LAW) == 5
    assert redemption_notice_working_days(LAW.select("I-12", "other-days", 7)) == 7


def test_a_change_of_policy_waits_for_its_whole_notice() -> None:
    assert policy_notice_days(LAW) == 30
    assert not may_come_into_force(LAW, date(2026, 11, 1), date(2026, 11, 30))
    assert may_come_into_force(LAW, date(2026, 11, 1), date(2026, 12, 1))
    shorter = LAW.select("I-16", "other-days", 10)
    assert may_come_into_force(shorter, date(2026, 11, 1), date(2026, 11, 11))
    assert not may_come_into_force(shorter, date(2026, 11, 1), date(2026, 11, 10))


def test_a_masked_name_is_shown_with_consent_only_or_always_under_the_other_reading() -> None:
    assert shows_masked_name(LAW, consented=True)
    assert not shows_masked_name(LAW, consented=False)
    assert shows_masked_name(LAW.select("I-15", "masked-name-for-all"), consented=False)
