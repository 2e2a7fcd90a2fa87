"""Who works on which case of the office's inbox, so that two reviewers do not do the same.

An assignment is a mark, no lock: rights and states are asked by the actions that decide. The case is opaque here
(``source`` and ``row``); what it is, the floors above know.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.errors import InvalidInput, NotAllowed
from creditbank.people.models import OfficeRole, Person, WorkAssignment
from creditbank.people.rights import has_office_role, require_office

WORKERS: Final = (OfficeRole.Role.REVIEWER.value, OfficeRole.Role.DECIDER.value)
MOST_AT_ONCE: Final = 100
KEPT: Final = timedelta(days=90)
Case = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Assigned:
    """What came of an assignment: how many cases it took, and how many stayed with whoever had them."""

    taken: int
    left: int


@transaction.atomic
def take_work(*, actor: Actor, at: datetime, cases: Iterable[Case]) -> Assigned:
    """Take cases that nobody has, as a reviewer or decider; those of others stay with them."""
    worker = require_office(actor, *WORKERS, at=at)
    wanted = _bounded(cases)
    held = _holders(wanted)
    free = [case for case in wanted if case not in held]
    WorkAssignment.objects.bulk_create(_rows(free, worker, worker, at), ignore_conflicts=True)
    # A colleague may have been quicker with some of them.
    now = _holders(wanted)
    mine = [case for case in wanted if case in now and now[case].person_id == worker]
    for case in mine:
        if case not in held:
            _record(actor, at, "work.take", case, worker)
    return Assigned(len(mine), len(wanted) - len(mine))


@transaction.atomic
def assign_work(*, actor: Actor, at: datetime, cases: Iterable[Case], to: Person) -> Assigned:
    """Give cases to a colleague who reviews or decides: free ones and one's own; a decider gives any away."""
    giver = require_office(actor, *WORKERS, at=at)
    if not OfficeRole.objects.held_at(at).filter(person=to, role__in=WORKERS).exists():
        raise InvalidInput("只能分派给审核员或核准人。", code="not-a-worker", field="to")
    wanted = _bounded(cases)
    held = _holders(wanted)
    anyones = has_office_role(actor, OfficeRole.Role.DECIDER, at=at)
    open_ = [case for case in wanted if anyones or case not in held or held[case].person_id == giver]
    WorkAssignment.objects.bulk_create(
        _rows(open_, to.pk, giver, at),
        update_conflicts=True,
        unique_fields=["source", "row"],
        update_fields=["person", "assigned_by", "assigned_at"],
    )
    for case in open_:
        _record(actor, at, "work.assign", case, to.pk)
    return Assigned(len(open_), len(wanted) - len(open_))


@transaction.atomic
def release_work(*, actor: Actor, at: datetime, case: Case) -> None:
    """Put a case back for everybody: who has it, or a decider. Nothing happens when nobody has it."""
    worker = require_office(actor, *WORKERS, at=at)
    held = _holders([case]).get(case)
    if held is None:
        return
    if held.person_id != worker and not has_office_role(actor, OfficeRole.Role.DECIDER, at=at):
        raise NotAllowed("这件由同事办理，只有本人或核准人可以放回。", code="work-of-another")
    held.delete()
    _record(actor, at, "work.release", case, held.person_id)


def holders_of(cases: Iterable[Case]) -> Mapping[Case, Person]:
    """Who has which of these cases."""
    return {case: row.person for case, row in _holders(list(cases)).items()}


def workers(at: datetime) -> list[Person]:
    """Everybody whom work can be given to now, by name."""
    held = OfficeRole.objects.held_at(at).filter(role__in=WORKERS)
    return list(Person.objects.filter(pk__in=held.values("person_id")).order_by("name_pinyin", "pk"))


def sweep_assignments(at: datetime) -> int:
    """Forget assignments of days long gone by; returns how many."""
    return int(WorkAssignment.objects.filter(assigned_at__lt=at - KEPT).delete()[0])


def _bounded(cases: Iterable[Case]) -> list[Case]:
    wanted = sorted(set(cases))
    if not wanted:
        raise InvalidInput("请先选择事项。", field="cases")
    if len(wanted) > MOST_AT_ONCE:
        raise InvalidInput("一次最多选择 %(most)s 件。", field="cases", most=MOST_AT_ONCE)
    return wanted


def _holders(cases: list[Case]) -> dict[Case, WorkAssignment]:
    rows: dict[str, list[int]] = {}
    for source, row in cases:
        rows.setdefault(source, []).append(row)
    found: dict[Case, WorkAssignment] = {}
    for source, keys in rows.items():
        for each in WorkAssignment.objects.filter(source=source, row__in=keys).select_related("person"):
            found[each.source, each.row] = each
    return found


def _rows(cases: list[Case], to: int, giver: int, at: datetime) -> list[WorkAssignment]:
    return [
        WorkAssignment(source=source, row=row, person_id=to, assigned_by_id=giver, assigned_at=at)
        for source, row in cases
    ]


def _record(actor: Actor, at: datetime, action: str, case: Case, person_id: int) -> None:
    source, row = case
    record(actor=actor, at=at, action=action, subject_kind=source, subject_id=row, refs={"person": person_id})
