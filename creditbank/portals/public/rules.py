"""The regulation clause by clause with its interpretations, and the certificate families it names."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from creditbank.policy.law import Law
from creditbank.policy.registry import CertificateFamily, Clause, Grade, Interpretation, value_on
from creditbank.policy.text import Text
from creditbank.portals.labels import printed_order
from creditbank.portals.site import law_shown


@dataclass(frozen=True, slots=True)
class ClauseEntry:
    """A clause with the readings that stand beside it."""

    clause: Clause
    interpretations: tuple[Interpretation, ...]


@dataclass(frozen=True, slots=True)
class GradeEntry:
    """A grade and whether credits can redeem it today."""

    grade: Grade
    is_open: bool


@dataclass(frozen=True, slots=True)
class FamilyEntry:
    """What a certificate family asks today: credits in hundredths, levels, age in years (``None``: no age)."""

    family: CertificateFamily
    credits_hundredths: int
    skills: tuple[tuple[Text, int], ...]
    minimum_age: int | None
    ladder: bool
    grades: tuple[GradeEntry, ...]

    @property
    def open_grades(self) -> tuple[GradeEntry, ...]:
        """The grades that can be redeemed."""
        return tuple(entry for entry in self.grades if entry.is_open)


@require_safe
def regulation(request: HttpRequest) -> HttpResponse:
    """Every clause with its gist and the readings that the bank ships with; each has its own anchor."""
    law = law_shown()
    entries = clause_entries(law)
    documents = [(document, entries[document.clause[0]]) for document in law.documents]
    context = {"law": law, "documents": documents, "interpretations": law.interpretations.values()}
    return render(request, "public/regulation.html", context)


def clause_entries(law: Law) -> dict[str, list[ClauseEntry]]:
    """Clauses by document (``M``, ``R``) in printed order, each with the interpretations that name it."""
    entries: dict[str, list[ClauseEntry]] = {"M": [], "R": []}
    for code, clause in law.clauses.items():
        beside = tuple(reading for reading in law.interpretations.values() if code in reading.clauses)
        entries[code[0]].append(ClauseEntry(clause, beside))
    return entries


def family_entries(law: Law, on: date) -> list[FamilyEntry]:
    """The certificate families in the order of the Rules, as they stand on a date."""
    families = sorted(law.families.values(), key=lambda family: printed_order(family.clause))
    return [_family_entry(law, family, on) for family in families]


def _family_entry(law: Law, family: CertificateFamily, on: date) -> FamilyEntry:
    age = value_on(family.minimum_age, on)
    ladder = value_on(family.ladder, on)
    price = value_on(family.credits, on)
    assert price is not None, "a family without credits is refused when the law is read"
    levels = ((law.subjects[need.subject].name, value_on(need.level, on)) for need in family.skills)
    opened = ((grade, value_on(grade.opened, on)) for grade in family.grades)
    return FamilyEntry(
        family=family,
        credits_hundredths=price.value,
        skills=tuple((subject, level.value) for subject, level in levels if level is not None),
        minimum_age=age.value if age else None,
        ladder=bool(ladder and ladder.value),
        grades=tuple(GradeEntry(grade, bool(value and value.value)) for grade, value in opened),
    )
