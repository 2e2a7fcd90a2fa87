"""The commands ``creditbank …``: one table, loaded by name, so that each command loads only what it needs.

``policy`` loads no Django. A command whose entry says ``django=True`` has Django set up before its module is imported.
Exit status of every command: 0 done (or yes), 1 not allowed or a finding (or no), 2 bad input or no answer possible.
Errors are one line on stderr that begins with ``creditbank: ``; never a traceback, unless ``CREDITBANK_DEBUG`` is set.
"""

import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import click

from creditbank.cli.reporting import exit_status, report_error


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command lives (``module:attribute``), what it is for, and whether it needs Django."""

    target: str
    help: str
    django: bool = True


# The command table: the one place that may name modules as strings.
COMMANDS: Final[dict[str, Entry]] = {
    "policy": Entry("creditbank.cli.policy:policy", "规则：判定、条款与解释 · decide by the regulation", django=False),
    "accounts": Entry(
        "creditbank.cli.accounts:accounts", "户口：开户、查看、冻结、合并 · accounts, from opening to merging"
    ),
    "keys": Entry("creditbank.cli.keys:keys", "密钥：生成与公布 · make keys, publish the public one"),
    "returns": Entry("creditbank.cli.returns:returns", "申报单：模板、校验、提交、审核 · returns of credits"),
    "statements": Entry("creditbank.cli.statements:statements", "对账单：余额与明细 · balance and statement"),
    "examinations": Entry("creditbank.cli.examinations:examinations", "考试成绩：登记与复核 · examination results"),
    "redemptions": Entry("creditbank.cli.redemptions:redemptions", "兑换：资格、申请、审核、决定 · redeem credits"),
    "catalogue": Entry("creditbank.cli.catalogue:catalogue", "兑换目录与价目表 · the catalogue and its prices"),
    "certificates": Entry("creditbank.cli.certificates:certificates", "证书：验真、暂停、撤销 · certificates"),
    "office": Entry("creditbank.cli.office:office", "管理小组：人员、岗位、单位 · people, offices, institutions"),
    "setup": Entry("creditbank.cli.running:setup", "建立或升级数据库 · make or upgrade the database"),
    "serve": Entry("creditbank.cli.running:serve", "提供网页与接口 · serve the pages and the API"),
    "worker": Entry("creditbank.cli.running:worker", "后台办理 · work in the background"),
    "tick": Entry("creditbank.cli.running:tick", "每分钟一次的清扫 · the sweep of each minute"),
    "demo": Entry("creditbank.cli.demo:demo", "示例库：从零到可用 · the sample bank, from nothing", django=False),
    "demonstration": Entry("creditbank.cli.demonstration:demonstration", "示例数据与登录名 · sample data and logins"),
    "ledger": Entry("creditbank.cli.ledger:ledger", "账簿：逐笔核对 · prove the books"),
}

# Commands below a group that loads no Django itself.
BELOW: Final[dict[str, dict[str, Entry]]] = {
    "policy": {
        "replay": Entry("creditbank.cli.replay:replay", "重演已有的决定 · decide what is stored again"),
    }
}


def load_command(entry: Entry) -> click.Command:
    """The command of an entry, imported now, after Django if it needs it."""
    if entry.django:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditbank.settings")
        importlib.import_module("django").setup()
    module, _, attribute = entry.target.partition(":")
    command = getattr(importlib.import_module(module), attribute)
    assert isinstance(command, click.Command), f"{entry.target} is not a command"
    return command


class GroupWithTable(click.Group):
    """A group with commands of its own and those of :data:`BELOW`, which are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Its own commands, then those of the table."""
        return [*super().list_commands(ctx), *BELOW.get(self.name or "", {})]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now if the table has it."""
        entry = BELOW.get(self.name or "", {}).get(cmd_name)
        return super().get_command(ctx, cmd_name) if entry is None else load_command(entry)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in the help; those of the table by the table alone."""
        table = BELOW.get(self.name or "", {})
        own = [(name, command.get_short_help_str()) for name, command in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl([*own, *((name, entry.help) for name, entry in table.items())])


class CommandTable(click.Group):
    """A group whose commands are imported when they are called; the list of commands imports none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command of the table, in its order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now; ``None`` if the table has no such name."""
        entry = COMMANDS.get(cmd_name)
        return None if entry is None else load_command(entry)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in the help, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])


@click.group(cls=CommandTable, context_settings={"help_option_names": ["-h", "--help"]})
def creditbank() -> None:
    """学分银行 · the credit bank."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0, 1 or 2."""
    try:
        status = creditbank.main(args=arguments, prog_name="creditbank", standalone_mode=False)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123  (kept open until the process ends)
        return 2
    except (Exception, KeyboardInterrupt) as error:
        if os.environ.get("CREDITBANK_DEBUG", "").lower() in {"1", "true", "yes", "on"}:
            raise
        report_error(error)
        return exit_status(error)
    return status if isinstance(status, int) else 0
