"""The file itself: archive standard, tags, language, date, and the same bytes for the same value."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from creditbank.printing.rendering import render
from creditbank.printing.values import ALLIANCE, Sheet
from tests.printing.reading import page_size, page_texts
from tests.printing.samples import AT, cards, certificate, every_document, slips, statement

EVERY = pytest.mark.parametrize("document", every_document(), ids=lambda document: type(document).__name__)


@EVERY
def test_each_document_is_an_accessible_archive_pdf(document: Sheet) -> None:
    pdf = render(document)
    assert pdf.startswith(b"%PDF-1.7")
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert b"/Lang(zh-CN)" in pdf
    assert b"/MarkInfo<</Marked true" in pdf
    assert b"/DisplayDocTitle true" in pdf


@EVERY
def test_the_same_value_gives_the_same_bytes(document: Sheet) -> None:
    assert render(document) == render(document)


@EVERY
def test_each_document_is_also_printed_in_english(document: Sheet) -> None:
    assert b"/Lang(en-GB)" in render(replace(document, lang="en"))


def test_the_date_of_the_file_is_the_moment_that_was_given() -> None:
    assert b"/CreationDate(D:20261123074208Z)" in render(certificate())
    assert b"/CreationDate(D:20261123074209Z)" in render(replace(certificate(), printed_at=AT + timedelta(seconds=1)))


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="printed_at"):
        render(replace(certificate(), printed_at=datetime(2026, 11, 23)))  # noqa: DTZ001


def test_every_page_but_a_card_carries_the_facts_of_the_site_and_its_number() -> None:
    for document in every_document():
        pages = page_texts(render(document))
        if type(document) is type(cards()):
            continue
        for number, page in enumerate(pages, start=1):
            assert f"第{number}页，共{len(pages)}页" in page
            for fact in (
                ALLIANCE.name,
                ALLIANCE.website,
                ALLIANCE.address,
                ALLIANCE.email,
                ALLIANCE.postcode,
                ALLIANCE.hotline,
            ):
                assert fact in page


def test_another_site_prints_its_own_facts() -> None:
    page = page_texts(render(replace(certificate(), site=replace(ALLIANCE, hotline="12345"))))[0]
    assert "12345" in page
    assert ALLIANCE.hotline not in page


def test_slips_are_four_to_a_page() -> None:
    assert len(page_texts(render(slips(4)))) == 1
    pages = page_texts(render(slips(9)))
    assert [page.count("沿虚线剪开") for page in pages] == [4, 4, 1]


def test_a_card_is_a_page_of_the_size_of_a_card() -> None:
    pdf = render(cards())
    assert page_size(pdf) == (85.6, 54.0)
    assert len(page_texts(pdf)) == 2


def test_a_statement_of_500_lines_repeats_its_header_on_every_page() -> None:
    pages = page_texts(render(statement(500)))
    assert len(pages) > 10
    assert all("变动后可用" in page for page in pages if "获得" in page)
    assert sum(page.count("机器人技能等级3级") for page in pages) == 500
    assert any("5000.00" in page for page in pages[-2:])
