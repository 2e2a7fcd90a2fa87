"""``creditbank statements``: a balance and a statement, for the student, her guardian or the office's auditor."""

import csv
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console
from rich.table import Table

from creditbank import clock
from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.cli.acting import account_of_card, acting, as_option
from creditbank.people.models import Account
from creditbank.people.rights import has_office_role
from creditbank.policy.amounts import format_hundredths
from creditbank.records.passbook import summary_of
from creditbank.records.spreadsheet import statement_xlsx
from creditbank.records.statement import Statement, statement_headings, statement_of, statement_pdf, statement_rows
from creditbank.redemption.parties import capacity_of
from creditbank.rulebook.reading import version_on

_BEGINNING = date(2021, 3, 1)
day_type = click.DateTime(["%Y-%m-%d"])


@click.group()
def statements() -> None:
    """对账单：余额与明细 · balance and statement."""


@statements.command()
@click.argument("card")
@as_option
def balance(card: str, username: str) -> None:
    """余额 · how the passbook of CARD stands."""
    account = _account(card, username, clock.now())
    summary = summary_of(account.holder_id)
    table = Table("可用 available", "冻结 held", "已兑换 spent", "待补 owed", "累计获得 earned")
    table.add_row(
        *(format_hundredths(each) for each in (summary.available, summary.held, summary.spent)),
        format_hundredths(summary.owed),
        format_hundredths(summary.earned),
    )
    Console().print(table)


@statements.command()
@click.argument("card")
@as_option
@click.option("--from", "since", type=day_type, default=None, help="起始日期 · first day")
@click.option("--to", "until", type=day_type, default=None, help="截止日期 · last day")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    default=None,
    help="写入 .pdf、.xlsx 或 .csv · write a .pdf, .xlsx or .csv",
)
def show(card: str, username: str, since: datetime | None, until: datetime | None, output: Path | None) -> None:
    """对账单：打印 CSV，或按文件名写成文件 · the statement of CARD: as CSV, or as a file of the kind its name says."""
    at = clock.now()
    account = _account(card, username, at)
    first = since.date() if since else _BEGINNING
    last = until.date() if until else clock.today(at)
    statement = statement_of(account, version_on(clock.today(at)), since=first, until=last)
    if output is None:
        _write_csv(statement, sys.stdout)
        return
    _write_file(statement, output, at)
    click.echo(str(output))


def _account(card: str, username: str, at: datetime) -> Account:
    """The account, if the login is the student's or her guardian's; an auditor's look is recorded."""
    account = account_of_card(card)
    actor = acting(username, "auditor")
    if has_office_role(actor, "auditor", at=at):
        _note(actor, account, at)
    else:
        capacity_of(actor, account, at)
    return account


def _note(actor: Actor, account: Account, at: datetime) -> None:
    record(
        actor=actor,
        at=at,
        action="statement.read",
        subject_kind="account",
        subject_id=account.pk,
        holder_id=account.holder_id,
        clause="M-5",
    )


def _write_file(statement: Statement, output: Path, at: datetime) -> None:
    if output.suffix == ".pdf":
        output.write_bytes(statement_pdf(statement, lang="zh", at=at))
    elif output.suffix == ".xlsx":
        output.write_bytes(statement_xlsx(statement))
    elif output.suffix == ".csv":
        with output.open("w", newline="", encoding="utf-8-sig") as out:
            _write_csv(statement, out)
    else:
        raise click.BadParameter("文件名须以 .pdf、.xlsx 或 .csv 结尾。", param_hint="--output")


def _write_csv(statement: Statement, out: TextIO) -> None:
    writer = csv.writer(out)
    writer.writerow(statement_headings())
    writer.writerows(statement_rows(statement))
