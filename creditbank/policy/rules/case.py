"""The case that a rule looks at, and the one way to say what a rule found."""

from dataclasses import dataclass
from datetime import date

from creditbank.policy.codes import Route
from creditbank.policy.decision import Requirement
from creditbank.policy.facts import Account, Facts
from creditbank.policy.law import Law
from creditbank.policy.offers import Offer
from creditbank.policy.registry import CertificateFamily, Product
from creditbank.policy.text import Text
from creditbank.policy.words import NO_PLACES


@dataclass(frozen=True, slots=True)
class Case:
    """A product, a person's facts, a date and a route, under a version of the law."""

    law: Law
    product: Product
    facts: Facts
    on: date
    route: Route | None
    offer: Offer | None
    account: Account | None

    @property
    def family(self) -> CertificateFamily:
        """The certificate family; only the rules of certificates ask for it."""
        assert self.product.family is not None, "only certificates have a family"
        return self.law.families[self.product.family]

    @property
    def grade(self) -> str:
        """The grade asked for; only the rules of certificates ask for it."""
        assert self.product.grade is not None, "only certificates have a grade"
        return self.product.grade


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found. ``words`` and ``close_words`` choose among the law's words for the requirement."""

    code: str
    met: bool
    clause: str
    interpretation: str | None = None
    need: str | None = None
    have: str | None = None
    gap: str | None = None
    words: str | None = None
    close_words: str = "close"


def state(case: Case, finding: Finding, **places: str | Text) -> Requirement:
    """The requirement in the law's own words, its places filled; a met one needs no way to close it."""
    words = case.law.words[finding.code]
    filled = {**NO_PLACES, "need": finding.need or "", "have": finding.have or "", "gap": finding.gap or "", **places}
    return Requirement(
        clause=finding.clause,
        code=finding.code,
        met=finding.met,
        need=finding.need,
        have=finding.have,
        gap=finding.gap,
        text=words[finding.words or ("met" if finding.met else "unmet")].fill(filled),
        interpretation=finding.interpretation,
        close=None if finding.met else words[finding.close_words].fill(filled),
    )
