"""The documents say what is there: each setting, error code and command, and each command of the README is real."""

import re
from pathlib import Path

import pytest

from tools import reference

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def test_every_setting_of_the_environment_is_described() -> None:
    names = re.findall(r"\benv\.\w+\(\s*\"(\w+)\"", read("creditbank/settings.py"))
    assert len(names) > 10
    assert [name for name in names if f"| `{name}` |" not in read("docs/running.md")] == []


def test_no_setting_is_described_that_is_not_there() -> None:
    described = re.findall(r"^\| `([A-Z_]+)` \|", read("docs/running.md"), re.MULTILINE)
    assert [name for name in described if f'"{name}"' not in read("creditbank/settings.py")] == []


def test_every_error_code_stands_in_the_reference() -> None:
    text = read("docs/errors.md")
    entries = reference.errors()
    assert {"not-found", "refused", "busy"} <= {entry.code for entry in entries}
    assert [entry.code for entry in entries if f"`{entry.code}` | {entry.kind} |" not in text] == []


def test_every_command_stands_in_the_reference() -> None:
    text = read("docs/commands.md")
    names = [name for name, _command in reference.commands()]
    assert "creditbank policy decide" in names
    assert [name for name in names if f"\n## {name}\n" not in text] == []


def test_the_references_are_what_the_code_says() -> None:
    stale = [path.name for path, page in reference.pages().items() if path.read_text("utf-8") != page]
    assert stale == [], "make reference"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_in_a_document_exists(document: Path) -> None:
    text = document.read_text("utf-8")
    targets = set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE))
    assert [target for target in targets if not re.search(rf"(?m)^{target}:", MAKEFILE)] == []
    known = [name.split() for name, _command in reference.commands()]
    written = [w.split() for w in re.findall(r"(?:`|bin/)(creditbank(?: [a-z][a-z-]+)+)", text, re.MULTILINE)]
    assert [" ".join(w) for w in written if not any(k[: len(w)] == w or w[: len(k)] == k for k in known)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    targets = LINK.findall(document.read_text("utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_the_readme_begins_with_the_two_commands() -> None:
    first_screen = read("README.md").splitlines()[:20]
    assert [line.split("#")[0].strip() for line in first_screen if line.startswith("make ")] == [
        "make demo",
        "make test",
    ]
