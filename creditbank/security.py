"""What a bank in production must not start with: the keys of the development, open doors, plain http.

The findings are Django checks (``manage.py check``), and :func:`refuse_unsafe_start` turns them into a refusal where
the server starts.
"""

from collections.abc import Iterator, Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Error
from django.core.exceptions import ImproperlyConfigured

from creditbank.network import proxy_networks

DEVELOPMENT_SECRET = "development-only-"  # noqa: S105 - the mark of a secret that is none
SECRET_LENGTH = 50


def production_findings(app_configs: Sequence[AppConfig] | None = None, **options: object) -> list[Error]:
    """What forbids this configuration in production; empty elsewhere."""
    if settings.ENVIRONMENT != "production":
        return []
    return [Error(what, hint=hint, id=f"creditbank.E{number:03}") for number, what, hint in _faults()]


def refuse_unsafe_start() -> None:
    """ImproperlyConfigured with every finding, when this is production and there is one."""
    found = production_findings()
    if found:
        raise ImproperlyConfigured("\n".join(f"{error.id}: {error.msg} {error.hint}" for error in found))


def _faults() -> Iterator[tuple[int, str, str]]:
    if settings.SECRET_KEY.startswith(DEVELOPMENT_SECRET) or len(settings.SECRET_KEY) < SECRET_LENGTH:
        yield 1, "The secret key is the development's, or too short.", "Set CREDITBANK_SECRET_KEY."
    if settings.DEBUG:
        yield 2, "The debug pages show data to strangers.", "Unset CREDITBANK_DEBUG."
    if "*" in settings.ALLOWED_HOSTS or "testserver" in settings.ALLOWED_HOSTS:
        yield 3, "The server's own names are not set.", "Set CREDITBANK_ALLOWED_HOSTS."
    ring = (settings.VAULT_CURRENT_KEY, settings.BLIND_INDEX_KEY, settings.RECEIPT_SIGNING_KEY)
    if not all(ring) or settings.VAULT_CURRENT_KEY not in settings.VAULT_KEYS:
        yield (
            4,
            "The keys of the vault are not set.",
            "Make them with `creditbank keys init` and set CREDITBANK_VAULT_*.",
        )
    yield from _proxy_faults()


def _proxy_faults() -> Iterator[tuple[int, str, str]]:
    try:
        named = proxy_networks(settings.TRUSTED_PROXIES)
    except ValueError:
        yield 5, "The trusted proxies cannot be read, or trust everybody.", "Mend CREDITBANK_TRUSTED_PROXIES."
        return
    if settings.SECURE_SSL_REDIRECT and not named:
        yield (
            6,
            "Every request would be sent to https without end: no proxy is trusted to say that it came by https.",
            "Set CREDITBANK_TRUSTED_PROXIES to the proxy's address (or CREDITBANK_HTTPS_REDIRECT=off).",
        )
