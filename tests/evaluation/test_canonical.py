"""Canonical values: every way in which clerks write a date, a credit, a domain, a place."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditbank import ids
from creditbank.evaluation import canonical
from creditbank.evaluation.canonical import Flaw
from creditbank.evaluation.findings import FINDING_KINDS

DAY = date(2026, 3, 1)
FULL_WIDTH = str.maketrans("0123456789.-/", "０１２３４５６７８９．－／")


@pytest.mark.parametrize(
    "text",
    [
        "2026-3-1",
        "2026.3.1",
        "2026/3/1",
        "2026年3月1日",
        "20260301",
        "２０２６－０３－０１",
        " 2026-03-01 ",
        "2026/3/1 0:00",
    ],
)
def test_a_date_is_read_however_it_is_written(text: str) -> None:
    assert canonical.parse_date(text) == DAY


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("26-3-1", "date-two-digit-year"),
        ("26年3月1日", "date-two-digit-year"),
        ("260301", "date-two-digit-year"),
        ("01/02/2026", "date-ambiguous"),
        ("13.2.2026", "date-ambiguous"),
        ("2026-02-30", "date-impossible"),
        ("2026-3", "date-unreadable"),
        ("去年", "date-unreadable"),
        ("46082", "date-unreadable"),
        ("1026-03-01", "date-too-early"),
    ],
)
def test_a_date_that_is_open_to_doubt_is_a_flaw(text: str, code: str) -> None:
    assert canonical.parse_date(text) == Flaw(code)


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.sampled_from(["-", ".", "/"]), st.booleans())
def test_any_date_survives_being_written(day: date, sign: str, full_width: bool) -> None:
    text = f"{day.year}{sign}{day.month}{sign}{day.day}"
    assert canonical.parse_date(text.translate(FULL_WIDTH) if full_width else text) == day
    assert canonical.parse_date(f"{day.year}年{day.month}月{day.day}日") == day
    assert canonical.parse_date(f"{day:%Y%m%d}") == day


@given(st.dates(date(1990, 1, 1), date(2099, 11, 30)))
def test_a_serial_day_is_the_same_day_in_both_epochs(day: date) -> None:
    assert canonical.parse_date_number(str((day - date(1899, 12, 30)).days)) == day
    assert canonical.parse_date_number(str((day - date(1904, 1, 1)).days), epoch_1904=True) in (
        day,
        Flaw("date-unreadable"),
    )
    assert canonical.parse_date_number(f"{day:%Y%m%d}") == day


@given(st.integers(1, canonical.MOST_HUNDREDTHS))
def test_credits_survive_being_written(hundredths: int) -> None:
    text = f"{hundredths // 100}.{hundredths % 100:02d}"
    assert canonical.parse_credits(text) == hundredths
    assert canonical.parse_credits(text.translate(FULL_WIDTH)) == hundredths
    assert canonical.parse_credits(text + "000") == hundredths


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0", "credits-not-positive"),
        ("0.00", "credits-not-positive"),
        ("-1", "credits-not-positive"),
        ("1.005", "credits-decimals"),
        ("1,000", "credits-unreadable"),
        ("1e3", "credits-unreadable"),
        ("两分", "credits-unreadable"),
        ("NaN", "credits-unreadable"),
        (".5", "credits-unreadable"),
        ("999999999", "credits-too-large"),
    ],
)
def test_credits_that_are_none_are_flaws(text: str, code: str) -> None:
    assert canonical.parse_credits(text) == Flaw(code)


def test_words_for_domain_stage_level_and_subject() -> None:
    assert [canonical.parse_domain(text) for text in ("德", "智育", "体", "Aesthetic", "劳动教育")] == [1, 2, 3, 4, 5]
    assert [canonical.parse_stage(text) for text in ("教", "实践", "竞赛")] == [1, 2, 3]
    assert [canonical.parse_level(text) for text in ("校级", "县级", "全国性", "国际", "")] == [
        "校级",
        "区县级",
        "国家级",
        "国际级",
        "",
    ]
    assert [canonical.parse_subject(text) for text in ("机器人技能", "PYTHON 编程", "无")] == [
        "robotics",
        "python-programming",
        "",
    ]
    assert canonical.parse_domain("文") == Flaw("domain-unknown")
    assert canonical.parse_stage("学") == Flaw("stage-unknown")
    assert canonical.parse_level("校内外") == Flaw("level-unknown")
    assert canonical.parse_subject("书法") == Flaw("skill-subject-unknown")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("1", 1),
        ("第一名", 1),
        ("冠军", 1),
        ("第１２名", 12),
        ("十二", 12),
        ("二十", 20),
        ("亚军", 2),
        ("无", None),
        ("", None),
    ],
)
def test_a_place_is_read_however_it_is_written(text: str, place: int | None) -> None:
    assert canonical.parse_place(text) == place


@pytest.mark.parametrize("text", ["一等奖", "金奖", "0", "第零名", "前三", "1.5", "十十"])
def test_a_prize_is_no_place(text: str) -> None:
    assert canonical.parse_place(text) == Flaw("place-unreadable")


def test_skill_levels() -> None:
    assert [canonical.parse_skill_level(text) for text in ("3", "3级", "十二级", "Level 6", "")] == [3, 3, 12, 6, None]
    assert canonical.parse_skill_level("高级") == Flaw("skill-level-unreadable")


def test_a_card_number_is_read_with_spaces_and_dashes_and_one_wrong_digit_is_found() -> None:
    number = ids.new_card_number()
    assert canonical.parse_card_number(f" {number[:4]} {number[4:8]}-{number[8:]} ".translate(FULL_WIDTH)) == number
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert canonical.parse_card_number(wrong) == Flaw("card-number-wrong")


@given(st.text(max_size=40))
def test_any_text_gives_a_value_or_a_known_flaw(text: str) -> None:
    for parse in (
        canonical.parse_date,
        canonical.parse_date_number,
        canonical.parse_credits,
        canonical.parse_domain,
        canonical.parse_stage,
        canonical.parse_level,
        canonical.parse_place,
        canonical.parse_subject,
        canonical.parse_skill_level,
        canonical.parse_card_number,
        canonical.parse_code,
    ):
        found = parse(text)
        assert not isinstance(found, Flaw) or found.code in FINDING_KINDS
