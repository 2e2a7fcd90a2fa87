"""The cast that the tests of returns share: an office, two institutions with their staff, students with accounts."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from creditbank import ids
from creditbank.audit.actor import SYSTEM, Actor
from creditbank.institutions.actions import appoint_staff, load_shipped_schemes, register_institution
from creditbank.institutions.models import Institution
from creditbank.ledger.books import open_books
from creditbank.people.documents import store_document
from creditbank.people.identity_documents import parse_document
from creditbank.people.models import Account, Guardianship, OfficeRole, Person, Student, StudentCard
from creditbank.people.names import name_key, pinyin_key
from creditbank.people.rights import appoint_office
from creditbank.rulebook.actions import load_shipped_versions

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def person(name: str) -> Person:
    """A person of this name."""
    return Person.objects.create(name=name, name_key=name_key(name), name_pinyin=pinyin_key(name), created_at=AT)


def actor(someone: Person, role: str) -> Actor:
    """The person as an actor."""
    return Actor(someone.pk, someone.name, role)


def person_of(someone: Actor) -> Person:
    """The person behind an actor."""
    assert someone.person_id is not None
    return Person.objects.get(pk=someone.person_id)


def citizen_number(birth: date, sequence: int, region: str = "110101") -> str:
    """A made-up citizen number with a right check digit; sequences 996–999 are given to nobody."""
    body = f"{region}{birth:%Y%m%d}{sequence:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


@dataclass(frozen=True)
class Pupil:
    """A student with an account, and what a clerk would write about her."""

    name: str
    number: str
    card: str
    account: Account

    @property
    def holder_id(self) -> UUID:
        """The ledger's holder."""
        return self.account.holder_id


def pupil(name: str, birth: date = date(2012, 5, 4), sequence: int = 999, region: str = "110101") -> Pupil:
    """A student with an open account, a card and a checked resident ID."""
    someone = person(name)
    number = citizen_number(birth, sequence, region)
    store_document(person=someone, document=parse_document("resident-id", number, on=AT.date()), at=AT)
    student = Student.objects.create(person=someone, birth_date=birth)
    account = Account.objects.create(student=student, holder_id=ids.uuid7(), opened_at=AT)
    card = StudentCard.objects.create(account=account, card_number=ids.new_card_number(), issued_at=AT)
    open_books([account.holder_id], at=AT)
    return Pupil(name, number, card.card_number, account)


def many_pupils(count: int) -> list[Pupil]:
    """Students in bulk, without documents of their own but with cards: reported by name and card number."""
    chosen = random.Random(count)
    cards = chosen.sample(range(10**11, 10**12), count)
    names = [_name_of(number) for number in range(count)]
    people = Person.objects.bulk_create(
        Person(name=name, name_key=name_key(name), name_pinyin=name, created_at=AT) for name in names
    )
    students = Student.objects.bulk_create(Student(person=each, birth_date=date(2012, 5, 4)) for each in people)
    accounts = Account.objects.bulk_create(
        Account(student=each, holder_id=ids.uuid7(), opened_at=AT) for each in students
    )
    numbers = [f"{card}{ids.damm_digit(str(card))}" for card in cards]
    StudentCard.objects.bulk_create(
        StudentCard(account=account, card_number=number, issued_at=AT)
        for account, number in zip(accounts, numbers, strict=True)
    )
    open_books([account.holder_id for account in accounts], at=AT)
    rows = zip(names, numbers, accounts, strict=True)
    return [Pupil(name, "", number, account) for name, number, account in rows]


def _name_of(number: int) -> str:
    return "学" + "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in str(number))


@dataclass
class Cast:
    """Everybody. Actors act; the institutions are in good standing; the shipped scheme and law are in force."""

    admin: Actor
    reviewer: Actor
    second_reviewer: Actor
    school: Institution
    clerk: Actor
    second_clerk: Actor
    approver: Actor
    other_school: Institution
    other_clerk: Actor
    outsider: Actor
    student: Pupil
    guardian: Person
    extra: dict[str, Person] = field(default_factory=dict)


def gather_cast() -> Cast:
    """Make the cast in the database."""
    load_shipped_versions(at=AT)
    admin = actor(person("管理员"), "admin")
    appoint_office(actor=SYSTEM, at=AT, person=person_of(admin), role=OfficeRole.Role.ADMIN)
    reviewers = [_officer(admin, name) for name in ("审核甲", "审核乙")]
    load_shipped_schemes(actor=admin, at=AT)
    school, other = _school(admin, "SJSX", "石景山示例学校"), _school(admin, "HEBX", "哈尔滨示例学校")
    student = pupil("林知夏")
    guardian = person("林远")
    Guardianship.objects.create(
        student=student.account.student,
        guardian=guardian,
        relation="father",
        proved_by="household-register",
        checked_by=person_of(reviewers[0]),
        proved_at=AT,
    )
    return Cast(
        admin=admin,
        reviewer=reviewers[0],
        second_reviewer=reviewers[1],
        school=school,
        clerk=_staff(admin, school, "经办甲", "clerk"),
        second_clerk=_staff(admin, school, "经办乙", "clerk"),
        approver=_staff(admin, school, "审批甲", "approver"),
        other_school=other,
        other_clerk=_staff(admin, other, "外校经办", "clerk"),
        outsider=actor(person("路人"), "public"),
        student=student,
        guardian=guardian,
    )


def _officer(admin: Actor, name: str) -> Actor:
    someone = person(name)
    appoint_office(actor=admin, at=AT, person=someone, role=OfficeRole.Role.REVIEWER)
    return actor(someone, "reviewer")


def _school(admin: Actor, code: str, name: str) -> Institution:
    return register_institution(
        actor=admin,
        at=AT,
        code=code,
        name=name,
        kind="school",
        region_code="110107",
        region_name="北京市石景山区",
        approved_on=date(2021, 3, 1),
        is_sample=True,
    )


def _staff(admin: Actor, school: Institution, name: str, role: str) -> Actor:
    someone = person(name)
    appoint_staff(actor=admin, at=AT, institution=school, person=someone, role=role)
    return actor(someone, role)
