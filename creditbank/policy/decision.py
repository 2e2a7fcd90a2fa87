"""A decision is a value: the outcome, the route, the credits asked, and every requirement with its clause and its gap.

The JSON is the public contract. ``close`` says how to close a gap and is null when there is none; ``alternatives``
holds the other route of a certificate, judged the same way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from creditbank.policy.amounts import format_hundredths
from creditbank.policy.codes import REQUIREMENT_CODES, Route
from creditbank.policy.parsing import read_text
from creditbank.policy.reader import Reader
from creditbank.policy.text import Json, Text

OUTCOMES: Final = ("eligible", "not_eligible")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement, met or not. ``need``, ``have`` and ``gap`` are strings, or ``None`` where none fits."""

    clause: str
    code: str
    met: bool
    need: str | None
    have: str | None
    gap: str | None
    text: Text
    interpretation: str | None
    close: Text | None

    def to_json(self) -> dict[str, Json]:
        """The requirement as the contract writes it."""
        return {
            "clause": self.clause,
            "code": self.code,
            "met": self.met,
            "need": self.need,
            "have": self.have,
            "gap": self.gap,
            "text": {"zh": self.text.zh, "en": self.text.en},
            "interpretation": self.interpretation,
            "close": {"zh": self.close.zh, "en": self.close.en} if self.close else None,
        }


@dataclass(frozen=True, slots=True)
class Judgement:
    """One route judged: the credits it asks (``None``: no price is published) and its requirements, in order."""

    route: Route | None
    asked_hundredths: int | None
    requirements: tuple[Requirement, ...]

    @property
    def eligible(self) -> bool:
        """Whether every requirement is met."""
        return all(requirement.met for requirement in self.requirements)

    @property
    def unmet(self) -> tuple[Requirement, ...]:
        """The requirements that are not met."""
        return tuple(requirement for requirement in self.requirements if not requirement.met)

    def to_json(self) -> dict[str, Json]:
        """The judgement as it stands under ``alternatives``."""
        asked = self.asked_hundredths
        return {
            "route": self.route.value if self.route else None,
            "outcome": OUTCOMES[0] if self.eligible else OUTCOMES[1],
            "credits": None if asked is None else format_hundredths(asked),
            "requirements": [requirement.to_json() for requirement in self.requirements],
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one question under one version of the law."""

    product: str
    policy_version: str
    judgement: Judgement
    alternatives: tuple[Judgement, ...] = ()

    @property
    def eligible(self) -> bool:
        """Whether the reported route is open."""
        return self.judgement.eligible

    @property
    def outcome(self) -> str:
        """``eligible`` or ``not_eligible``."""
        return OUTCOMES[0] if self.eligible else OUTCOMES[1]

    @property
    def route(self) -> Route | None:
        """The reported route; ``None`` for products without routes."""
        return self.judgement.route

    @property
    def asked_hundredths(self) -> int | None:
        """Credits to hold and settle, in hundredths; ``None`` while no price is published."""
        return self.judgement.asked_hundredths

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """Every requirement of the reported route."""
        return self.judgement.requirements

    @property
    def unmet(self) -> tuple[Requirement, ...]:
        """The requirements of the reported route that are not met."""
        return self.judgement.unmet

    def requirement(self, code: str) -> Requirement | None:
        """The requirement of the reported route with a code, if it is listed."""
        return next((requirement for requirement in self.requirements if requirement.code == code), None)

    def to_json(self) -> dict[str, Json]:
        """The decision as the public contract writes it."""
        judged = self.judgement.to_json()
        return {
            "outcome": self.outcome,
            "product": self.product,
            "route": judged["route"],
            "credits": judged["credits"],
            "policy_version": self.policy_version,
            "requirements": judged["requirements"],
            "alternatives": [judgement.to_json() for judgement in self.alternatives],
        }


def decision_from_json(data: object) -> Decision:
    """The decision that was stored; the inverse of :meth:`Decision.to_json`. Raises ``InvalidInput`` by path."""
    fields = Reader(data, "").fields(
        ("outcome", "product", "route", "credits", "policy_version", "requirements", "alternatives")
    )
    return Decision(
        product=fields["product"].text(),
        policy_version=fields["policy_version"].text(),
        judgement=_judgement(fields),
        alternatives=tuple(
            _judgement(item.fields(("route", "outcome", "credits", "requirements")))
            for item in fields["alternatives"].items()
        ),
    )


def _judgement(fields: Mapping[str, Reader]) -> Judgement:
    route, asked = fields["route"], fields["credits"]
    judgement = Judgement(
        route=None if route.value is None else Route(route.choice(tuple(Route))),
        asked_hundredths=None if asked.value is None else asked.hundredths(),
        requirements=tuple(_requirement(item) for item in fields["requirements"].items()),
    )
    if fields["outcome"].choice(OUTCOMES) != OUTCOMES[0 if judgement.eligible else 1]:
        raise fields["outcome"].refuse("应与各项要求一致", "expected the outcome that the requirements give")
    return judgement


def _requirement(reader: Reader) -> Requirement:
    fields = reader.fields(
        ("clause", "code", "met", "need", "have", "gap", "text", "interpretation", "close"),
    )
    return Requirement(
        clause=fields["clause"].text(),
        code=fields["code"].choice(REQUIREMENT_CODES),
        met=fields["met"].flag(),
        need=_optional(fields["need"]),
        have=_optional(fields["have"]),
        gap=_optional(fields["gap"]),
        text=read_text(fields["text"]),
        interpretation=_optional(fields["interpretation"]),
        close=None if fields["close"].value is None else read_text(fields["close"]),
    )


def _optional(reader: Reader) -> str | None:
    return None if reader.value is None else reader.text()
