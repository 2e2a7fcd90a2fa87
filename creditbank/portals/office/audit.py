"""The audit (审计记录): every action, narrowed by who, what, on what, by which clause and when; never changed."""

from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from creditbank.audit.models import AuditRecord
from creditbank.clock import CIVIL_ZONE
from creditbank.people.models import Person
from creditbank.people.names import name_key
from creditbank.portals.action_words import (
    ACTIONS,
    GROUPS,
    SUBJECTS,
    action_words,
    field_words,
    role_words,
    subject_words,
)
from creditbank.portals.export import Column, export_response
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.office.access import Desk, Role, office_page, show
from creditbank.portals.office.tables import Cell, Head, show_list

Records = QuerySet[AuditRecord]
_GROUP: Final = {code: tuple(actions) for code, _label, actions in GROUPS}


@require_safe
@office_page(Role.AUDITOR, Role.ADMIN)
def audit(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every action: who, when, on what, under which clause; ids and names of fields, never a value."""
    listing = make_listing(request.GET, AuditRecord.objects.all(), filters=_filters())
    if listing.export:
        return export_response(listing.export, COLUMNS, listing.rows, filename="audit")
    note = _("只记编号和字段名，不记内容；只能查看，任何人都不能更改。导出最多 100,000 条，请先筛选。")
    return show_list(
        request, desk, "audit", title=_("审计记录"), listing=listing, heads=_HEADS, cells=_cells, note=note
    )


@require_safe
@office_page(Role.AUDITOR, Role.ADMIN)
def record(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One action whole, and what else was done to the same thing."""
    row = AuditRecord.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    same = AuditRecord.objects.filter(subject_kind=row.subject_kind, subject_id=row.subject_id).exclude(pk=pk)[:10]
    context: dict[str, object] = {
        "row": row,
        "words": action_words(row.action),
        "role": role_words(row.actor_role),
        "subject": subject_words(row.subject_kind),
        "fields": [field_words(each) for each in row.fields],
        "refs": sorted(row.refs.items()),
        "same": [(each, action_words(each.action), role_words(each.actor_role)) for each in same],
    }
    return show(request, desk, "audit_record", "audit", context)


def _filters() -> tuple[Filter[Records], ...]:
    return (
        Filter("actor", _("经办人"), (), _by, "text"),
        Filter("group", _("类别"), [(code, label) for code, label, _actions in GROUPS], _of_group),
        Filter("action", _("动作"), sorted(ACTIONS.items(), key=lambda item: str(item[1])), _doing),
        Filter("subject", _("对象编号"), (), _on, "text"),
        Filter("clause", _("依据"), (), lambda rows, value: rows.filter(clause__iexact=value), "text"),
        Filter("since", _("从"), (), _since, "date"),
        Filter("until", _("到"), (), _until, "date"),
    )


def _by(rows: Records, name: str) -> Records:
    """By the person's name through her id, which is indexed; the system and the public have none."""
    ids = Person.objects.filter(name_key=name_key(name)).values("pk")
    return rows.filter(Q(actor_id__in=ids) | Q(actor_id=None, actor_name=name))


def _of_group(rows: Records, code: str) -> Records:
    return rows.filter(action__in=_GROUP[code])


def _doing(rows: Records, action: str) -> Records:
    return rows.filter(action=action)


def _on(rows: Records, subject: str) -> Records:
    # All kinds are named, so that the index on kind and id serves.
    return rows.filter(subject_kind__in=list(SUBJECTS), subject_id=subject)


def _since(rows: Records, value: str) -> Records:
    return rows.filter(at__gte=_midnight(value, 0))


def _until(rows: Records, value: str) -> Records:
    return rows.filter(at__lt=_midnight(value, 1))


def _midnight(value: str, days: int) -> datetime:
    return datetime.combine(date.fromisoformat(value) + timedelta(days=days), time(), CIVIL_ZONE)


_HEADS: Final = (
    Head(gettext_lazy("时间")),
    Head(gettext_lazy("经办人")),
    Head(gettext_lazy("动作")),
    Head(gettext_lazy("对象")),
)


def _cells(row: AuditRecord) -> tuple[Cell, ...]:
    moment = row.at.astimezone(CIVIL_ZONE).strftime("%Y-%m-%d %H:%M:%S")
    return (
        Cell(moment, css="nowrap"),
        Cell(row.actor_name, sub=role_words(row.actor_role)),
        Cell(action_words(row.action), sub=_fields(row), name="audit_record", args=(row.pk,), clause=row.clause),
        Cell(row.subject_id, sub=subject_words(row.subject_kind)),
    )


def _fields(row: AuditRecord) -> str:
    return _("、").join(str(field_words(each)) for each in row.fields)


COLUMNS: Final[tuple[Column[AuditRecord], ...]] = (
    Column(gettext_lazy("时间"), lambda row: row.at),
    Column(gettext_lazy("经办人"), lambda row: row.actor_name),
    Column(gettext_lazy("身份"), lambda row: role_words(row.actor_role)),
    Column(gettext_lazy("动作"), lambda row: action_words(row.action)),
    Column(gettext_lazy("动作代码"), lambda row: row.action),
    Column(gettext_lazy("对象"), lambda row: subject_words(row.subject_kind)),
    Column(gettext_lazy("编号"), lambda row: row.subject_id),
    Column(gettext_lazy("依据"), lambda row: row.clause),
    Column(gettext_lazy("字段"), _fields),
)
