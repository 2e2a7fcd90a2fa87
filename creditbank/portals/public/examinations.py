"""The examination rules for everybody: per certificate family what is in force, what comes, and what was (R-x.1)."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from creditbank import clock
from creditbank.examinations.models import ExamRules
from creditbank.examinations.papers import Part
from creditbank.examinations.reading import published_rules
from creditbank.policy.registry import CertificateFamily
from creditbank.portals.labels import printed_order, spoken
from creditbank.portals.site import law_shown


@dataclass(frozen=True, slots=True)
class ShownRules:
    """One set of published rules: its words, its parts, and whether it is in force, to come or past."""

    row: ExamRules
    words: str
    parts: tuple[Part, ...]
    standing: str


@dataclass(frozen=True, slots=True)
class FamilyRules:
    """A family with all rules ever published for its examination."""

    family: CertificateFamily
    rules: tuple[ShownRules, ...]


@require_safe
def exam_rules(request: HttpRequest) -> HttpResponse:
    """Every family's published rules, the newest first."""
    law, today, published = law_shown(), clock.today(), published_rules()
    families = sorted(law.families.values(), key=lambda family: printed_order(family.clause))
    entries = [FamilyRules(each, shown_rules(published.get(each.code, []), today)) for each in families]
    context = {"entries": entries, "pass_mark": law.value("exam_pass_mark", today).value}
    return render(request, "public/exam_rules.html", context)


def shown_rules(rows: list[ExamRules], on: date) -> tuple[ShownRules, ...]:
    """Published rules, newest first, each with how it stands on a day: ``coming``, ``now`` or ``past``."""
    found: list[ShownRules] = []
    current = next((row.pk for row in rows if row.starts_on <= on), None)
    for row in rows:
        standing = "now" if row.pk == current else "coming" if row.starts_on > on else "past"
        words = spoken({"zh": row.text_zh, "en": row.text_en})
        found.append(ShownRules(row, words, row.blueprint(), standing))
    return tuple(found)
