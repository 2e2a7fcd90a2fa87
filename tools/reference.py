"""The written references that follow from the code: every error code, every command.

::

    python -m tools.reference write     docs/errors.md, docs/commands.md and the codes that the API explains
    python -m tools.reference check     do they say what the code says?
"""

import ast
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from creditbank.cli import creditbank
from tools import messages

DOCS = messages.ROOT / "docs"
API_CODES = messages.SOURCE / "api" / "codes.yaml"
API_CODES_HEAD = "# Every error code, its kind and its words. Written from the code by `make reference`.\n"
ERRORS_HEAD = """# Errors

Every refusal has a stable code, on the web, in the API (`code` of problem+json) and on the command line. A face
maps the kind to its own status; the words may change, the code does not. This table is written from the code by
`make reference`.

| code | kind | 中文 | English |
|---|---|---|---|
"""
COMMANDS_HEAD = """# Commands

Exit status of every command: 0 done (or yes), 1 refused or a finding (or no), 2 bad input. This list is written
from the code by `make reference`.
"""


@dataclass(frozen=True, slots=True, order=True)
class ErrorEntry:
    """A code as one place raises it."""

    code: str
    kind: str
    text: str


def errors() -> list[ErrorEntry]:
    """Every code with its kind and words, sorted; a code with two messages appears twice."""
    found: set[ErrorEntry] = set()
    names = messages.error_names()
    for path in messages.python_files():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and node.name in names:
                found.update(_of_class(node))
            elif isinstance(node, ast.Call) and _name(node.func) in names:
                found.update(_of_call(node))
    return sorted(found)


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, depth first."""
    yield from _commands_of("creditbank", creditbank)


def pages() -> dict[Path, str]:
    """The references as they should stand."""
    entries = errors()
    rows = [f"| `{e.code}` | {e.kind} | {e.text} | {messages.english(e.text)} |\n" for e in entries]
    return {
        DOCS / "errors.md": ERRORS_HEAD + "".join(rows),
        API_CODES: API_CODES_HEAD + "".join(_coded(entry) for entry in entries),
        DOCS / "commands.md": COMMANDS_HEAD + "".join(_told(name, command) for name, command in commands()),
    }


def _coded(entry: ErrorEntry) -> str:
    # JSON is YAML, and quotes whatever stands in the words.
    told = {"code": entry.code, "kind": entry.kind, "text": entry.text}
    return f"- {json.dumps(told, ensure_ascii=False)}\n"


def _of_class(node: ast.ClassDef) -> Iterator[ErrorEntry]:
    held = {}
    for statement in node.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(statement.value, ast.Constant):
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            held[_name(target)] = statement.value.value
    if "code" in held:
        yield ErrorEntry(str(held["code"]), node.name, str(held.get("default_message", "")))


def _of_call(node: ast.Call) -> Iterator[ErrorEntry]:
    codes = [k.value.value for k in node.keywords if k.arg == "code" and isinstance(k.value, ast.Constant)]
    texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
    for code in codes:
        yield ErrorEntry(str(code), _name(node.func), str(texts[0]) if texts else "")


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _commands_of(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(command, info_name=name)
    if not isinstance(command, click.Group):
        yield name, command
        return
    for child in command.list_commands(context):
        found = command.get_command(context, child)
        if found is not None and not found.hidden:
            yield from _commands_of(f"{name} {child}", found)


def _told(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=name)
    usage = " ".join([name, *command.collect_usage_pieces(context)])
    options = [
        f"- `{' '.join(option.opts)}` {option.help}\n"
        for option in command.params
        if isinstance(option, click.Option) and option.help and not option.hidden
    ]
    words = " ".join((command.help or "").split("\f")[0].split())
    return f"\n## {name}\n\n`{usage}`\n\n{words}\n" + ("\n" + "".join(options) if options else "")


def main(command: str) -> int:
    """Write or check the references; 0 when they say what the code says."""
    stale = [path for path, text in pages().items() if not path.exists() or path.read_text("utf-8") != text]
    if command == "write":
        for path in stale:
            path.write_text(pages()[path], "utf-8")
        return 0
    for path in stale:
        print(f"{path.relative_to(messages.ROOT)} is not what the code says: make reference")
    return 1 if stale else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditbank.settings")
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
