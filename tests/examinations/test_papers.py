"""Papers follow from bank, blueprint and seed; points and statistics follow from the answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditbank.errors import Unavailable
from creditbank.examinations.papers import Part, draw_paper, full_mark, points_for
from creditbank.examinations.questions import Choice, Question, QuestionKind, true_false
from creditbank.examinations.statistics import item_statistics

SINGLE, MULTIPLE, TRUTH = QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.TRUE_FALSE


def bank(size: int = 12) -> dict[str, Question]:
    four = (Choice("甲", True), Choice("乙", False), Choice("丙", False), Choice("丁", False))
    two = (Choice("甲", True), Choice("乙", True), Choice("丙", False))
    made = [Question(f"s{n:02}", SINGLE, "题", four, difficulty=n % 5 + 1) for n in range(size)]
    made += [Question(f"m{n:02}", MULTIPLE, "题", two) for n in range(size)]
    made += [Question(f"t{n:02}", TRUTH, "题", true_false(answer=True)) for n in range(size)]
    return {question.key: question for question in made}


BLUEPRINT = (Part(SINGLE, 8, 5), Part(SINGLE, 2, 10, easiest=5), Part(MULTIPLE, 4, 5), Part(TRUTH, 10, 2))


@given(st.integers(0, 2**63))
def test_a_seed_gives_one_paper_with_no_question_twice(seed: int) -> None:
    paper = draw_paper(bank(), BLUEPRINT, seed)
    assert paper == draw_paper(dict(reversed(bank().items())), BLUEPRINT, seed)
    assert len({item.key for item in paper}) == len(paper) == 24
    assert sum(item.points for item in paper) == full_mark(BLUEPRINT) == 100
    assert all(sorted(item.order) == list(range(len(bank()[item.key].choices))) for item in paper)
    assert all(item.order == (0, 1) for item in paper if item.key.startswith("t"))


def test_other_seeds_give_other_papers() -> None:
    assert len({draw_paper(bank(), BLUEPRINT, seed) for seed in range(20)}) == 20


def test_a_wide_part_leaves_the_narrow_one_its_questions() -> None:
    for seed in range(30):
        paper = draw_paper(bank(10), (Part(SINGLE, 8, 5), Part(SINGLE, 2, 10, easiest=5)), seed)
        assert all(bank(10)[item.key].difficulty == 5 for item in paper[8:])


def test_a_bank_that_is_too_small_says_for_which_part() -> None:
    with pytest.raises(Unavailable) as refused:
        draw_paper(bank(3), BLUEPRINT, 1)
    assert refused.value.reason == "bank-too-small"


@pytest.mark.parametrize(
    ("chosen", "partial", "points"),
    [
        ({0, 1}, False, 5),
        ({0, 1}, True, 5),
        ({0}, True, 2),
        ({0}, False, 0),
        ({0, 2}, True, 0),
        ({0, 1, 2}, True, 0),
        (set(), True, 0),
    ],
)
def test_part_of_the_right_choices_gives_half_where_the_rules_say_so(
    chosen: set[int], partial: bool, points: int
) -> None:
    question = bank()["m00"]
    assert points_for(question, frozenset(chosen), 5, partial=partial) == points


def test_statistics_wait_for_thirty_answers() -> None:
    assert item_statistics([(1.0, 50.0)] * 29).share_right is None
    found = item_statistics([(1.0, 50.0)] * 30)
    assert (found.answers, found.share_right, found.discrimination) == (30, 1.0, None)


def test_a_question_that_the_strong_answer_right_discriminates() -> None:
    # Ten with 80 points answer right, twenty with 50 wrong: the correlation of two classes apart is exactly 1.
    found = item_statistics([(1.0, 80.0)] * 10 + [(0.0, 50.0)] * 20)
    assert found.share_right == pytest.approx(1 / 3)
    assert found.discrimination == pytest.approx(1.0)
    turned = item_statistics([(0.0, 80.0)] * 10 + [(1.0, 50.0)] * 20)
    assert turned.discrimination == pytest.approx(-1.0)


def test_the_correlation_agrees_with_one_worked_by_hand() -> None:
    # right: 60, 70, 80; wrong: 40, 50, 60, each five times. means 70 and 50, p = 1/2, population deviation 12.9099.
    answers = [(1.0, rest) for rest in (60.0, 70.0, 80.0)] * 5 + [(0.0, rest) for rest in (40.0, 50.0, 60.0)] * 5
    assert item_statistics(answers).discrimination == pytest.approx((70 - 50) / 12.909944487358056 * 0.5)
