"""Questions come and go by GIFT, Aiken and QTI 3.0: what is written reads back the same, what is wrong is named."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditbank.errors import InvalidInput
from creditbank.examinations.aiken import read_aiken, write_aiken
from creditbank.examinations.bank import FORMATS, read_questions
from creditbank.examinations.gift import read_gift, write_gift
from creditbank.examinations.qti import read_qti, write_qti
from creditbank.examinations.questions import Choice, Question, QuestionKind, true_false

WORDS = st.text(
    st.characters(whitelist_categories=("L", "N", "P", "S"), blacklist_characters="\x00"), min_size=1, max_size=20
)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    kind = draw(st.sampled_from(QuestionKind))
    key = draw(st.text("abcdefghij0123456789-", min_size=1, max_size=12))
    if kind is QuestionKind.TRUE_FALSE:
        choices: tuple[Choice, ...] = true_false(answer=draw(st.booleans()))
    else:
        texts = draw(st.lists(WORDS, min_size=3, max_size=6, unique=True))
        right = 1 if kind is QuestionKind.SINGLE else draw(st.integers(2, len(texts) - 1))
        choices = tuple(Choice(text, place < right) for place, text in enumerate(texts))
    return Question(key, kind, draw(WORDS), choices, draw(st.sampled_from(["R-1.1", "R-x.1"])), draw(st.integers(1, 5)))


BANKS = st.lists(questions(), min_size=1, max_size=5, unique_by=lambda question: question.key)


@given(BANKS)
@settings(max_examples=60)
def test_what_is_written_as_gift_reads_back_the_same(bank: list[Question]) -> None:
    reading = read_gift(write_gift(bank).encode(), prefix="x")
    assert (list(reading.questions), reading.problems) == (bank, ())


@given(BANKS)
@settings(max_examples=60)
def test_what_is_written_as_qti_reads_back_the_same(bank: list[Question]) -> None:
    reading = read_qti(write_qti(bank))
    assert (list(reading.questions), reading.problems) == (bank, ())


@given(st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode)))
@settings(max_examples=150)
def test_any_bytes_are_read_or_refused_and_never_crash(data: bytes) -> None:
    for form in FORMATS:
        try:
            read_questions(data, form, prefix="x")
        except InvalidInput as refused:
            assert refused.data["field"] == "file"


def test_aiken_is_read_with_both_marks_and_lines_that_go_on() -> None:
    text = "机器人竞赛中，先做什么？\nA. 读规则\nB) 拆机器\n   再看\nANSWER: A\n\n第二题\nA) 对\nB) 错\nanswer: b\n"
    reading = read_aiken(text.encode("gb18030"), prefix="r")
    first, second = reading.questions
    assert (first.key, first.text, [choice.text for choice in first.choices], first.right) == (
        "r-1",
        "机器人竞赛中，先做什么？",
        ["读规则", "拆机器 再看"],
        (0,),
    )
    assert (second.key, second.right) == ("r-2", (1,))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("题\nA. 甲\nB. 乙\nANSWER: C\n", "ANSWER 指的选项不存在。"),
        ("题\nA. 甲\nC. 乙\nANSWER: A\n", "选项的字母须从 A 起依次排列。"),
        ("题\nA. 甲\nB. 乙\n", "最后一道题没有 ANSWER 行。"),
        ("题\nA. 甲\nB. 甲\nANSWER: A\n", "选项不能重复。"),
        ("题\nANSWER: A\n", "ANSWER 指的选项不存在。"),
    ],
)
def test_an_aiken_question_that_is_wrong_is_named(text: str, problem: str) -> None:
    reading = read_aiken(text.encode(), prefix="r")
    assert [(each.place, each.message) for each in reading.problems] == [("1", problem)]
    assert reading.questions == ()


def test_aiken_holds_no_multiple_question_and_says_which() -> None:
    choices = (Choice("甲", True), Choice("乙", True), Choice("丙", False))
    multiple = Question("m", QuestionKind.MULTIPLE, "哪些？", choices)
    single = Question("s", QuestionKind.SINGLE, "哪个？", (Choice("甲", False), Choice("乙", True)))
    text, left_out = write_aiken([multiple, single])
    assert left_out == ["m"]
    assert read_aiken(text.encode(), prefix="x").questions[0].right == (1,)


def test_gift_of_moodle_is_read_with_its_weights_feedback_escapes_and_tags() -> None:
    text = r"""
$CATEGORY: 机器人

// [id:q7] [tag:clause=R-1.1] [tag:difficulty=5]
[html]1 \= 1？{T#对}

// a comment
::q8::选两项 {
  ~%50%甲 # 好
  ~%50%乙
  ~%-100%丙\~丁
}

::q9::谁？{=甲 ~乙 ~丙} 请选
"""
    first, second, third = read_gift(text.encode(), prefix="g").questions
    assert (first.key, first.kind, first.text, first.right) == ("q7", QuestionKind.TRUE_FALSE, "1 = 1？", (0,))
    assert (first.clause, first.difficulty) == ("R-1.1", 5)
    assert (second.key, second.right, second.choices[2].text) == ("q8", (0, 1), "丙~丁")
    assert (third.text, third.right) == ("谁？  请选", (0,))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("几？ {#3:0.1}", "不能导入数值题。"),
        ("连 {=甲 -> 一 =乙 -> 二}", "不能导入连线题。"),
        ("填 {=甲 =乙}", "不能导入填空题：没有错误选项。"),
        ("写 {}", "不能导入这种题型，只收单选、多选和判断。"),
        ("没有答案", "没有花括号里的答案，或答案没有结束。"),
        ("没有完 {=甲 ~乙", "没有花括号里的答案，或答案没有结束。"),
        ("::k::题 {~甲 ~乙}", "多选题须有两个以上正确答案。"),
    ],
)
def test_a_gift_question_that_is_not_taken_is_named(text: str, problem: str) -> None:
    reading = read_gift(text.encode(), prefix="g")
    assert [each.message for each in reading.problems] == [problem]


def test_a_key_given_twice_is_a_problem_of_the_second() -> None:
    reading = read_gift("::k::一 {T}\n\n::k::二 {F}\n".encode(), prefix="g")
    assert [question.text for question in reading.questions] == ["一"]
    assert [(each.place, each.message) for each in reading.problems] == [("3", "题目编号与前面的题重复。")]


def test_a_qti_item_with_a_doctype_is_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><qti-assessment-item identifier="x">&a;</qti-assessment-item>'
    (problem,) = read_qti(bomb).problems
    assert problem.message == "不是规范的 XML，或带有不允许的声明。"


def test_a_qti_item_that_asks_otherwise_is_named() -> None:
    item = (
        '<qti-assessment-item identifier="x"><qti-item-body><qti-text-entry-interaction/></qti-item-body>'
        "</qti-assessment-item>"
    )
    (problem,) = read_qti(item.encode()).problems
    assert problem.message == "只能导入每题一个选择的题目。"


def test_a_package_that_swells_is_stopped_at_its_items() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("big.xml", b" " * (8 << 20))
    (problem,) = read_qti(target.getvalue()).problems
    assert (problem.place, problem.message) == ("big.xml", "这道题的文件太大。")


def test_a_damaged_package_is_refused() -> None:
    good = write_qti([Question("k", QuestionKind.SINGLE, "题", (Choice("甲", True), Choice("乙", False)))])
    with pytest.raises(InvalidInput):
        read_qti(good[: len(good) // 2])
