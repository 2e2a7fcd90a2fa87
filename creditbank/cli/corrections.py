"""Commands of ``creditbank returns`` for what comes after posting: reversals, skill certificates, honours."""

import click

from creditbank import clock
from creditbank.cli.acting import acting, as_option
from creditbank.errors import NotFound
from creditbank.evaluation import actions
from creditbank.evaluation.actions.reversing import REASONS
from creditbank.evaluation.models import Honour, ReturnRow, RowReversal, SkillCertificate
from creditbank.evaluation.reading import return_for, reversals_awaiting_office
from creditbank.ledger.lines import Reason
from creditbank.people.models import OfficeRole
from creditbank.people.rights import require_office

_REASONS = {reason.name.lower().replace("_", "-"): reason for reason in REASONS}


@click.command()
@click.argument("number")
@click.argument("row", type=int)
@as_option
@click.option("--reason", type=click.Choice(list(_REASONS)), required=True, help="原因 · why")
@click.option("--note", required=True, help="说明 · in words")
def reverse(number: str, row: int, username: str, reason: str, note: str) -> None:
    """申请冲正 · ask to take back ROW of a posted return; the office decides."""
    actor = acting(username, "clerk")
    found = ReturnRow.objects.filter(credit_return=return_for(actor, number, at=clock.now()), row_number=row).first()
    if found is None:
        raise NotFound("申报单里没有这一行。", field="row")
    chosen: Reason = _REASONS[reason]
    _print(actions.ask_reversal(actor=actor, at=clock.now(), row=found, reason=chosen, note=note))


@click.command(name="decide-reversal")
@click.argument("request_id", type=int, metavar="ID")
@as_option
@click.option("--accept/--refuse", default=None, required=True, help="冲正或不予冲正 · reverse it or not")
@click.option("--note", default="", help="不予冲正的理由 · why not")
def decide_reversal(request_id: int, username: str, accept: bool, note: str) -> None:
    """审核冲正 · reverse the credit, or refuse; exit status 1 when it was decided before."""
    request = RowReversal.objects.filter(pk=request_id).first()
    if request is None:
        raise NotFound("没有这项冲正申请。", field="id")
    actor = acting(username, "reviewer")
    _print(actions.decide_reversal(actor=actor, at=clock.now(), request=request, accept=accept, note=note))


@click.command()
@click.argument("kind", type=click.Choice(["skill", "honour"]))
@click.argument("attainment_id", type=int, metavar="ID")
@as_option
@click.option("--accept/--refuse", default=None, required=True, help="确认或不予确认 · confirm it or not")
def confirm(kind: str, attainment_id: int, username: str, accept: bool) -> None:
    """确认技能证书或荣誉 · confirm a reported skill certificate or honour, or do not."""
    actor, at = acting(username, "reviewer"), clock.now()
    if kind == "skill":
        skill = SkillCertificate.objects.filter(pk=attainment_id).first()
        if skill is not None:
            decide = actions.confirm_skill if accept else actions.refuse_skill
            click.echo(f"{kind} {attainment_id} {decide(actor=actor, at=at, skill=skill).state}")
            return
    honour = Honour.objects.filter(pk=attainment_id).first() if kind == "honour" else None
    if honour is None:
        raise NotFound("没有这一项。", field="id")
    settle = actions.confirm_honour if accept else actions.refuse_honour
    click.echo(f"{kind} {attainment_id} {settle(actor=actor, at=at, honour=honour).state}")


@click.command()
@as_option
def waiting(username: str) -> None:
    """等管理小组办理的冲正、技能证书和荣誉 · what waits for the office, by id."""
    require_office(acting(username, "reviewer"), OfficeRole.Role.REVIEWER, at=clock.now())
    for request in reversals_awaiting_office():
        _print(request)
    for skill in actions.skills_awaiting_office():
        click.echo(f"skill {skill.pk} {skill.subject} {skill.level} {skill.issuer}")
    for honour in actions.honours_awaiting_office():
        click.echo(f"honour {honour.pk} {honour.scope} {honour.discipline} {honour.place} {honour.issuer}")


def _print(request: RowReversal) -> None:
    row = request.row
    click.echo(f"reversal {request.pk} {row.credit_return.number} #{row.row_number} {request.state}")
