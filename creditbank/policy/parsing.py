"""From the plain data of a version to typed values: what is unknown or wrong is refused by its path."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, TypeVar

from creditbank.policy.reader import Reader, refusal
from creditbank.policy.registry import (
    CertificateFamily,
    Cited,
    Clause,
    Contact,
    Document,
    Grade,
    HonourScope,
    Interpretation,
    Named,
    OutputWording,
    Party,
    PriceClass,
    Product,
    ProductGroup,
    Reading,
    SkillNeed,
    SkillSubject,
)
from creditbank.policy.text import Text

T = TypeVar("T")
UNITS: Final = (
    "credits",
    "level",
    "years",
    "months",
    "days",
    "working-days",
    "points",
    "place",
    "decimals",
    "flag",
)
FAMILY_FIELDS: Final = (
    "code",
    "name",
    "holder",
    "clause",
    "from",
    "examination_clause",
    "credits",
    "skills",
    "minimum_age",
    "ladder",
    "honour_clauses",
    "grades",
)
COVERS: Final = ("all", "half", "stated")
LARGEST: Final = 10**9


def read_text(reader: Reader) -> Text:
    """``{zh: …, en: …}``."""
    fields = reader.fields(("zh", "en"))
    return Text(fields["zh"].text(), fields["en"].text())


def unique(readers: Iterable[tuple[Reader, T]], code_of: Callable[[T], str]) -> tuple[T, ...]:
    """The values, refused at the place of the second one that has the same code."""
    seen: dict[str, T] = {}
    for reader, value in readers:
        if code_of(value) in seen:
            raise refusal(reader.path, "编码重复", "expected a code that is not used twice")
        seen[code_of(value)] = value
    return tuple(seen.values())


@dataclass(slots=True)
class LawParser:
    """Reads the entries of a version and remembers where each clause and interpretation is cited."""

    clause_citations: list[tuple[str, str]] = field(default_factory=list)
    interpretation_citations: list[tuple[str, str]] = field(default_factory=list)

    def clause(self, reader: Reader) -> str:
        """A citation of a clause; whether it exists is checked when all is read."""
        code = reader.text()
        self.clause_citations.append((reader.path, code))
        return code

    def interpretation(self, reader: Reader | None) -> str | None:
        """A citation of an interpretation, if there is one."""
        if reader is None:
            return None
        code = reader.text()
        self.interpretation_citations.append((reader.path, code))
        return code

    def check_citations(self, clauses: Collection[str], interpretations: Collection[str]) -> None:
        """Refuse the first citation of something that does not exist."""
        for citations, known in ((self.clause_citations, clauses), (self.interpretation_citations, interpretations)):
            for path, code in citations:
                if code not in known:
                    raise refusal(
                        path, "应为存在的条款或解释编号", "expected the id of a clause or reading that exists"
                    )

    def cited(self, reader: Reader) -> Cited:
        """One dated value."""
        fields = reader.fields(("value", "unit", "from", "clause"), ("interpretation",))
        unit = fields["unit"].choice(UNITS)
        value = fields["value"]
        number = (
            value.hundredths()
            if unit == "credits"
            else int(value.flag())
            if unit == "flag"
            else value.integer(0, LARGEST)
        )
        since = fields["from"].day()
        return Cited(
            number, unit, since, self.clause(fields["clause"]), self.interpretation(fields.get("interpretation"))
        )

    def dated(self, reader: Reader) -> tuple[Cited, ...]:
        """A history of one value, each entry later than the one before."""
        history = tuple(self.cited(item) for item in reader.items())
        if any(later.since <= earlier.since for earlier, later in pairwise(history)):
            raise reader.refuse("日期应依次递增", "expected dates that grow")
        return history

    def clause_entry(self, reader: Reader) -> Clause:
        """One clause of a text."""
        fields = reader.fields(("id", "gist"), ("features",))
        features = tuple(item.text() for item in fields["features"].items()) if "features" in fields else ()
        return Clause(fields["id"].text(), read_text(fields["gist"]), features)

    def reading(self, reader: Reader) -> Reading:
        """One reading of an interpretation; ``value`` and ``unit`` come together."""
        fields = reader.fields(("code", "text"), ("value", "unit"))
        if ("value" in fields) != ("unit" in fields):
            raise reader.refuse("value 与 unit 应同时给出", "expected value and unit together")
        value = fields["value"].integer(0, LARGEST) if "value" in fields else None
        unit = fields["unit"].choice(UNITS) if "unit" in fields else None
        return Reading(fields["code"].text(), read_text(fields["text"]), value, unit)

    def interpretation_entry(self, reader: Reader) -> Interpretation:
        """One entry of the register."""
        fields = reader.fields(("id", "clauses", "from", "question", "selected", "readings"))
        readings = unique(((item, self.reading(item)) for item in fields["readings"].items()), lambda r: r.code)
        return Interpretation(
            code=fields["id"].text(),
            clauses=tuple(self.clause(item) for item in fields["clauses"].items()),
            since=fields["from"].day(),
            question=read_text(fields["question"]),
            readings=readings,
            selected=fields["selected"].choice([reading.code for reading in readings]),
        )

    def subject(self, reader: Reader) -> SkillSubject:
        """A subject of skill certificates."""
        fields = reader.fields(("code", "zh", "en", "levels", "clause"))
        name = Text(fields["zh"].text(), fields["en"].text())
        return SkillSubject(
            fields["code"].text(), name, fields["levels"].integer(1, 100), self.clause(fields["clause"])
        )

    def scope(self, reader: Reader) -> HonourScope:
        """A scope of honours."""
        fields = reader.fields(("code", "zh", "en", "clause", "any_discipline"))
        name = Text(fields["zh"].text(), fields["en"].text())
        return HonourScope(fields["code"].text(), name, fields["any_discipline"].flag(), self.clause(fields["clause"]))

    def named(self, reader: Reader) -> Named:
        """A code with its name and clause."""
        fields = reader.fields(("code", "zh", "en", "clause"))
        return Named(
            fields["code"].text(), Text(fields["zh"].text(), fields["en"].text()), self.clause(fields["clause"])
        )

    def price_class(self, reader: Reader) -> PriceClass:
        """A price class and what its credits cover."""
        fields = reader.fields(("code", "zh", "en", "covers", "clause"), ("interpretation",))
        return PriceClass(
            fields["code"].text(),
            Text(fields["zh"].text(), fields["en"].text()),
            fields["covers"].choice(COVERS),
            self.clause(fields["clause"]),
            self.interpretation(fields.get("interpretation")),
        )

    def grade(self, reader: Reader) -> Grade:
        """A grade of a family."""
        fields = reader.fields(("code", "name", "open"))
        return Grade(fields["code"].text(), read_text(fields["name"]), self.dated(fields["open"]))

    def skill_need(self, reader: Reader) -> SkillNeed:
        """A level asked in a subject."""
        fields = reader.fields(("subject", "level"))
        return SkillNeed(fields["subject"].text(), self.dated(fields["level"]))

    def family(self, reader: Reader) -> CertificateFamily:
        """A certificate family."""
        fields = reader.fields(FAMILY_FIELDS, ("honour_pool",))
        return CertificateFamily(
            code=fields["code"].text(),
            name=read_text(fields["name"]),
            holder=read_text(fields["holder"]),
            clause=self.clause(fields["clause"]),
            since=fields["from"].day(),
            examination_clause=self.clause(fields["examination_clause"]),
            credits=self.dated(fields["credits"]),
            skills=tuple(self.skill_need(item) for item in fields["skills"].items()),
            minimum_age=self.dated(fields["minimum_age"]),
            ladder=self.dated(fields["ladder"]),
            honour_clauses={key: self.clause(value) for key, value in fields["honour_clauses"].pairs().items()},
            honour_pool=fields["honour_pool"].text() if "honour_pool" in fields else None,
            grades=unique(((item, self.grade(item)) for item in fields["grades"].items()), lambda grade: grade.code),
        )

    def document(self, reader: Reader) -> Document:
        """One of the texts."""
        fields = reader.fields(("code", "title", "from", "clause"), ("revised",))
        revised = fields["revised"].day() if "revised" in fields else None
        title = read_text(fields["title"])
        return Document(fields["code"].text(), title, fields["from"].day(), revised, self.clause(fields["clause"]))

    def party(self, reader: Reader) -> Party:
        """A body named beside the Rules."""
        fields = reader.fields(("name", "site", "clause"))
        return Party(read_text(fields["name"]), fields["site"].text(), self.clause(fields["clause"]))

    def contact(self, code: str, reader: Reader) -> Contact:
        """A fact of Articles 13 to 16."""
        fields = reader.fields(("value", "clause"))
        return Contact(code, fields["value"].text(), self.clause(fields["clause"]))

    def wording(self, code: str, reader: Reader) -> OutputWording:
        """A statement that outputs carry."""
        fields = reader.fields(("clause", "text"), ("interpretation",))
        interpretation = self.interpretation(fields.get("interpretation"))
        return OutputWording(code, read_text(fields["text"]), self.clause(fields["clause"]), interpretation)

    def group(self, reader: Reader) -> ProductGroup:
        """A group of Article 11: its items, times its variants if it has any, are its products."""
        fields = reader.fields(("code", "name", "clause", "from", "classes", "items"), ("variants", "themes", "forms"))
        clause = self.clause(fields["clause"])
        classes = tuple(item.text() for item in fields["classes"].items())
        group, name, since = fields["code"].text(), read_text(fields["name"]), fields["from"].day()
        found = [
            (item, Product(f"{group}.{code}", text, group, name, clause, since, classes, amount_yuan=yuan))
            for item in fields["items"].items()
            for code, text, yuan in _with_variants(item, _items(fields.get("variants")))
        ]
        products = unique(found, lambda product: product.code)
        return ProductGroup(group, name, clause, products, _items(fields.get("themes")), _items(fields.get("forms")))


def _items(reader: Reader | None) -> tuple[tuple[str, Text], ...]:
    if reader is None:
        return ()
    found = [(item, item.fields(("code", "zh", "en"))) for item in reader.items()]
    named = ((item, (row["code"].text(), Text(row["zh"].text(), row["en"].text()))) for item, row in found)
    return unique(named, lambda pair: pair[0])


def _with_variants(reader: Reader, variants: tuple[tuple[str, Text], ...]) -> list[tuple[str, Text, int | None]]:
    fields = reader.fields(("code", "zh", "en"), ("amount_yuan",))
    yuan = fields["amount_yuan"].integer(1, LARGEST) if "amount_yuan" in fields else None
    code, text = fields["code"].text(), Text(fields["zh"].text(), fields["en"].text())
    if not variants:
        return [(code, text, yuan)]
    return [
        (f"{code}.{variant}", Text(f"{text.zh}（{name.zh}）", f"{text.en} ({name.en})"), yuan)
        for variant, name in variants
    ]


def certificate_products(family: CertificateFamily) -> list[Product]:
    """One product for each grade of a family; whether the grade is open is for the rules to say."""
    return [
        Product(
            code=f"certificate.{family.code}.{grade.code}",
            name=Text(f"{family.name.zh}（{grade.name.zh}）", f"{family.name.en} ({grade.name.en})"),
            group="certificate",
            group_name=family.name,
            clause=family.clause,
            since=family.since,
            classes=(),
            family=family.code,
            grade=grade.code,
        )
        for grade in family.grades
    ]
