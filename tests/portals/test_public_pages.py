"""The public pages: everybody can open them, nothing foreign, nothing inline, nothing heavy, nothing unescaped."""

import gzip
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client, override_settings
from django.urls import reverse

from creditbank.institutions.models import Institution
from creditbank.policy.loading import shipped_law
from creditbank.portals import stylesheet

pytestmark = pytest.mark.django_db

PAGES = (
    "/",
    "/products/",
    "/regulation/",
    "/members/",
    "/check/",
    "/balance/",
    "/activate/",
    "/help/",
    "/privacy/",
    "/contact/",
    "/keys/",
    "/account/login/",
)
LIMIT_BYTES = 150_000
FOREIGN = re.compile(r"(?:src|href|action|srcset)\s*=\s*[\"']?(?:https?:)?//", re.IGNORECASE)
INLINE = re.compile(r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:", re.IGNORECASE)
SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.IGNORECASE | re.DOTALL)
FILES = re.compile(r"(?:src|href)=\"(/(?:static|style)/[^\"#]+)")


@pytest.fixture
def hostile_member() -> Institution:
    return Institution.objects.create(
        code="XSS",
        name="<script>alert(1)</script>示例中学",
        name_pinyin="shi li",
        kind="school",
        region_code="110101",
        region_name='北京 "东城" <b>',
        approved_on=datetime(2026, 1, 5, tzinfo=UTC).date(),
        is_sample=True,
    )


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_everybody_can_open_a_public_page_in_both_languages(client: Client, path: str, language: str) -> None:
    client.cookies["django_language"] = language
    response = client.get(path)
    assert response.status_code == 200
    assert f'<html lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in response.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_nothing_foreign_and_runs_nothing_inline(client: Client, path: str) -> None:
    html = client.get(path).content.decode()
    assert not FOREIGN.search(html)
    assert not INLINE.search(html)
    for script in SCRIPT.finditer(html):
        is_data = 'type="application/json"' in script["attributes"]
        assert is_data or not script["body"].strip()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_with_all_its_files_stays_light(client: Client, path: str) -> None:
    html = client.get(path).content
    total = len(gzip.compress(html)) + sum(_weight(client, name) for name in set(FILES.findall(html.decode())))
    assert total <= LIMIT_BYTES


def _weight(client: Client, address: str) -> int:
    if address.startswith("/style/"):
        return len(client.get(address, headers={"Accept-Encoding": "gzip"}).content)
    found = finders.find(address.removeprefix(f"/{settings.STATIC_URL.strip('/')}/"))
    assert isinstance(found, str), address
    return len(gzip.compress(Path(found).read_bytes()))


def test_every_page_carries_the_content_policy(client: Client) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_stylesheet_is_kept_for_a_year_and_only_under_its_own_name(client: Client) -> None:
    response = client.get(reverse("stylesheet", args=[stylesheet.digest()]))
    assert response["Content-Type"].startswith("text/css")
    assert "immutable" in response["Cache-Control"]
    assert client.get(reverse("stylesheet", args=["0" * 16])).status_code == 404


def test_what_others_wrote_is_escaped(client: Client, hostile_member: Institution) -> None:
    html = client.get("/members/").content.decode()
    assert hostile_member.name not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;示例中学" in html


def test_the_register_is_searched_and_the_search_is_shown_escaped(client: Client, hostile_member: Institution) -> None:
    html = client.get("/members/", {"q": '"><img src=x>'}).content.decode()
    assert "<img" not in html
    assert "没有符合的单位" in html


def test_a_formula_in_a_name_does_not_run_in_the_export(client: Client, hostile_member: Institution) -> None:
    Institution.objects.filter(pk=hostile_member.pk).update(name="=1+1")
    content = client.get("/members/", {"format": "csv"}).content.decode("utf-8-sig")
    assert "'=1+1" in content


def test_the_regulation_page_has_every_clause_and_every_interpretation_under_its_own_anchor(client: Client) -> None:
    html = client.get("/regulation/").content.decode()
    law = shipped_law()
    for code in (*law.clauses, *law.interpretations):
        assert f'id="{code}"' in html, code


def test_every_product_of_the_law_can_be_found_in_the_catalogue(client: Client) -> None:
    law = shipped_law()
    export = client.get("/products/", {"format": "csv"}).content.decode("utf-8-sig")
    for product in law.products.values():
        assert product.is_certificate or product.code in export
    html = client.get("/products/").content.decode()
    for family in law.families.values():
        assert f'id="{family.code}"' in html
    assert "待公布" in html


def test_pages_of_a_list_keep_search_and_filters(client: Client) -> None:
    html = client.get("/products/", {"group": "visit"}).content.decode()
    assert "?group=visit&amp;page=2" in html


def test_an_unknown_address_is_answered_in_words(client: Client) -> None:
    response = client.get("/nothing-here/")
    assert response.status_code == 404
    assert "没有找到这一页" in response.content.decode()


def test_a_form_without_its_proof_of_origin_is_refused_in_words() -> None:
    response = Client(enforce_csrf_checks=True).post("/balance/", {"card": "1", "document_number": "2"})
    assert response.status_code == 403
    assert "页面放得太久了" in response.content.decode()


def test_the_theme_is_kept_in_a_cookie_without_javascript(client: Client) -> None:
    response = client.post("/theme/", {"theme": "dark", "next": "/help/"})
    assert response["Location"] == "/help/"
    assert '<html lang="zh-Hans" data-theme="dark">' in client.get("/").content.decode()


def test_the_theme_switch_leads_nowhere_else(client: Client) -> None:
    response = client.post("/theme/", {"theme": "dark", "next": "https://example.invalid/"})
    assert response["Location"] == "/"


def test_the_published_key_is_the_same_for_people_and_programs(client: Client) -> None:
    published = client.get("/.well-known/creditbank-keys.json").json()
    assert published["algorithm"] == "Ed25519"
    assert published["current"] in client.get("/keys/").content.decode()


def test_a_certificate_number_alone_shows_nothing(client: Client) -> None:
    html = client.get("/check/", {"number": "LM-A-2026-000001"}).content.decode()
    assert "没有查到" not in html
    assert 'class="cert"' not in html


def test_an_unknown_certificate_is_a_miss_without_a_reason(client: Client) -> None:
    html = client.post("/check/", {"number": "LM-A-2026-000001", "code": "ABCDEFGHJK"}).content.decode()
    assert "错在哪一项不作说明" in html
    assert 'class="cert"' not in html


def test_a_bank_of_invented_people_says_so_on_every_page(client: Client) -> None:
    with override_settings(SAMPLE_DATA=False):
        assert "演示数据" not in client.get("/").content.decode()
    with override_settings(SAMPLE_DATA=True):
        assert "演示数据" in client.get("/").content.decode()
