"""One person who may have everything that is open, in the public contract's own form; each test spoils one thing."""

import copy

from creditbank.policy.decide import decide_question
from creditbank.policy.decision import Decision
from creditbank.policy.facts import parse_question
from creditbank.policy.law import Law
from creditbank.policy.loading import shipped_law

Data = dict[str, object]
FAMILIES = ("athlete", "coach", "referee", "robotics-teacher", "programming-teacher")
SKILLS = {"robotics": 12, "graphical-programming": 6, "smart-hardware-programming": 6, "python-programming": 6}


def full_facts() -> Data:
    """Facts with every skill, 180 credits, an unused honour and a valid pass in every family."""
    return {
        "birth_date": "2000-05-06",
        "available_credits": "180.00",
        "skill_certificates": [{"subject": subject, "level": level} for subject, level in SKILLS.items()],
        "honours": [
            {"scope": "national", "discipline": "robotics", "place": 1, "awarded_on": "2025-08-01", "used_for": []}
        ],
        "certificates": [],
        "exams": [{"family": family, "score": 80, "taken_on": "2026-03-01"} for family in FAMILIES],
    }


def question(product: str = "certificate.athlete.3", *, on: str = "2026-11-23", **changes: object) -> Data:
    """A question of the contract about the full facts."""
    return {"on": on, "product": product, "facts": full_facts(), **copy.deepcopy(changes)}


def ask(data: Data, law: Law | None = None) -> Decision:
    """Read a question and decide it."""
    law = law or shipped_law()
    return decide_question(parse_question(data, law), law)
