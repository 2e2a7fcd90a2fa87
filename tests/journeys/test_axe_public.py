"""The public pages in a real browser: accessible, within the window, in both languages, light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.conftest import DESKTOP, PHONE, Visitor

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
    "/no-such-page/",
)
SIGHTS = ((PHONE, "zh-hans", "light"), (DESKTOP, "en", "dark"))


@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_is_accessible_and_fits_the_window(visitor: Visitor, path: str) -> None:
    for width, language, theme in SIGHTS:
        visitor.prefer(language=language, theme=theme)
        visitor.resize(width)
        visitor.open(path)
        visitor.shoot(f"public{path}-{width}-{language}-{theme}")
        assert visitor.overflow() == 0, f"{path} at {width} px in {language}"
        findings = Axe().run(visitor.page)
        assert findings.violations_count == 0, findings.generate_report()
