"""Every rule there ever was, by its dated name.

A version of the law lists the names it decides by. When the structure of a rule changes, a new dated function is added
here and the old one stays, so that what was decided under an old version is decided the same way again.
"""

from collections.abc import Callable, Mapping
from typing import Final

from creditbank.policy.decision import Requirement
from creditbank.policy.rules import credits as credit_rules
from creditbank.policy.rules import holdings, offer, person
from creditbank.policy.rules.case import Case

Rule = Callable[[Case], Requirement | None]
RULES: Final[Mapping[str, Rule]] = {
    "in-force.2021-03": offer.in_force_2021_03,
    "credits.2021-03": credit_rules.credits_2021_03,
    "credits.2021-09": credit_rules.credits_2021_09,
    "skill-certificate.2021-09": holdings.skill_certificate_2021_09,
    "honour.2021-09": holdings.honour_2021_09,
    "honour-unused.2021-09": holdings.honour_unused_2021_09,
    "age.2021-09": person.age_2021_09,
    "age.2021-03": person.age_2021_03,
    "audience.2021-03": person.audience_2021_03,
    "exam.2021-09": person.exam_2021_09,
    "ladder.2021-09": holdings.ladder_2021_09,
    "grade-open.2021-09": holdings.grade_open_2021_09,
    "not-held.2021-09": holdings.not_held_2021_09,
    "price-published.2021-03": credit_rules.price_published_2021_03,
    "window.2021-03": offer.window_2021_03,
    "seats.2021-03": offer.seats_2021_03,
    "budget.2021-03": offer.budget_2021_03,
    "account-open.2021-03": offer.account_open_2021_03,
}
ASKING: Final[Mapping[str, Callable[[Case], int | None]]] = {
    "asked-certificate.2021-09": credit_rules.asked_certificate_2021_09,
    "asked-priced.2021-03": credit_rules.asked_priced_2021_03,
}
