"""What the scheme of evaluation says of a row: known activity, right worth, caps, and skill levels by I-7."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from django.utils.translation.trans_null import gettext_noop

from creditbank.evaluation.findings import Finding, shown_value
from creditbank.evaluation.rows import RowDraft
from creditbank.evaluation.standings import Standings
from creditbank.institutions.scheme_book import Item, Miss, SchemeBook
from creditbank.institutions.terms import term_of
from creditbank.policy.amounts import format_hundredths
from creditbank.policy.law import Law

_DOMAINS: Final = {
    1: gettext_noop("德"),
    2: gettext_noop("智"),
    3: gettext_noop("体"),
    4: gettext_noop("美"),
    5: gettext_noop("劳"),
}
_STAGES: Final = {1: gettext_noop("教"), 2: gettext_noop("练"), 3: gettext_noop("赛")}
_MISSES: Final[dict[Miss, tuple[str, str]]] = {
    "no-scheme": ("earned_on", "no-scheme"),
    "activity-unknown": ("activity_code", "activity-unknown"),
    "level-unknown": ("level", "level-not-in-scheme"),
    "place-unknown": ("place", "place-not-in-scheme"),
}


class Ruled(NamedTuple):
    """The item that decides about a row (None: none does), the levels that it would credit, and the findings."""

    item: Item | None
    term: int
    levels_mask: int
    findings: tuple[Finding, ...]


class SchemeRules:
    """The scheme's word on rows, given what the students have already."""

    def __init__(self, book: SchemeBook, law: Law, standings: Standings, *, on: date) -> None:
        self._book = book
        self._found = lru_cache(maxsize=1 << 12)(book.find)
        self._standings = standings
        self._credits_per_level = law.value("credits_per_level", on).value

    def judge(self, draft: RowDraft, holder_id: UUID | None) -> Ruled:
        """Every finding of the scheme about a row; caps and levels only where the student is known."""
        term = term_of(draft.earned_on)
        found = self._found(draft.activity_code, draft.earned_on, draft.level, draft.place)
        if isinstance(found, str):
            return Ruled(None, term, 0, (self._miss(draft, found),))
        mask = self._new_levels(draft, found, holder_id)
        findings = [*_facts_differ(draft, found), *_kind_differs(draft, found)]
        if found.is_skill:
            findings += self._skill_findings(draft, found, mask, holder_id)
        else:
            findings += _worth_differs(draft, found)
        if holder_id is not None:
            findings += self._caps(draft, found, holder_id, term)
        return Ruled(found, term, mask, tuple(findings))

    def _miss(self, draft: RowDraft, miss: Miss) -> Finding:
        column, code = _MISSES[miss]
        value = {
            "earned_on": draft.earned_on.isoformat(),
            "activity_code": shown_value("activity_code", draft.activity_code),
            "level": draft.level,
            "place": "" if draft.place is None else str(draft.place),
        }[column]
        levels = "、".join(self._book.levels_of(draft.activity_code, draft.earned_on)) if column == "level" else ""
        return Finding(draft.row, column, code, value, {"levels": levels} if levels else {})

    def _new_levels(self, draft: RowDraft, item: Item, holder_id: UUID | None) -> int:
        """Of the levels up to the one reported, those not yet credited, as a mask."""
        if not item.is_skill or draft.skill_level is None or draft.skill_subject != item.skill_subject:
            return 0
        wanted = (1 << draft.skill_level) - 1
        return wanted if holder_id is None else wanted & ~self._standings.levels(holder_id, item.skill_subject)

    def _skill_findings(self, draft: RowDraft, item: Item, mask: int, holder_id: UUID | None) -> Iterator[Finding]:
        if not draft.is_skill or draft.skill_level is None:
            yield Finding(draft.row, "skill_subject", "skill-expected")
        elif draft.skill_subject != item.skill_subject:
            yield Finding(draft.row, "skill_subject", "skill-subject-differs", draft.skill_subject)
        elif not mask:
            yield Finding(draft.row, "skill_level", "skill-levels-credited", str(draft.skill_level))
        elif holder_id is not None and draft.amount_hundredths != mask.bit_count() * self._credits_per_level:
            yield Finding(
                draft.row,
                "credits",
                "skill-credits",
                format_hundredths(draft.amount_hundredths),
                {
                    "each": format_hundredths(self._credits_per_level),
                    "levels": str(mask.bit_count()),
                    "expected": format_hundredths(mask.bit_count() * self._credits_per_level),
                },
            )

    def _caps(self, draft: RowDraft, item: Item, holder_id: UUID, term: int) -> Iterator[Finding]:
        for code, cap, in_term in (
            ("cap-term", item.cap_term_hundredths, term),
            ("cap-student", item.cap_student_hundredths, None),
        ):
            if cap is None:
                continue
            used = self._standings.used(holder_id, item, in_term)
            if used + draft.amount_hundredths > cap:
                places = {"cap": cap, "used": used, "left": max(cap - used, 0)}
                params = {key: format_hundredths(amount) for key, amount in places.items()}
                yield Finding(draft.row, "credits", code, format_hundredths(draft.amount_hundredths), params)


def _facts_differ(draft: RowDraft, item: Item) -> Iterator[Finding]:
    if draft.domain != item.domain:
        expected = {"expected": _DOMAINS[item.domain]}
        yield Finding(draft.row, "domain", "domain-differs", _DOMAINS[draft.domain], expected)
    if draft.stage != item.stage:
        expected = {"expected": _STAGES[item.stage]}
        yield Finding(draft.row, "stage", "stage-differs", _STAGES[draft.stage], expected)
    if item.evidence_required and not draft.evidence:
        yield Finding(draft.row, "evidence", "evidence-missing")


def _kind_differs(draft: RowDraft, item: Item) -> Iterator[Finding]:
    if draft.is_skill and not item.is_skill:
        yield Finding(draft.row, "skill_subject", "skill-not-expected", draft.skill_subject)
    if item.is_honour and not draft.is_honour:
        yield Finding(draft.row, "place", "place-expected")


def _worth_differs(draft: RowDraft, item: Item) -> Iterator[Finding]:
    if item.amount_hundredths is not None and draft.amount_hundredths != item.amount_hundredths:
        expected = {"expected": format_hundredths(item.amount_hundredths)}
        yield Finding(draft.row, "credits", "credits-differ", format_hundredths(draft.amount_hundredths), expected)
    if item.most_hundredths is not None and draft.amount_hundredths > item.most_hundredths:
        expected = {"expected": format_hundredths(item.most_hundredths)}
        yield Finding(
            draft.row, "credits", "credits-above-scheme", format_hundredths(draft.amount_hundredths), expected
        )
