"""A scheme of evaluation held in memory: which item decides about an achievement, with no question to the database.

Loaded once per return. An institution's own scheme, where one is in force on the day, stands in place of the shared
one. Among an activity's items the one naming level and place wins, then level alone, place alone, then the open one.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import Q

from creditbank.institutions.models import Institution, ItemKind, Scheme, SchemeItem

Miss = Literal["no-scheme", "activity-unknown", "level-unknown", "place-unknown"]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a scheme, as a value. Amounts are hundredths of a credit; 0 as ``place`` matches any.

    ``owner_id`` is the institution whose scheme it is, None for a shared one: caps are counted per owner and activity.
    """

    id: int
    scheme_id: int
    owner_id: int | None
    activity_code: str
    name: str
    kind: str
    domain: int
    stage: int
    level: str
    place: int
    amount_hundredths: int | None
    most_hundredths: int | None
    cap_student_hundredths: int | None
    cap_term_hundredths: int | None
    skill_subject: str
    honour_scope: str
    discipline: str
    evidence_required: bool

    @property
    def is_skill(self) -> bool:
        """Whether a row under it records a skill certificate."""
        return self.kind == ItemKind.SKILL

    @property
    def is_honour(self) -> bool:
        """Whether a row under it records an honour."""
        return self.kind == ItemKind.HONOUR


@dataclass(frozen=True, slots=True)
class _Period:
    scheme_id: int
    own: bool
    begins: date
    ends: date | None

    def holds(self, on: date) -> bool:
        return self.begins <= on and (self.ends is None or on <= self.ends)


class SchemeBook:
    """Every approved scheme that may decide about an institution's achievements."""

    def __init__(self, schemes: list[Scheme], items: list[Item]) -> None:
        self._periods = sorted(
            (_Period(row.pk, row.institution_id is not None, row.from_date, row.until_date) for row in schemes),
            key=lambda period: (period.own, period.begins),
            reverse=True,
        )
        self._items: dict[tuple[int, str], list[Item]] = defaultdict(list)
        self.by_id = {item.id: item for item in items}
        for item in sorted(items, key=lambda item: (bool(item.level), bool(item.place)), reverse=True):
            self._items[item.scheme_id, item.activity_code].append(item)

    def scheme_on(self, on: date) -> int | None:
        """The id of the scheme in force on the day; None when there is none."""
        return next((period.scheme_id for period in self._periods if period.holds(on)), None)

    def find(self, activity_code: str, on: date, level: str = "", place: int | None = None) -> Item | Miss:
        """The item that decides, or why there is none."""
        scheme_id = self.scheme_on(on)
        if scheme_id is None:
            return "no-scheme"
        items = self._items.get((scheme_id, activity_code))
        if not items:
            return "activity-unknown"
        at_level = [item for item in items if item.level in {"", level}]
        if not at_level:
            return "level-unknown"
        return next((item for item in at_level if item.place in {0, place}), "place-unknown")

    def levels_of(self, activity_code: str, on: date) -> list[str]:
        """The levels that the activity knows on the day, in the scheme's order."""
        items = self._items.get((self.scheme_on(on) or 0, activity_code), [])
        return list(dict.fromkeys(item.level for item in items if item.level))


def load_scheme_book(institution: Institution) -> SchemeBook:
    """Read the approved schemes of the institution and the shared ones: two queries."""
    schemes = list(
        Scheme.objects.filter(Q(institution=institution) | Q(institution__isnull=True), approved_at__isnull=False)
    )
    rows = SchemeItem.objects.filter(scheme__in=schemes).order_by("id")
    owners = {scheme.pk: scheme.institution_id for scheme in schemes}
    return SchemeBook(schemes, [_item(row, owners[row.scheme_id]) for row in rows])


def scheme_in_force(institution: Institution, on: date) -> Scheme | None:
    """The scheme that decides about an achievement of the institution on that day (its own before the shared one)."""
    scheme_id = load_scheme_book(institution).scheme_on(on)
    return None if scheme_id is None else Scheme.objects.get(pk=scheme_id)


def _item(row: SchemeItem, owner_id: int | None) -> Item:
    return Item(
        id=row.pk,
        scheme_id=row.scheme_id,
        owner_id=owner_id,
        activity_code=row.activity_code,
        name=row.name,
        kind=row.kind,
        domain=row.domain,
        stage=row.stage,
        level=row.level,
        place=row.place,
        amount_hundredths=row.amount_hundredths,
        most_hundredths=row.most_hundredths,
        cap_student_hundredths=row.cap_student_hundredths,
        cap_term_hundredths=row.cap_term_hundredths,
        skill_subject=row.skill_subject,
        honour_scope=row.honour_scope,
        discipline=row.discipline,
        evidence_required=row.evidence_required,
    )
