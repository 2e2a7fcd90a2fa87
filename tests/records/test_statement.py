"""A statement adds up, carries the statement of the law and the hash of its last line, on paper and in a table."""

from datetime import date

import pytest

from creditbank.errors import InvalidInput
from creditbank.ledger.models import PassbookLine
from creditbank.policy.loading import shipped_law
from creditbank.records.statement import Statement, statement_headings, statement_of, statement_pdf, statement_rows
from tests.cast import AT
from tests.printing.reading import page_texts
from tests.records.books import Lived
from tests.redemption.stage import Stage12

LAW = shipped_law()


def year(stage: Stage12) -> Statement:
    return statement_of(stage.account, LAW, since=date(2026, 1, 1), until=date(2026, 12, 31))


def test_opening_and_what_came_and_went_make_the_closing_figure(stage: Stage12, lived: Lived) -> None:
    found = year(stage)
    assert found.opening.available == 0
    assert found.opening.available + found.earned - found.used == found.closing.available == 1500
    assert (found.earned, found.used) == (13900, 12400)


def test_a_period_after_everything_opens_and_closes_with_the_last_balance(stage: Stage12, lived: Lived) -> None:
    found = statement_of(stage.account, LAW, since=date(2026, 4, 1), until=date(2026, 4, 30))
    assert found.opening == found.closing
    assert (found.earned, found.used, found.lines.count()) == (0, 0, 0)


def test_a_period_that_ends_before_it_begins_is_refused(stage: Stage12) -> None:
    with pytest.raises(InvalidInput):
        statement_of(stage.account, LAW, since=date(2026, 4, 1), until=date(2026, 3, 31))


def test_the_pdf_shows_lines_wording_and_the_hash_of_the_last_line(stage: Stage12, lived: Lived) -> None:
    text = "".join(page_texts(statement_pdf(year(stage), lang="zh", at=AT)))
    last = PassbookLine.objects.of(stage.account.holder_id)[0]
    assert bytes(last.hash).hex()[:8] in text
    assert LAW.wording["record-use"].text.zh in text
    assert lived.redemption.number in text
    assert "林知夏" in text


def test_the_same_statement_gives_the_same_bytes(stage: Stage12, lived: Lived) -> None:
    assert statement_pdf(year(stage), lang="en", at=AT) == statement_pdf(year(stage), lang="en", at=AT)


def test_the_table_has_every_line_in_order_and_ends_with_the_wording(stage: Stage12, lived: Lived) -> None:
    rows = list(statement_rows(year(stage)))
    assert [row[0] for row in rows[:-1]] == [str(seq) for seq in range(1, len(rows))]
    assert all(len(row) == len(statement_headings()) for row in rows)
    assert LAW.wording["record-use"].text.zh in rows[-1]
    assert (rows[-3][9], rows[0][9]) == ("-120.00", "+130.00")
