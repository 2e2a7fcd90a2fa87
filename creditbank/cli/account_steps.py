"""Commands of ``creditbank accounts`` for the life of an account: freeze, close, another card, merge, split, erase.

An account is named by the number of its card in use, or by its id; a closed one has no card.
"""

import json
from uuid import UUID

import click
from rich.console import Console
from rich.table import Table

from creditbank import clock
from creditbank.cli.acting import account_of_card, acting, as_option
from creditbank.corrections import actions
from creditbank.corrections.models import AccountCorrection, CorrectionState
from creditbank.corrections.obstacles import obstacles_of
from creditbank.corrections.running import REASONS, progress_of, run_correction
from creditbank.errors import NotFound
from creditbank.ledger.foresight import foresee
from creditbank.ledger.lines import Balance
from creditbank.people.account_states import close_account, freeze_account, unfreeze_account
from creditbank.people.cards import replace_card
from creditbank.people.models import Account
from creditbank.people.rights import require_office
from creditbank.policy.amounts import format_hundredths

MOST = 200
account_argument = click.argument("account", metavar="CARD|ID")
number_argument = click.argument("number")
reason_option = click.option("--reason", required=True, help="理由 · why")


@click.command()
@account_argument
@as_option
@reason_option
def freeze(account: str, username: str, reason: str) -> None:
    """冻结户口，学分不能进出 · freeze an account; as a decider."""
    _say(freeze_account(actor=acting(username, "decider"), at=clock.now(), account=_account(account), reason=reason))


@click.command()
@account_argument
@as_option
@reason_option
def unfreeze(account: str, username: str, reason: str) -> None:
    """解冻户口 · open a frozen account again; as a decider."""
    _say(unfreeze_account(actor=acting(username, "decider"), at=clock.now(), account=_account(account), reason=reason))


@click.command()
@account_argument
@as_option
@reason_option
def close(account: str, username: str, reason: str) -> None:
    """销户，不能恢复，明细保留 · close an account for good; its lines stay; as a decider."""
    _say(close_account(actor=acting(username, "decider"), at=clock.now(), account=_account(account), reason=reason))


@click.command("replace-card")
@account_argument
@as_option
@click.option("--lost", is_flag=True, help="旧卡丢失 · the old card was lost")
def replace(account: str, username: str, lost: bool) -> None:
    """换发新卡，旧卡号失效 · another card; prints its number once (JSON); as a reviewer, the student or a guardian."""
    found = _account(account)
    card = replace_card(actor=acting(username, "reviewer"), at=clock.now(), account=found, lost=lost)
    click.echo(json.dumps({"account": str(found.holder_id), "card_number": card.card_number}, indent=2))


@click.command()
@account_argument
@click.argument("into", metavar="INTO")
@as_option
@reason_option
def merge(account: str, into: str, username: str, reason: str) -> None:
    """提出把户口并入另一户口 · ask that one account go into INTO; another person agrees."""
    _tell(
        actions.ask_merge(
            actor=acting(username, "reviewer"),
            at=clock.now(),
            account=_account(account),
            receiving=_account(into),
            reason=reason,
        )
    )


@click.command()
@account_argument
@click.argument("into", metavar="INTO")
@click.argument("lines", type=int, nargs=-1, required=True)
@as_option
@reason_option
def split(account: str, into: str, lines: tuple[int, ...], username: str, reason: str) -> None:
    """提出把若干笔拆到另一户口 · ask that the LINES, by number, go into INTO; another person agrees."""
    _tell(
        actions.ask_split(
            actor=acting(username, "reviewer"),
            at=clock.now(),
            account=_account(account),
            receiving=_account(into),
            seqs=lines,
            reason=reason,
        )
    )


@click.command()
@account_argument
@as_option
@reason_option
def erase(account: str, username: str, reason: str) -> None:
    """提出删除已销户口的身份资料 · ask that it be forgotten whose a closed account was; another person agrees."""
    actor = acting(username, "reviewer")
    _tell(actions.ask_erasure(actor=actor, at=clock.now(), account=_account(account), reason=reason))


@click.command("corrections")
@as_option
@click.option("--all", "everything", is_flag=True, help="也列已办结的 · those at their end, too")
def list_corrections(username: str, everything: bool) -> None:
    """列出合并、拆分和删除 · merges, splits and erasures, newest first (at most 200); for the office."""
    require_office(acting(username, "reviewer"), at=clock.now())
    rows = AccountCorrection.objects.select_related("account", "receiving")
    table = Table("编号 number", "类别 kind", "状态 state", "户口 account", "转入 into", "提出 asked")
    for row in (rows if everything else rows.open())[:MOST]:
        into = str(row.receiving.holder_id) if row.receiving else ""
        asked = clock.today(row.asked_at).isoformat()
        table.add_row(row.number, row.kind, row.state, str(row.account.holder_id), into, asked)
    Console().print(table)


@click.command()
@number_argument
@as_option
def preview(number: str, username: str) -> None:
    """办理前看会发生什么 · what a merge or a split would do, and what stands in its way (JSON); for the office."""
    require_office(acting(username, "reviewer"), "reviewer", "decider", "auditor", at=clock.now())
    found = _correction(number)
    click.echo(json.dumps(_foreseen(found), ensure_ascii=False, indent=2))


@click.command("decide")
@number_argument
@as_option
@click.option("--agree/--refuse", default=None, required=True, help="核准或不予办理 · agree or not")
@click.option("--reason", default="", help="不予办理的理由 · why not")
def decide(number: str, username: str, agree: bool, reason: str) -> None:
    """核准或不予办理一项更正 · agree to a correction or refuse it, as a decider who did not ask."""
    actor, found = acting(username, "decider"), _correction(number)
    if agree:
        _tell(actions.agree_correction(actor=actor, at=clock.now(), correction=found))
    else:
        _tell(actions.refuse_correction(actor=actor, at=clock.now(), correction=found, reason=reason))


@click.command("withdraw-correction")
@number_argument
@as_option
def withdraw(number: str, username: str) -> None:
    """撤回自己提出的更正 · take one's own wish back while nobody has decided."""
    actor = acting(username, "reviewer")
    _tell(actions.withdraw_correction(actor=actor, at=clock.now(), correction=_correction(number)))


@click.command("resume")
@number_argument
@as_option
def resume(number: str, username: str) -> None:
    """接着办理已核准的更正 · go on with an agreed correction now, without waiting for the background."""
    require_office(acting(username, "decider"), "decider", at=clock.now())
    found = _correction(number)
    run_correction(found.pk, at=clock.now())
    found.refresh_from_db()
    _tell(found)


COMMANDS = (
    freeze,
    unfreeze,
    close,
    replace,
    merge,
    split,
    erase,
    list_corrections,
    preview,
    decide,
    withdraw,
    resume,
)


def _account(named: str) -> Account:
    try:
        holder_id = UUID(named)
    except ValueError:
        return account_of_card(named)
    found = Account.objects.filter(holder_id=holder_id).first()
    if found is None:
        raise NotFound("没有找到这个户口。", field="account")
    return found


def _correction(number: str) -> AccountCorrection:
    rows = AccountCorrection.objects.select_related("account", "receiving")
    found = rows.filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound("没有这项户口更正。", field="number")
    return found


def _say(account: Account) -> None:
    click.echo(f"{account.holder_id} {account.state}")


def _tell(correction: AccountCorrection) -> None:
    done = "/".join(map(str, progress_of(correction))) if correction.state == CorrectionState.RUNNING else ""
    click.echo(" ".join(part for part in (correction.number, correction.kind, correction.state, done) if part))


def _foreseen(found: AccountCorrection) -> dict[str, object]:
    obstacles = [each.error.reason for each in obstacles_of(found)]
    if found.receiving is None:
        return {"number": found.number, "kind": found.kind, "obstacles": obstacles}
    reason = next(reason for kind, reason in REASONS.items() if kind == found.kind)
    seqs = found.seqs if found.kind == "split" else None
    seen = foresee(found.account.holder_id, found.receiving.holder_id, reason=reason, seqs=seqs)
    return {
        "number": found.number,
        "kind": found.kind,
        "replayed": [line.seq for line in seen.replayed],
        "falls_out": [{"line": twin.line.seq, "differs": twin.field} for twin in seen.falls_out],
        "before": _figures(seen.before),
        "after": _figures(seen.after),
        "obstacles": obstacles,
    }


def _figures(balance: Balance) -> dict[str, str]:
    return {name: format_hundredths(amount) for name, amount in balance._asdict().items()}
