"""The law that the pages tell of, and the facts of Art. 13-16 that every footer and printed form carries."""

from creditbank import clock
from creditbank.errors import Unavailable
from creditbank.policy.law import Law
from creditbank.policy.loading import shipped_law
from creditbank.rulebook.reading import version_on


def law_shown() -> Law:
    """The version in force today; a bank that has not loaded one yet shows the shipped texts."""
    try:
        return version_on(clock.today())
    except Unavailable:
        return shipped_law()


def site_facts() -> dict[str, str]:
    """``site``, ``address``, ``email``, ``postcode`` and ``hotline`` as the law's version gives them."""
    return {code: contact.value for code, contact in law_shown().contacts.items()}
