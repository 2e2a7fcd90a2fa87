"""The verbs of a correction: one officer asks, a decider who is another person agrees or does not (M-4)."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.corrections.models import AccountCorrection, CorrectionKind, CorrectionState
from creditbank.corrections.obstacles import obstacles_of
from creditbank.corrections.running import enqueue
from creditbank.errors import Conflict, InvalidInput, NotAllowed
from creditbank.ids import new_code
from creditbank.people.account_states import SHORTEST_REASON, erase_identity
from creditbank.people.models import Account
from creditbank.people.rights import require_impartial, require_office

MOST_LINES: Final = 2000
_CLAUSE: Final = "M-4"


def ask_merge(*, actor: Actor, at: datetime, account: Account, receiving: Account, reason: str) -> AccountCorrection:
    """Ask that ``account`` go into ``receiving``, because both are one person's. A reviewer or decider of the office.

    Conflict for an account that is closed or has another correction under way.
    """
    return _ask(actor, at, _wish(CorrectionKind.MERGE, account, receiving, reason))


def ask_split(
    *, actor: Actor, at: datetime, account: Account, receiving: Account, seqs: Collection[int], reason: str
) -> AccountCorrection:
    """Ask that the lines ``seqs`` of ``account`` go into ``receiving``, because they are another person's."""
    chosen = sorted(set(seqs))
    if not 0 < len(chosen) <= MOST_LINES or chosen[0] < 1:
        raise InvalidInput("请选择要拆出的明细。", field="seqs")
    wish = _wish(CorrectionKind.SPLIT, account, receiving, reason)
    wish.seqs = chosen
    return _ask(actor, at, wish)


def ask_erasure(*, actor: Actor, at: datetime, account: Account, reason: str) -> AccountCorrection:
    """Ask that it be forgotten who a closed account belonged to; its lines stay. Conflict when it is not closed."""
    return _ask(actor, at, _wish(CorrectionKind.ERASE, account, None, reason))


@transaction.atomic
def agree_correction(*, actor: Actor, at: datetime, correction: AccountCorrection) -> AccountCorrection:
    """Agree as a decider who did not ask. An erasure is done at once; a merge or a split runs in the background.

    Conflict when it is decided already, or something stands in the way.
    """
    locked = _decidable(actor, at, correction)
    obstacles = obstacles_of(locked)
    if obstacles:
        raise obstacles[0].error
    erases = locked.kind == CorrectionKind.ERASE
    if erases:
        erase_identity(actor=actor, at=at, account=locked.account)
        locked.done_at = at
    else:
        # What is to be moved stands still from here on; the receiving account stays in use.
        Account.objects.filter(pk=locked.account_id, state=Account.State.OPEN).update(
            state=Account.State.FROZEN, state_reason=locked.number, state_since=at
        )
    state = CorrectionState.DONE if erases else CorrectionState.RUNNING
    agreed = _decide(actor, at, locked, state, "agree")
    if not erases:
        transaction.on_commit(lambda: enqueue(agreed.pk))
    return agreed


@transaction.atomic
def refuse_correction(*, actor: Actor, at: datetime, correction: AccountCorrection, reason: str) -> AccountCorrection:
    """Do not agree, with a reason; nothing was changed. A decider who did not ask."""
    locked = _decidable(actor, at, correction)
    locked.decision_note = _words(reason)
    return _decide(actor, at, locked, CorrectionState.REFUSED, "refuse")


@transaction.atomic
def withdraw_correction(*, actor: Actor, at: datetime, correction: AccountCorrection) -> AccountCorrection:
    """Take one's own wish back while nobody has decided."""
    locked = _locked(correction)
    if require_office(actor, at=at) != locked.asked_by_id:
        raise NotAllowed("只有提出的人可以撤回。", code="not-asker")
    _require_waiting(locked)
    locked.state = CorrectionState.WITHDRAWN
    locked.save(update_fields=["state"])
    _record(actor, at, locked, "withdraw")
    return locked


def _wish(kind: CorrectionKind, account: Account, receiving: Account | None, reason: str) -> AccountCorrection:
    return AccountCorrection(kind=kind, account=account, receiving=receiving, reason=_words(reason))


@transaction.atomic
def _ask(actor: Actor, at: datetime, wish: AccountCorrection) -> AccountCorrection:
    wish.asked_by_id, wish.asked_at = require_office(actor, "reviewer", "decider", at=at), at
    if wish.receiving is not None and wish.account.pk == wish.receiving.pk:
        raise InvalidInput("须是两个不同的户口。", field="receiving")
    concerned = _concerned(wish)
    require_impartial(wish.asked_by_id, *concerned)
    # In one order, so that two wishes that cross do not wait for each other.
    ids = sorted(each.pk for each in concerned)
    list(Account.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    for account in concerned:
        account.refresh_from_db()
        if AccountCorrection.objects.open().touching(account.pk).exists():
            raise Conflict("这个户口有另一项更正在办，请先办结。", code="correction-open")
    for obstacle in obstacles_of(wish):
        if obstacle.lasting:
            raise obstacle.error
    wish.number = f"new-{new_code(12)}"
    wish.save()
    wish.number = f"GZ-{at.year}-{wish.pk:06d}"
    wish.save(update_fields=["number"])
    _record(actor, at, wish, "ask")
    return wish


def _concerned(correction: AccountCorrection) -> list[Account]:
    return [each for each in (correction.account, correction.receiving) if each is not None]


def _decidable(actor: Actor, at: datetime, correction: AccountCorrection) -> AccountCorrection:
    decider = require_office(actor, "decider", at=at)
    locked = _locked(correction)
    if decider == locked.asked_by_id:
        raise NotAllowed("提出的人不能自己核准，请由另一位同事办理。", code="same-person", clause=_CLAUSE)
    require_impartial(decider, *_concerned(locked))
    _require_waiting(locked)
    return locked


def _decide(
    actor: Actor, at: datetime, correction: AccountCorrection, state: CorrectionState, verb: str
) -> AccountCorrection:
    correction.state, correction.decided_by_id, correction.decided_at = state, actor.person_id, at
    correction.save(update_fields=["state", "decided_by", "decided_at", "decision_note", "done_at"])
    _record(actor, at, correction, verb)
    return correction


def _locked(correction: AccountCorrection) -> AccountCorrection:
    rows = AccountCorrection.objects.select_for_update(of=("self",))
    return rows.select_related("account__student__person", "receiving__student__person").get(pk=correction.pk)


def _require_waiting(correction: AccountCorrection) -> None:
    if correction.state != CorrectionState.ASKED:
        raise Conflict("这项更正已经办理过。", code="correction-decided")


def _words(reason: str) -> str:
    if len(reason.strip()) < SHORTEST_REASON:
        raise InvalidInput("请写明理由。", field="reason")
    return reason.strip()[:400]


def _record(actor: Actor, at: datetime, correction: AccountCorrection, verb: str) -> None:
    for account in _concerned(correction):
        record(
            actor=actor,
            at=at,
            action=f"correction.{verb}",
            subject_kind="account",
            subject_id=account.pk,
            holder_id=account.holder_id,
            clause=_CLAUSE,
            refs={"correction": correction.number, "kind": correction.kind},
        )
