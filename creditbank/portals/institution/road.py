"""The road of a return as people see it: who did what and when, what is next, and why a button is shut."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from creditbank.clock import CIVIL_ZONE
from creditbank.evaluation.models import CreditReturn, ReturnState
from creditbank.people.models import Person
from creditbank.portals.institution.access import Desk
from creditbank.portals.labels import Step

RUNNING = (ReturnState.CHECKING, ReturnState.ACCEPTED, ReturnState.POSTING)
REPLACEABLE = (ReturnState.FAULTY, ReturnState.READY, ReturnState.SENT_BACK)
SUBMITTABLE = (ReturnState.READY, ReturnState.SENT_BACK)
WITHDRAWABLE = (
    ReturnState.CHECKING,
    ReturnState.FAULTY,
    ReturnState.READY,
    ReturnState.SENT_BACK,
    ReturnState.SUBMITTED,
    ReturnState.APPROVED,
)
_CHECK, _SUBMIT, _APPROVE, _REVIEW, _POST = 1, 2, 3, 4, 5
_PRESENT = {
    ReturnState.CHECKING: _CHECK,
    ReturnState.FAULTY: _CHECK,
    ReturnState.READY: _SUBMIT,
    ReturnState.SENT_BACK: _CHECK,
    ReturnState.SUBMITTED: _APPROVE,
    ReturnState.APPROVED: _REVIEW,
    ReturnState.ACCEPTED: _POST,
    ReturnState.POSTING: _POST,
    ReturnState.POSTED: _POST + 1,
}


@dataclass(frozen=True, slots=True)
class Gate:
    """A step that the page offers: whether the state calls for it at all, and why this person can't take it."""

    offered: bool
    shut: str = ""

    @property
    def open(self) -> bool:
        """Whether the button works."""
        return self.offered and not self.shut


@dataclass(frozen=True, slots=True)
class Gates:
    """Every step of a return that staff of an institution may take."""

    submit: Gate
    approve: Gate
    withdraw: Gate
    replace: Gate


def gates_of(desk: Desk, found: CreditReturn) -> Gates:
    """What can be done with the return now, by this person; the actions decide again."""
    before_submission = found.state in (ReturnState.CHECKING, ReturnState.FAULTY, *SUBMITTABLE)
    return Gates(
        submit=Gate(before_submission, desk.not_clerk or _unready(found)),
        approve=Gate(found.state == ReturnState.SUBMITTED, desk.not_approver or _same_person(desk, found)),
        withdraw=Gate(found.state in WITHDRAWABLE, "" if desk.is_clerk else desk.not_clerk),
        replace=Gate(found.state in REPLACEABLE, desk.not_clerk),
    )


def steps_of(found: CreditReturn) -> list[Step]:
    """The six steps, each with who took it and when, or what it waits for."""
    if found.state in (ReturnState.REFUSED, ReturnState.WITHDRAWN):
        return _ended(found)
    present = _PRESENT[ReturnState(found.state)]
    words = [
        (_("上传"), _by(found.uploaded_by, found.uploaded_at)),
        (_("检查与修改"), _check_words(found)),
        (_("提交"), _by(found.submitted_by, found.submitted_at) or _("生成签名回执")),
        (_("校内审批"), _by(found.approved_by, found.approved_at) or _("审批人员，不是填报的人")),
        (_("管理小组审核"), _by(found.reviewed_by, found.reviewed_at) or _("与校内两人不同")),
        (_("入账"), _moment(found.posted_at) or _("学生收到通知")),
    ]
    return [
        Step(label, detail, "done" if index < present else "now" if index == present else "")
        for index, (label, detail) in enumerate(words)
    ]


def _ended(found: CreditReturn) -> list[Step]:
    """Only what was really done, then how it ended."""
    taken = [
        (_("上传"), found.uploaded_by, found.uploaded_at),
        (_("提交"), found.submitted_by, found.submitted_at),
        (_("校内审批"), found.approved_by, found.approved_at),
        (_("管理小组审核"), found.reviewed_by, found.reviewed_at),
    ]
    done = [Step(label, _by(person, at), "done") for label, person, at in taken if person is not None]
    return [*done, Step(found.get_state_display(), "", "now")]


def _check_words(found: CreditReturn) -> str:
    if found.state == ReturnState.CHECKING:
        return _("正在检查")
    if found.state == ReturnState.SENT_BACK:
        return _("被退回，请按原因修改")
    if found.rows_faulty:
        return _("%(count)s 行待改") % {"count": found.rows_faulty}
    return _moment(found.checked_at)


def _unready(found: CreditReturn) -> str:
    if found.state == ReturnState.CHECKING:
        return _("正在检查文件，查完才能提交。")
    if found.state == ReturnState.FAULTY:
        return _("还有 %(count)s 行要改，全部改好才能提交。") % {"count": found.rows_faulty}
    return ""


def _same_person(desk: Desk, found: CreditReturn) -> str:
    if desk.person_id in {found.uploaded_by_id, found.submitted_by_id}:
        return _("这份申报单由您上传或提交，须由另一位审批人员办理。")
    return ""


def _by(person: Person | None, at: datetime | None) -> str:
    if person is None or at is None:
        return ""
    return _("%(name)s · %(moment)s") % {"name": person.name, "moment": _moment(at)}


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(CIVIL_ZONE):%Y-%m-%d %H:%M}" if at else ""
