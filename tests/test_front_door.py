"""What every answer carries, also one that says no; and that a production bank stays shut without keys."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/no-such-page/", "/account/login/"])
def test_every_answer_keeps_strangers_out(client: Client, path: str) -> None:
    headers = client.get(path).headers
    policy = {part.split()[0]: part.split()[1:] for part in headers["Content-Security-Policy"].split(";")}
    assert policy["default-src"] == ["'self'"]
    assert policy["style-src"] == ["'self'"]
    assert policy["img-src"] == ["'self'", "data:"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert policy.get("script-src", policy["default-src"]) == ["'self'"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.django_db
def test_the_cookies_are_for_this_site_and_not_for_scripts(client: Client) -> None:
    cookie = client.get("/account/login/").cookies["csrftoken"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def start(tmp_path: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Import the server's door in a process of its own, as production."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CREDITBANK_", "DJANGO_"))}
    environment |= {"CREDITBANK_ENV": "production", "CREDITBANK_DATA_DIR": str(tmp_path), **settings}
    code = "import creditbank.wsgi; from django.conf import settings as s; print(s.SESSION_COOKIE_SECURE, s.DEBUG)"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_production_stays_shut_with_the_development_settings(tmp_path: Path) -> None:
    started = start(tmp_path)
    assert started.returncode != 0
    assert all(finding in started.stderr for finding in ("creditbank.E001", "creditbank.E003", "creditbank.E004"))
    assert not list(tmp_path.glob("*.json"))


def test_production_opens_with_its_own_keys(tmp_path: Path) -> None:
    key = "QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8="
    started = start(
        tmp_path,
        CREDITBANK_SECRET_KEY="k" * 50,
        CREDITBANK_ALLOWED_HOSTS="bank.example",
        CREDITBANK_VAULT_KEYS='{"a": "' + key + '"}',
        CREDITBANK_VAULT_CURRENT_KEY="a",
        CREDITBANK_BLIND_INDEX_KEY=key,
        CREDITBANK_RECEIPT_SIGNING_KEY=key,
        CREDITBANK_TRUSTED_PROXIES="127.0.0.1",
    )
    assert started.stdout.split() == ["True", "False"], started.stderr
