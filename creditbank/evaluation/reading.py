"""Returns as their readers may see them: found by number, by those only who may know of them."""

from datetime import datetime
from typing import Final

from django.db.models import Q

from creditbank.audit.actor import Actor
from creditbank.errors import NotFound
from creditbank.evaluation.findings import Finding
from creditbank.evaluation.models import (
    AttainmentState,
    CreditReturn,
    Honour,
    ReturnFinding,
    ReturnQuerySet,
    ReturnRow,
    ReturnState,
    ReversalState,
    RowReversal,
    SkillCertificate,
)
from creditbank.institutions.models import Institution
from creditbank.institutions.rights import KeyActor, is_staff
from creditbank.people.access import register_case_kind
from creditbank.people.models import OfficeRole, Student
from creditbank.people.rights import has_office_role

OPEN_STATES: Final = (
    ReturnState.SUBMITTED,
    ReturnState.APPROVED,
    ReturnState.ACCEPTED,
    ReturnState.POSTING,
)
"""States in which another return must not report the same achievement."""
_READING_OFFICES: Final = (
    OfficeRole.Role.REVIEWER,
    OfficeRole.Role.DECIDER,
    OfficeRole.Role.AUDITOR,
    OfficeRole.Role.ADMIN,
)


def return_for(actor: Actor, number: str, *, at: datetime) -> CreditReturn:
    """The return, for its institution's staff and the office; the same NotFound for an outsider and a wrong number."""
    found = CreditReturn.objects.select_related("institution").filter(number=number.strip().upper()).first()
    if found is None or not may_see(actor, found.institution, at=at):
        raise NotFound("没有这份申报单。", code="return-not-found")
    return found


def may_see(actor: Actor, institution: Institution, *, at: datetime) -> bool:
    """Whether the actor may see the institution's returns."""
    if isinstance(actor, KeyActor) and actor.institution_id != institution.pk:
        return False
    return is_staff(actor.person_id, institution) or has_office_role(actor, *_READING_OFFICES, at=at)


def returns_visible_to(actor: Actor, *, at: datetime) -> ReturnQuerySet:
    """Every return that the actor may see, newest first."""
    everything = CreditReturn.objects.all().select_related("institution")
    if isinstance(actor, KeyActor):
        return everything.filter(institution_id=actor.institution_id)
    if has_office_role(actor, *_READING_OFFICES, at=at):
        return everything
    if actor.person_id is None:
        return everything.none()
    return everything.filter(institution__in=Institution.objects.all().staffed_by(actor.person_id))


def findings_of(
    credit_return: CreditReturn, *, code: str = "", offset: int = 0, limit: int = 100
) -> list[ReturnFinding]:
    """A page of the findings that were kept, by row; ``findings_by_code`` counts all of them."""
    found = ReturnFinding.objects.filter(credit_return=credit_return)
    if code:
        found = found.filter(code=code)
    return list(found[offset : offset + limit])


def as_finding(row: ReturnFinding) -> Finding:
    """A kept finding as the value that faces and the error sheet show."""
    return Finding(row.row_number, row.column, row.code, row.value, row.params)


def rows_of(credit_return: CreditReturn, *, offset: int = 0, limit: int = 100) -> list[ReturnRow]:
    """A page of the rows, in the order of the file, each with its student."""
    rows = ReturnRow.objects.filter(credit_return=credit_return).order_by("row_number")
    return list(rows.select_related("account__student__person", "item")[offset : offset + limit])


def skills_of(credit_return: CreditReturn) -> list[SkillCertificate]:
    """The skill certificates that the return reported, once posted."""
    found = SkillCertificate.objects.filter(row__credit_return=credit_return)
    return list(found.select_related("account__student__person", "row").order_by("row__row_number"))


def honours_of(credit_return: CreditReturn) -> list[Honour]:
    """The honours that the return reported, once posted."""
    found = Honour.objects.filter(row__credit_return=credit_return)
    return list(found.select_related("account__student__person", "row").order_by("row__row_number"))


def is_open_case(number: str, student: Student) -> bool:
    """Whether the office has to do with this return and it reports the student: then her data may be looked at."""
    mine = ReturnRow.objects.filter(credit_return__number=number, account__student=student)
    waiting = (
        Q(credit_return__state=ReturnState.APPROVED)
        | Q(reversals__state=ReversalState.ASKED)
        | Q(skill_certificate__state=AttainmentState.REPORTED)
        | Q(honour__state=AttainmentState.REPORTED)
    )
    return mine.filter(waiting).exists()


register_case_kind("SB", is_open_case)


def reversals_awaiting_office() -> list[RowReversal]:
    """Requests to take credits back that the office has not decided, oldest first."""
    asked = RowReversal.objects.filter(state=ReversalState.ASKED)
    return list(asked.select_related("row__credit_return__institution", "row__account__student__person"))
