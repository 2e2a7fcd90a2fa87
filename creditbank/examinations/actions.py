"""Verbs on examination results: the office records a score, a second person confirms it (R-x.1)."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.clock import today
from creditbank.errors import AlreadyDone, Conflict, InvalidInput, NotAllowed
from creditbank.examinations.models import ExamResult, ResultState
from creditbank.people.models import Account
from creditbank.people.rights import require_office
from creditbank.rulebook.reading import version_on

FULL_SCORE = 100


@transaction.atomic
def record_exam_result(
    *, actor: Actor, account: Account, family: str, score: int, taken_on: date, at: datetime
) -> ExamResult:
    """Record that the student scored ``score`` of 100 in the family's examination on a day. It does not count yet.

    Raises ``InvalidInput`` for an unknown family, a score outside 0–100 or a day in the future, ``AlreadyDone`` when
    that day's result is recorded already, ``NotAllowed`` for anyone but a reviewer or decider. Clause: R-x.1.
    """
    person_id = require_office(actor, "reviewer", "decider", at=at)
    if family not in version_on(today(at)).families:
        raise InvalidInput("没有这一类证书考试。", field="family")
    if not 0 <= score <= FULL_SCORE:
        raise InvalidInput("成绩须在 0 到 100 之间。", field="score")
    if taken_on > today(at):
        raise InvalidInput("考试日期不能晚于今天。", field="taken_on")
    try:
        with transaction.atomic():
            result = ExamResult.objects.create(
                account=account, family=family, score=score, taken_on=taken_on, recorded_by_id=person_id, recorded_at=at
            )
    except IntegrityError as error:
        raise AlreadyDone("这名学生当天的这门考试已经登记过成绩。", field="taken_on") from error
    _audit(actor, at, "record-exam-result", result)
    return result


@transaction.atomic
def decide_exam_result(*, actor: Actor, result: ExamResult, confirm: bool, at: datetime) -> ExamResult:
    """Confirm or refuse a recorded result; only then does it count. Never by the person who recorded it.

    Raises ``NotAllowed`` for the same person or without the role, ``Conflict`` when it was decided already.
    """
    person_id = require_office(actor, "reviewer", "decider", at=at)
    locked = ExamResult.objects.select_for_update().get(pk=result.pk)
    if locked.recorded_by_id == person_id:
        raise NotAllowed("登记成绩的人不能自己复核，请由另一位同事办理。", clause="M-4")
    if locked.state != ResultState.RECORDED:
        raise Conflict("这条成绩已经复核过了。")
    locked.state = ResultState.CONFIRMED if confirm else ResultState.REFUSED
    locked.confirmed_by_id = person_id
    locked.confirmed_at = at
    locked.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    _audit(actor, at, "confirm-exam-result" if confirm else "refuse-exam-result", locked)
    return locked


def _audit(actor: Actor, at: datetime, action: str, result: ExamResult) -> None:
    record(
        actor=actor,
        at=at,
        action=action,
        subject_kind="exam-result",
        subject_id=str(result.pk),
        holder_id=result.account.holder_id,
        clause="R-x.1",
        fields=["score", "taken_on"],
    )
