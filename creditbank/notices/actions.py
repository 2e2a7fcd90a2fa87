"""Verbs of notices: publish, take down when the term is over, withdraw; object, and decide an objection."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import PUBLIC, SYSTEM, Actor
from creditbank.clock import today
from creditbank.errors import Conflict, InvalidInput, NotFound
from creditbank.ids import new_code
from creditbank.notices.freezing import freeze, lift
from creditbank.notices.models import Notice, NoticeKind, NoticeLine, NoticeState, Objection, ObjectionState, TermUnit
from creditbank.notices.terms import Term
from creditbank.people.rights import require_office
from creditbank.vault.sealing import Place, Sealed, keyed_digest, seal, unseal
from creditbank.workdays.reading import calendar_now

CODE_LENGTH: Final = 10
LONGEST_TEXT: Final = 2_000
LONGEST_CONTACT: Final = 120
MOST_LINES: Final = 5_000
TABLE: Final = "objection"


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One subject, and what the public sees of it: plain data without names, unless the person agreed (I-15)."""

    subject_kind: str
    subject_ref: str
    shown: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDraft:
    """What is to be published, and for how long."""

    kind: NoticeKind
    title_zh: str
    title_en: str
    clause: str
    term: Term
    content: dict[str, object] = field(default_factory=dict)
    lines: Sequence[LineDraft] = ()


@dataclass(frozen=True, slots=True)
class Filed:
    """The receipt of an objection: the code is shown once, and only its digest is kept."""

    objection: Objection
    code: str


@transaction.atomic
def publish_notice(*, actor: Actor, draft: NoticeDraft, at: datetime) -> Notice:
    """Publish from today on. The office does, or the system for what follows from a decision.

    Raises ``InvalidInput`` without a title or with more than 5,000 lines, ``NotAllowed`` for anyone else.
    """
    person_id = None if actor == SYSTEM else require_office(actor, "reviewer", "decider", "admin", at=at)
    if not draft.title_zh.strip() or not draft.title_en.strip():
        raise InvalidInput("请写公示的中文和英文标题。", field="title")
    if len(draft.lines) > MOST_LINES:
        raise InvalidInput("一份公示最多 %(most)s 行，请分开公示。", field="lines", most=MOST_LINES)
    starts_on = today(at)
    last = draft.term.last_day(starts_on, calendar_now())
    notice = Notice.objects.create(
        number=f"new-{new_code(12)}",
        kind=draft.kind,
        title_zh=draft.title_zh.strip(),
        title_en=draft.title_en.strip(),
        clause=draft.clause,
        content=draft.content,
        published_by_id=person_id,
        published_at=at,
        starts_on=starts_on,
        term=draft.term.count,
        term_unit=draft.term.unit,
        ends_on=last.day,
        provisional=last.provisional,
    )
    notice.number = f"GS-{starts_on.year}-{notice.pk:06d}"
    notice.save(update_fields=["number"])
    NoticeLine.objects.bulk_create(
        NoticeLine(notice=notice, subject_kind=each.subject_kind, subject_ref=each.subject_ref, shown=each.shown)
        for each in draft.lines
    )
    _audit(actor, at, "publish-notice", notice)
    return notice


def end_notices(*, at: datetime) -> int:
    """Count the terms anew, and take down every notice whose last day is over; how many were taken down.

    Runs again and again; each notice is its own transaction.
    """
    calendar, ended = calendar_now(), 0
    for pk in list(Notice.objects.filter(state=NoticeState.SHOWN).values_list("pk", flat=True)):
        with transaction.atomic():
            notice = Notice.objects.select_for_update().get(pk=pk)
            last = Term(notice.term, TermUnit(notice.term_unit)).last_day(notice.starts_on, calendar)
            notice.ends_on, notice.provisional = last.day, last.provisional
            notice.save(update_fields=["ends_on", "provisional"])
            if notice.state == NoticeState.SHOWN and last.day < today(at):
                _take_down(notice, NoticeState.ENDED, at)
                _audit(SYSTEM, at, "end-notice", notice)
                ended += 1
    return ended


@transaction.atomic
def withdraw_notice(*, actor: Actor, notice: Notice, reason: str, at: datetime, with_subject: bool = False) -> Notice:
    """Take a notice down before its time, with a reason that stays to be read.

    A policy is announced by its notice, so that one goes only together with the version (``with_subject``): else
    ``Conflict``.
    """
    require_office(actor, "decider", "admin", at=at)
    if notice.kind == NoticeKind.POLICY and not with_subject:
        raise Conflict("政策公示随政策版本一起撤回，请在政策版本里办理。", code="policy-notice", clause="R-P")
    row = Notice.objects.select_for_update().get(pk=notice.pk)
    if row.state != NoticeState.SHOWN:
        raise Conflict("这份公示已经撤下了。")
    if not reason.strip():
        raise InvalidInput("请写明撤回的理由。", field="reason")
    row.reason = reason.strip()
    _take_down(row, NoticeState.WITHDRAWN, at)
    _audit(actor, at, "withdraw-notice", row)
    return row


@transaction.atomic
def file_objection(*, line: NoticeLine, text: str, contact: str, at: datetime, actor: Actor = PUBLIC) -> Filed:
    """Object to a line while its notice is shown. Anyone may; the subject is frozen until the office has decided.

    Raises ``Conflict`` when the notice is no longer shown, ``InvalidInput`` for a text that is empty or longer than
    2,000 characters, or a contact longer than 120.
    """
    notice = Notice.objects.select_for_update().get(pk=line.notice_id)
    if notice.state != NoticeState.SHOWN or notice.ends_on < today(at):
        raise Conflict("公示期已经结束，不能再提出异议；可以另行投诉。", clause=notice.clause)
    if not 0 < len(text.strip()) <= LONGEST_TEXT:
        raise InvalidInput("请写明异议的内容，不超过 2000 字。", field="text")
    if len(contact) > LONGEST_CONTACT:
        raise InvalidInput("联系方式不超过 120 个字。", field="contact")
    code = new_code(CODE_LENGTH)
    objection = Objection(number=f"new-{new_code(12)}", line=line, filed_at=at, code_digest="")
    sealed = seal(text.strip(), _place(objection, "text"))
    objection.key_id, objection.text_encrypted = sealed.key_id, sealed.data
    objection.contact_encrypted = seal(contact.strip(), _place(objection, "contact")).data if contact.strip() else None
    objection.save()
    objection.number = f"YY-{today(at).year}-{objection.pk:06d}"
    objection.code_digest = _digest(objection.number, code)
    objection.save(update_fields=["number", "code_digest"])
    freeze(line.subject_kind, line.subject_ref, cause=objection.number, at=at)
    _audit_objection(actor, at, "file-objection", objection)
    return Filed(objection, code)


def follow_objection(*, number: str, code: str) -> Objection:
    """The objection for its maker. ``NotFound`` for a wrong number and for a wrong code alike."""
    found = Objection.objects.select_related("line__notice").filter(number=number.strip().upper()).first()
    if found is None or found.code_digest != _digest(found.number, code.strip().upper()):
        raise NotFound
    return found


@transaction.atomic
def decide_objection(*, actor: Actor, objection: Objection, upheld: bool, reason: str, at: datetime) -> Objection:
    """Decide with reasons. Dismissed: the freeze is lifted. Upheld: it stays, and the subject's owner acts on it."""
    person_id = require_office(actor, "decider", at=at)
    row = Objection.objects.select_for_update().select_related("line").get(pk=objection.pk)
    if row.state != ObjectionState.OPEN:
        raise Conflict("这份异议已经处理过了。")
    if not reason.strip():
        raise InvalidInput("请写明处理的理由，提出人会看到。", field="reason")
    row.state = ObjectionState.UPHELD if upheld else ObjectionState.DISMISSED
    row.decided_by_id, row.decided_at, row.reason = person_id, at, reason.strip()
    row.save(update_fields=["state", "decided_by_id", "decided_at", "reason"])
    if not upheld:
        lift(row.line.subject_kind, row.line.subject_ref, cause=row.number, at=at)
    _audit_objection(actor, at, "uphold-objection" if upheld else "dismiss-objection", row)
    return row


@transaction.atomic
def read_objection(*, actor: Actor, objection: Objection, at: datetime) -> tuple[str, str]:
    """The text and the contact, opened for the office; the look is on record."""
    require_office(actor, "reviewer", "decider", at=at)
    _audit_objection(actor, at, "read-objection", objection)
    text = unseal(Sealed(objection.key_id, bytes(objection.text_encrypted)), _place(objection, "text"))
    if objection.contact_encrypted is None:
        return text, ""
    return text, unseal(Sealed(objection.key_id, bytes(objection.contact_encrypted)), _place(objection, "contact"))


def _take_down(notice: Notice, state: NoticeState, at: datetime) -> None:
    notice.state, notice.ended_at = state, at
    notice.save(update_fields=["state", "ended_at", "reason"])
    notice.lines.update(shown={})


def _place(objection: Objection, column: str) -> Place:
    return Place(TABLE, str(objection.row_key), column)


def _digest(number: str, code: str) -> str:
    return keyed_digest("objection", f"{number}:{code}")


def _audit(actor: Actor, at: datetime, action: str, notice: Notice) -> None:
    record(actor=actor, at=at, action=action, subject_kind="notice", subject_id=notice.number, clause=notice.clause)


def _audit_objection(actor: Actor, at: datetime, action: str, objection: Objection) -> None:
    record(actor=actor, at=at, action=action, subject_kind="objection", subject_id=objection.number, clause="M-12")
