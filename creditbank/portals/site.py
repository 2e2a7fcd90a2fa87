"""The law that the pages tell of, and the facts of Art. 13-16 that every footer and printed form carries."""

from creditbank.policy.law import Law
from creditbank.policy.loading import shipped_law


def law_shown() -> Law:
    """The version of the law that public pages show."""
    return shipped_law()


def site_facts() -> dict[str, str]:
    """``site``, ``address``, ``email``, ``postcode`` and ``hotline`` as the law's version gives them."""
    return {code: contact.value for code, contact in law_shown().contacts.items()}
