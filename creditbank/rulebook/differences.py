"""What differs between two versions of the law, clause by clause (R-P)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from creditbank.policy.amounts import format_hundredths
from creditbank.policy.law import Law
from creditbank.policy.registry import Cited
from creditbank.policy.text import Text

# Parts of the plain data whose differences are told entry by entry; the head of the version is told by itself.
_LISTED: Final = (
    "documents",
    "parties",
    "contacts",
    "rules",
    "skill_subjects",
    "honour_scopes",
    "disciplines",
    "price_classes",
    "product_groups",
    "certificate_families",
    "requirement_words",
    "output_wording",
)


@dataclass(frozen=True, slots=True)
class Side:
    """What one version says: words in both languages, and a number with its unit where it carries one."""

    text: Text
    value: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: under which clause, of what kind (``clause``, ``reading``, ``value``, ``data``), before and after.

    ``subject`` is the question of a reading, or the code of what changed; a side is None where nothing stood.
    """

    clause: str
    kind: str
    code: str
    subject: Text
    before: Side | None
    after: Side | None


def differences(old: Law, new: Law) -> list[Difference]:
    """Every difference between two versions: clauses, readings selected, dated values, and any other data."""
    return [*_clauses(old, new), *_readings(old, new), *_values(old, new), *_data(old, new)]


def touched_clauses(found: list[Difference]) -> list[str]:
    """The clauses that differences touch, each once, in their order."""
    return list(dict.fromkeys(each.clause for each in found if each.clause))


def _clauses(old: Law, new: Law) -> Iterator[Difference]:
    for code in _keys(old.clauses, new.clauses):
        before, after = old.clauses.get(code), new.clauses.get(code)
        if (before and before.gist) != (after and after.gist):
            sides = [Side(each.gist) if each else None for each in (before, after)]
            yield Difference(code, "clause", code, Text(code, code), sides[0], sides[1])


def _readings(old: Law, new: Law) -> Iterator[Difference]:
    for code in _keys(old.interpretations, new.interpretations):
        before, after = old.interpretations.get(code), new.interpretations.get(code)
        chosen = [(each.selected, each.reading.value, each.reading.text) if each else None for each in (before, after)]
        if chosen[0] == chosen[1]:
            continue
        entry = after or before
        assert entry is not None, "a key of one of the two"
        sides = [Side(each.reading.text, _number(each.reading.value)) if each else None for each in (before, after)]
        yield Difference(entry.clauses[0], "reading", code, entry.question, sides[0], sides[1])


def _values(old: Law, new: Law) -> Iterator[Difference]:
    dated = [dated_values(law) for law in (old, new)]
    for name in _keys(dated[0], dated[1]):
        before, after = dated[0].get(name, ()), dated[1].get(name, ())
        if before == after:
            continue
        last_before, last_after = before[-1] if before else None, after[-1] if after else None
        cited = last_after or last_before
        assert cited is not None, "a value is never an empty list"
        sides = [
            Side(Text(each.since.isoformat(), each.since.isoformat()), told_value(each)) if each else None
            for each in (last_before, last_after)
        ]
        yield Difference(cited.clause, "value", name, Text(name, name), sides[0], sides[1])


def dated_values(law: Law) -> dict[str, tuple[Cited, ...]]:
    """Every dated value by its name: those of the law itself, each family's credits and age (``athlete.credits``)."""
    found = dict(law.values)
    for family in law.families.values():
        found[f"{family.code}.credits"] = family.credits
        found[f"{family.code}.minimum_age"] = family.minimum_age
    return {name: history for name, history in found.items() if history}


def told_value(cited: Cited) -> str:
    """A value as the law's text writes it: credits with two decimals."""
    return format_hundredths(cited.value) if cited.unit == "credits" else str(cited.value)


def _data(old: Law, new: Law) -> Iterator[Difference]:
    before, after = (_without_dated(law.to_json()) for law in (old, new))
    for section in _LISTED:
        if before[section] != after[section]:
            yield Difference("", "data", section, Text(section, section), None, None)


def _without_dated(document: dict[str, object]) -> dict[str, object]:
    families = document["certificate_families"]
    assert isinstance(families, list), "the data came from a law"
    told = {"credits", "minimum_age"}
    rest = [{key: value for key, value in family.items() if key not in told} for family in families]
    return {**document, "certificate_families": rest}


def _keys(old: Iterable[str], new: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*old, *new]))


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
