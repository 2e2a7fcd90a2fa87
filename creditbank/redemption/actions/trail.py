"""What an action on a redemption leaves behind: a record in the audit and a word in the applicant's inbox."""

from datetime import datetime

from django.utils.translation import gettext_noop

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.messages.actions import send
from creditbank.messages.templates import Template, register
from creditbank.redemption.models import Redemption
from creditbank.redemption.parties import guardian_ids

register(
    Template(
        "redemption.awaits-guardian",
        gettext_noop("等您同意：兑换申请 %(number)s"),
        gettext_noop(
            "您监护的学生提交了兑换申请 %(number)s。请查看后选择同意或不同意；逾期未答复，申请自动结束，学分退回。"
        ),
    ),
    Template(
        "redemption.over-counter",
        gettext_noop("单位代交了兑换申请 %(number)s"),
        gettext_noop(
            "您的单位凭签名的申请表代交了兑换申请 %(number)s。如果这不是您的意愿，在作出决定以前随时可以撤回。"
        ),
    ),
    Template(
        "redemption.withdrawn",
        gettext_noop("兑换申请 %(number)s 已撤回"),
        gettext_noop("兑换申请 %(number)s 已撤回，冻结的学分已经全部退回。"),
    ),
    Template(
        "redemption.issued",
        gettext_noop("兑换申请 %(number)s 已通过，证书已颁发"),
        gettext_noop("兑换申请 %(number)s 已通过，证书已经颁发，可以在“证书”里查看和下载。"),
    ),
    Template(
        "redemption.refused",
        gettext_noop("兑换申请 %(number)s 没有通过"),
        gettext_noop("兑换申请 %(number)s 没有通过，理由写在申请里；冻结的学分已经全部退回。"),
    ),
    Template(
        "redemption.accepted",
        gettext_noop("兑换申请 %(number)s 已通过，等待履行"),
        gettext_noop("兑换申请 %(number)s 已通过，学分已经使用，名额已经留好。履行以后会再通知您。"),
    ),
    Template(
        "redemption.fulfilled",
        gettext_noop("兑换申请 %(number)s 已履行"),
        gettext_noop("兑换申请 %(number)s 已经履行，凭证写在申请里。如果与事实不符，请向管理小组提出。"),
    ),
    Template(
        "redemption.no-show",
        gettext_noop("兑换申请 %(number)s 记为未到场"),
        gettext_noop("兑换申请 %(number)s 记为未到场，学分不退回。如果与事实不符，请向管理小组提出。"),
    ),
    Template(
        "redemption.cancelled",
        gettext_noop("兑换申请 %(number)s 已取消"),
        gettext_noop("兑换申请 %(number)s 已取消，学分已经全部退回。"),
    ),
    Template(
        "redemption.declined-by-guardian",
        gettext_noop("监护人没有同意兑换申请 %(number)s"),
        gettext_noop("监护人没有同意兑换申请 %(number)s，申请已经结束，冻结的学分已经全部退回。"),
    ),
    Template(
        "redemption.expired",
        gettext_noop("兑换申请 %(number)s 逾期结束"),
        gettext_noop("监护人没有在期限内答复，兑换申请 %(number)s 已经结束，冻结的学分已经全部退回。可以重新申请。"),
    ),
)


def audit(actor: Actor, at: datetime, action: str, redemption: Redemption, clause: str) -> None:
    """Record the action in the audit: ids and names only."""
    record(
        actor=actor,
        at=at,
        action=action,
        subject_kind="redemption",
        subject_id=redemption.number,
        holder_id=redemption.holder_id,
        clause=clause,
        fields=["state"],
    )


def tell_applicant(redemption: Redemption, template: str, at: datetime) -> None:
    """Tell the student, and the guardians of a minor, what became of the application."""
    _send({redemption.account.student.person_id} | guardian_ids(redemption.account, at), redemption, template, at)


def tell_guardians(redemption: Redemption, template: str, at: datetime) -> None:
    """Tell the guardians of a minor that an application waits for them."""
    _send(guardian_ids(redemption.account, at), redemption, template, at)


def _send(person_ids: set[int], redemption: Redemption, template_code: str, at: datetime) -> None:
    send(
        to=person_ids,
        template_code=template_code,
        params={"number": redemption.number},
        link=f"/me/redemptions/{redemption.number}",
        at=at,
    )
