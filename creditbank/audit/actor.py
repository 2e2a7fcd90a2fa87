"""Who acts: an opaque person, a name to show, and the capacity in which the person acts."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or the system itself) who does something.

    ``person_id`` is the id of a natural person, never of a login, so that maker and checker are compared as persons;
    it is ``None`` for the public and for the system. ``role`` is a word of the glossary: student, guardian, clerk,
    approver, reviewer, decider, hotline, auditor, admin, api, public, system.
    """

    person_id: int | None
    name: str
    role: str


SYSTEM: Final = Actor(None, "system", "system")
PUBLIC: Final = Actor(None, "public", "public")
