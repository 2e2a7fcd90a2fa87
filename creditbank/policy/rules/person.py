"""The person: age on the day of application (I-5) and the general-knowledge examination (I-4)."""

from datetime import date

from creditbank.policy.calendar import anniversary, next_day
from creditbank.policy.decision import Requirement
from creditbank.policy.facts import ExamResult
from creditbank.policy.offers import Audience
from creditbank.policy.registry import value_on
from creditbank.policy.rules.case import Case, Finding, state


def age_2021_09(case: Case) -> Requirement | None:
    """Adults only, where the clause says so; reached on the birthday, or the day after it (I-5)."""
    minimum = value_on(case.family.minimum_age, case.on)
    if minimum is None:
        return None
    after = case.law.reads("I-5") == "day-after"
    have = _complete_years(case.facts.birth_date, case.on, after)
    finding = Finding(
        "age",
        met=have >= minimum.value,
        clause=minimum.clause,
        interpretation=minimum.interpretation,
        need=str(minimum.value),
        have=str(have),
        gap=str(max(0, minimum.value - have)),
    )
    return state(case, finding, date=_reached(case.facts.birth_date, minimum.value, after).isoformat())


def age_2021_03(case: Case) -> Requirement | None:
    """The ages that an offer of Article 11 is for, in complete years on the day of application (I-5, I-8)."""
    audience = case.offer.audience if case.offer else Audience()
    low, high = audience.from_age or 0, audience.to_age
    if audience.from_age is None and high is None:
        return None
    after = case.law.reads("I-5") == "day-after"
    have = _complete_years(case.facts.birth_date, case.on, after)
    young, old = have < low, high is not None and have > high
    finding = Finding(
        "age",
        met=not young and not old,
        clause=case.product.clause,
        interpretation="I-8",
        need=str(low) if high is None else f"{low}/{high}",
        have=str(have),
        gap=str(low - have) if young else None,
        words="unmet-older" if old else None if young or high is None else "met-range",
        close_words="close-older" if old else "close",
    )
    reached = _reached(case.facts.birth_date, low, after).isoformat() if young else ""
    return state(case, finding, **{"need": str(low), "from": str(low), "to": str(high or ""), "date": reached})


def audience_2021_03(case: Case) -> Requirement | None:
    """The places and the member institutions that an offer is for (I-8); listed only where it names some."""
    audience = case.offer.audience if case.offer else Audience()
    if not audience.places and not audience.institutions:
        return None
    place, members = case.facts.place or "", case.facts.institutions
    known = [
        each for each in ((place,) if audience.places else ()) + (members if audience.institutions else ()) if each
    ]
    near = not audience.places or place.startswith(audience.places)
    enrolled = not audience.institutions or not set(members).isdisjoint(audience.institutions)
    finding = Finding(
        "audience",
        met=near and enrolled,
        clause=case.product.clause,
        interpretation="I-8",
        need=", ".join((*audience.places, *audience.institutions)),
        have=", ".join(known) or None,
        words=None if near else "unmet-place",
    )
    return state(case, finding)


def exam_2021_09(case: Case) -> Requirement | None:
    """A pass in the family's own examination, valid through its anniversary; any valid pass counts (I-4)."""
    if case.law.reads("I-4") == "none":
        return None
    pass_mark = case.law.value("exam_pass_mark", case.on).value
    results = [result for result in case.facts.exams if result.family == case.family.code]
    passes = [result for result in results if result.score >= pass_mark]
    best = max(passes or results, key=lambda result: (_last_day(case, result), result.score), default=None)
    if best is None:
        return state(case, _exam_finding(case, pass_mark, None))
    last_day = _last_day(case, best)
    if best.score < pass_mark:
        best = max(results, key=lambda result: result.score)
        return state(case, _exam_finding(case, pass_mark, best, words="unmet-failed"))
    if last_day < case.on:
        return state(case, _exam_finding(case, pass_mark, best, words="unmet-expired"), date=last_day.isoformat())
    return state(case, _exam_finding(case, pass_mark, best, met=True), date=last_day.isoformat())


def _exam_finding(
    case: Case, pass_mark: int, result: ExamResult | None, *, met: bool = False, words: str | None = None
) -> Finding:
    expired = words == "unmet-expired"
    return Finding(
        "exam",
        met=met,
        clause=case.family.examination_clause,
        interpretation="I-4",
        need=str(pass_mark),
        have=None if result is None else str(result.score),
        gap=None if result is None or expired else str(max(0, pass_mark - result.score)),
        words=words,
    )


def _last_day(case: Case, result: ExamResult) -> date:
    return anniversary(result.taken_on, case.law.value("exam_validity", case.on).value)


def _reached(birth_date: date, years: int, day_after: bool) -> date:
    birthday = anniversary(birth_date, years)
    return next_day(birthday) if day_after else birthday


def _complete_years(birth_date: date, on: date, day_after: bool) -> int:
    years = on.year - birth_date.year
    if years and _reached(birth_date, years, day_after) > on:
        years -= 1
    return years
