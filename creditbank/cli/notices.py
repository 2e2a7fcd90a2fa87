"""``creditbank office notices``: disclose, list and withdraw notices; list, open and decide objections (M-12)."""

import click

from creditbank import clock
from creditbank.cli.acting import acting, as_option
from creditbank.errors import NotFound
from creditbank.notices.actions import decide_objection, read_objection, withdraw_notice
from creditbank.notices.models import Notice, Objection
from creditbank.people.rights import require_office
from creditbank.redemption.disclosure import disclose_redemptions, preview_disclosure


@click.group()
def notices() -> None:
    """公示与异议 · public notices and objections."""


@notices.command(name="list")
def list_notices() -> None:
    """列出公示，新的在前 · the notices, newest first (at most 200)."""
    for each in Notice.objects.all()[:200]:
        provisional = " 暂定 provisional" if each.provisional else ""
        click.echo(f"{each.number} {each.kind} {each.state} {each.starts_on} – {each.ends_on}{provisional}")


@notices.command()
@click.option("--preview", is_flag=True, help="只看将公示什么 · only show what would be published")
@as_option
def disclose(preview: bool, username: str) -> None:
    """公示上次以后决定的兑换 · publish what was redeemed since the last notice."""
    actor, at = acting(username, "decider"), clock.now()
    if not preview:
        click.echo(str(disclose_redemptions(actor=actor, at=at)))
        return
    require_office(actor, "reviewer", "decider", "admin", at=at)
    for each in preview_disclosure(at=at):
        click.echo(f"{each.who} {each.product['zh']} {each.institution} {each.on}")


@notices.command()
@click.argument("number")
@click.option("--reason", required=True, help="理由 · reason, which the public reads")
@as_option
def withdraw(number: str, reason: str, username: str) -> None:
    """撤回一份公示 · take a notice down before its time."""
    found = Notice.objects.filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound("没有这份公示。", field="number")
    click.echo(f"{withdraw_notice(actor=acting(username, 'decider'), notice=found, reason=reason, at=clock.now())}")


@notices.command()
@as_option
def objections(username: str) -> None:
    """列出异议，新的在前 · the objections, newest first (at most 200); never their texts."""
    require_office(acting(username, "reviewer"), "reviewer", "decider", "admin", "auditor", at=clock.now())
    for each in Objection.objects.select_related("line__notice")[:200]:
        click.echo(f"{each.number} {each.state} {each.line.notice.number} {each.line.subject_ref}")


@notices.command()
@click.argument("number")
@as_option
def read(number: str, username: str) -> None:
    """打开异议内容，记录在案 · open an objection's text; the look is on record."""
    text, contact = read_objection(actor=acting(username, "decider"), objection=_objection(number), at=clock.now())
    click.echo(text)
    click.echo(contact)


@notices.command()
@click.argument("number")
@click.argument("verdict", type=click.Choice(["uphold", "dismiss"]))
@click.option("--reason", required=True, help="理由 · reason, which the objector reads")
@as_option
def decide(number: str, verdict: str, reason: str, username: str) -> None:
    """处理异议 · uphold or dismiss an objection, as a decider."""
    row = decide_objection(
        actor=acting(username, "decider"),
        objection=_objection(number),
        upheld=verdict == "uphold",
        reason=reason,
        at=clock.now(),
    )
    click.echo(f"{row.number} {row.state}")


def _objection(number: str) -> Objection:
    found = Objection.objects.filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound("没有这份异议。", field="number")
    return found
