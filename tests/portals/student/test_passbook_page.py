"""The passbook page: figures, provenance, filters, exports; escaped, light, and bounded in what it asks."""

import gzip
import re
from io import BytesIO

from pytest_django import DjangoAssertNumQueries
from python_calamine import CalamineWorkbook

from creditbank.policy.loading import shipped_law
from tests.everybody import Everybody
from tests.records.books import HOSTILE, Lived, credited
from tests.redemption.stage import Stage12

FOREIGN = re.compile(r"(?:src|href|action|srcset)\s*=\s*[\"']?(?:https?:)?//", re.IGNORECASE)
INLINE = re.compile(r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:", re.IGNORECASE)
PAGES = (
    "/me/",
    "/me/offers/",
    "/me/offers/certificate.coach.3/",
    "/me/redemptions/",
    "/me/certificates/",
    "/me/statement/",
    "/me/looks/",
    "/me/consents/",
    "/me/inbox/",
    "/me/card/",
    "/me/data/",
    "/me/holders/",
    "/me/join/",
    "/open/",
    "/open/guardian/",
)


def test_it_shows_card_figures_and_who_reported_and_reviewed(
    everybody: Everybody, stage: Stage12, lived: Lived
) -> None:
    html = everybody.at_door("student").get("/me/").content.decode()
    card = stage.cast.student.card
    assert f"{card[:5]} {card[5:10]} {card[10:]}" in html
    for shown in ("15.00", "120.00", "经办甲 申报 · 审核甲 审核", "已被第", "审核甲 审核 · 核准甲 决定"):
        assert shown in html
    assert f"/me/certificates/{lived.certificate.number}/" in html


def test_what_schools_wrote_is_escaped(everybody: Everybody, lived: Lived) -> None:
    html = everybody.at_door("student").get("/me/").content.decode()
    assert HOSTILE not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;秋季营地" in html


def test_pages_load_nothing_foreign_run_nothing_inline_and_stay_light(everybody: Everybody, lived: Lived) -> None:
    door = everybody.at_door("guardian")
    for page in PAGES:
        content = door.get(page).content
        assert not FOREIGN.search(content.decode()), page
        assert not INLINE.search(content.decode()), page
        assert len(gzip.compress(content)) < 30_000, page


def test_a_long_passbook_asks_the_database_no_more_than_a_short_one(
    everybody: Everybody, stage: Stage12, lived: Lived, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        credited(stage, f"成果 {number}", f"N-{number}")
    door = everybody.at_door("student")
    with django_assert_max_num_queries(40):
        assert door.get("/me/").status_code == 200


def test_no_address_on_the_page_names_the_person(everybody: Everybody, stage: Stage12, lived: Lived) -> None:
    html = everybody.at_door("guardian").get("/me/").content.decode()
    addresses = " ".join(re.findall(r'(?:href|action)="([^"]*)"', html))
    for personal in ("林", str(stage.account.holder_id), stage.cast.student.card, stage.cast.student.number):
        assert personal not in addresses


def test_words_and_filters_narrow_the_lines_and_stay_in_the_links(everybody: Everybody, lived: Lived) -> None:
    door = everybody.at_door("student")
    html = door.get("/me/", {"q": "合唱节", "domain": "4"}).content.decode()
    assert "校合唱节 二等奖" in html
    assert "秋季营地" not in html
    assert "?q=%E5%90%88%E5%94%B1%E8%8A%82&amp;domain=4&amp;format=xlsx" in html
    assert "没有符合的明细" in door.get("/me/", {"q": "没有这个"}).content.decode()


def test_the_exports_carry_lines_and_the_statement_of_the_law(everybody: Everybody, lived: Lived) -> None:
    door = everybody.at_door("student")
    csv = door.get("/me/", {"format": "csv"}).content.decode("utf-8-sig")
    assert shipped_law().wording["record-use"].text.zh in csv
    assert lived.redemption.number in csv
    response = door.get("/me/", {"format": "xlsx", "q": "合唱节"})
    rows = CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert [row[3] for row in rows[1:3]] == ["更正第 2 笔：校合唱节 二等奖", "校合唱节 二等奖"]
    assert len(rows) == 4
    assert "no-store" in response["Cache-Control"]


def test_an_empty_passbook_says_what_will_be_here(everybody: Everybody) -> None:
    html = everybody.at_door("adult").get("/me/").content.decode()
    assert "存折还是空的" in html
    assert "还没有证书" in html


def test_the_statement_is_printed_for_a_period_and_a_wrong_period_is_told_beside_the_field(
    everybody: Everybody, lived: Lived
) -> None:
    door = everybody.at_door("student")
    period = {"since": "2026-01-01", "until": "2026-03-31"}
    assert door.get("/me/statement/", {**period, "format": "pdf"}).content.startswith(b"%PDF")
    assert door.get("/me/statement/", {**period, "format": "csv"}).content.decode("utf-8-sig").count("\r\n") == 8
    wrong = door.get("/me/statement/", {"since": "2026-03-01", "until": "2026-01-01", "format": "pdf"})
    assert wrong.status_code == 400
    html = wrong.content.decode()
    assert "结束日期不能早于开始日期。" in html
    assert 'value="2026-03-01"' in html
