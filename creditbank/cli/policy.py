"""``creditbank policy``: decide by the shipped law, and show its clauses. Loads no Django and opens no database."""

import json
import sys
from pathlib import Path
from typing import Final

import click

from creditbank.cli import GroupWithTable
from creditbank.policy.decide import decide_question
from creditbank.policy.facts import LARGEST_INPUT_BYTES, parse_json, parse_question
from creditbank.policy.law import Law
from creditbank.policy.loading import shipped_law
from creditbank.policy.reader import refusal

STANDARD_INPUT: Final = "-"


@click.group(cls=GroupWithTable, context_settings={"help_option_names": ["-h", "--help"]})
def policy() -> None:
    """规则：判定、条款与解释 · decide by the regulation."""


@policy.command()
@click.argument("file", metavar="FILE|-")
def decide(file: str) -> int:
    """判定一项申请 · decide one question, given as JSON.

    Prints the decision as JSON. Exit status: 0 eligible, 1 not eligible, 2 bad input.
    """
    law = shipped_law()
    decision = decide_question(parse_question(parse_json(_read(file)), law), law)
    _print_json(decision.to_json())
    return 0 if decision.eligible else 1


@policy.command()
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="整个版本的数据 · the whole version as JSON")
def clauses(language: str, as_json: bool) -> int:
    """列出条款和解释 · list the clauses and the readings in force."""
    law = shipped_law()
    if as_json:
        _print_json(law.to_json())
    else:
        _print(_listed(law, language))
    return 0


def _listed(law: Law, language: str) -> str:
    lines = [f"{law.title.spoken(language)} ({law.code})", ""]
    lines += [f"{clause.code:<9} {clause.gist.spoken(language)}" for clause in law.clauses.values()]
    for entry in law.interpretations.values():
        lines += ["", f"{entry.code:<9} {entry.question.spoken(language)}  [{', '.join(entry.clauses)}]"]
        for reading in entry.readings:
            mark = "*" if reading.code == entry.selected else " "
            number = "" if reading.value is None else f" ({reading.value} {reading.unit})"
            lines.append(f"        {mark} {reading.code}{number}: {reading.text.spoken(language)}")
    return "\n".join(lines)


def _read(file: str) -> bytes:
    try:
        if file == STANDARD_INPUT:
            return sys.stdin.buffer.read(LARGEST_INPUT_BYTES + 1) if sys.stdin else b""
        with Path(file).open("rb") as stream:
            return stream.read(LARGEST_INPUT_BYTES + 1)
    except (OSError, ValueError):
        raise refusal("FILE", "应为可读的文件", "expected a file that can be read") from None


def _print_json(data: object) -> None:
    _print(json.dumps(data, ensure_ascii=False, indent=2))


def _print(text: str) -> None:
    """UTF-8 whatever the terminal's locale says: the contract is JSON."""
    click.echo(text.encode("utf-8", "backslashreplace"))
