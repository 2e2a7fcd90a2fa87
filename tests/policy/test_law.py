"""The shipped law: complete, cited, dated, in both languages, and the same after a journey through JSON."""

import json
from datetime import date
from pathlib import Path

import pytest

from creditbank.errors import InvalidInput, Unavailable
from creditbank.policy.codes import REQUIREMENT_CODES, Domain, Stage
from creditbank.policy.law import Law, read_law, renamed
from creditbank.policy.loading import LAW_FOLDER, load_law, shipped_law
from creditbank.policy.rules import ASKING, RULES
from creditbank.policy.text import Text
from tests.policy.cast import ask, question
from tests.policy.clause_ids import INTERPRETATIONS, MEASURES
from tests.policy.clause_ids import RULES as RULE_CLAUSES

LAW = shipped_law()
CASES = Path(__file__).parent / "cases"


def edited(section: str, old: str, new: str, folder: Path) -> list[Path]:
    """The shipped files, with one piece of text changed in the file that has it."""
    files = []
    for file in sorted(LAW_FOLDER.glob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        copy = folder / file.name
        copy.write_text(text.replace(old, new, 1) if file.name == section else text, encoding="utf-8")
        files.append(copy)
    assert (folder / section).read_text(encoding="utf-8") != (LAW_FOLDER / section).read_text(encoding="utf-8")
    return files


def test_every_clause_of_the_texts_is_there_once() -> None:
    assert sorted(LAW.clauses) == sorted((*MEASURES, *RULE_CLAUSES))


def test_every_clause_is_cited_by_a_value_or_answered_by_a_named_feature() -> None:
    silent = [clause.code for clause in LAW.clauses.values() if not clause.features]
    assert [code for code in silent if code not in LAW.cited_clauses] == []


def test_every_clause_that_decides_has_its_file_of_cases() -> None:
    deciding = {code for code in RULE_CLAUSES if code != "R-0"} | {
        code for code in MEASURES if "M-11.1" <= code < "M-12"
    }
    assert deciding <= {file.stem for file in CASES.glob("*.yaml")}


def test_every_interpretation_is_in_the_register_with_its_clauses() -> None:
    assert tuple(LAW.interpretations) == INTERPRETATIONS
    assert all(entry.clauses and entry.readings for entry in LAW.interpretations.values())


def test_gists_names_questions_and_words_are_in_both_languages() -> None:
    texts: list[Text] = [clause.gist for clause in LAW.clauses.values()]
    texts += [entry.question for entry in LAW.interpretations.values()]
    texts += [reading.text for entry in LAW.interpretations.values() for reading in entry.readings]
    texts += [text for words in LAW.words.values() for name, text in words.items() if name != "separator"]
    texts += [wording.text for wording in LAW.wording.values()]
    for text in texts:
        assert text.zh.isascii() is False, text
        assert text.en.isascii(), text


def test_the_lists_of_article_11_have_as_many_items_as_the_text() -> None:
    sizes = {code: len(group.products) for code, group in LAW.groups.items()}
    assert sizes == {
        "scholarship": 15,
        "exchange.unilateral": 20,
        "exchange.bilateral": 19,
        "japan-line": 38,
        "party": 2,
        "theme-week": 6,
        "visit": 40,
    }
    assert len(LAW.products) == 140 + 5 * 3 + 6 * 2
    assert [code for code, _ in LAW.groups["visit"].forms] == [
        *("exhibition", "forum", "academic-report", "quiz", "theme-contest"),
    ]
    assert [name.zh for _, name in LAW.groups["visit"].themes] == ["音乐", "电影", "动漫", "主持", "设计", "美食"]


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("visit.hengzhong", "九州之首--衡中"),
        ("visit.jinggangshan", "会师圣地--井冈山"),
        ("exchange.bilateral.middle-east", "中国→中东"),
        ("exchange.bilateral.taiwan", "台湾"),
        ("exchange.unilateral.malaysia", "马来西亚"),
        ("party.international", "国际及港澳台地区"),
        ("japan-line.elderly-care.study", "康养介护（留学）"),
        ("scholarship.10000", "10000 元"),
        ("certificate.athlete.international-master", "运动员注册证书（国际运动健将）"),
        ("certificate.programming-teacher.adult", "计算机编程专业教师证书（成人教育）"),
    ],
)
def test_names_are_as_printed(code: str, printed: str) -> None:
    assert LAW.products[code].name.zh == printed


def test_only_exchanges_lines_parties_weeks_and_visits_have_classes() -> None:
    for product in LAW.products.values():
        classless = product.is_certificate or product.group == "scholarship"
        assert product.classes == (() if classless else ("full", "half", "subsidised"))


def test_domains_and_stages_keep_the_numbers_of_the_passbook() -> None:
    assert [(domain.value, domain.code, domain.text.zh) for domain in Domain] == [
        *((1, "moral", "德"), (2, "intellectual", "智"), (3, "physical", "体"), (4, "aesthetic", "美")),
        (5, "labour", "劳"),
    ]
    assert [(stage.value, stage.code, stage.text.zh) for stage in Stage] == [
        *((1, "teaching", "教"), (2, "practice", "练"), (3, "competition", "赛")),
    ]


def test_every_rule_that_the_version_names_is_known_and_every_requirement_has_one() -> None:
    named = {name for names in LAW.rules.values() for name in names}
    assert named == {*RULES, *ASKING}
    assert {name.rpartition(".")[0] for name in RULES} == set(REQUIREMENT_CODES)


def test_the_law_is_the_same_after_a_journey_through_json() -> None:
    stored = json.loads(json.dumps(LAW.to_json()))
    assert read_law(stored) == LAW
    assert ask(question(), read_law(stored)) == ask(question())


def test_a_selected_reading_survives_storage_and_is_named_in_the_version() -> None:
    law = LAW.select("I-16", "other-days", 45)
    assert law.code == "2021-09-01+I-16.other-days.45"
    assert read_law(law.to_json()) == law
    assert law.reading_value("I-16") == 45
    assert LAW.reading_value("I-16") == 30


def test_a_version_can_be_given_its_own_code_and_date() -> None:
    law = renamed(LAW.select("I-1", "threshold").to_json(), "2027-01-01", date(2027, 1, 1))
    assert (law.code, law.since) == ("2027-01-01", date(2027, 1, 1))
    assert ask(question(), law).policy_version == "2027-01-01"


@pytest.mark.parametrize(
    ("interpretation", "reading", "value"),
    [("I-99", "spend", None), ("I-1", "never", None), ("I-1", "threshold", 5), ("I-12", "five-days", -1)],
)
def test_a_reading_that_is_not_there_is_refused(interpretation: str, reading: str, value: int | None) -> None:
    with pytest.raises(InvalidInput):
        LAW.select(interpretation, reading, value)


def test_a_version_with_rules_that_the_program_does_not_know_gives_no_answer() -> None:
    text = json.dumps(LAW.to_json()).replace("age.2021-09", "age.2031-09")
    law = read_law(json.loads(text))
    with pytest.raises(Unavailable):
        ask(question(), law)


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("certificates.yaml", "clause: R-1.1, interpretation: I-1}", "interpretation: I-1}", "credits[0].clause"),
        ("certificates.yaml", "clause: R-1.1", "clause: R-9.9", "certificate_families[0].clause"),
        ("certificates.yaml", "interpretation: I-1}", "interpretation: I-88}", "credits[0].interpretation"),
        ("certificates.yaml", "unit: credits", "unit: points!", "credits[0].unit"),
        ("certificates.yaml", 'value: "120.00"', "value: 120", "credits[0].value"),
        ("certificates.yaml", "from: 2021-09-01, clause", "from: 2021-09-31, clause", "credits[0].from"),
        ("certificates.yaml", "    holder:", "    title: x\n    holder:", "certificate_families[0].title"),
        (
            "certificates.yaml",
            "    holder:",
            "    code: x\n    holder:",
            "certificates.yaml.certificate_families[0].code",
        ),
        ("certificates.yaml", "- code: coach", "- code: athlete", "certificate_families[1]"),
        ("certificates.yaml", "subject: robotics", "subject: chess", "certificate_families.athlete.skills"),
        ("interpretations-redemption.yaml", "selected: spend", "selected: keep", "interpretations[0].selected"),
        ("interpretations-redemption.yaml", "code: threshold", "code: limit", "interpretations.I-1"),
        ("interpretations-running.yaml", "        unit: months\n", "", "interpretations[0].readings[1]"),
        ("words.yaml", "%(gap)s 学分", "%(sum)s 学分", "requirement_words.credits.unmet"),
        ("words.yaml", "    unmet-pool:", "    unmet-twice:", "requirement_words.honour-unused"),
        ("wording.yaml", "output_wording:", "output_words:", "wording.yaml.output_words"),
        ("wording.yaml", "price_classes:", "words: [\nprice_classes:", "wording.yaml:"),
        ("achievements.yaml", "levels: 12", "levels: twelve", "skill_subjects[0].levels"),
        ("achievements.yaml", "  exam_validity:", "  exam_years:", "values.exam_years"),
        ("products-scholarships.yaml", '"200", zh', '"100", zh', "product_groups[0]"),
        ("version.yaml", "structure: 1", "structure: 2", "version.structure"),
        ("version.yaml", "contacts:", "clauses:", "clauses"),
        ("clauses-rules.yaml", "  - id: R-0", "  - id: M-P", "clauses[0]"),
    ],
)
def test_a_mistake_in_the_law_fails_the_load_with_file_and_key(
    file: str, old: str, new: str, place: str, tmp_path: Path
) -> None:
    files = edited(file, old, new, tmp_path)
    with pytest.raises(InvalidInput) as caught:
        load_law(files)
    assert place in str(caught.value.data["field"])


def test_yaml_words_are_not_truth_values_and_dates_stay_text(tmp_path: Path) -> None:
    files = edited("products-domestic.yaml", "code: beijing, zh", "code: no, zh", tmp_path)
    assert "visit.no" in load_law(files).products


def test_no_file_of_the_law_is_longer_than_a_page_can_bear() -> None:
    lengths = {file.name: len(file.read_text("utf-8").splitlines()) for file in LAW_FOLDER.glob("*.yaml")}
    assert all(length < 400 for length in lengths.values()), lengths


def test_a_later_value_holds_from_its_own_date(tmp_path: Path) -> None:
    old = '      - {value: "120.00", unit: credits, from: 2021-09-01, clause: R-1.1, interpretation: I-1}\n'
    new = old + '      - {value: "150.00", unit: credits, from: 2027-01-01, clause: R-1.1, interpretation: I-1}\n'
    law: Law = load_law(edited("certificates.yaml", old, new, tmp_path))
    before = ask(question(route="skill", on="2026-12-31"), law)
    after = ask(question(route="skill", on="2027-01-01"), law)
    assert (before.asked_hundredths, after.asked_hundredths) == (12_000, 15_000)


def test_every_output_has_its_mandatory_wording() -> None:
    assert {"certificate-nature", "record-use", "sample-mark"} <= set(LAW.wording)
    nature = LAW.wording["certificate-nature"].text
    for word in ("联盟", "不是国家运动员技术等级", "教练员职称", "裁判员等级", "教师资格"):
        assert word in nature.zh
    assert "教育部" not in json.dumps(LAW.to_json(), ensure_ascii=False)
