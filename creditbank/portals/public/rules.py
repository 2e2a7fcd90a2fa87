"""The regulation clause by clause with its interpretations, and the products it names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from creditbank import clock
from creditbank.policy.law import Law
from creditbank.policy.registry import CertificateFamily, Clause, Grade, Interpretation, Product, value_on
from creditbank.policy.text import Text
from creditbank.portals.export import Column, export_response
from creditbank.portals.labels import printed_order, spoken
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.site import law_shown
from creditbank.rulebook.clause_names import clause_label


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


@require_safe
def products(request: HttpRequest) -> HttpResponse:
    """Everything that can be redeemed, with what each certificate asks; without a published price: 待公布."""
    law = law_shown()
    today = clock.today()
    groups = sorted(law.groups.values(), key=lambda group: printed_order(group.clause))
    priced = [product for group in groups for product in group.products]
    kinds = [(group.code, spoken(group.name)) for group in groups]
    listing = make_listing(request.GET, priced, search=_search, filters=(Filter("group", _("类别"), kinds, _of_group),))
    if listing.export:
        return export_response(listing.export, COLUMNS, listing.rows, filename="products")
    context = {
        "families": family_entries(law, today),
        "listing": listing,
        "classes": law.price_classes,
        "pass_mark": law.value("exam_pass_mark", today).value,
        "nature": law.wording["certificate-nature"].text,
    }
    return render(request, "public/products.html", context)


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


def _search(rows: Sequence[Product], words: str) -> Sequence[Product]:
    asked = words.casefold()
    return [row for row in rows if asked in f"{row.code} {row.name.zh} {row.name.en} {row.group_name.zh}".casefold()]


def _of_group(rows: Sequence[Product], group: str) -> Sequence[Product]:
    return [row for row in rows if row.group == group]


COLUMNS: tuple[Column[Product], ...] = (
    Column(_("代码"), lambda product: product.code),
    Column(_("名称"), lambda product: spoken(product.name)),
    Column(_("类别"), lambda product: spoken(product.group_name)),
    Column(_("依据"), lambda product: clause_label(product.clause)),
)
