"""The people of the office and of a counter, and applications to open an account."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from creditbank.audit.actor import PUBLIC, SYSTEM, Actor
from creditbank.institutions.actions import appoint_staff, register_institution
from creditbank.institutions.models import Institution
from creditbank.people.account_creation import Opened
from creditbank.people.actors import acting_as
from creditbank.people.applications import Application, submit_opening
from creditbank.people.consents import confirm_paper_consent, current_text, enter_paper_consent
from creditbank.people.identity_documents import resident_id
from creditbank.people.logins import create_person, register_guardian
from creditbank.people.models import AccountOpening, Person
from creditbank.people.opening_review import check_identity, open_account
from creditbank.people.rights import appoint_office

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
MINOR_BIRTH = date(2010, 5, 4)
CHILD_BIRTH = date(2015, 5, 4)
ADULT_BIRTH = date(2004, 5, 4)
PASSWORD = "correct-horse-7-battery"


@dataclass(frozen=True)
class Cast:
    """Who works here: the people of the office; two clerks of one counter, one of another; an outsider."""

    admin: Actor
    reviewer: Actor
    second_reviewer: Actor
    decider: Actor
    auditor: Actor
    clerk: Actor
    second_clerk: Actor
    other_clerk: Actor
    outsider: Actor


def gather() -> Cast:
    """Make the cast in the database."""
    admin = acting_as(someone("管理员"), "admin")
    appoint_office(actor=SYSTEM, at=AT, person=person_of(admin), role="admin")
    school, other = _school(admin, "SJSX"), _school(admin, "HEBX")
    return Cast(
        admin=admin,
        reviewer=officer(admin, "审核甲", "reviewer"),
        second_reviewer=officer(admin, "审核乙", "reviewer"),
        decider=officer(admin, "核准甲", "decider"),
        auditor=officer(admin, "审计甲", "auditor"),
        clerk=_staff(admin, school, "经办甲"),
        second_clerk=_staff(admin, school, "经办乙"),
        other_clerk=_staff(admin, other, "外校经办"),
        outsider=acting_as(someone("路人"), "student"),
    )


def someone(name: str) -> Person:
    """A person."""
    return create_person(name=name, at=AT)


def person_of(actor: Actor) -> Person:
    """The person behind an actor."""
    assert actor.person_id is not None
    return Person.objects.get(pk=actor.person_id)


def officer(admin: Actor, name: str, role: str) -> Actor:
    """Somebody with an office."""
    person = someone(name)
    appoint_office(actor=admin, at=AT, person=person, role=role)
    return acting_as(person, role)


def guardian(name: str = "林远", username: str = "linyuan") -> Actor:
    """A guardian with a login of her own."""
    user = register_guardian(
        actor=PUBLIC, at=AT, name=name, username=username, password=PASSWORD, privacy_version=privacy()
    )
    return acting_as(user.person, "guardian")


def privacy() -> str:
    """The version of the privacy notice in force."""
    return current_text("privacy", AT).version


def application(
    birth: date = MINOR_BIRTH,
    *,
    name: str = "林知夏",
    sequence: int = 998,
    relation: str = "father",
    phone: str = "",
    agreed: tuple[str, ...] = ("account",),
    paper_number: str = "",
    institution_code: str = "",
    originals_at: str = "",
) -> Application:
    """What an applicant with a resident ID fills in."""
    return Application(
        name=name,
        document_kind="resident-id",
        document_number=resident_id("110101", birth, sequence),
        privacy_version=privacy(),
        relation=relation,
        phone=phone,
        agreed=agreed,
        paper_number=paper_number,
        institution_code=institution_code,
        originals_at=originals_at,
    )


def paper(
    cast: Cast, *, confirmed: bool = True, guardian_name: str = "林远", purposes: tuple[str, ...] = ("account",)
) -> str:
    """The number of a guardian's signed paper at the counter of SJSX."""
    number = enter_paper_consent(
        actor=cast.clerk,
        at=AT,
        guardian_name=guardian_name,
        relation="father",
        purposes=purposes,
        signed_on=TODAY,
        institution_code="SJSX",
    ).number
    if confirmed:
        confirm_paper_consent(actor=cast.second_clerk, at=AT, number=number)
    return number


def checked(cast: Cast, opening: AccountOpening) -> AccountOpening:
    """The application after the original was seen, and the guardian's proof: over its counter, else at the office."""
    proof = "household-register" if opening.guardian_name else ""
    return check_identity(
        actor=cast.second_clerk if opening.institution_code else cast.second_reviewer,
        at=AT,
        opening=opening,
        method="original-seen",
        guardian_proof=proof,
    )


def opened(cast: Cast, form: Application, by: Actor) -> Opened:
    """The whole way from an application to an account."""
    opening = checked(cast, submit_opening(actor=by, at=AT, application=form))
    return open_account(actor=cast.reviewer, at=AT, opening=opening)


def _school(admin: Actor, code: str) -> Institution:
    return register_institution(
        actor=admin,
        at=AT,
        code=code,
        name=f"{code} 示例学校",
        kind="school",
        region_code="110107",
        region_name="北京市",
    )


def _staff(admin: Actor, school: Institution, name: str) -> Actor:
    person = someone(name)
    appoint_staff(actor=admin, at=AT, institution=school, person=person, role="clerk")
    return acting_as(person, "clerk")
