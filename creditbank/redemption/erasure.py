"""What applications forget with a person: her name in what was written, her birth date and where she learned
among the facts.

The decision stays with every requirement, met or not. What it says of her age is emptied, for it names the birthday;
so an erased person's decision can be read, but not taken again.
"""

from typing import Final

from creditbank.people.account_hooks import ERASED_BIRTH, ERASED_NAME, Erasure, blank_name
from creditbank.policy.text import Json
from creditbank.redemption.models import Redemption

_EMPTIED: Final[dict[str, Json]] = {"have": None, "gap": None, "text": {"zh": ERASED_NAME, "en": "erased"}}

_WHEREABOUTS: Final = frozenset({"place", "institutions"})


def erase_from_applications(erasure: Erasure) -> None:
    """Blank the person in every application of the account."""
    rows = Redemption.objects.filter(account=erasure.account)
    blank_name(rows, erasure, "reason", "review_note", "proof")
    for redemption in rows.order_by("id"):
        kept = {key: value for key, value in redemption.facts.items() if key not in _WHEREABOUTS}
        redemption.facts = {**kept, "birth_date": ERASED_BIRTH.isoformat()}
        redemption.decision = {
            **_without_age(redemption.decision),
            "alternatives": [_without_age(each) for each in redemption.decision.get("alternatives", [])],
        }
        redemption.save(update_fields=["facts", "decision"])


def _without_age(judged: dict[str, Json]) -> dict[str, Json]:
    requirements = judged["requirements"]
    assert isinstance(requirements, list), "a stored decision is a decision"
    return {**judged, "requirements": [_emptied(each) for each in requirements]}


def _emptied(requirement: Json) -> Json:
    if not isinstance(requirement, dict) or requirement.get("code") != "age":
        return requirement
    close = requirement.get("close")
    return {**requirement, **_EMPTIED, "close": _EMPTIED["text"] if close else None}
