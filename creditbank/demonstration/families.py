"""Students with their guardians, opened over their school's counter: paper agreement, review, account, card."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from creditbank.demonstration.bank import Bank, Member, Pupil
from creditbank.institutions.actions import enrol_student
from creditbank.people.account_creation import Opened
from creditbank.people.applications import Application, submit_opening
from creditbank.people.consents import PRIVACY, confirm_paper_consent, current_text, enter_paper_consent
from creditbank.people.guardians import ADULT_AGE, is_under
from creditbank.people.identity_documents import resident_id
from creditbank.people.models import AccountOpening
from creditbank.people.opening_review import check_identity, open_account

RELATIONS: Final = ("father", "mother")
FIRST_SEQUENCE: Final = 996
SEQUENCES: Final = 4
_CLASSES: Final = ("一班", "二班", "三班")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody without an account: name, number of the resident ID, date of birth."""

    name: str
    document_number: str = field(repr=False)
    birth: date


def open_families(bank: Bank, since: datetime) -> None:
    """Fill every institution with as many students as its entry says, some of them of age."""
    taken: set[tuple[str, date, int]] = set()
    for member in bank.members.values():
        while len(member.pupils) < member.size:
            place = (member.institution.region_code, _birth(bank), FIRST_SEQUENCE + bank.chance.randrange(SEQUENCES))
            if place not in taken:
                taken.add(place)
                open_pupil(bank, member, Candidate(bank.names.draw(), resident_id(*place), place[1]), since)


def open_pupil(bank: Bank, member: Member, who: Candidate, at: datetime) -> Pupil:
    """One account, through every step that a real one takes."""
    opening = submit_pupil(bank, member, who, at)
    opened = review_pupil(bank, opening, at + timedelta(hours=2))
    student = opened.account.student
    group = f"{who.birth.year + 6} 级{bank.chance.choice(_CLASSES)}"
    enrol_student(actor=member.clerk, at=at, institution=member.institution, student=student, group_name=group)
    codes = [opened.student_code, *([opened.guardian_code] if opened.guardian_code else [])]
    pupil = Pupil(who.name, who.document_number, opened.account, opened.card_number, tuple(each.code for each in codes))
    member.pupils.append(pupil)
    return pupil


def submit_pupil(bank: Bank, member: Member, who: Candidate, at: datetime) -> AccountOpening:
    """The application over the counter; for a minor the guardian's signed paper comes first, by two of staff."""
    code = member.institution.code
    paper_number, guardian, relation = "", "", ""
    if is_under(who.birth, ADULT_AGE, at.date()):
        guardian = who.name[0] + bank.names.draw()[1:]
        relation = bank.chance.choice(RELATIONS)
        paper = enter_paper_consent(
            actor=member.clerk,
            at=at,
            guardian_name=guardian,
            relation=relation,
            purposes=["account", *(["publication"] if bank.chance.random() < 0.4 else [])],
            signed_on=at.date(),
            institution_code=code,
        )
        paper_number = confirm_paper_consent(actor=member.approver, at=at, number=paper.number).number
    application = Application(
        name=who.name,
        document_kind="resident-id",
        document_number=who.document_number,
        privacy_version=current_text(PRIVACY, at).version,
        relation=relation,
        paper_number=paper_number,
        institution_code=code,
    )
    return submit_opening(actor=member.clerk, at=at, application=application)


def review_pupil(bank: Bank, opening: AccountOpening, at: datetime) -> Opened:
    """Two reviewers of the office: one sees the originals, the other opens the account."""
    proof = "household-register" if opening.guardian_name else ""
    checked = check_identity(
        actor=bank.officers["reviewer"], at=at, opening=opening, method="original-seen", guardian_proof=proof
    )
    return open_account(actor=bank.officers["reviewer2"], at=at, opening=checked)


def _birth(bank: Bank) -> date:
    youngest, oldest = bank.now.year - 8, bank.now.year - 18
    year = bank.chance.randint(oldest, youngest)
    return date(year, bank.chance.randint(1, 12), bank.chance.randint(1, 28))
