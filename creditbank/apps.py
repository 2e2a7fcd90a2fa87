"""The one Django app of the bank."""

from django.apps import AppConfig


class CreditBankConfig(AppConfig):
    """One app label and one line of migrations; inside, a package per part."""

    name = "creditbank"
    label = "creditbank"
    verbose_name = "学分银行"
