"""Codes that the structure of the law fixes; everything that a list leaves open (等) is data of a version instead."""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Final

from creditbank.policy.text import Text


class Domain(IntEnum):
    """The five domains of education 五育 (M-P); the numbers stand in the passbook."""

    MORAL = 1
    INTELLECTUAL = 2
    PHYSICAL = 3
    AESTHETIC = 4
    LABOUR = 5

    @property
    def code(self) -> str:
        """The code used outside: ``moral`` …"""
        return self.name.lower()

    @property
    def text(self) -> Text:
        """The name in both languages."""
        return DOMAIN_NAMES[self]


class Stage(IntEnum):
    """The stages 教 练 赛 (M-1); the numbers stand in the passbook."""

    TEACHING = 1
    PRACTICE = 2
    COMPETITION = 3

    @property
    def code(self) -> str:
        """The code used outside: ``teaching`` …"""
        return self.name.lower()

    @property
    def text(self) -> Text:
        """The name in both languages."""
        return STAGE_NAMES[self]


class Route(StrEnum):
    """How a certificate is asked for: by skill certificate and credits, or as a champion."""

    SKILL = "skill"
    CHAMPION = "champion"


class AccountState(StrEnum):
    """States of an account, as ``account-open`` looks at them."""

    OPEN = "open"
    FROZEN = "frozen"
    CLOSED = "closed"


DOMAIN_NAMES: Final[Mapping[Domain, Text]] = {
    Domain.MORAL: Text("德", "Moral"),
    Domain.INTELLECTUAL: Text("智", "Intellectual"),
    Domain.PHYSICAL: Text("体", "Physical"),
    Domain.AESTHETIC: Text("美", "Aesthetic"),
    Domain.LABOUR: Text("劳", "Labour"),
}
STAGE_NAMES: Final[Mapping[Stage, Text]] = {
    Stage.TEACHING: Text("教", "Teaching"),
    Stage.PRACTICE: Text("练", "Practice"),
    Stage.COMPETITION: Text("赛", "Competition"),
}
REQUIREMENT_CODES: Final = (
    "in-force",
    "credits",
    "skill-certificate",
    "honour",
    "honour-unused",
    "age",
    "audience",
    "exam",
    "ladder",
    "grade-open",
    "not-held",
    "price-published",
    "window",
    "seats",
    "budget",
    "account-open",
)
