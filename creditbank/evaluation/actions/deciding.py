"""The road of a return after its check: submit, approve, send back, review, withdraw. Three persons (M-4)."""

from datetime import datetime
from typing import Final

from django.db import transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.clock import today
from creditbank.errors import Conflict, InvalidInput, NotAllowed
from creditbank.evaluation.clashes import check_against_others
from creditbank.evaluation.models import CreditReturn, ReturnState
from creditbank.evaluation.reading import return_for
from creditbank.evaluation.reasons import MOST_REASON_CHARACTERS, checked_reason
from creditbank.evaluation.receipts import sign_receipt
from creditbank.evaluation.tasks import post_return_task
from creditbank.evaluation.tidings import tell_approvers, tell_reviewers, tell_staff
from creditbank.institutions.models import Institution, StaffRole
from creditbank.institutions.rights import require_good_standing, require_scope, require_staff
from creditbank.people.models import OfficeRole
from creditbank.people.rights import require_office
from creditbank.rulebook.reading import version_row_on

_BEFORE_ACCEPTANCE: Final = (
    ReturnState.CHECKING,
    ReturnState.FAULTY,
    ReturnState.READY,
    ReturnState.SUBMITTED,
    ReturnState.APPROVED,
    ReturnState.SENT_BACK,
)


@transaction.atomic
def submit_return(*, actor: Actor, at: datetime, number: str) -> CreditReturn:
    """A clerk of the institution submits a clean return; it gets its signed receipt.

    Submissions of one institution queue here, so that of two returns with one achievement the second is refused:
    Conflict ``clashes`` names row and code. NotAllowed when the membership is not in good standing.
    """
    require_scope(actor, "returns:write")
    credit_return = locked_return(actor, number, at=at, states=(ReturnState.READY, ReturnState.SENT_BACK))
    person_id = require_staff(actor, credit_return.institution, StaffRole.CLERK)
    require_good_standing(credit_return.institution)
    check_against_others(credit_return)
    credit_return.submitted_by_id = person_id
    credit_return.submitted_at = at
    credit_return.approved_by = credit_return.reviewed_by = None
    credit_return.approved_at = credit_return.reviewed_at = None
    credit_return.reason = ""
    _move(credit_return, ReturnState.SUBMITTED, actor, at)
    sign_receipt(credit_return, at=at)
    tell_approvers(credit_return, at)
    return credit_return


@transaction.atomic
def approve_return(*, actor: Actor, at: datetime, number: str) -> CreditReturn:
    """The institution's approver passes a submitted return to the office; not a person who uploaded or submitted it."""
    credit_return = locked_return(actor, number, at=at, states=(ReturnState.SUBMITTED,))
    credit_return.approved_by_id = _require_approver(actor, credit_return)
    credit_return.approved_at = at
    _move(credit_return, ReturnState.APPROVED, actor, at)
    tell_reviewers(credit_return, at)
    return credit_return


@transaction.atomic
def send_back_return(*, actor: Actor, at: datetime, number: str, reason: str) -> CreditReturn:
    """The institution's approver gives a submitted return back to the clerk, with the reason."""
    credit_return = locked_return(actor, number, at=at, states=(ReturnState.SUBMITTED,))
    _require_approver(actor, credit_return)
    credit_return.reason = checked_reason(reason)
    _move(credit_return, ReturnState.SENT_BACK, actor, at)
    tell_staff(credit_return, "evaluation.sent-back", at)
    return credit_return


@transaction.atomic
def review_return(
    *,
    actor: Actor,
    at: datetime,
    number: str,
    verdict: str,
    reason: str = "",
    confirm_attainments: bool = False,
) -> CreditReturn:
    """A reviewer of the office decides: ``accept``, ``send-back`` or ``refuse`` (both with a reason).

    The reviewer is none of the persons who uploaded, submitted or approved. Acceptance enqueues the posting in the same
    transaction. ``confirm_attainments`` says that the skill certificates and honours of the return were checked, too;
    without it they are posted as reported, to be confirmed one by one.
    """
    credit_return = locked_return(actor, number, at=at, states=(ReturnState.APPROVED,))
    person_id = require_office(actor, OfficeRole.Role.REVIEWER, at=at)
    _require_other_person(
        person_id, credit_return.uploaded_by_id, credit_return.submitted_by_id, credit_return.approved_by_id
    )
    target = _VERDICTS.get(verdict)
    if target is None:
        raise InvalidInput("审核结论有误。", field="verdict")
    credit_return.reviewed_by_id = person_id
    credit_return.reviewed_at = at
    if target is not ReturnState.ACCEPTED:
        credit_return.reason = checked_reason(reason)
        _move(credit_return, target, actor, at)
        tell_staff(credit_return, f"evaluation.{target.value}", at)
        return credit_return
    require_good_standing(credit_return.institution)
    credit_return.reason = reason.strip()[:MOST_REASON_CHARACTERS]
    credit_return.attainments_confirmed = confirm_attainments
    credit_return.policy_version = version_row_on(today(at)).pk
    _move(credit_return, target, actor, at)
    post_return_task.enqueue(credit_return.pk)
    return credit_return


_VERDICTS: Final = {
    "accept": ReturnState.ACCEPTED,
    "send-back": ReturnState.SENT_BACK,
    "refuse": ReturnState.REFUSED,
}


@transaction.atomic
def withdraw_return(*, actor: Actor, at: datetime, number: str) -> CreditReturn:
    """A clerk of the institution takes a return back, at any time before the office has accepted it."""
    require_scope(actor, "returns:write")
    credit_return = locked_return(actor, number, at=at, states=_BEFORE_ACCEPTANCE)
    require_staff(actor, credit_return.institution, StaffRole.CLERK)
    return _move(credit_return, ReturnState.WITHDRAWN, actor, at)


def locked_return(actor: Actor, number: str, *, at: datetime, states: tuple[ReturnState, ...]) -> CreditReturn:
    """The return, its institution and itself locked in this order, in one of ``states``.

    NotFound for outsiders; Conflict when it is in another state: of two who act at once, the second finds that.
    """
    seen = return_for(actor, number, at=at)
    institution = Institution.objects.select_for_update(no_key=True).get(pk=seen.institution_id)
    credit_return = CreditReturn.objects.select_for_update(no_key=True).get(pk=seen.pk)
    credit_return.institution = institution
    if credit_return.state not in states:
        raise Conflict(
            "申报单 %(number)s 现在的状态不能办理这一项。",
            code="return-state",
            number=credit_return.number,
            state=credit_return.state,
        )
    return credit_return


def _move(credit_return: CreditReturn, state: ReturnState, actor: Actor, at: datetime) -> CreditReturn:
    credit_return.state = state
    credit_return.save()
    record(
        actor=actor,
        at=at,
        action=f"return.{state.value}",
        subject_kind="return",
        subject_id=credit_return.number,
        clause="M-4",
        refs={"institution": credit_return.institution.code},
    )
    return credit_return


def _require_approver(actor: Actor, credit_return: CreditReturn) -> int:
    person_id = require_staff(actor, credit_return.institution, StaffRole.APPROVER)
    _require_other_person(person_id, credit_return.uploaded_by_id, credit_return.submitted_by_id)
    return person_id


def _require_other_person(person_id: int, *others: int | None) -> None:
    if person_id in others:
        raise NotAllowed("经办、审批和审核必须是不同的人。", code="same-person", clause="M-4")
