"""Every product as it stands for one account: open now, running, held, what is missing, or waiting for its price."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from creditbank.catalogue.items import law_on
from creditbank.clock import today
from creditbank.people.models import Account
from creditbank.policy.decision import Decision, Requirement
from creditbank.policy.registry import Product
from creditbank.portals.labels import spoken
from creditbank.portals.offer_words import CLASS_WORDS
from creditbank.redemption.eligibility import ClassDecision, PricedStanding, standings
from creditbank.redemption.models import Redemption

NEAREST = 5
# Requirements that nobody can meet today: the grade is not open, or the rule is not in force.
CLOSED = frozenset({"grade-open", "in-force"})
STANDINGS: Mapping[str, tuple[str, Promise]] = {
    "running": ("info", gettext_lazy("办理中")),
    "ready": ("ok", gettext_lazy("现在就能申请")),
    "missing": ("warn", gettext_lazy("还差条件")),
    "held": ("ok", gettext_lazy("已持有")),
    "closed": ("", gettext_lazy("不开放兑换")),
    "unpriced": ("", gettext_lazy("待公布")),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A product for one account; without a price there is no decision.

    Of a priced product the decision is that of the best class open to her, else of the one that lacks least.
    """

    product: Product
    decision: Decision | None = None
    redemption: Redemption | None = None
    priced: PricedStanding | None = None

    @property
    def price_class(self) -> str:
        """The class that the decision is about, in words; empty where there is none."""
        return class_words(self.shown_class.price_class) if self.shown_class else ""

    @property
    def shown_class(self) -> ClassDecision | None:
        """The class that the decision is about."""
        return (self.priced.best or self.priced.following) if self.priced else None

    @property
    def next_words(self) -> str:
        """What the next class lacks, when a lesser one is open already."""
        above = self.priced.following if self.priced and self.priced.best else None
        if above is None:
            return ""
        gap = spoken(above.decision.unmet[0].text)
        return _("%(price_class)s还差：%(gap)s") % {"price_class": class_words(above.price_class), "gap": gap}

    @property
    def missing(self) -> int:
        """How many requirements are not met."""
        return len(self.decision.unmet) if self.decision else 0

    @property
    def too_young(self) -> bool:
        """Whether only time closes one of the gaps."""
        return self.decision is not None and any(each.code == "age" for each in self.decision.unmet)

    @property
    def standing(self) -> str:
        """A key of :data:`STANDINGS`."""
        if self.redemption is not None:
            return "running"
        if self.decision is None:
            return "unpriced"
        unmet = {each.code for each in self.decision.unmet}
        if not unmet:
            return "ready"
        if "not-held" in unmet:
            return "held"
        return "closed" if unmet & CLOSED else "missing"

    @property
    def tone(self) -> str:
        """The tone of the badge."""
        return STANDINGS[self.standing][0]

    @property
    def label(self) -> str:
        """The words of the badge: how many requirements are missing, where that is the point."""
        if self.standing == "missing":
            return _("还差 %(count)s 项") % {"count": self.missing}
        return str(STANDINGS[self.standing][1])

    @property
    def hint(self) -> str:
        """One line under the name: the gap that stands first, or the state of the application."""
        if self.redemption is not None:
            return str(self.redemption.get_state_display())
        if self.next_words:
            return self.next_words
        if self.decision is None or self.standing in {"held", "ready"}:
            return spoken(self.product.group_name)
        return spoken(self._first_gap(self.decision).text)

    @staticmethod
    def _first_gap(decision: Decision) -> Requirement:
        return next((each for each in decision.unmet if each.code in CLOSED), decision.unmet[0])


def class_words(price_class: str) -> str:
    """A price class in words; empty for none."""
    return str(CLASS_WORDS[price_class]) if price_class else ""


def offers_of(account: Account, at: datetime, running: Mapping[str, Redemption]) -> list[Offer]:
    """Every product in force on the day, certificates first; the facts are gathered once."""
    law = law_on(today(at))
    decisions, priced = standings(account, at)
    certificates = [Offer(law.products[each.product], each, running.get(each.product)) for each in decisions]
    return certificates + [priced_offer(each, running.get(each.product.code)) for each in priced]


def priced_offer(standing: PricedStanding, running: Redemption | None) -> Offer:
    """A product of Article 11 as it stands for the account."""
    shown = standing.best or standing.following
    return Offer(standing.product, shown.decision if shown else None, running, standing if shown else None)


def nearest(offers: Sequence[Offer]) -> list[Offer]:
    """What is running, what is open, then what misses least (age last); nothing that nobody can redeem today."""
    order = ("running", "ready", "missing")
    reachable = [each for each in offers if each.standing in order]
    return sorted(reachable, key=lambda each: (order.index(each.standing), each.too_young, each.missing))[:NEAREST]


def unmet_first(requirements: Sequence[Requirement]) -> list[Requirement]:
    """What is missing on top, each half in the order of the law."""
    return sorted(requirements, key=lambda each: each.met)


def running_of(account: Account) -> dict[str, Redemption]:
    """The applications that are not at their end, or accepted and not yet fulfilled, by product."""
    found = Redemption.objects.running().filter(account=account)
    return {each.product: each for each in found.select_related("policy_version").defer("policy_version__law")}
