"""What is held: skill certificates, honours of first place, and the certificates redeemed before."""

from creditbank.policy.decision import Requirement
from creditbank.policy.facts import Honour
from creditbank.policy.registry import value_on
from creditbank.policy.rules.case import Case, Finding, state
from creditbank.policy.text import Text, join_texts


def skill_certificate_2021_09(case: Case) -> Requirement:
    """The levels of the skill route: 12 in robotics, or 6 in each of the three programming subjects (I-9)."""
    rows = []
    interpretation = None
    for need in case.family.skills:
        level = value_on(need.level, case.on)
        assert level is not None, "a need without a level is refused when the law is read"
        rows.append((need.subject, level.value, case.facts.level(need.subject)))
        interpretation = level.interpretation
    gap = sum(max(0, need - have) for _, need, have in rows)
    finding = Finding(
        "skill-certificate",
        met=gap == 0,
        clause=case.family.clause,
        interpretation=interpretation,
        need=", ".join(f"{subject} {need}" for subject, need, _ in rows) or None,
        have=", ".join(f"{subject} {have}" for subject, _, have in rows) or None,
        gap=str(gap),
        words="unmet-one" if gap == 1 else None,
    )
    words = case.law.words["skill-certificate"]
    pieces: list[dict[str, str | Text]] = [
        {"subject": case.law.subjects[s].name, "need": str(n), "have": str(h)} for s, n, h in rows
    ]
    missing = [piece for piece, (_, need, have) in zip(pieces, rows, strict=True) if have < need]
    held = join_texts(words["separator"], [words["piece-held"].fill(piece) for piece in pieces])
    wanted = join_texts(words["separator"], [words["piece-wanted"].fill(piece) for piece in missing])
    return state(case, finding, held=held, wanted=wanted)


def honour_2021_09(case: Case) -> Requirement:
    """A first place that qualifies, used or not: in the Exchange, or in a listed discipline elsewhere."""
    honour = choose_honour(case)
    if honour is None:
        nearest = min(case.facts.honours, key=lambda each: each.place, default=None)
        clause = _clause(case, nearest) if nearest else case.family.honour_clauses[next(iter(case.law.scopes))]
        best = str(nearest.place) if nearest else None
        return state(case, Finding("honour", met=False, clause=clause, need="1", have=best))
    finding = Finding("honour", met=True, clause=_clause(case, honour), need="1", have=str(honour.place))
    return state(case, finding, honour=_said(case, honour))


def honour_unused_2021_09(case: Case) -> Requirement | None:
    """An honour serves once per family, and once in all within a pool of families (I-2, 选一)."""
    honour = choose_honour(case)
    if honour is None:
        return None
    used = is_used(case, honour)
    finding = Finding(
        "honour-unused",
        met=not used,
        clause=_clause(case, honour),
        interpretation="I-2",
        have=", ".join(honour.used_for) or None,
        words="unmet-pool" if used and case.family.honour_pool else None,
    )
    return state(case, finding)


def ladder_2021_09(case: Case) -> Requirement | None:
    """The grade just below in the same family must be held (I-3); families without steps have no ladder."""
    ladder = value_on(case.family.ladder, case.on)
    if ladder is None or not ladder.value or case.law.reads("I-3") == "direct":
        return None
    below = case.family.grade_below(case.grade)
    if below is None:
        finding = Finding("ladder", True, ladder.clause, ladder.interpretation, words="met-first")
        return state(case, finding)
    held = case.facts.holds(case.family.code, below.code)
    finding = Finding(
        "ladder",
        met=held,
        clause=ladder.clause,
        interpretation=ladder.interpretation,
        need=below.code,
        have=below.code if held else None,
    )
    return state(case, finding, below=below.name)


def grade_open_2021_09(case: Case) -> Requirement:
    """Some grades can never be redeemed with credits (I-10)."""
    grade = case.family.grade(case.grade)
    opened = value_on(grade.opened, case.on)
    assert opened is not None, "a grade that is neither open nor closed is refused when the law is read"
    finding = Finding("grade-open", bool(opened.value), opened.clause, opened.interpretation)
    return state(case, finding, grade=grade.name)


def not_held_2021_09(case: Case) -> Requirement:
    """A certificate that is held already is not redeemed again (I-2)."""
    held = case.facts.holds(case.family.code, case.grade)
    have = case.grade if held else None
    return state(case, Finding("not-held", not held, case.family.clause, "I-2", have=have))


def choose_honour(case: Case) -> Honour | None:
    """The qualifying honour to use: an unused one before a used one, then the first given."""
    winning = case.law.value("winning_place", case.on).value
    qualifying = [honour for honour in case.facts.honours if honour.place <= winning]
    return min(qualifying, key=lambda honour: is_used(case, honour), default=None)


def is_used(case: Case, honour: Honour) -> bool:
    """Whether an honour was used for this family, or for another family of its pool."""
    pool = case.family.honour_pool
    shared = {family.code for family in case.law.families.values() if pool and family.honour_pool == pool}
    return bool(({case.family.code} | shared).intersection(honour.used_for))


def _clause(case: Case, honour: Honour) -> str:
    return case.family.honour_clauses[honour.scope]


def _said(case: Case, honour: Honour) -> Text:
    words = case.law.words["honour"]
    named = case.law.disciplines.get(honour.discipline)
    return words["piece-honour"].fill(
        {
            "scope": case.law.scopes[honour.scope].name,
            "discipline": named.name if named else words["piece-other"],
            "date": honour.awarded_on.isoformat(),
        }
    )
