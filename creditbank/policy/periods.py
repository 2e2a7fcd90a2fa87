"""What the readings set outside a decision: what a level earns, how long notices run, when credits expire.

Pure questions to a version of the law; the parts that run the bank ask them and keep no number of their own.
"""

from datetime import date, timedelta

from creditbank.policy.calendar import add_months
from creditbank.policy.law import Law
from creditbank.policy.reader import refusal


def skill_credits_hundredths(law: Law, subject: str, credited_level: int, level: int, on: date) -> int:
    """What reporting ``level`` of a subject earns when levels through ``credited_level`` were credited before (I-7).

    Each level earns once: nothing for a level that is not above. ``InvalidInput`` for an unknown subject or level.
    """
    if subject not in law.subjects:
        raise refusal("subject", "应为存在的技能科目", "expected a skill subject that exists")
    levels = law.subjects[subject].levels
    if not 1 <= level <= levels:
        raise refusal("level", f"应为 1–{levels}", f"expected a level from 1 to {levels}")
    return max(0, level - credited_level) * law.value("credits_per_level", on).value


def credits_expire_on(law: Law, earned_on: date) -> date | None:
    """The first day on which a credit earned on a day is no longer good; ``None`` where credits never expire (I-11)."""
    months = law.interpretations["I-11"].reading.value
    return None if months is None else add_months(earned_on, months)


def redemption_notice_working_days(law: Law) -> int:
    """Working days of the public notice of a redemption (I-12)."""
    return law.reading_value("I-12")


def policy_notice_days(law: Law) -> int:
    """Days of the notice before, and of the notice after, a change of policy (I-16)."""
    return law.reading_value("I-16")


def may_come_into_force(law: Law, announced_on: date, on: date) -> bool:
    """Whether a change announced on a day has had its full notice by ``on``, under the law in force (R-P, I-16)."""
    return on - announced_on >= timedelta(days=policy_notice_days(law))


def shows_masked_name(law: Law, consented: bool) -> bool:
    """Whether a notice shows the masked name; otherwise it shows the number of the application (M-12, I-15)."""
    return consented or law.reads("I-15") == "masked-name-for-all"
