"""The office, a dozen institutions and their staff, each with a login whose password and second factor are known."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final

import yaml

from creditbank.audit.actor import SYSTEM, Actor
from creditbank.demonstration.names import Names
from creditbank.institutions.actions import appoint_staff, load_shipped_schemes, register_institution
from creditbank.institutions.models import Institution
from creditbank.people.actors import acting_as
from creditbank.people.logins import create_person, create_staff_login
from creditbank.people.models import Account, OfficeRole, Person
from creditbank.people.rights import appoint_office
from creditbank.people.second_factor import enrol_totp

PASSWORD: Final = "shili-xuefen-2026"  # noqa: S105  (the demonstration's; printed on start)
TOTP_SECRET: Final = "MZXW6YTBOI4DAMRTGQ2TMNZYHEYTCMRT"  # noqa: S105  (the same for every sample login)
_FILE: Final = Path(__file__).parent / "institutions.yaml"
_OFFICERS: Final = (
    ("admin", OfficeRole.Role.ADMIN),
    ("reviewer", OfficeRole.Role.REVIEWER),
    ("reviewer2", OfficeRole.Role.REVIEWER),
    ("decider", OfficeRole.Role.DECIDER),
    ("hotline", OfficeRole.Role.HOTLINE),
    ("auditor", OfficeRole.Role.AUDITOR),
)


@dataclass(frozen=True, slots=True)
class Pupil:
    """A student of the demonstration, as a clerk would write her into a return."""

    name: str
    document_number: str = field(repr=False)
    account: Account
    card_number: str = field(repr=False)
    codes: tuple[str, ...] = field(default=(), repr=False)

    @property
    def birth(self) -> date:
        """Her date of birth."""
        return self.account.student.birth_date


@dataclass
class Member:
    """An institution with the two persons who work there, and how many students it gets."""

    institution: Institution
    clerk: Actor
    approver: Actor
    size: int
    pupils: list[Pupil] = field(default_factory=list)


@dataclass
class Bank:
    """Everybody of the demonstration. ``now`` is the moment at which it is made; histories lie before it."""

    now: datetime
    chance: random.Random
    names: Names
    officers: dict[str, Actor]
    members: dict[str, Member]

    @property
    def pupils(self) -> list[Pupil]:
        """Every student, by institution."""
        return [pupil for member in self.members.values() for pupil in member.pupils]


def found_bank(*, seed: int, now: datetime, since: datetime, divisor: int = 1) -> Bank:
    """The office, the shipped scheme, the institutions and all staff with their logins, as of ``since``.

    Each institution gets its number of students divided by ``divisor``.
    """
    chance = random.Random(seed)  # noqa: S311  (invented data)
    names = Names(chance)
    officers = _officers(names, since)
    load_shipped_schemes(actor=officers["admin"], at=since)
    bank = Bank(now, chance, names, officers, {})
    for entry in yaml.safe_load(_FILE.read_text(encoding="utf-8")):
        bank.members[entry["code"]] = _member(bank, {**entry, "students": entry["students"] // divisor}, since)
    return bank


def _officers(names: Names, since: datetime) -> dict[str, Actor]:
    found: dict[str, Actor] = {}
    for username, role in _OFFICERS:
        person = _employee(names, username, found.get("admin", SYSTEM), since)
        appoint_office(actor=found.get("admin", SYSTEM), at=since, person=person, role=role)
        found[username] = acting_as(person, role)
    return found


def _member(bank: Bank, entry: dict[str, str | int | bool], since: datetime) -> Member:
    admin, code = bank.officers["admin"], str(entry["code"])
    institution = register_institution(
        actor=admin,
        at=since,
        code=code,
        name=str(entry["name"]),
        name_en=str(entry["name_en"]),
        kind=str(entry["kind"]),
        region_code=str(entry["region"]),
        region_name=str(entry["place"]),
        approved_on=date(2021, 3, 1),
        issues_certificates=bool(entry.get("issues", False)),
        is_sample=True,
    )
    staff = []
    for role in ("clerk", "approver"):
        person = _employee(bank.names, f"{role}-{code.lower()}", admin, since)
        appoint_staff(actor=admin, at=since, institution=institution, person=person, role=role)
        staff.append(acting_as(person, role))
    return Member(institution, staff[0], staff[1], int(entry["students"]))


def _employee(names: Names, username: str, actor: Actor, since: datetime) -> Person:
    person = create_person(name=names.draw(), at=since)
    user = create_staff_login(actor=actor, at=since, person=person, username=username, password=PASSWORD)
    enrol_totp(user, TOTP_SECRET)
    return person
