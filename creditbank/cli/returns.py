"""``creditbank returns``: template, check, submit, approve, review, follow; verify a receipt without the bank."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.utils.translation import gettext
from rich.console import Console
from rich.table import Table

from creditbank import clock
from creditbank.cli import corrections, mending
from creditbank.cli.acting import acting, as_option
from creditbank.errors import InvalidInput
from creditbank.evaluation import actions
from creditbank.evaluation.checks import CheckResult, each_finding
from creditbank.evaluation.models import CreditReturn
from creditbank.evaluation.reader import open_return
from creditbank.evaluation.reading import as_finding, findings_of, return_for, returns_visible_to
from creditbank.evaluation.receipts import latest_receipt, receipt_json, receipt_pdf, verify_receipt
from creditbank.evaluation.sheets import write_error_sheet, write_template
from creditbank.evaluation.upload_check import run_check
from creditbank.institutions.register import institution_by_code
from creditbank.policy.amounts import format_hundredths
from creditbank.vault.signing import public_key_id, public_key_pem, public_keys, read_public_key

_SHOWN_FINDINGS = 50
_NOT_GENUINE = {
    "key-unknown": "回执无法核验：不是用这把公钥签的，请用 --key 给出公布的公钥 · not genuine: signed with another key",
    "signature-wrong": "回执无效：签名不符，内容被改动过 · not genuine: the receipt was changed",
    "file-differs": "回执与申报文件不符：文件不是提交时的那一份 · not genuine: not the file that was handed in",
}
institution_option = click.option("--institution", required=True, metavar="CODE", help="单位代码 · institution")
existing_file = click.Path(exists=True, dir_okay=False, path_type=Path)
written_file = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group()
def returns() -> None:
    """申报单：模板、校验、提交、审批、审核 · returns of credits."""


@returns.command()
@click.option(
    "-o", "--output", type=written_file, default="申报单模板.xlsx", show_default=True, help="写到这里 · write here"
)
def template(output: Path) -> None:
    """写出空白模板 · write the empty template as .xlsx."""
    with output.open("wb") as stream:
        write_template(stream, gettext)
    click.echo(str(output))


@returns.command()
@click.argument("file", type=existing_file)
@institution_option
@click.option("--error-sheet", "sheet", type=written_file, help="把有问题的行写成 .xlsx · write bad rows as .xlsx")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 · print JSON")
def check(file: Path, institution: str, sheet: Path | None, as_json: bool) -> int:
    """校验文件，不动账簿 · check FILE; the books stay untouched.

    Exit status: 0 clean, 1 findings, 2 the file cannot be read as a return.
    """
    member, at = institution_by_code(institution), clock.now()
    with file.open("rb") as stream:
        result = actions.check_file(stream, filename=file.name, institution=member, at=at)
    if sheet is not None and result.findings:
        # Found once more while they are written: a sheet of any size, and not all findings in memory.
        with sheet.open("wb") as target, file.open("rb") as rows, file.open("rb") as again:
            findings = each_finding(again, filename=file.name, institution=member, at=at)
            write_error_sheet(target, open_return(rows, file.name), findings, translate=gettext)
    if as_json:
        click.echo(json.dumps(_check_json(result), ensure_ascii=False, indent=2))
    else:
        _print_check(result)
    return 0 if result.is_clean else 1


@returns.command()
@click.argument("file", type=existing_file)
@institution_option
@as_option
@click.option("--receipt", type=written_file, help="把回执写到这里（.json 或 .pdf） · write the receipt here")
def submit(file: Path, institution: str, username: str, receipt: Path | None) -> int:
    """上传、校验并提交 · upload, check and submit FILE; exit status 1 if there are findings."""
    actor = acting(username, "clerk")
    with file.open("rb") as stream:
        credit_return = actions.upload_return(
            actor=actor,
            at=clock.now(),
            institution=institution_by_code(institution),
            stream=stream,
            filename=file.name,
        )
    if run_check(credit_return.pk):
        # A large file would be checked in the background; whoever waits at a terminal has it checked here.
        credit_return.refresh_from_db()
    if credit_return.state != "ready":
        _print_return(credit_return)
        return 1
    credit_return = actions.submit_return(actor=actor, at=clock.now(), number=credit_return.number)
    _print_return(credit_return)
    if receipt is not None:
        _write_receipt(credit_return, receipt)
    return 0


@returns.command()
@click.argument("number")
@as_option
def approve(number: str, username: str) -> None:
    """校内审批通过 · the institution's approver passes the return on."""
    _print_return(actions.approve_return(actor=acting(username, "approver"), at=clock.now(), number=number))


@returns.command()
@click.argument("number")
@as_option
@click.option(
    "--verdict",
    type=click.Choice(["accept", "send-back", "refuse"]),
    required=True,
    help="通过、退回或不通过 · the verdict",
)
@click.option("--reason", default="", help="退回或不通过的原因 · why not")
@click.option("--confirm-attainments", is_flag=True, help="同时确认技能证书和荣誉 · confirm skills and honours too")
def review(number: str, username: str, verdict: str, reason: str, confirm_attainments: bool) -> None:
    """管理小组审核 · the office decides; an accepted return is posted in the background."""
    _print_return(
        actions.review_return(
            actor=acting(username, "reviewer"),
            at=clock.now(),
            number=number,
            verdict=verdict,
            reason=reason,
            confirm_attainments=confirm_attainments,
        )
    )


@returns.command(name="send-back")
@click.argument("number")
@as_option
@click.option("--reason", required=True, help="退回的原因 · why")
def send_back(number: str, username: str, reason: str) -> None:
    """校内退回 · the institution's approver gives the return back to the clerk."""
    actor = acting(username, "approver")
    _print_return(actions.send_back_return(actor=actor, at=clock.now(), number=number, reason=reason))


@returns.command()
@click.argument("number")
@as_option
def withdraw(number: str, username: str) -> None:
    """撤回 · take a return back before the office has accepted it."""
    _print_return(actions.withdraw_return(actor=acting(username, "clerk"), at=clock.now(), number=number))


@returns.command()
@click.argument("number")
@as_option
def status(number: str, username: str) -> None:
    """查看进度 · how far a return is."""
    credit_return = return_for(acting(username, "clerk"), number, at=clock.now())
    _print_return(credit_return)
    if credit_return.findings_by_code:
        found = [as_finding(row) for row in findings_of(credit_return, limit=_SHOWN_FINDINGS)]
        _print_check(CheckResult(credit_return.file_name, findings=found), summary=False)


@returns.command(name="list")
@as_option
@click.option("--state", default="", help="只列这一状态 · only in this state")
@click.option("--limit", default=50, type=click.IntRange(1, 1000), show_default=True, help="最多几份 · at most")
def list_returns(username: str, state: str, limit: int) -> None:
    """列出看得到的申报单 · list the returns that the login may see."""
    found = returns_visible_to(acting(username, "clerk"), at=clock.now())
    table = Table("编号 return", "单位 institution", "状态 state", "行数 rows", "学分 credits")
    for row in (found.filter(state=state) if state else found)[:limit]:
        table.add_row(
            row.number, row.institution.code, row.state, str(row.rows_total), format_hundredths(row.amount_hundredths)
        )
    _console().print(table)


@returns.command()
@click.argument("number")
@as_option
@click.option("-o", "--output", type=written_file, required=True, help=".json 或 .pdf · by its ending")
def receipt(number: str, username: str, output: Path) -> None:
    """取回执 · write the receipt of a submitted return."""
    _write_receipt(return_for(acting(username, "clerk"), number, at=clock.now()), output)
    click.echo(str(output))


@returns.command(name="public-key")
def public_key() -> None:
    """打印核验回执的公钥 · print the public key that receipts are verified with."""
    click.echo(public_key_pem(), nl=False)


@returns.command(name="verify-receipt")
@click.argument("file", type=existing_file)
@click.option("--key", type=existing_file, help="公布的公钥（PEM），缺省用本库的 · a published key, else this bank's")
@click.option("--return", "handed_in", type=existing_file, help="一并核对申报文件 · compare the return's file as well")
def verify(file: Path, key: Path | None, handed_in: Path | None) -> int:
    """核验回执 · verify the receipt FILE (JSON); exit status 0 genuine, 1 not, 2 no receipt."""
    verdict = verify_receipt(file.read_bytes(), _keys(key), file_sha256=_sha256(handed_in) if handed_in else None)
    click.echo(json.dumps(dict(verdict.payload), ensure_ascii=False, indent=2))
    if verdict.genuine:
        click.echo(f"回执真实有效 · genuine (key {verdict.key_id})")
        return 0
    click.echo(f"creditbank: {_NOT_GENUINE[verdict.reason]}", err=True)
    return 1


for command in (
    mending.error_sheet,
    mending.mend,
    corrections.reverse,
    corrections.decide_reversal,
    corrections.confirm,
    corrections.waiting,
):
    returns.add_command(command)


def _console() -> Console:
    # What stands in a file is text, never markup of the terminal.
    return Console(markup=False, highlight=False)


def _keys(path: Path | None) -> Mapping[str, Ed25519PublicKey]:
    if path is None:
        return public_keys()
    key = read_public_key(path.read_text("ascii", "replace"))
    return {public_key_id(key): key}


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write_receipt(credit_return: CreditReturn, output: Path) -> None:
    found = latest_receipt(credit_return)
    if found is None:
        raise InvalidInput("这份申报单还没有提交，没有回执。", field="number")
    pdf = output.suffix.lower() == ".pdf"
    output.write_bytes(receipt_pdf(found, site=settings.SITE_URL) if pdf else receipt_json(found))


def _print_return(credit_return: CreditReturn) -> None:
    amount = format_hundredths(credit_return.amount_hundredths)
    click.echo(
        f"{credit_return.number} {credit_return.state} "
        f"{credit_return.rows_total} 行 rows · {credit_return.rows_faulty} 行有问题 faulty · "
        f"{amount} 学分 credits · 已入账 posted {credit_return.rows_posted}"
    )
    if credit_return.reason:
        click.echo(credit_return.reason)


def _print_check(result: CheckResult, *, summary: bool = True) -> None:
    console = _console()
    if result.findings:
        table = Table("行 row", "列 column", "内容 value", "问题与改法 finding")
        for finding in result.findings[:_SHOWN_FINDINGS]:
            message, mend = finding.sentences(gettext)
            table.add_row(str(finding.row), gettext(finding.column_name), finding.value, f"{message}{mend}")
        console.print(table)
        if len(result.findings) > _SHOWN_FINDINGS:
            click.echo(f"… 另有 {result.counts.total() - _SHOWN_FINDINGS} 条 more")
    if summary:
        click.echo(
            f"{result.filename}（{result.kind} {result.detail}）：{result.rows} 行 rows · "
            f"{result.rows_faulty} 行有问题 faulty · {result.students} 名学生 students · "
            f"{format_hundredths(result.amount_hundredths)} 学分 credits"
        )


def _check_json(result: CheckResult) -> dict[str, object]:
    return {
        "file": result.filename,
        "rows": result.rows,
        "rows_faulty": result.rows_faulty,
        "students": result.students,
        "credits": format_hundredths(result.amount_hundredths),
        "counts": dict(sorted(result.counts.items())),
        "findings": [
            {
                "row": finding.row,
                "column": finding.column,
                "code": finding.code,
                "severity": finding.severity,
                "value": finding.value,
                "message": finding.sentences(gettext)[0],
                "mend": finding.sentences(gettext)[1],
            }
            for finding in result.findings
        ],
    }
