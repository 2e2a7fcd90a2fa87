"""Ages, and who is whose guardian."""

from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.clock import today
from creditbank.errors import Conflict, InvalidInput
from creditbank.people.models import Guardianship, Person, Student
from creditbank.people.rights import require_office

ADULT_AGE: Final = 18
CHILD_AGE: Final = 14


def birthday(birth: date, years: int) -> date:
    """The day on which somebody completes ``years`` years; born on 29 February: 1 March of other years (I-5)."""
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:
        return date(birth.year + years, 3, 1)


def is_under(birth: date, years: int, on: date) -> bool:
    """Whether somebody has not completed ``years`` years on the day."""
    return on < birthday(birth, years)


def is_minor(student: Student, on: date) -> bool:
    """Whether the student is under 18 on the day."""
    return is_under(student.birth_date, ADULT_AGE, on)


def guardians_of(student: Student) -> list[Guardianship]:
    """The guardianships that have not ended, oldest first, each with its guardian."""
    return list(student.guardianships.filter(ended_at=None).select_related("guardian").order_by("id"))


def wards_of(person_id: int, at: datetime) -> list[Student]:
    """The minors whose guardian the person is, by name."""
    students = Student.objects.filter(guardianships__guardian_id=person_id, guardianships__ended_at=None)
    on = today(at)
    return [
        student
        for student in students.select_related("person", "account").order_by("person__name_pinyin", "id")
        if is_minor(student, on)
    ]


def is_guardian(person_id: int | None, student: Student, at: datetime) -> bool:
    """Whether the person may act as guardian now: the student is a minor and the guardianship has not ended."""
    return (
        person_id is not None
        and is_minor(student, today(at))
        and student.guardianships.filter(guardian_id=person_id, ended_at=None).exists()
    )


@transaction.atomic
def add_guardian(
    *, actor: Actor, at: datetime, student: Student, guardian: Person, relation: str, proved_by: str
) -> Guardianship:
    """Record a guardian whose proof an office reviewer has seen; Conflict when already recorded."""
    checker = require_office(actor, "reviewer", "admin", at=at)
    if guardian.pk in {student.person_id, checker}:
        raise InvalidInput("监护人不能是学生本人或经办人。", field="guardian")
    if relation not in Guardianship.Relation.values or proved_by not in Guardianship.Proof.values:
        raise InvalidInput("请选择监护关系和所核对的证明。", field="relation")
    return record_guardianship(
        actor=actor, at=at, student=student, guardian=guardian, relation=relation, proved_by=proved_by, checker=checker
    )


def record_guardianship(
    *,
    actor: Actor,
    at: datetime,
    student: Student,
    guardian: Person,
    relation: str,
    proved_by: str,
    checker: int,
) -> Guardianship:
    """Write a guardianship whose rights the caller has checked; ``checker`` is the person who saw the proof."""
    try:
        with transaction.atomic():
            guardianship = Guardianship.objects.create(
                student=student,
                guardian=guardian,
                relation=relation,
                proved_by=proved_by,
                checked_by_id=checker,
                proved_at=at,
            )
    except IntegrityError:
        raise Conflict("该监护人已登记。", code="guardian-known") from None
    record(
        actor=actor,
        at=at,
        action="guardian.add",
        subject_kind="student",
        subject_id=student.pk,
        holder_id=student.account.holder_id,
        clause="M-9",
        fields=["relation", "proved_by"],
        refs={"guardian": guardian.pk, "checker": checker},
    )
    return guardianship


@transaction.atomic
def end_guardianship(*, actor: Actor, at: datetime, guardianship: Guardianship) -> None:
    """End a guardianship; the row stays. Conflict when it has ended."""
    require_office(actor, "reviewer", "admin", at=at)
    if not Guardianship.objects.filter(pk=guardianship.pk, ended_at=None).update(ended_at=at):
        raise Conflict("该监护关系已经结束。")
    record(
        actor=actor,
        at=at,
        action="guardian.end",
        subject_kind="student",
        subject_id=guardianship.student_id,
        holder_id=guardianship.student.account.holder_id,
        clause="M-9",
        refs={"guardian": guardianship.guardian_id},
    )
