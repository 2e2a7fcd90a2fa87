"""Production does not start with the development's keys or with open doors; elsewhere nothing stands in the way."""

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from creditbank.security import production_findings, refuse_unsafe_start


@pytest.fixture
def production(settings: Settings) -> Settings:
    """A configuration that production may start with."""
    settings.ENVIRONMENT = "production"
    settings.SECRET_KEY = "k" * 50
    settings.ALLOWED_HOSTS = ["bank.example"]
    return settings


def test_https_may_be_insisted_on_behind_a_trusted_proxy(production: Settings) -> None:
    production.SECURE_SSL_REDIRECT = True
    production.TRUSTED_PROXIES = ["127.0.0.1", "10.1.0.0/16"]
    refuse_unsafe_start()


def test_a_whole_configuration_starts(production: Settings) -> None:
    refuse_unsafe_start()


@pytest.mark.parametrize(
    ("name", "value", "finding"),
    [
        ("SECRET_KEY", "development-only-" + "0" * 40, "creditbank.E001"),
        ("SECRET_KEY", "short", "creditbank.E001"),
        ("DEBUG", True, "creditbank.E002"),
        ("ALLOWED_HOSTS", ["*"], "creditbank.E003"),
        ("ALLOWED_HOSTS", ["localhost", "testserver"], "creditbank.E003"),
        ("VAULT_KEYS", {}, "creditbank.E004"),
        ("BLIND_INDEX_KEY", "", "creditbank.E004"),
        ("RECEIPT_SIGNING_KEY", "", "creditbank.E004"),
        ("TRUSTED_PROXIES", ["the proxy"], "creditbank.E005"),
        ("TRUSTED_PROXIES", ["0.0.0.0/0"], "creditbank.E005"),
        ("SECURE_SSL_REDIRECT", True, "creditbank.E006"),
    ],
)
def test_production_refuses_to_start(
    production: Settings, name: str, value: str | bool | list[str] | dict[str, str], finding: str
) -> None:
    setattr(production, name, value)
    with pytest.raises(ImproperlyConfigured, match=finding):
        refuse_unsafe_start()
    assert finding in {error.id for error in run_checks(tags=["security"])}


def test_elsewhere_nothing_is_demanded(settings: Settings) -> None:
    settings.SECRET_KEY = "short"
    assert production_findings() == []
