"""One version of the law as a frozen value: what the rules read, and the plain data it came from.

The plain data (:meth:`Law.to_json`) is what the rulebook stores: the same data always gives the same law, and its
``rules`` name the dated functions that decided under it, so that an old version is replayed as it was.
"""

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from creditbank.policy.parsing import LawParser, certificate_products, read_text, unique
from creditbank.policy.reader import Reader, refusal
from creditbank.policy.registry import (
    CertificateFamily,
    Cited,
    Clause,
    Contact,
    Document,
    HonourScope,
    Interpretation,
    Named,
    OutputWording,
    Party,
    PriceClass,
    Product,
    ProductGroup,
    SkillSubject,
    value_on,
)
from creditbank.policy.text import Text
from creditbank.policy.words import read_words

SECTIONS: Final = (
    "version",
    "documents",
    "parties",
    "contacts",
    "rules",
    "clauses",
    "interpretations",
    "skill_subjects",
    "honour_scopes",
    "disciplines",
    "values",
    "price_classes",
    "product_groups",
    "certificate_families",
    "requirement_words",
    "output_wording",
)
VALUES: Final = (
    "winning_place",
    "credits_per_level",
    "exam_pass_mark",
    "exam_full_mark",
    "exam_validity",
    "credit_decimals",
)
RULE_SETS: Final = ("certificate-skill", "certificate-champion", "priced")
READINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "I-1": ("spend", "threshold"),
    "I-2": ("certificate-and-credits", "certificate-only"),
    "I-3": ("ladder", "direct"),
    "I-4": ("required", "none"),
    "I-5": ("birthday", "day-after"),
    "I-6": ("any-credits", "earned-by-certificate"),
    "I-11": ("never", "after-months"),
    "I-12": ("five-days", "other-days"),
    "I-15": ("consent-for-name", "masked-name-for-all"),
    "I-16": ("thirty-days", "other-days"),
}
STRUCTURE: Final = 1
T = TypeVar("T")
Sections = Mapping[str, tuple[Reader, ...]]


@dataclass(frozen=True, slots=True)
class Law:
    """A version of the law. Mappings are keyed by code and keep the printed order; treat them as read-only."""

    code: str
    title: Text
    since: date
    loaded_as_in_force: bool
    documents: tuple[Document, ...]
    parties: tuple[Party, ...]
    contacts: Mapping[str, Contact]
    rules: Mapping[str, tuple[str, ...]]
    clauses: Mapping[str, Clause]
    interpretations: Mapping[str, Interpretation]
    subjects: Mapping[str, SkillSubject]
    scopes: Mapping[str, HonourScope]
    disciplines: Mapping[str, Named]
    values: Mapping[str, tuple[Cited, ...]]
    price_classes: Mapping[str, PriceClass]
    groups: Mapping[str, ProductGroup]
    families: Mapping[str, CertificateFamily]
    products: Mapping[str, Product]
    words: Mapping[str, Mapping[str, Text]]
    wording: Mapping[str, OutputWording]
    cited_clauses: frozenset[str]
    source: str

    def __hash__(self) -> int:
        return hash(self.source)

    def reads(self, interpretation: str) -> str:
        """The code of the reading selected for an interpretation."""
        return self.interpretations[interpretation].selected

    def reading_value(self, interpretation: str) -> int:
        """The number (of days, of months) that the selected reading carries."""
        value = self.interpretations[interpretation].reading.value
        if value is None:
            raise refusal(interpretation, "所选读法应带数值", "expected a reading that carries a number")
        return value

    def value(self, name: str, on: date) -> Cited:
        """One of the dated values of :data:`VALUES` as it stands on a date."""
        found = value_on(self.values[name], on)
        assert found is not None, "a version without this value is refused when it is read"
        return found

    def to_json(self) -> dict[str, object]:
        """The plain data of this version, fit for JSON; :func:`read_law` makes the same law of it."""
        document: dict[str, object] = json.loads(self.source)
        return document

    def select(self, interpretation: str, reading: str, value: int | None = None) -> "Law":
        """This law with another reading selected, and perhaps another number of days or months for it.

        The version code says so (``2021-09-01+I-1.threshold``), for two laws that decide differently are two versions.
        Raises ``InvalidInput`` for an unknown interpretation or reading, or a number where the reading carries none.
        """
        if interpretation not in self.interpretations:
            raise refusal("interpretation", "应为存在的解释编号", "expected the id of an interpretation that exists")
        readings = self.interpretations[interpretation].readings
        Reader(reading, "reading").choice([item.code for item in readings])
        document = self.to_json()
        _select_in(document, interpretation, reading, value)
        suffix = f"+{interpretation}.{reading}" + ("" if value is None else f".{value}")
        return renamed(document, self.code + suffix)


def renamed(document: Mapping[str, object], code: str, since: date | None = None) -> Law:
    """The law of ``document`` under another version code, and perhaps in force from another date."""
    changed = copy.deepcopy(dict(document))
    version = changed["version"]
    assert isinstance(version, dict), "the data came from a law"
    version["code"] = code
    if since is not None:
        version["from"] = since.isoformat()
    return read_law(changed)


def read_law(document: object) -> Law:
    """The law of plain data as :meth:`Law.to_json` gives it; ``InvalidInput`` names the place that is wrong."""
    readers = Reader(document, "").fields(SECTIONS)
    return build_law({name: (reader,) for name, reader in readers.items()}, document)


def build_law(sections: Sections, document: object) -> Law:
    """The law of its sections, each read at the places it was written; ``document`` is the same data in one piece."""
    parser = LawParser()
    head = _one(sections, "version").fields(("code", "structure", "title", "from", "loaded_as_in_force"))
    head["structure"].integer(STRUCTURE, STRUCTURE)
    groups = _by_code(sections, "product_groups", parser.group, lambda group: group.code)
    families = _by_code(sections, "certificate_families", parser.family, lambda family: family.code)
    law = Law(
        code=head["code"].text(),
        title=read_text(head["title"]),
        since=head["from"].day(),
        loaded_as_in_force=head["loaded_as_in_force"].flag(),
        documents=tuple(parser.document(item) for item in _items(sections, "documents")),
        parties=tuple(parser.party(item) for item in _items(sections, "parties")),
        contacts={key: parser.contact(key, item) for key, item in _one(sections, "contacts").pairs().items()},
        rules=_rules(_one(sections, "rules")),
        clauses=_by_code(sections, "clauses", parser.clause_entry, lambda clause: clause.code),
        interpretations=_by_code(sections, "interpretations", parser.interpretation_entry, lambda entry: entry.code),
        subjects=_by_code(sections, "skill_subjects", parser.subject, lambda subject: subject.code),
        scopes=_by_code(sections, "honour_scopes", parser.scope, lambda scope: scope.code),
        disciplines=_by_code(sections, "disciplines", parser.named, lambda discipline: discipline.code),
        values=_values(_one(sections, "values"), parser),
        price_classes=_by_code(sections, "price_classes", parser.price_class, lambda price: price.code),
        groups=groups,
        families=families,
        products=_products(groups, families),
        words=read_words(_one(sections, "requirement_words")),
        wording={key: parser.wording(key, item) for key, item in _one(sections, "output_wording").pairs().items()},
        cited_clauses=frozenset(code for _, code in parser.clause_citations),
        source=json.dumps(document, ensure_ascii=False, sort_keys=True, allow_nan=False),
    )
    parser.check_citations(law.clauses, law.interpretations)
    _check_interpretations(law)
    _check_codes(law)
    return law


def _one(sections: Sections, name: str) -> Reader:
    return sections[name][0]


def _items(sections: Sections, name: str) -> list[Reader]:
    return [item for reader in sections[name] for item in reader.items()]


def _by_code(sections: Sections, name: str, read: Callable[[Reader], T], code_of: Callable[[T], str]) -> dict[str, T]:
    entries = unique(((item, read(item)) for item in _items(sections, name)), code_of)
    return {code_of(entry): entry for entry in entries}


def _rules(reader: Reader) -> dict[str, tuple[str, ...]]:
    return {name: tuple(rule.text() for rule in rules.items()) for name, rules in reader.fields(RULE_SETS).items()}


def _values(reader: Reader, parser: LawParser) -> dict[str, tuple[Cited, ...]]:
    fields = reader.fields(VALUES)
    for field in fields.values():
        if not field.items():
            raise field.refuse("应至少有一个值", "expected at least one value")
    return {name: parser.dated(field) for name, field in fields.items()}


def _products(groups: Mapping[str, ProductGroup], families: Mapping[str, CertificateFamily]) -> dict[str, Product]:
    priced = [product for group in groups.values() for product in group.products]
    certificates = [product for family in families.values() for product in certificate_products(family)]
    return {product.code: product for product in (*priced, *certificates)}


def _check_codes(law: Law) -> None:
    """Codes that one section takes from another must exist there."""
    for family in law.families.values():
        place = f"certificate_families.{family.code}"
        if not family.credits or not family.grades or not all(grade.opened for grade in family.grades):
            raise refusal(place, "应有学分、等级和开放情况", "expected credits, grades and whether each is open")
        if any(need.subject not in law.subjects or not need.level for need in family.skills):
            raise refusal(f"{place}.skills", "应为存在的科目", "expected subjects that exist, each with a level")
        if set(family.honour_clauses) != set(law.scopes):
            raise refusal(
                f"{place}.honour_clauses", "应包含每一种荣誉范围", "expected one clause for each honour scope"
            )
    for product in law.products.values():
        if any(code not in law.price_classes for code in product.classes):
            raise refusal(f"product_groups.{product.group}.classes", "应为存在的价位", "expected classes that exist")


def _check_interpretations(law: Law) -> None:
    """The rules ask for these readings by name; a version may reword them and add others, but not drop one."""
    for code, readings in READINGS.items():
        entry = law.interpretations.get(code)
        if entry is None or not set(readings) <= {reading.code for reading in entry.readings}:
            names = ", ".join(readings)
            raise refusal(f"interpretations.{code}", f"应有读法：{names}", f"expected the readings: {names}")
        if entry.selected not in readings:
            raise refusal(f"interpretations.{code}.selected", "规则不认识这一读法", "expected a reading the rules know")
    for code in ("I-12", "I-16"):
        if any(reading.value is None for reading in law.interpretations[code].readings):
            raise refusal(f"interpretations.{code}", "每种读法都应带日数", "expected a number of days in each reading")


def _select_in(document: dict[str, object], interpretation: str, reading: str, value: int | None) -> None:
    entries = document["interpretations"]
    assert isinstance(entries, list), "the data came from a law"
    entry = next(entry for entry in entries if entry["id"] == interpretation)
    entry["selected"] = reading
    if value is None:
        return
    chosen = next(item for item in entry["readings"] if item["code"] == reading)
    if "value" not in chosen:
        raise refusal("value", "这一读法不带数值", "expected no value: this reading carries none")
    chosen["value"] = value
