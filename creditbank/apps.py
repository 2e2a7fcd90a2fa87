"""The one Django app of the bank."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from creditbank.security import production_findings


class CreditBankConfig(AppConfig):
    """One app label and one line of migrations; inside, a package per part."""

    name = "creditbank"
    label = "creditbank"
    verbose_name = "学分银行"

    def ready(self) -> None:
        """Let Django's checks tell what production must not start with."""
        register(production_findings, Tags.security)
