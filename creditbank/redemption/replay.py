"""Old decisions replay to the same answer (I-14): each is decided again under its own version and stored facts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from creditbank.people.account_hooks import ERASED_BIRTH
from creditbank.policy.codes import AccountState, Route
from creditbank.policy.decide import decide
from creditbank.policy.facts import Account, parse_facts
from creditbank.policy.offers import parse_offer
from creditbank.policy.reader import Reader
from creditbank.redemption.models import Redemption
from creditbank.redemption.versions import law_for

BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Replayed:
    """One stored decision: ``difference`` names the first thing that came out otherwise; empty for the same answer.

    ``skipped`` says why it can't be decided again: ``erased`` facts, or an ``offer`` that is not kept with it.
    """

    number: str
    version: str
    difference: str
    skipped: str = ""


def replay_decisions(*, version: str = "") -> Iterator[Replayed]:
    """Decide every stored application again, in order; of one version only, if it is named. Reads, changes nothing."""
    rows = Redemption.objects.select_related("policy_version").defer("policy_version__law").order_by("id")
    chosen = rows.filter(policy_version__code=version) if version else rows
    for row in chosen.iterator(chunk_size=BATCH):
        yield _replayed(row)


def _replayed(row: Redemption) -> Replayed:
    code = row.policy_version.code
    if row.facts.get("birth_date") == ERASED_BIRTH.isoformat():
        return Replayed(row.number, code, "", "erased")
    law = law_for(row)
    product = law.products[row.product]
    if not product.is_certificate and row.offer is None:
        return Replayed(row.number, code, "", "offer")
    facts = parse_facts(Reader(row.facts, "facts"), law, row.applied_on)
    # An application is taken in from an open account only.
    account = Account(AccountState.OPEN)
    # The route that was asked for is not kept, the one that was judged is; the other stands among the alternatives.
    again = decide(
        row.product,
        facts,
        row.applied_on,
        law,
        price_class=row.price_class or None,
        route=Route(row.route) if row.route else None,
        offer=None if row.offer is None else parse_offer(Reader(row.offer, "offer"), product),
        account=account,
    )
    return Replayed(row.number, code, first_difference(row.decision, again.to_json()))


def first_difference(old: object, new: object, place: str = "decision") -> str:
    """The place and both values where two pieces of JSON first differ; empty when they are the same."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            found = first_difference(old.get(key), new.get(key), f"{place}.{key}")
            if found:
                return found
        return ""
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        found_in = (first_difference(one, other, f"{place}.{index}") for index, (one, other) in pairs)
        return next((found for found in found_in if found), "")
    return "" if old == new else f"{place}: {old!r} → {new!r}"
