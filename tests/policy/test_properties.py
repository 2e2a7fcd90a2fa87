"""What holds for every person, product, day and reading; and a second, plain reckoning of who is eligible."""

import copy
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from creditbank.policy.amounts import format_hundredths, parse_hundredths
from creditbank.policy.calendar import anniversary
from creditbank.policy.codes import REQUIREMENT_CODES
from creditbank.policy.decision import decision_from_json
from creditbank.policy.facts import facts_to_json, parse_facts
from creditbank.policy.law import Law
from creditbank.policy.loading import shipped_law
from creditbank.policy.reader import Reader
from tests.policy.cast import FAMILIES, SKILLS, Data, ask

LAW = shipped_law()
ALTERNATIVES = {
    "I-1": "threshold",
    "I-2": "certificate-only",
    "I-3": "direct",
    "I-4": "none",
    "I-5": "day-after",
    "I-6": "earned-by-certificate",
}
VARIANTS: list[Law] = [LAW, *(LAW.select(code, reading) for code, reading in ALTERNATIVES.items())]
TODAY = date(2026, 11, 23)
DAYS = st.dates(date(1990, 1, 1), TODAY)
NEAR_18 = st.integers(-3, 3).map(lambda days: date(2008, 11, 23) + timedelta(days))
GRADES = [(family.code, grade.code) for family in LAW.families.values() for grade in family.grades]


def iso(day: date) -> str:
    return day.isoformat()


HONOURS = st.fixed_dictionaries(
    {
        "scope": st.sampled_from(["exchange", "national", "international"]),
        "discipline": st.sampled_from(["robotics", "game-design"]),
        "place": st.integers(1, 3),
        "awarded_on": DAYS.map(iso),
        "used_for": st.lists(st.sampled_from(FAMILIES), max_size=2, unique=True),
    }
)
EXAMS = st.fixed_dictionaries(
    {
        "family": st.sampled_from(FAMILIES),
        "score": st.integers(50, 70),
        "taken_on": st.dates(date(2024, 11, 20), TODAY).map(iso),
    }
)
CERTIFICATES = st.sampled_from(GRADES).map(lambda pair: {"family": pair[0], "grade": pair[1]})
SKILL_ROWS = st.sampled_from(list(SKILLS)).flatmap(
    lambda subject: st.fixed_dictionaries({"subject": st.just(subject), "level": st.integers(1, SKILLS[subject])})
)
FACTS = st.fixed_dictionaries(
    {
        "birth_date": st.one_of(DAYS, NEAR_18).map(iso),
        "available_credits": st.one_of(st.integers(0, 30_000), st.sampled_from([11_999, 12_000, 17_999, 18_000])).map(
            format_hundredths
        ),
        "skill_certificates": st.one_of(
            st.lists(SKILL_ROWS, max_size=4),
            st.just([{"subject": subject, "level": level} for subject, level in SKILLS.items()]),
        ),
        "honours": st.lists(HONOURS, max_size=2),
        "certificates": st.lists(CERTIFICATES, max_size=4),
        "exams": st.lists(EXAMS, max_size=4),
    }
)
CERTIFICATE_CODES = st.sampled_from([code for code, product in LAW.products.items() if product.is_certificate])


@st.composite
def questions(draw: st.DrawFn) -> Data:
    product = LAW.products[draw(st.sampled_from(sorted(LAW.products)))]
    data: Data = {"on": iso(TODAY), "product": product.code, "facts": draw(FACTS)}
    if product.classes:
        data["class"] = draw(st.sampled_from(product.classes))
    if not product.is_certificate and draw(st.booleans()):
        data["offer"] = {"price": format_hundredths(draw(st.integers(0, 30_000))), "seats": draw(st.integers(0, 2))}
    return data


@settings(deadline=None)
@given(questions(), st.sampled_from(VARIANTS))
def test_the_outcome_is_eligible_exactly_when_every_requirement_is_met(data: Data, law: Law) -> None:
    decision = ask(data, law)
    assert decision.eligible == all(requirement.met for requirement in decision.requirements)
    assert (decision.outcome == "eligible") == decision.eligible
    if not decision.eligible:
        assert not any(judgement.eligible for judgement in decision.alternatives)


@settings(deadline=None)
@given(questions(), st.sampled_from(VARIANTS))
def test_every_requirement_cites_what_exists_and_says_how_to_close_its_gap(data: Data, law: Law) -> None:
    decision = ask(data, law)
    for judgement in (decision.judgement, *decision.alternatives):
        codes = [requirement.code for requirement in judgement.requirements]
        assert len(set(codes)) == len(codes)
        assert codes == sorted(codes, key=REQUIREMENT_CODES.index)
        assert ("honour-unused" in codes) == any(r.code == "honour" and r.met for r in judgement.requirements)
        for requirement in judgement.requirements:
            assert requirement.clause in law.clauses
            assert requirement.interpretation is None or requirement.interpretation in law.interpretations
            assert (requirement.close is None) == requirement.met
            assert "%(" not in requirement.text.zh + requirement.text.en
            assert requirement.text.zh
            assert requirement.text.en


@settings(deadline=None)
@given(questions(), st.sampled_from(VARIANTS))
def test_a_decision_survives_storage(data: Data, law: Law) -> None:
    decision = ask(data, law)
    assert decision_from_json(decision.to_json()) == decision


@given(FACTS)
def test_facts_survive_storage(facts: Data) -> None:
    read = parse_facts(Reader(facts, "facts"), LAW, TODAY)
    assert facts_to_json(read) == facts
    assert parse_facts(Reader(facts_to_json(read), "facts"), LAW, TODAY) == read


@settings(deadline=None)
@given(questions(), st.integers(0, 50_000), st.sampled_from(VARIANTS))
def test_more_credits_never_make_anyone_less_eligible(data: Data, more: int, law: Law) -> None:
    richer = copy.deepcopy(data)
    facts = richer["facts"]
    assert isinstance(facts, dict)
    had = parse_hundredths(str(facts["available_credits"]))
    assert had is not None
    facts["available_credits"] = format_hundredths(had + more)
    assert ask(richer, law).eligible >= ask(data, law).eligible


@settings(deadline=None)
@given(FACTS, CERTIFICATE_CODES)
def test_a_plain_second_reckoning_agrees(facts: Data, product: str) -> None:
    decision = ask({"on": iso(TODAY), "product": product, "facts": facts})
    expected = {route: reckoned(facts, product, route) for route in ("skill", "champion")}
    judged = {str(each.route): each.eligible for each in (decision.judgement, *decision.alternatives)}
    assert judged == expected


PAYABLE = sorted(code for code, product in LAW.products.items() if not product.is_certificate)
CONTEST_FACTS = ("honours", "skill_certificates", "certificates", "exams")


@settings(deadline=None)
@given(FACTS, FACTS, st.sampled_from(PAYABLE), st.integers(0, 1_000_00), st.data())
def test_no_contest_result_helps_or_hinders_where_cash_is_paid(
    facts: Data, other: Data, product: str, cash: int, draw: st.DataObject
) -> None:
    """A contest result must never be what lets somebody pay for a visit (M-11.2): it changes nothing at all."""
    data: Data = {"on": iso(TODAY), "product": product, "facts": facts}
    data["offer"] = {"price": "60.00", "cash_part": format_hundredths(cash), "seats": 2}
    if LAW.products[product].classes:
        data["class"] = draw.draw(st.sampled_from(LAW.products[product].classes))
    exchanged = {**data, "facts": {**facts, **{name: other[name] for name in CONTEST_FACTS}}}
    assert ask(exchanged).to_json() == ask(data).to_json()


def rows(facts: Data, name: str) -> list[dict[str, object]]:
    found = facts[name]
    assert isinstance(found, list)
    return found


def reckoned(facts: Data, product: str, route: str) -> bool:
    """Who is eligible, written down once more from the text, without the law data."""
    _, family, grade = product.split(".")
    held = {(row["family"], row["grade"]) for row in rows(facts, "certificates")}
    teacher = family.endswith("teacher")
    if not teacher and grade not in {"3", "2", "1"}:
        return False
    if not teacher and grade != "3" and (family, str(int(grade) + 1)) not in held:
        return False
    if (family, grade) in held or (family != "athlete" and not is_adult(str(facts["birth_date"]))):
        return False
    if not any(row["family"] == family and is_valid_pass(row) for row in rows(facts, "exams")):
        return False
    if route == "champion":
        barred = {"robotics-teacher", "programming-teacher"} if teacher else {family}
        return any(row["place"] == 1 and not barred & set(used(row)) for row in rows(facts, "honours"))
    levels = {(row["subject"], row["level"]) for row in rows(facts, "skill_certificates")}
    programming = family == "programming-teacher"
    needed = {("robotics", 12)} if not programming else {pair for pair in SKILLS.items() if pair[0] != "robotics"}
    return needed <= levels and float(str(facts["available_credits"])) >= (180 if programming else 120)


def used(row: dict[str, object]) -> list[object]:
    families = row["used_for"]
    assert isinstance(families, list)
    return families


def is_adult(birth_date: str) -> bool:
    return birth_date <= "2008-11-23"


def is_valid_pass(row: dict[str, object]) -> bool:
    return int(str(row["score"])) >= 60 and str(row["taken_on"]) >= "2024-11-23"


@given(st.dates(), st.integers(0, 200))
def test_an_anniversary_is_the_same_day_or_the_first_of_march(day: date, years: int) -> None:
    later = anniversary(day, years)
    assert later >= day
    if day.year + years <= 9999:
        assert later.year == day.year + years
        assert (later.month, later.day) in {(day.month, day.day), (3, 1)}
