"""Checks of one row that need no database: what is right becomes a draft, each fault a finding with its place."""

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditbank import ids
from creditbank.evaluation.columns import COLUMNS, INDEX_OF, KEYS
from creditbank.evaluation.digest_tables import DigestTable
from creditbank.evaluation.finding_kinds import FILE_KINDS
from creditbank.evaluation.findings import ROW
from creditbank.evaluation.raw_rows import RawRow
from creditbank.evaluation.rows import CheckedRow, RowChecker
from creditbank.people.identity_documents import resident_id
from tests.evaluation.books import NUMBER, TODAY, VALUES, row_of

SKILL = {"技能科目": "机器人技能", "技能等级": "3", "发证机构": "示例协会", "证书编号": "ZS-1"}
HONOUR = {"级别": "国家级", "名次": "第一名", "发证机构": "示例组委会"}


def check(changes: Mapping[str, str] = {}, types: dict[int, str] | None = None) -> CheckedRow:
    raw = RawRow(7, tuple(row_of(**changes)), types or {})
    return RowChecker(TODAY, {"robotics": 12}).check_row(raw)


def codes(checked: CheckedRow) -> list[tuple[str, str]]:
    return [(finding.column, finding.code) for finding in checked.findings]


def test_a_good_row_becomes_a_draft_in_canonical_values() -> None:
    checked = check()
    draft = checked.draft
    assert checked.findings == ()
    assert draft is not None
    assert draft.document is not None
    assert (draft.row, draft.name, draft.document.canonical, draft.card_number) == (7, "林知夏", NUMBER, None)
    assert (draft.domain, draft.stage, draft.earned_on, draft.amount_hundredths) == (2, 1, date(2026, 3, 1), 200)
    assert not draft.is_skill
    assert not draft.is_honour


def test_a_skill_row_and_an_honour_row_are_recognised() -> None:
    skill, honour = check(SKILL).draft, check(HONOUR).draft
    assert skill is not None
    assert (skill.skill_subject, skill.skill_level, skill.certificate_number) == ("robotics", 3, "ZS-1")
    assert honour is not None
    assert (honour.level, honour.place, honour.issuer, honour.is_honour) == ("国家级", 1, "示例组委会", True)


@pytest.mark.parametrize("missing", SKILL)
def test_a_skill_row_needs_all_four(missing: str) -> None:
    checked = check({**SKILL, missing: ""})
    key = next(column.key for column in COLUMNS if column.name == missing)
    assert codes(checked) == [(key, "skill-incomplete")]


@pytest.mark.parametrize("missing", ["级别", "发证机构"])
def test_an_honour_row_needs_level_and_issuer(missing: str) -> None:
    assert [code for _, code in codes(check({**HONOUR, missing: ""}))] == ["honour-incomplete"]


@pytest.mark.parametrize("missing", ["姓名", "成果编号", "活动代码", "成果名称", "五育", "环节", "取得日期", "学分"])
def test_each_required_cell_is_asked_for(missing: str) -> None:
    checked = check({missing: " 　"})
    assert [code for _, code in codes(checked)] == ["required-missing"]
    assert missing in checked.findings[0].sentences()[0]
    assert checked.draft is None


def test_every_fault_of_a_row_is_found_at_once() -> None:
    checked = check({"姓名": "张3", "五育": "文", "学分": "0", "取得日期": "26-3-1", "名次": "金奖"})
    assert {code for _, code in codes(checked)} == {
        "name",
        "domain-unknown",
        "credits-not-positive",
        "date-two-digit-year",
        "place-unreadable",
        "honour-incomplete",
    }


def test_a_date_after_today_is_a_finding_and_today_is_not() -> None:
    assert codes(check({"取得日期": "2026-11-24"})) == [("earned_on", "date-future")]
    assert check({"取得日期": "2026-11-23"}).draft is not None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"证件号码": NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")}, "document-check-digit"),
        ({"证件号码": NUMBER[:-1]}, "document-length"),
        ({"证件号码": "1.10101E+17"}, "numeric-identifier"),
        ({"证件类型": "护士证"}, "document-kind"),
        ({"证件类型": "护照", "证件号码": "!!"}, "document-characters"),
        ({"证件号码": ""}, "identity-missing"),
        ({"素质教育卡号": "1234567890124"}, "card-number-wrong"),
    ],
)
def test_what_is_wrong_with_an_identity_is_said(changes: dict[str, str], code: str) -> None:
    checked = check(changes)
    assert [found for _, found in codes(checked)] == [code]


def test_a_card_number_alone_is_enough() -> None:
    card = ids.new_card_number()
    draft = check({"证件号码": "", "证件类型": "", "素质教育卡号": card}).draft
    assert draft is not None
    assert (draft.document, draft.card_number) == (None, card)


def test_findings_and_representations_show_no_personal_value() -> None:
    wrong = NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")
    checked = check({"证件号码": wrong, "姓名": "欧阳明9"})
    shown = f"{checked!r} {[finding.sentences() for finding in checked.findings]} {check().draft!r}"
    for secret in (wrong, wrong[4:16], NUMBER, "欧阳明", "林知夏"):
        assert secret not in shown
    assert "林知夏" not in repr(RawRow(1, tuple(row_of()), {}))


def test_wrong_cell_types_are_findings() -> None:
    index = INDEX_OF
    assert codes(check({}, {index["earned_on"]: "date", index["credits"]: "number"})) == []
    assert codes(check({}, {index["credits"]: "date"})) == [("credits", "wrong-type")]
    assert codes(check({}, {index["name"]: "truth"})) == [("name", "wrong-type")]
    for key in ("document_number", "card_number", "achievement_number", "certificate_number"):
        changes = {COLUMNS[index[key]].name: "123"}
        assert (key, "numeric-identifier") in codes(check(changes, {index[key]: "number"}))


def test_a_cell_that_is_too_long_is_a_finding() -> None:
    checked = check({"成果名称": "长" * 121})
    assert codes(checked) == [("title", "too-long")]
    assert "120" in checked.findings[0].sentences()[0]


def test_the_same_achievement_of_the_same_person_twice_in_a_file_is_found_with_its_first_row() -> None:
    checker = RowChecker(TODAY)
    spaced = f" {NUMBER[:6]} {NUMBER[6:]} ".lower()
    other = resident_id("230102", date(2013, 1, 2), 998)
    results = [
        checker.check_row(RawRow(row, tuple(row_of(**changes)), {}))
        for row, changes in (
            (2, {}),
            (3, {"成果编号": "CG-2"}),
            (4, {"证件号码": other}),
            (5, {"证件号码": spaced, "成果编号": " CG-0001"}),
        )
    ]
    assert [codes(result) for result in results] == [[], [], [], [("achievement_number", "duplicate-in-file")]]
    assert results[3].findings[0].params == {"first": "2"}


def test_an_overflowing_line_and_the_example_row_are_findings_of_the_whole_row() -> None:
    raw = RawRow(2, tuple(row_of()), {}, (), overflows=True)
    assert codes(RowChecker(TODAY).check_row(raw)) == [(ROW, "row-overflows")]
    assert codes(check({"备注": "示例行，提交前请删除"})) == [(ROW, "example-row")]


def test_every_kind_that_a_file_shows_fills_its_sentences() -> None:
    places = {"column": "列", "value": "值", "row": "1", "limit": "1", "top": "1", "first": "1", "type": "日期"}
    for kind in FILE_KINDS:
        assert "%(" not in kind.message % places + kind.mend % places
        assert kind.mend


@pytest.mark.parametrize("column", ["成果编号", "成果名称", "发证机构", "证书编号", "佐证", "备注"])
@pytest.mark.parametrize("shape", ["{}", "学生{}的成果", "编号:{}."])
def test_an_identity_number_belongs_in_its_own_column_only(column: str, shape: str) -> None:
    for number in (NUMBER, NUMBER.translate(str.maketrans("0123456789X", "０１２３４５６７８９Ｘ"))):
        found = [
            finding for finding in check({column: shape.format(number)}).findings if finding.code != "skill-incomplete"
        ]
        assert "personal-number" in {finding.code for finding in found}
        assert not any(number in finding.value or NUMBER in finding.value for finding in found)


def test_a_long_number_that_is_no_identity_number_stays() -> None:
    last = "0" if NUMBER[-1] != "0" else "1"
    for text in (NUMBER[:-1] + last, f"9{NUMBER}", "202603011234567890", NUMBER[:-1]):
        assert codes(check({"备注": text})) == []


def test_a_cell_of_invisible_characters_is_missing() -> None:
    assert codes(check({"成果编号": "\x80"})) == [("achievement_number", "required-missing")]


@given(st.dictionaries(st.sampled_from(list(VALUES)), st.text(max_size=30)))
def test_no_text_in_any_cell_makes_the_check_fail(changes: dict[str, str]) -> None:
    checked = check(changes)
    assert (checked.draft is None) == any(finding.severity == "error" for finding in checked.findings)


@given(st.lists(st.binary(max_size=3), max_size=3000))
def test_first_rows_are_remembered_like_in_a_dict(keys: list[bytes]) -> None:
    seen: dict[bytes, int] = {}
    first_rows = DigestTable(small=True)
    for row, key in enumerate(keys, start=1):
        assert first_rows.first(key, row) == seen.get(key, 0)
        seen.setdefault(key, row)


def test_twenty_thousand_first_rows_grow_without_loss() -> None:
    first_rows = DigestTable(small=True)
    assert all(first_rows.first(b"%d" % row, row) == 0 for row in range(1, 20_001))
    assert first_rows.first(b"777", 99_999) == 777


@given(st.lists(st.tuples(st.binary(max_size=2), st.integers(1, 10**12)), max_size=3000))
def test_sums_are_kept_like_in_a_dict(additions: list[tuple[bytes, int]]) -> None:
    sums: dict[bytes, int] = {}
    table = DigestTable()
    for key, number in additions:
        assert table.add(key, number) == sums.get(key, 0)
        sums[key] = sums.get(key, 0) + number
    assert {key: table.get(key) for key in sums} == sums
    assert len(table) == len(sums)
    assert table.get(b"never added") == 0


def test_the_columns_are_the_nineteen_of_the_template() -> None:
    names = "姓名 证件类型 证件号码 素质教育卡号 成果编号 活动代码 成果名称 五育 环节 级别 名次 取得日期 学分"
    names += " 技能科目 技能等级 发证机构 证书编号 佐证 备注"
    assert [column.name for column in COLUMNS] == names.split()
    assert len(set(KEYS)) == 19
