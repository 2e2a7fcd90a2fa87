"""Rules of the house that a machine can see: sizes, names, pins, the one clock, pages that load nothing foreign."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "creditbank"
PYTHON = [p for place in ("creditbank", "tests", "bench", "tools") for p in sorted((ROOT / place).rglob("*.py"))]
PROGRAM = [p for p in sorted(SOURCE.rglob("*.py")) if "migrations" not in p.parts]
PAGES = [p for p in sorted((SOURCE / "templates").rglob("*")) if p.suffix in {".html", ".svg"}]
ASSETS = [p for p in sorted((SOURCE / "static").rglob("*")) if p.suffix in {".css", ".js", ".svg"}]
VAGUE = {"utils", "helpers", "services", "common", "base", "managers", "misc"}
# A block of JSON is data that a file of scripts reads: no browser runs it.
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|<style|\sstyle=|\son[a-z]+=\"|javascript:", re.IGNORECASE
)
# An address that names a vocabulary is read by nobody; one that a page would load is.
FOREIGN = re.compile(r"https?://(?!www\.w3\.org/|localhost|127\.0\.0\.1)[\w.-]+|(?:src|href)=\"//", re.IGNORECASE)


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_python_file_is_longer_than_four_hundred_lines() -> None:
    long = [relative(p) for p in PYTHON if "migrations" not in p.parts and p.read_text("utf-8").count("\n") > 400]
    assert long == []


def test_no_function_is_longer_than_seventy_lines() -> None:
    long = [
        f"{relative(p)}:{f.lineno} {f.name}"
        for p in PROGRAM
        for f in functions(p)
        if (f.end_lineno or 0) - f.lineno >= 70
    ]
    assert long == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [relative(p) for p in PROGRAM if p.stem in VAGUE] == []


def test_nothing_is_imported_inside_a_function() -> None:
    inside = [
        f"{relative(p)}:{node.lineno}"
        for p in PROGRAM
        for f in functions(p)
        for node in ast.walk(f)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_only_the_clock_asks_the_time() -> None:
    asking = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
    asking |= {("timezone", "now"), ("timezone", "localdate"), ("time", "time")}
    found = [
        f"{relative(p)}:{node.lineno}"
        for p in PROGRAM
        if p != SOURCE / "clock.py"
        for node in ast.walk(tree_of(p))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in asking
    ]
    assert found == []


def test_every_module_says_what_it_is() -> None:
    silent = [relative(p) for p in PROGRAM if p.stat().st_size and ast.get_docstring(tree_of(p)) is None]
    assert silent == []


@pytest.mark.parametrize("name", ["base", "dev"])
def test_requirements_are_pinned_by_hash_and_name_no_host(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    assert "://" not in text
    assert "index" not in re.sub(r"#.*", "", text)
    entries = [e for e in re.split(r"\n(?=[A-Za-z0-9])", "\n" + re.sub(r"(?m)^\s*#.*\n?", "", text)) if e.strip()]
    assert len(entries) > 30
    assert [e.splitlines()[0] for e in entries if "==" not in e or "--hash=sha256:" not in e] == []


def test_every_dependency_is_pinned_and_the_tests_run_on_the_same_pins() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    base, dev = (pins(ROOT / "requirements" / f"{name}.txt") for name in ("base", "dev"))
    wanted = {re.split(r"[\[<>=~! ]", d)[0].lower() for d in project["dependencies"]} | {"setuptools", "babel"}
    assert wanted - base.keys() == set()
    assert {name: version for name, version in base.items() if dev.get(name) != version} == {}


def pins(path: Path) -> dict[str, str]:
    return {n.lower(): v for n, v in re.findall(r"(?m)^([\w.-]+)(?:\[[\w,-]+\])?==([\w.]+)", path.read_text("utf-8"))}


@pytest.mark.parametrize("page", [*PAGES, *ASSETS], ids=relative)
def test_a_page_carries_no_inline_code_and_names_no_foreign_host(page: Path) -> None:
    text = page.read_text("utf-8")
    assert FOREIGN.findall(text) == []
    if page in PAGES:
        assert INLINE.findall(re.sub(r"{#.*?#}", "", text)) == []


def test_nothing_built_and_no_key_is_kept_in_the_repository() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    built = re.compile(r"\.mo$|\.pyc$|\.sqlite3|^var/|^build/|keys\.json$|\.pem$|\.env$")
    assert [name for name in listed.stdout.splitlines() if built.search(name)] == []
