"""A real browser against a live server: no request may leave the machine, pictures go to build/screenshots."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright
from pytest_django.live_server_helper import LiveServer

# Playwright keeps an event loop in this thread; Django would take every query for one inside a coroutine.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREENSHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
PHONE, DESKTOP = 360, 1280


@dataclass
class Visitor:
    """Somebody at a browser: a page, the server's address, and the foreign addresses that were asked for."""

    page: Page
    address: str
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to a path of the site."""
        self.page.goto(self.address + path)

    def resize(self, width: int) -> None:
        """Phone or desktop."""
        self.page.set_viewport_size({"width": width, "height": 800})

    def prefer(self, *, language: str = "zh-hans", theme: str = "light") -> None:
        """Choose language and theme as the site's own cookies say it."""
        self.page.context.add_cookies(
            [
                {"name": "django_language", "value": language, "url": self.address},
                {"name": "theme", "value": theme, "url": self.address},
            ]
        )

    def shoot(self, name: str) -> Path:
        """A picture of the whole page, kept as build output."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        target = SCREENSHOTS / f"{re.sub(r'[^a-z0-9-]+', '-', name.lower())}.png"
        self.page.screenshot(path=target, full_page=True)
        return target

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window: 0 is right."""
        width = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return int(width)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, with a Chinese font beside it: without one it draws boxes and says nothing."""
    assert shutil.which(CHROMIUM), "Chromium is missing: apt-get install chromium fonts-noto-cjk"
    fonts = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=True)
    assert fonts.stdout.strip(), "no Chinese font: apt-get install fonts-noto-cjk"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(browser: Browser, live_server: LiveServer) -> Iterator[Visitor]:
    """A visitor with an empty browser; at the end no foreign request was made and the console is quiet."""
    context = browser.new_context(viewport={"width": DESKTOP, "height": 800}, locale="zh-CN")
    context.set_default_timeout(15_000)
    someone = Visitor(context.new_page(), live_server.url)
    own_host = urlsplit(live_server.url).netloc

    def guard(route: Route) -> None:
        parts = urlsplit(route.request.url)
        if parts.scheme in {"http", "https"} and parts.netloc != own_host:
            someone.foreign.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    context.route("**/*", guard)
    someone.page.on("pageerror", lambda error: someone.complaints.append(str(error)))
    someone.page.on(
        "console",
        lambda message: someone.complaints.append(message.text) if "Content Security Policy" in message.text else None,
    )
    yield someone
    context.close()
    assert someone.foreign == []
    assert someone.complaints == []
