"""``creditbank ledger …``: prove the books."""

import json
import sys
from dataclasses import asdict

import click

from creditbank import clock
from creditbank.ledger.verify import Problem, Report, verify
from creditbank.redemption.holds import hold_facts


@click.group()
def ledger() -> None:
    """账簿：逐笔核对 · prove the books."""


@ledger.command(name="verify")
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出 · print the result as JSON")
@click.option("--quiet", is_flag=True, help="不显示进度 · no progress")
def verify_books(*, as_json: bool, quiet: bool) -> int:
    """逐笔核对全部账簿，遇到第一处错误即停。· Check every line; stop at the first that is wrong.

    Exit status 0: sound, 1: something is wrong.
    """
    report = verify(at=clock.now(), hold_facts=hold_facts, progress=None if quiet else _show)
    if as_json:
        click.echo(json.dumps(asdict(report), default=str, ensure_ascii=False))
    else:
        click.echo(_summary(report))
        if report.problem is not None:
            click.echo(_broken(report.problem), err=True)
    return 0 if report.problem is None else 1


def _show(lines: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{lines:,}", nl=False, err=True)
    elif lines % 1_000_000 == 0:
        click.echo(f"{lines:,}", err=True)


def _summary(report: Report) -> str:
    return (
        f"账簿 books {report.books:,} · 分录 lines {report.lines:,} · 批次 batches {report.batches:,} · "
        f"冻结 holds {report.holds:,} · 已抹除 erased {report.erased_books:,}"
    )


def _broken(problem: Problem) -> str:
    place = f"batch {problem.batch_id}" if problem.batch_id is not None else f"{problem.holder_id} #{problem.seq}"
    return f"creditbank: {place}: {problem.code} {problem.detail}".rstrip()
