"""``creditbank accounts``: applications to open an account, and accounts, with personal data masked."""

import json

import click
from rich.console import Console
from rich.table import Table

from creditbank import clock
from creditbank.cli import account_steps
from creditbank.cli.acting import account_of_card, acting, as_option
from creditbank.errors import NotFound
from creditbank.institutions.actions import open_account_and_enrol
from creditbank.ledger.books import balance_of
from creditbank.people.access import reveal_personal_data
from creditbank.people.account_creation import Opened
from creditbank.people.models import Account, AccountOpening, IdentityCheck
from creditbank.people.models.students import Guardianship
from creditbank.people.names import mask_name
from creditbank.people.opening_review import check_identity, refuse_opening
from creditbank.people.rights import require_office
from creditbank.policy.amounts import format_hundredths

MOST = 200
number_argument = click.argument("number")


@click.group()
def accounts() -> None:
    """户口：开户、查看、冻结、换卡、合并 · open accounts, look at them, freeze, merge."""


for command in account_steps.COMMANDS:
    accounts.add_command(command)


@accounts.command("openings")
@as_option
@click.option(
    "--state",
    default="submitted",
    type=click.Choice(AccountOpening.State.values),
    help="只看这一状态 · only this state",
)
def list_openings(username: str, state: str) -> None:
    """列出开户申请，先到的在前，资料隐去 · the applications, oldest first, masked (at most 200); for the office."""
    require_office(acting(username, "reviewer"), at=clock.now())
    table = Table("申请 opening", "姓名 name", "证件 document", "成员单位 at", "提交 handed in", "核对原件 checked")
    for opening in AccountOpening.objects.filter(state=state)[:MOST]:
        table.add_row(
            opening.number,
            mask_name(opening.name) if opening.name else "",
            opening.masked,
            opening.institution_code,
            clock.today(opening.submitted_at).isoformat(),
            opening.check_method,
        )
    Console().print(table)


@accounts.command("check")
@number_argument
@as_option
@click.option(
    "--method",
    default="original-seen",
    show_default=True,
    type=click.Choice(IdentityCheck.Method.values),
    help="核对方式 · how the original was seen",
)
@click.option(
    "--proof",
    default="",
    type=click.Choice(["", *Guardianship.Proof.values]),
    help="监护关系证明 · proof of guardianship",
)
def check(number: str, username: str, method: str, proof: str) -> None:
    """登记：证件已与原件核对一致 · record that the document of application NUMBER was compared with its original."""
    check_identity(
        actor=acting(username, "reviewer"),
        at=clock.now(),
        opening=_opening(number),
        method=method,
        guardian_proof=proof,
    )
    click.echo("已记录核对 · the check is on record")


@accounts.command("open")
@number_argument
@as_option
def open_one(number: str, username: str) -> None:
    """开户，卡号和激活码只打印这一次（JSON）· open the account; prints card number and activation codes this once."""
    opened = open_account_and_enrol(actor=acting(username, "reviewer"), at=clock.now(), opening=_opening(number))
    click.echo(json.dumps(_slip(opened), ensure_ascii=False, indent=2))


@accounts.command("refuse")
@number_argument
@as_option
@click.option("--reason", required=True, help="原因，申请人会看到 · reason, which the applicant reads")
def refuse(number: str, username: str, reason: str) -> None:
    """不予通过，所填资料随即清除 · refuse application NUMBER; what it held about the person is emptied."""
    refuse_opening(actor=acting(username, "reviewer"), at=clock.now(), opening=_opening(number), reason=reason)
    click.echo("已记为未通过 · refused")


@accounts.command("list")
@as_option
@click.option("--institution", default="", help="只看这一单位开的户 · only those of this institution")
def list_accounts(username: str, institution: str) -> None:
    """列出户口，新的在前，姓名隐去 · the accounts, newest first, masked (at most 200); for the office."""
    require_office(acting(username, "reviewer"), at=clock.now())
    found = Account.objects.select_related("student__person").order_by("-opened_at", "-id")
    if institution:
        found = found.filter(institution_code=institution)
    table = Table("户口 account", "姓名 name", "状态 state", "成员单位 at", "开户 opened")
    for account in found[:MOST]:
        table.add_row(
            str(account.holder_id),
            mask_name(account.student.person.name),
            account.state,
            account.institution_code,
            clock.today(account.opened_at).isoformat(),
        )
    Console().print(table)


@accounts.command("show")
@click.argument("card")
@as_option
@click.option("--case", "case_ref", default="", help="未办结事项的编号 · number of the open case")
def show(card: str, username: str, case_ref: str) -> None:
    """查看户口：姓名、状态、余额（JSON）· name, state and balance of the holder of CARD.

    本人、监护人，或凭未办结事项、查阅授权的工作人员；工作人员的每次查看学生都看得到。·
    As the student, her guardian, or staff with an open case or a grant; each look by staff is shown to the student.
    """
    at = clock.now()
    account = account_of_card(card)
    seen = reveal_personal_data(
        actor=acting(username, "student"), at=at, student=account.student, fields=["name"], case_ref=case_ref
    )
    balance = balance_of(account.holder_id)._asdict()
    figures = {name: format_hundredths(amount) for name, amount in balance.items()}
    shown = {"name": seen["name"], "account": str(account.holder_id), "state": account.state, **figures}
    click.echo(json.dumps(shown, ensure_ascii=False, indent=2))


def _opening(number: str) -> AccountOpening:
    opening = AccountOpening.objects.filter(number=number.strip().upper()).first()
    if opening is None:
        raise NotFound("没有这份开户申请。", field="number")
    return opening


def _slip(opened: Opened) -> dict[str, str | None]:
    return {
        "account": str(opened.account.holder_id),
        "card_number": opened.card_number,
        "student_code": opened.student_code.code,
        "guardian_code": opened.guardian_code.code if opened.guardian_code else None,
        "codes_expire_on": clock.today(opened.student_code.expires_at).isoformat(),
    }
