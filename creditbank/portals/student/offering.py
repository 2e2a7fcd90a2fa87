"""Every product as it stands for one account: open now, running, held, what is missing, or waiting for its price."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from creditbank.clock import today
from creditbank.people.models import Account
from creditbank.policy.decision import Decision, Requirement
from creditbank.policy.registry import Product
from creditbank.portals.labels import spoken
from creditbank.redemption.eligibility import certificate_decisions
from creditbank.redemption.models import Redemption
from creditbank.rulebook.reading import version_on

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
    """A product for one account; without a price there is no decision."""

    product: Product
    decision: Decision | None = None
    redemption: Redemption | None = None

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
        if self.decision is None or self.standing in {"held", "ready"}:
            return spoken(self.product.group_name)
        return spoken(self._first_gap(self.decision).text)

    @staticmethod
    def _first_gap(decision: Decision) -> Requirement:
        return next((each for each in decision.unmet if each.code in CLOSED), decision.unmet[0])


def offers_of(account: Account, at: datetime, running: Mapping[str, Redemption]) -> list[Offer]:
    """Every product in force on the day, certificates first; the facts are gathered once."""
    law = version_on(today(at))
    decided = {decision.product: decision for decision in certificate_decisions(account, at)}
    certificates = [Offer(law.products[code], decided[code], running.get(code)) for code in decided]
    others = [Offer(product) for product in law.products.values() if not product.is_certificate]
    return certificates + others


def nearest(offers: Sequence[Offer]) -> list[Offer]:
    """What is running, what is open, then what misses least (age last); nothing that nobody can redeem today."""
    order = ("running", "ready", "missing")
    reachable = [each for each in offers if each.standing in order]
    return sorted(reachable, key=lambda each: (order.index(each.standing), each.too_young, each.missing))[:NEAREST]


def unmet_first(requirements: Sequence[Requirement]) -> list[Requirement]:
    """What is missing on top, each half in the order of the law."""
    return sorted(requirements, key=lambda each: each.met)


def running_of(account: Account) -> dict[str, Redemption]:
    """The applications that are not at their end, by product."""
    found = Redemption.objects.open().filter(account=account)
    return {each.product: each for each in found.select_related("policy_version").defer("policy_version__law")}
