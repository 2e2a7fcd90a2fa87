"""A new code when the slip was lost or the password forgotten: one person of the office asks, another confirms.

Whoever holds a renewed code sets the password of a family's login, so that no single person may have one made. The
family reads in its inbox that it was asked for, that it was made, and that it was used.
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.errors import Conflict, InvalidInput, NotAllowed, NotFound
from creditbank.messages.actions import send
from creditbank.people.guardians import is_guardian
from creditbank.people.logins import IssuedCode, family_of, issue_activation_code
from creditbank.people.models import Account, CodeRenewal, Person
from creditbank.people.rights import require_office

State = CodeRenewal.State


@transaction.atomic
def ask_for_new_code(*, actor: Actor, at: datetime, account: Account, person: Person, method: str) -> CodeRenewal:
    """Ask for a new code for the student or a recorded guardian: a reviewer or the hotline, who made sure of her.

    ``method`` is of :class:`CodeRenewal.Method`. Nothing changes before another person confirms. Conflict when one is
    asked for already.
    """
    asker = require_office(actor, "reviewer", "hotline", at=at)
    if person.pk != account.student.person_id and not is_guardian(person.pk, account.student, at):
        raise NotFound("这个人不是该户口的学生或监护人。")
    _require_stranger(asker, account)
    if account.state == Account.State.CLOSED:
        raise Conflict("这个户口已经销户。", code="account-closed")
    if method not in CodeRenewal.Method.values:
        raise InvalidInput("请选择核实身份的方式。", field="method")
    try:
        with transaction.atomic():
            renewal = CodeRenewal.objects.create(
                account=account, person=person, method=method, asked_by_id=asker, asked_at=at
            )
    except IntegrityError:
        raise Conflict("已经有一份重发申请在等确认。", code="renewal-asked") from None
    _record(renewal, "activation.renew-ask", actor, at)
    send(to=family_of(account, person.pk), template_code="people.code-asked", at=at)
    return renewal


@transaction.atomic
def approve_new_code(*, actor: Actor, at: datetime, renewal: CodeRenewal) -> IssuedCode:
    """Make the code that was asked for, as another person: it is told once. A reviewer; earlier unused codes end.

    NotAllowed (``same-person``) for the one who asked, Conflict when it was answered.
    """
    locked = _waiting(actor, at, renewal)
    # What was true when it was asked for may not be so any more.
    if locked.person_id != locked.account.student.person_id and not is_guardian(
        locked.person_id, locked.account.student, at
    ):
        raise Conflict("这个人已不是该户口的监护人。", code="guardian-ended")
    issued = issue_activation_code(account=locked.account, person_id=locked.person_id, at=at)
    locked.code = locked.account.activation_codes.get(person_id=locked.person_id, used_at=None)
    _answer(locked, State.APPROVED, actor, at)
    _record(locked, "activation.renew", actor, at)
    send(to=family_of(locked.account, locked.person_id), template_code="people.code-renewed", at=at)
    return issued


@transaction.atomic
def refuse_new_code(*, actor: Actor, at: datetime, renewal: CodeRenewal) -> None:
    """Do not make the code: another reviewer, or the one who asked takes it back. Conflict when it was answered."""
    locked = _waiting(actor, at, renewal, may_be_asker=True)
    _answer(locked, State.REFUSED, actor, at)
    _record(locked, "activation.renew-refuse", actor, at)


def _waiting(actor: Actor, at: datetime, renewal: CodeRenewal, *, may_be_asker: bool = False) -> CodeRenewal:
    """The renewal, locked, for somebody who may answer it."""
    locked = (
        CodeRenewal.objects.select_for_update(of=("self",))
        .select_related("account__student__person")
        .get(pk=renewal.pk)
    )
    own = actor.person_id is not None and actor.person_id == locked.asked_by_id
    answerer = require_office(actor, *(("reviewer", "hotline") if own else ("reviewer",)), at=at)
    if own and not may_be_asker:
        raise NotAllowed("申请重发和确认须由不同的人办理。", code="same-person")
    _require_stranger(answerer, locked.account)
    if locked.state != State.ASKED:
        raise Conflict("这份重发申请已经办结。", code="renewal-answered")
    return locked


def _answer(renewal: CodeRenewal, state: CodeRenewal.State, actor: Actor, at: datetime) -> None:
    renewal.state, renewal.answered_by_id, renewal.answered_at = state, actor.person_id, at
    renewal.save(update_fields=["state", "answered_by", "answered_at", "code"])


def _require_stranger(person_id: int, account: Account) -> None:
    if person_id in family_of(account):
        raise NotAllowed("不能为自己或自己监护的学生办理。", code="own-case")


def _record(renewal: CodeRenewal, action: str, actor: Actor, at: datetime) -> None:
    record(
        actor=actor,
        at=at,
        action=action,
        subject_kind="account",
        subject_id=renewal.account_id,
        holder_id=renewal.account.holder_id,
        refs={"person": renewal.person_id, "renewal": renewal.pk},
    )
