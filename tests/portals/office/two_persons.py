"""What waits for a second person at the office: made through everybody's actions, for the tests of pages."""

from datetime import datetime, timedelta

from creditbank.audit.actor import Actor
from creditbank.audit.models import AuditRecord
from creditbank.institutions.actions import Entry, propose_institution
from creditbank.people.access import grant_access
from creditbank.people.access_requests import request_access
from creditbank.people.appointments import propose_new_person
from creditbank.people.models import OfficeProposal, Student
from tests.cast import person_of

ENTRY = Entry(
    code="XINX", name="新来示例学校", kind="school", region_code="310104", region_name="上海市徐汇区", credit_code=""
)


def wait_for_a_second_person(
    *, admin: Actor, approver: Actor, asker: Actor, student: Student, at: datetime
) -> dict[str, str | int]:
    """A new member and an office that ``admin`` proposed, a request and a grant of ``asker``'s; a record of it."""
    member = propose_institution(actor=admin, at=at, entry=ENTRY)
    proposal, _code = propose_new_person(actor=admin, at=at, name="新同事（示例）", role="reviewer")
    assert isinstance(proposal, OfficeProposal)
    asked = request_access(actor=asker, at=at, student=student, purpose="核对来电人的补登申请", days=7)
    grant = grant_access(
        actor=approver,
        at=at,
        student=student,
        grantee=person_of(asker),
        purpose="核对证书上的姓名",
        starts=at,
        ends=at + timedelta(days=7),
    )
    return {
        "membership": member.pk,
        "proposal": proposal.pk,
        "access": asked.pk,
        "grant": grant.pk,
        "audit_record": AuditRecord.objects.latest("pk").pk,
    }
