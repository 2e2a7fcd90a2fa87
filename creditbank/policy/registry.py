"""What the law names, as frozen values: dated numbers, clauses, readings, families, products. Nothing here decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from creditbank.policy.text import Text


@dataclass(frozen=True, slots=True)
class Cited:
    """One value of the law: ``value`` in ``unit`` (credits as hundredths), from a date, under a clause."""

    value: int
    unit: str
    since: date
    clause: str
    interpretation: str | None


def value_on(history: tuple[Cited, ...], on: date) -> Cited | None:
    """The value that stands on a date: the latest begun, before the first the first; ``None`` if there is none."""
    begun = [value for value in history if value.since <= on]
    return begun[-1] if begun else (history[0] if history else None)


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its gist in our own words, and the features that answer it beside the values that cite it."""

    code: str
    gist: Text
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a silent clause; some readings carry a number (days, months)."""

    code: str
    text: Text
    value: int | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class Interpretation:
    """An entry of the register (M-17): the question, the readings, and the one selected."""

    code: str
    clauses: tuple[str, ...]
    since: date
    question: Text
    readings: tuple[Reading, ...]
    selected: str

    @property
    def reading(self) -> Reading:
        """The reading in force."""
        return next(reading for reading in self.readings if reading.code == self.selected)


@dataclass(frozen=True, slots=True)
class Named:
    """A code of an open list with its name as printed."""

    code: str
    name: Text
    clause: str


@dataclass(frozen=True, slots=True)
class SkillSubject:
    """A subject of skill certificates with levels from 1 to ``levels``."""

    code: str
    name: Text
    levels: int
    clause: str


@dataclass(frozen=True, slots=True)
class HonourScope:
    """Where a first place was won; ``any_discipline`` if its events are not limited to the listed disciplines."""

    code: str
    name: Text
    any_discipline: bool
    clause: str


@dataclass(frozen=True, slots=True)
class PriceClass:
    """全价, 半价, 补贴价: ``covers`` says what the credits pay: ``all``, ``half``, or a ``stated`` part (I-8)."""

    code: str
    name: Text
    covers: str
    clause: str
    interpretation: str | None


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade (or kind) of a certificate family; ``opened`` tells whether credits can redeem it."""

    code: str
    name: Text
    opened: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class SkillNeed:
    """A level that the skill route of a family asks in one subject."""

    subject: str
    level: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class CertificateFamily:
    """A certificate family of the Rules; grades stand from the lowest to the highest."""

    code: str
    name: Text
    holder: Text
    clause: str
    since: date
    examination_clause: str
    credits: tuple[Cited, ...]
    skills: tuple[SkillNeed, ...]
    minimum_age: tuple[Cited, ...]
    ladder: tuple[Cited, ...]
    honour_clauses: Mapping[str, str]
    honour_pool: str | None
    grades: tuple[Grade, ...]

    def grade(self, code: str) -> Grade:
        """The grade with a known code."""
        return next(grade for grade in self.grades if grade.code == code)

    def grade_below(self, code: str) -> Grade | None:
        """The grade just below, or ``None`` for the lowest."""
        index = [grade.code for grade in self.grades].index(code)
        return self.grades[index - 1] if index else None


@dataclass(frozen=True, slots=True)
class Product:
    """One thing that can be redeemed. Certificates have a family and a grade; others a group and perhaps classes."""

    code: str
    name: Text
    group: str
    group_name: Text
    clause: str
    since: date
    classes: tuple[str, ...]
    family: str | None = None
    grade: str | None = None
    amount_yuan: int | None = None

    @property
    def is_certificate(self) -> bool:
        """Whether its credits stand in the Rules, not in a price schedule."""
        return self.family is not None


@dataclass(frozen=True, slots=True)
class ProductGroup:
    """A group of Article 11 with its products; study visits also have themes and forms (code, name)."""

    code: str
    name: Text
    clause: str
    products: tuple[Product, ...]
    themes: tuple[tuple[str, Text], ...]
    forms: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class OutputWording:
    """A statement that an output must carry."""

    code: str
    text: Text
    clause: str
    interpretation: str | None


@dataclass(frozen=True, slots=True)
class Document:
    """One of the two texts: when it came into force, when it was revised."""

    code: str
    title: Text
    since: date
    revised: date | None
    clause: str


@dataclass(frozen=True, slots=True)
class Party:
    """A body that the text names beside the Rules (R-0)."""

    name: Text
    site: str
    clause: str


@dataclass(frozen=True, slots=True)
class Contact:
    """One fact of Articles 13 to 16."""

    code: str
    value: str
    clause: str
