"""The passbook's lines tell what they were for, who reported and who reviewed, in a fixed number of look-ups."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from creditbank.ledger.lines import Kind
from creditbank.ledger.models import PassbookLine
from creditbank.policy.loading import shipped_law
from creditbank.records.entries import Entry, entries_before, entries_of
from creditbank.records.passbook import lines_of, search_lines, summary_of, with_domain
from creditbank.redemption.actions import withdraw_redemption
from tests.cast import AT
from tests.records.books import HOSTILE, Lived, credited
from tests.redemption.stage import Stage12, apply_as_guardian


def entries(stage: Stage12) -> list[Entry]:
    return entries_of(list(lines_of(stage.account.holder_id)))


def test_the_summary_is_the_last_line_and_leaves_out_what_was_reversed(stage: Stage12, lived: Lived) -> None:
    summary = summary_of(stage.account.holder_id)
    assert (summary.available, summary.held, summary.spent, summary.owed) == (1500, 0, 12000, 0)
    assert summary.earned == 13500
    assert summary.domains == {2: 13000, 3: 500}
    assert summary.stages == {2: 13000, 3: 500}


def test_an_earned_line_names_achievement_school_clerk_reviewer_and_return(stage: Stage12, lived: Lived) -> None:
    earned = next(each for each in entries(stage) if each.title == HOSTILE)
    assert (earned.kind, earned.change, earned.domain, earned.stage) == (Kind.EARN, 500, 3, 3)
    assert earned.institution == stage.cast.school.name
    assert (earned.reporter, earned.reviewer) == ("经办甲", "审核甲")
    assert earned.return_number == "SB-2026-000001"


def test_a_reversal_names_the_line_it_takes_back_and_that_line_names_the_reversal(stage: Stage12, lived: Lived) -> None:
    by_seq = {each.seq: each for each in entries(stage)}
    taken = by_seq[lived.reversed_seq]
    assert taken.reversed
    assert taken.ended_by is not None
    reversal = by_seq[taken.ended_by]
    assert reversal.title == f"更正第 {lived.reversed_seq} 笔：校合唱节 二等奖"
    assert (reversal.change, reversal.closes, reversal.reason) == (-400, lived.reversed_seq, "重复入账")


def test_a_hold_and_its_settlement_name_product_application_and_the_two_officers(stage: Stage12, lived: Lived) -> None:
    settled, held = entries(stage)[:2]
    assert (held.kind, held.change, held.applicant, held.guardian_agreed) == (Kind.HOLD, -12000, "林远", True)
    assert held.title == settled.title == "运动员注册证书（三级）"
    assert held.redemption_number == settled.redemption_number == lived.redemption.number
    assert (settled.kind, settled.change, settled.amount) == (Kind.SETTLE, 0, 12000)
    assert (settled.reviewer, settled.decider) == ("审核甲", "核准甲")


def test_a_release_says_how_the_application_ended(stage: Stage12) -> None:
    redemption = apply_as_guardian(stage)
    withdraw_redemption(actor=stage.guardian, redemption=redemption, at=AT)
    released, held = entries(stage)[:2]
    assert (released.kind, released.change, released.closes) == (Kind.RELEASE, 12000, held.seq)
    assert released.redemption_state == held.redemption_state == "已撤回"
    assert held.ended_kind is Kind.RELEASE


def test_a_longer_page_costs_no_more_look_ups(
    stage: Stage12, lived: Lived, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        credited(stage, f"成果 {number}", f"N-{number}")
    lines = list(lines_of(stage.account.holder_id))
    assert len(lines) > 20
    with django_assert_max_num_queries(9):
        entries_of(lines)


def test_no_lines_cost_nothing(django_assert_max_num_queries: DjangoAssertNumQueries, db: None) -> None:
    with django_assert_max_num_queries(0):
        assert entries_of([]) == []


def test_pages_by_line_number_go_through_the_whole_book_once(stage: Stage12, lived: Lived) -> None:
    lines, found, seq = lines_of(stage.account.holder_id), list[int](), None
    while True:
        page, seq = entries_before(lines, seq=seq, limit=2)
        found += [each.seq for each in page]
        if seq is None:
            break
    assert found == [6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("合唱节", ["reverse", "earn"]),
        ("运动员注册", ["settle", "hold"]),
        ("石景山", ["earn", "reverse", "earn", "earn"]),
        ("没有这个", []),
    ],
)
def test_words_find_achievements_schools_and_products_with_what_ends_them(
    stage: Stage12, lived: Lived, words: str, kinds: list[str]
) -> None:
    holder_id = stage.account.holder_id
    found = search_lines(lines_of(holder_id), holder_id, words, shipped_law())
    assert [Kind(line.kind).name.lower() for line in found] == kinds


def test_an_application_number_finds_its_lines(stage: Stage12, lived: Lived) -> None:
    holder_id = stage.account.holder_id
    found = search_lines(lines_of(holder_id), holder_id, lived.redemption.number, shipped_law())
    assert [line.seq for line in found] == [lived.redemption.end_seq, lived.redemption.hold_seq]


def test_a_domain_shows_its_earns_and_their_reversals(stage: Stage12, lived: Lived) -> None:
    holder_id = stage.account.holder_id
    found = with_domain(lines_of(holder_id), holder_id, 4)
    assert [Kind(line.kind) for line in found] == [Kind.REVERSE, Kind.EARN]


def test_both_days_belong_to_a_period_and_days_are_those_of_china(stage: Stage12, lived: Lived) -> None:
    holder_id = stage.account.holder_id
    count = PassbookLine.objects.of(holder_id).count()
    assert lines_of(holder_id, since=date(2026, 3, 2), until=date(2026, 3, 2)).count() == count
    assert lines_of(holder_id, since=date(2026, 3, 3)).count() == 0
    assert lines_of(holder_id, until=date(2026, 3, 1)).count() == 0


def test_a_direction_shows_its_kinds(stage: Stage12, lived: Lived) -> None:
    found = lines_of(stage.account.holder_id, direction="redemption")
    assert [Kind(line.kind) for line in found] == [Kind.SETTLE, Kind.HOLD]
