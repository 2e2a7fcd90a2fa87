"""The facts that a decision looks at, and their strict reading from the public contract.

A field that is unknown, missing, of the wrong type or out of its range is refused with its path. Lists that are missing
are empty; nothing else is guessed.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Final

from creditbank.policy.amounts import format_hundredths
from creditbank.policy.codes import AccountState, Route
from creditbank.policy.law import Law
from creditbank.policy.offers import COUNTY, Offer, parse_offer, read_place, read_texts
from creditbank.policy.reader import Duplicate, Reader, refusal
from creditbank.policy.registry import CertificateFamily, Product
from creditbank.policy.text import Json

LARGEST_INPUT_BYTES: Final = 1 << 20
ANY_DISCIPLINE: Final = "other"


@dataclass(frozen=True, slots=True)
class HeldSkill:
    """The highest level held in a subject; it implies the levels below."""

    subject: str
    level: int


@dataclass(frozen=True, slots=True)
class Honour:
    """A place won; ``used_for`` lists the certificate families it was already used for."""

    scope: str
    discipline: str
    place: int
    awarded_on: date
    used_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldCertificate:
    """A certificate that is held already."""

    family: str
    grade: str


@dataclass(frozen=True, slots=True)
class ExamResult:
    """A result in a family's general-knowledge examination, of 100 points."""

    family: str
    score: int
    taken_on: date


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one person; credits in hundredths.

    ``place`` is the county code (GB/T 2260, six digits) of where she lives or learns, and ``institutions`` the codes of
    the members where she is enrolled; only an offer for some places or members looks at them.
    """

    birth_date: date
    available_hundredths: int = 0
    skill_certificates: tuple[HeldSkill, ...] = ()
    honours: tuple[Honour, ...] = ()
    certificates: tuple[HeldCertificate, ...] = ()
    exams: tuple[ExamResult, ...] = ()
    place: str | None = None
    institutions: tuple[str, ...] = ()

    def level(self, subject: str) -> int:
        """The highest level held in a subject, 0 if none."""
        return max((held.level for held in self.skill_certificates if held.subject == subject), default=0)

    def holds(self, family: str, grade: str) -> bool:
        """Whether a certificate is held already."""
        return HeldCertificate(family, grade) in self.certificates


@dataclass(frozen=True, slots=True)
class Account:
    """What the people part knows of the account."""

    state: AccountState


@dataclass(frozen=True, slots=True)
class Question:
    """A question to :func:`creditbank.policy.decide.decide`, read from the public contract."""

    on: date
    product: str
    facts: Facts
    price_class: str | None = None
    route: Route | None = None
    offer: Offer | None = None
    account: Account | None = None


def facts_to_json(facts: Facts) -> dict[str, Json]:
    """The facts as the contract writes them, to be stored with their decision; see :func:`parse_facts`."""
    return {
        "birth_date": facts.birth_date.isoformat(),
        "available_credits": format_hundredths(facts.available_hundredths),
        "skill_certificates": [{"subject": held.subject, "level": held.level} for held in facts.skill_certificates],
        "honours": [
            {
                "scope": honour.scope,
                "discipline": honour.discipline,
                "place": honour.place,
                "awarded_on": honour.awarded_on.isoformat(),
                "used_for": list(honour.used_for),
            }
            for honour in facts.honours
        ],
        "certificates": [{"family": held.family, "grade": held.grade} for held in facts.certificates],
        "exams": [
            {"family": result.family, "score": result.score, "taken_on": result.taken_on.isoformat()}
            for result in facts.exams
        ],
        **({"place": facts.place} if facts.place else {}),
        **({"institutions": list(facts.institutions)} if facts.institutions else {}),
    }


def parse_json(data: bytes) -> object:
    """The plain data of a JSON text in UTF-8 of at most 1 MiB; keys given twice are refused when they are read.

    Raises ``InvalidInput`` if it is too long, not UTF-8, not JSON (``NaN`` is not JSON), or nested too deeply.
    """
    if len(data) > LARGEST_INPUT_BYTES:
        raise refusal("input", "应不超过 1 MiB", "expected at most 1 MiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refusal("input", "应为 UTF-8 编码的 JSON", "expected JSON in UTF-8") from None
    try:
        plain: object = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except RecursionError:
        raise refusal("input", "嵌套过深", "expected fewer levels of nesting") from None
    except json.JSONDecodeError as error:
        place = f"input:{error.lineno}:{error.colno}"
        raise refusal(place, "应为规范的 JSON", "expected well-formed JSON") from None
    except ValueError:
        raise refusal(
            "input", "应为规范的 JSON，数不能过长", "expected well-formed JSON without huge numbers"
        ) from None
    return plain


def parse_question(data: object, law: Law) -> Question:
    """The question in the plain data of the contract, read under a version of the law.

    Raises ``InvalidInput`` with ``field`` (the path) and what was ``expected`` there.
    """
    fields = Reader(data, "").fields(("on", "product", "facts"), ("route", "class", "offer", "account"))
    on = fields["on"].day()
    product = parse_product(fields["product"], law)
    return Question(
        on=on,
        product=product.code,
        facts=parse_facts(fields["facts"], law, on),
        price_class=parse_price_class(fields.get("class"), product),
        route=parse_route(fields.get("route"), product),
        offer=parse_offer(fields["offer"], product) if "offer" in fields else None,
        account=_account(fields["account"]) if "account" in fields else None,
    )


def parse_product(reader: Reader, law: Law) -> Product:
    """A product code of the version."""
    product = law.products.get(reader.value) if isinstance(reader.value, str) else None
    if product is None:
        raise reader.refuse(
            "应为产品代码，如 certificate.athlete.3、visit.beijing",
            "expected the code of a product, like certificate.athlete.3 or visit.beijing",
        )
    return product


def parse_price_class(reader: Reader | None, product: Product) -> str | None:
    """A price class: required where the product has classes, refused elsewhere."""
    if not product.classes:
        if reader is not None:
            raise reader.refuse("这一产品没有价位，不应给出", "expected no class: this product has none")
        return None
    return (reader or Reader(None, "class")).choice(product.classes)


def parse_route(reader: Reader | None, product: Product) -> Route | None:
    """``skill``, ``champion`` or null; only certificates have routes."""
    if reader is None or reader.value is None:
        return None
    if not product.is_certificate:
        raise reader.refuse("这一产品没有途径之分，应为 null", "expected null: this product has no routes")
    if reader.value in tuple(Route):
        return Route(str(reader.value))
    raise reader.refuse("应为 skill、champion 或 null", "expected skill, champion or null")


def parse_facts(reader: Reader, law: Law, on: date) -> Facts:
    """The facts of one person as they stand on a date."""
    lists = ("skill_certificates", "honours", "certificates", "exams")
    fields = reader.fields(("birth_date",), ("available_credits", *lists, "place", "institutions"))
    rows = {name: fields[name].items() if name in fields else [] for name in lists}
    return Facts(
        birth_date=fields["birth_date"].day(on),
        available_hundredths=fields["available_credits"].hundredths() if "available_credits" in fields else 0,
        skill_certificates=tuple(_skill(row, law) for row in rows["skill_certificates"]),
        honours=tuple(_honour(row, law, on) for row in rows["honours"]),
        certificates=tuple(_certificate(row, law) for row in rows["certificates"]),
        exams=tuple(_exam(row, law, on) for row in rows["exams"]),
        place=read_place(fields["place"], COUNTY) if "place" in fields else None,
        institutions=read_texts(fields.get("institutions")),
    )


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        found[key] = Duplicate() if key in found else value
    return found


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _account(reader: Reader) -> Account:
    state = reader.fields(("state",))["state"]
    return Account(AccountState(state.choice(tuple(AccountState))))


def _skill(reader: Reader, law: Law) -> HeldSkill:
    fields = reader.fields(("subject", "level"))
    subject = law.subjects[fields["subject"].choice(law.subjects)]
    return HeldSkill(subject.code, fields["level"].integer(1, subject.levels))


def _honour(reader: Reader, law: Law, on: date) -> Honour:
    fields = reader.fields(("scope", "discipline", "place", "awarded_on"), ("used_for",))
    scope = law.scopes[fields["scope"].choice(law.scopes)]
    disciplines = (*law.disciplines, *((ANY_DISCIPLINE,) if scope.any_discipline else ()))
    used_for = fields["used_for"].items() if "used_for" in fields else []
    return Honour(
        scope=scope.code,
        discipline=fields["discipline"].choice(disciplines),
        place=fields["place"].integer(1),
        awarded_on=fields["awarded_on"].day(on),
        used_for=tuple(family.choice(law.families) for family in used_for),
    )


def _family(reader: Reader, law: Law) -> CertificateFamily:
    return law.families[reader.choice(law.families)]


def _certificate(reader: Reader, law: Law) -> HeldCertificate:
    fields = reader.fields(("family", "grade"))
    family = _family(fields["family"], law)
    return HeldCertificate(family.code, fields["grade"].choice([grade.code for grade in family.grades]))


def _exam(reader: Reader, law: Law, on: date) -> ExamResult:
    fields = reader.fields(("family", "score", "taken_on"))
    family = _family(fields["family"], law)
    full_mark = law.value("exam_full_mark", on).value
    return ExamResult(family.code, fields["score"].integer(0, full_mark), fields["taken_on"].day(on))
