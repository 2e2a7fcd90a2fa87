"""Who may do what to a redemption: the student, her guardians, her school's counter, the office (M-7, M-9)."""

from datetime import datetime

from creditbank.audit.actor import Actor
from creditbank.clock import today
from creditbank.errors import NotAllowed, NotFound
from creditbank.evaluation.models import ReturnRow
from creditbank.institutions.models import Enrolment, Institution
from creditbank.institutions.rights import require_good_standing, require_staff
from creditbank.ledger.moves import related_books
from creditbank.people.access import register_case_kind
from creditbank.people.guardians import guardians_of, is_minor
from creditbank.people.models import Account, Student
from creditbank.people.rights import require_office
from creditbank.redemption.models import Redemption


def capacity_of(actor: Actor, account: Account, at: datetime) -> str:
    """``student`` or ``guardian``: in which capacity the actor acts for the account.

    Raises ``NotFound`` for everyone else, so that an outsider does not learn that the account exists.
    """
    # A key acts for a clerk; that she is also somebody's mother gives her school's system no right.
    if actor.person_id is not None and actor.role != "api":
        if actor.person_id == account.student.person_id:
            return "student"
        if actor.person_id in guardian_ids(account, at):
            return "guardian"
    raise NotFound("没有找到这个户口。")


def guardian_ids(account: Account, at: datetime) -> set[int]:
    """The persons who are the student's guardians while she is a minor."""
    if not is_minor(account.student, today(at)):
        return set()
    return {guardianship.guardian_id for guardianship in guardians_of(account.student)}


def acts_as_guardian(actor: Actor, account: Account, at: datetime) -> bool:
    """Whether the actor, in person, is a guardian of the student while she is a minor."""
    return actor.role != "api" and actor.person_id in guardian_ids(account, at)


def require_counter(actor: Actor, counter: Institution, account: Account) -> int:
    """The id of the member of staff who takes an application over an institution's counter.

    Raises ``NotAllowed`` when the actor does not work there or the student is not enrolled there (M-10).
    """
    require_good_standing(counter)
    person_id = require_staff(actor, counter, "clerk", "approver")
    if not Enrolment.objects.filter(institution=counter, student=account.student, until=None).exists():
        raise NotAllowed("这名学生不在本单位名册上，本单位不能代收申请。", clause="M-10")
    return person_id


def require_officer(actor: Actor, redemption: Redemption, role: str, at: datetime) -> int:
    """The id of the officer who reviews or decides: never a party, never someone who reported the credits.

    Who was ever a guardian of the student stays a party: a birthday does not make a parent impartial.
    """
    person_id = require_office(actor, role, at=at)
    if person_id in {redemption.account.student.person_id, redemption.applied_by_id}:
        raise NotAllowed("申请人不能审核自己的申请。", clause="M-4")
    if redemption.account.student.guardianships.filter(guardian_id=person_id).exists():
        raise NotAllowed("监护人不能审核被监护人的申请。", clause="M-4")
    if person_id in reporters_of(redemption.account):
        raise NotAllowed("申报过这名学生学分的人不能审核这份申请。", clause="M-4")
    return person_id


def reporters_of(account: Account) -> set[int]:
    """The persons who handed in or approved, at an institution, a return with a row for this account.

    Rows under a book that was merged into this one are rows for it, too.
    """
    rows = ReturnRow.objects.filter(holder_id__in=[account.holder_id, *related_books(account.holder_id)])
    people = rows.values_list(
        "credit_return__uploaded_by_id", "credit_return__submitted_by_id", "credit_return__approved_by_id"
    ).distinct()
    return {person_id for trio in people for person_id in trio if person_id is not None}


def is_open_case(number: str, student: Student) -> bool:
    """Whether the office may look at the student's data because this application of hers is with the office."""
    return Redemption.objects.awaiting_office().filter(number=number, account__student=student).exists()


register_case_kind("DH", is_open_case)
