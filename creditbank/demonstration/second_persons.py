"""What waits for a second person at the office, who works on what, and the first sums of the books."""

from datetime import timedelta

from creditbank.demonstration.bank import Bank, Pupil
from creditbank.evaluation.models import CreditReturn, ReturnState
from creditbank.institutions.actions import Entry, propose_institution
from creditbank.people.access import grant_access
from creditbank.people.access_requests import request_access
from creditbank.people.appointments import propose_new_person
from creditbank.people.assignments import take_work
from creditbank.people.models import Person
from creditbank.people.rights import require_office
from creditbank.records.reconciliation import refresh_totals


def leave_second_persons_work(bank: Bank, pupil: Pupil) -> None:
    """A new member and an office proposed, a request and a grant about ``pupil``, one case taken, the sums made."""
    admin, reviewer = bank.officers["admin"], bank.officers["reviewer"]
    person_id = require_office(reviewer, "reviewer", at=bank.now)
    at = bank.now - timedelta(hours=3)
    entry = Entry(
        code="QHXX",
        name="清河示例小学",
        name_en="Clear River Sample Primary School",
        kind="school",
        region_code="110108",
        region_name="北京市海淀区",
    )
    propose_institution(actor=admin, at=at, entry=entry)
    propose_new_person(actor=admin, at=at, name=bank.names.draw(), role="reviewer")
    student = pupil.account.student
    request_access(
        actor=bank.officers["hotline"], at=at, student=student, purpose="家长来电询问学分未到账，核对明细", days=3
    )
    grant_access(
        actor=bank.officers["decider"],
        at=at,
        student=student,
        grantee=Person.objects.get(pk=person_id),
        purpose="核对补登申请与成绩册",
        starts=at,
        ends=at + timedelta(days=7),
    )
    waiting = CreditReturn.objects.filter(state=ReturnState.APPROVED).order_by("pk").first()
    if waiting is not None:
        take_work(actor=reviewer, at=at, cases=[("return", waiting.pk)])
    refresh_totals(at=bank.now)
