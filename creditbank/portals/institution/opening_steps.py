"""The road of an application to open an account, as the counter sees it."""

from datetime import datetime

from django.utils.translation import gettext as _

from creditbank.clock import CIVIL_ZONE
from creditbank.people.models import AccountOpening, Person
from creditbank.portals.labels import Step


def steps_of(opening: AccountOpening) -> list[Step]:
    """What was done, by whom and when; what is waited for; what is to come."""
    entered = _("录入申请") if opening.institution_code else _("家长网上申请")
    applied = Step(entered, _by(opening.submitted_by, opening.submitted_at) or _moment(opening.submitted_at), "done")
    checked = opening.checked_by is not None
    check = Step(
        _("核对原件"), _by(opening.checked_by, opening.checked_at) or _("当面看证件原件"), "done" if checked else ""
    )
    paper = _paper(opening)
    road = [applied, *([paper] if paper else []), check, Step(_("管理小组审核"), _("与以上各人不同")), Step(_("开户"))]
    if opening.state == AccountOpening.State.OPENED:
        ended = [Step(_("管理小组审核"), _by(opening.decided_by, opening.decided_at), "done")]
        return [*road[:-2], *ended, Step(_("已开户"), _("凭开户回单激活登录"), "done")]
    if opening.state != AccountOpening.State.SUBMITTED:
        taken = [each for each in road[:-2] if each.state == "done"]
        return [*taken, Step(opening.get_state_display(), _by(opening.decided_by, opening.decided_at), "now")]
    return _with_present(road)


def _with_present(road: list[Step]) -> list[Step]:
    """The first step that is not done is the present one."""
    first = next(index for index, each in enumerate(road) if each.state != "done")
    return [Step(each.label, each.detail, "now") if index == first else each for index, each in enumerate(road)]


def _paper(opening: AccountOpening) -> Step | None:
    paper = opening.paper
    if paper is None:
        return None
    confirmed = _by(paper.confirmed_by, paper.confirmed_at)
    return Step(_("监护人同意书"), confirmed or _("待另一位同事确认"), "done" if confirmed else "")


def _by(person: Person | None, at: datetime | None) -> str:
    if person is None or at is None:
        return ""
    return _("%(name)s · %(moment)s") % {
        "name": person.name,
        "moment": _moment(at),
    }


def _moment(at: datetime) -> str:
    return f"{at.astimezone(CIVIL_ZONE):%Y-%m-%d %H:%M}"
