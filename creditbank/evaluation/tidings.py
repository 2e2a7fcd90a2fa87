"""What the inbox is told about returns: staff, reviewers, students, guardians. Set-based, never a value of a row."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext_noop

from creditbank.evaluation.models import CreditReturn, ReturnRow, RowState
from creditbank.institutions.models import Staff, StaffRole
from creditbank.messages.actions import send
from creditbank.messages.templates import Template, register
from creditbank.people.guardians import ADULT_AGE
from creditbank.people.models import Guardianship, OfficeRole, Student

_PAGE: Final = 2_000

register(
    Template(
        "evaluation.submitted",
        gettext_noop("申报单待审批"),
        gettext_noop("申报单 %(number)s 已提交，共 %(rows)s 行，请审批。"),
    ),
    Template(
        "evaluation.approved",
        gettext_noop("申报单待审核"),
        gettext_noop("%(institution)s 的申报单 %(number)s 已通过校内审批，请审核。"),
    ),
    Template(
        "evaluation.sent-back",
        gettext_noop("申报单被退回"),
        gettext_noop("申报单 %(number)s 被退回，请查看原因，修改后重新提交。"),
    ),
    Template(
        "evaluation.refused",
        gettext_noop("申报单未通过审核"),
        gettext_noop("申报单 %(number)s 未通过审核，请查看原因。"),
    ),
    Template(
        "evaluation.posted",
        gettext_noop("申报单已入账"),
        gettext_noop("申报单 %(number)s 已入账，共 %(rows)s 行。"),
    ),
    Template(
        "evaluation.posted-in-part",
        gettext_noop("申报单已入账，有几行没有入账"),
        gettext_noop("申报单 %(number)s 已入账；共 %(rows)s 行，其中 %(missed)s 行没有入账，请查看各行的状态。"),
    ),
    Template(
        "evaluation.credited",
        gettext_noop("学分已入账"),
        gettext_noop("%(institution)s 申报的成果已入账，可在学分存折中查看。"),
    ),
    Template(
        "evaluation.reversal-asked",
        gettext_noop("冲正申请待审核"),
        gettext_noop("%(institution)s 申请冲正申报单 %(number)s 第 %(row)s 行，请审核。"),
    ),
    Template(
        "evaluation.reversal-decided",
        gettext_noop("冲正申请已办结"),
        gettext_noop("申报单 %(number)s 第 %(row)s 行的冲正申请已办结，请查看结果。"),
    ),
    Template(
        "evaluation.reversed",
        gettext_noop("一笔学分已冲正"),
        gettext_noop("%(institution)s 申报的一项成果已冲正，可在学分存折中查看；如有疑问请联系该单位。"),
    ),
)


def tell_approvers(credit_return: CreditReturn, at: datetime) -> None:
    """The institution's approvers, but for the clerk who submitted."""
    posts = Staff.objects.filter(
        institution=credit_return.institution, role=StaffRole.APPROVER, until__isnull=True
    ).exclude(person=credit_return.submitted_by)
    _tell(posts.values_list("person_id", flat=True), "evaluation.submitted", credit_return, at, "institution")


def tell_reviewers(credit_return: CreditReturn, at: datetime) -> None:
    """The office's reviewers."""
    _tell(_reviewers(at), "evaluation.approved", credit_return, at, "office")


def tell_staff(credit_return: CreditReturn, template: str, at: datetime, **more: int) -> None:
    """The clerk and the approver of a return."""
    people = {credit_return.uploaded_by_id, credit_return.submitted_by_id, credit_return.approved_by_id}
    _tell([person for person in people if person], template, credit_return, at, "institution", **more)


def tell_posted_to_staff(credit_return: CreditReturn, at: datetime) -> None:
    """The clerk and the approver, with how many rows got no line of their own."""
    missed = ReturnRow.objects.filter(credit_return=credit_return, state__in=(RowState.KNOWN, RowState.CLASHED)).count()
    if missed:
        tell_staff(credit_return, "evaluation.posted-in-part", at, missed=missed)
    else:
        tell_staff(credit_return, "evaluation.posted", at)


def tell_holders(credit_return: CreditReturn, *, on: date, at: datetime) -> None:
    """Each student who was credited, and the guardians of those under 18: one message each, whatever the rows."""
    students = (
        ReturnRow.objects.filter(credit_return=credit_return, state=RowState.POSTED)
        .order_by()
        .values_list("account__student_id", flat=True)
        .distinct()
    )
    told: set[int] = set()
    for page in _pages(students.iterator(chunk_size=_PAGE)):
        people = set(Student.objects.filter(pk__in=page).values_list("person_id", flat=True))
        people |= set(guardian_ids(page, on=on))
        send(
            to=people - told,
            template_code="evaluation.credited",
            at=at,
            params={"institution": credit_return.institution.name},
            link="/me/",
        )
        told |= people


def tell_of_reversal(row: ReturnRow, template: str, at: datetime) -> None:
    """To the reviewers when asked, to the institution's staff when decided, to the student when done."""
    credit_return = row.credit_return
    name = credit_return.institution.name
    params: dict[str, str | int] = {"institution": name, "number": credit_return.number, "row": row.row_number}
    if template == "evaluation.reversed":
        student = row.account.student
        people = {student.person_id, *guardian_ids([student.pk], on=at.date())}
        send(to=people, template_code=template, at=at, params={"institution": name}, link="/me/")
        return
    if template == "evaluation.reversal-asked":
        send(to=_reviewers(at), template_code=template, at=at, params=params, link="/office/")
        return
    staff = Staff.objects.filter(institution=credit_return.institution, until__isnull=True)
    people = set(staff.values_list("person_id", flat=True))
    send(to=people, template_code=template, at=at, params=params, link=f"/institution/returns/{credit_return.number}/")


def guardian_ids(student_ids: Iterable[int], *, on: date) -> Iterator[int]:
    """The persons who are guardians, on the day, of those of the students who are under 18."""
    # Born on 29 February: whoever may be a minor still; a day more of being told harms nobody.
    youngest_adult = date(on.year - ADULT_AGE, on.month, min(on.day, 28))
    found = Guardianship.objects.filter(
        ended_at__isnull=True, student__in=list(student_ids), student__birth_date__gt=youngest_adult
    )
    yield from found.values_list("guardian_id", flat=True)


def _reviewers(at: datetime) -> set[int]:
    held = OfficeRole.objects.all().held_at(at).filter(role=OfficeRole.Role.REVIEWER)
    return set(held.values_list("person_id", flat=True))


def _tell(
    people: Iterable[int], template: str, credit_return: CreditReturn, at: datetime, portal: str, **more: int
) -> None:
    params: dict[str, str | int] = {
        "number": credit_return.number,
        "rows": credit_return.rows_total,
        "institution": credit_return.institution.name,
        **more,
    }
    link = f"/{portal}/returns/{credit_return.number}/"
    send(to=set(people), template_code=template, at=at, params=params, link=link)


def _pages(ids: Iterable[int]) -> Iterator[list[int]]:
    page: list[int] = []
    for each in ids:
        page.append(each)
        if len(page) == _PAGE:
            yield page
            page = []
    if page:
        yield page
