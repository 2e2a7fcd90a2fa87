"""What an account's applications ask of its life: it is not closed over them, and frozen time is nobody's fault."""

from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext_noop

from creditbank.clock import CIVIL_ZONE
from creditbank.errors import Conflict
from creditbank.messages.actions import send
from creditbank.messages.templates import Template, register
from creditbank.people.models import Account
from creditbank.redemption.models import Redemption, RedemptionState
from creditbank.redemption.parties import guardian_ids

register(
    Template(
        "redemption.term-moved",
        gettext_noop("兑换申请 %(number)s 的答复期限已顺延"),
        gettext_noop("户口冻结的时间不计入期限：兑换申请 %(number)s 的答复期限顺延到 %(moment)s。"),
    ),
)


def refuse_while_applications_run(account: Account) -> None:
    """Raise ``Conflict`` while an application of the account is open, whether it holds credits, an honour or neither.

    An application begins by locking the account's row, which the caller holds: none can slip in behind the question.
    """
    running = Redemption.objects.open().filter(account=account).order_by("id").first()
    if running is not None:
        raise Conflict(
            "兑换申请 %(number)s 还没有办结，不能销户；请先办结，或者由申请人撤回。",
            code="application-open",
            clause="M-7",
            number=running.number,
        )


def give_back_frozen_time(account: Account, since: datetime, at: datetime) -> None:
    """Let the term of every application that waits for the applicant's side end later by the time frozen.

    A term that had run out before the account was frozen stays where it was.
    """
    waiting = Redemption.objects.filter(account=account, state=RedemptionState.AWAITING_GUARDIAN, act_by__gte=since)
    for redemption in waiting.select_for_update().order_by("id"):
        Redemption.objects.filter(pk=redemption.pk).update(act_by=F("act_by") + (at - since))
        redemption.refresh_from_db(fields=["act_by"])
        assert redemption.act_by is not None
        send(
            to={account.student.person_id} | guardian_ids(account, at),
            template_code="redemption.term-moved",
            params={
                "number": redemption.number,
                "moment": f"{redemption.act_by.astimezone(CIVIL_ZONE):%Y-%m-%d %H:%M}",
            },
            link=f"/me/redemptions/{redemption.number}",
            at=at,
        )
