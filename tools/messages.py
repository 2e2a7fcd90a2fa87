"""The visible strings: collect them from the tree, compile the English catalogue, check that it is complete.

::

    python -m tools.messages collect     write creditbank/locale/en/LC_MESSAGES/django.po: new strings, none obsolete
    python -m tools.messages compile     the .po into the .mo that Django reads (it is not kept in the repository)
    python -m tools.messages check       every string translated, none obsolete, the same places on both sides
    python -m tools.messages unmarked    Chinese text in the code that no marker covers, to look through by eye

The strings in the code are Chinese, so that the first language needs no catalogue. Marked are: the gettext functions,
``msgid("…")`` and ``N_("…")`` in parts that load no Django, the message of each error that is raised, and every
``default_message``. No GNU gettext is needed.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "creditbank"
CATALOGUE = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"
# What the Chinese side needs of plural forms: none; the English side has two.
HEADER = "# The visible strings of creditbank in English. The msgids are the Chinese originals.\n"

# How many of a marker's leading arguments are text: (context, singular, plural).
SIMPLE = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
MARKERS = SIMPLE | {"npgettext", "npgettext_lazy", "msgid", "N_"}
PLACE = re.compile(r"%\((\w+)\)(?:0\d)?[sd]|\{(\w*)\}|(%[sd])")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Found:
    """A visible string where it stands; ``plural`` and ``context`` where the marker has them."""

    path: str
    line: int
    text: str
    plural: str | None = None
    context: str | None = None


def collect() -> Catalog:
    """All visible strings of the tree, without translations."""
    catalog = Catalog(locale="en", project="creditbank", charset="utf-8", header_comment=HEADER, fuzzy=False)
    for found in sorted(_strings(), key=lambda f: (f.path, f.line)):
        name = (found.text, found.plural) if found.plural else found.text
        catalog.add(name, locations=[(found.path, found.line)], context=found.context)
    return catalog


def update() -> Catalog:
    """The English catalogue brought up to the tree: known translations kept, nothing guessed, nothing obsolete."""
    template = collect()
    catalog = _read()
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    return catalog


def compile_catalogue() -> Path | None:
    """Write the .mo beside the .po; None when there is no .po yet."""
    if not CATALOGUE.exists():
        return None
    target = CATALOGUE.with_suffix(".mo")
    content = BytesIO()
    write_mo(content, _read())
    partial = target.with_suffix(".mo.partial")
    partial.write_bytes(content.getvalue())
    partial.replace(target)
    return target


def findings() -> list[str]:
    """What is wrong with the English catalogue, each with the string that it is about."""
    wanted = {(m.id, m.context): m for m in collect() if m.id}
    held = {(m.id, m.context): m for m in _read() if m.id}
    found = [f"not in the catalogue: {_first(m)}  ({_place(m)})" for key, m in wanted.items() if key not in held]
    found += [f"no longer in the code: {_first(m)}" for key, m in held.items() if key not in wanted]
    for key, message in held.items():
        if key in wanted:
            found += _faults(message, _place(wanted[key]))
    return found


def _faults(message: Message, place: str) -> Iterator[str]:
    forms = _forms(message)
    if not all(forms) or message.fuzzy:
        yield f"not translated: {_first(message)}  ({place})"
        return
    # The form for many carries every place; the form for one may leave the number out.
    if _places(forms[-1]) != _places(_last(message)) or any(_places(f) - _places(_last(message)) for f in forms):
        yield f"the places differ: {_first(message)}  ({place})"


def english(text: str) -> str:
    """The English of ``text`` as it stands in the catalogue; empty when there is none yet."""
    message = _read().get(text)
    return _forms(message)[0] if message else ""


def unmarked() -> list[str]:
    """Chinese text in Python files that is neither marked nor a docstring: data by intent, or forgotten."""
    marked = {(f.path, f.text) for f in _strings()}
    found = []
    for path in python_files():
        tree = ast.parse(path.read_text("utf-8"))
        prose = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
                name = str(path.relative_to(ROOT))
                if CHINESE.search(node.value) and (name, node.value) not in marked:
                    found.append(f"{name}:{node.lineno}: {node.value!r}")
    return found


def _strings() -> Iterator[Found]:
    errors = error_names()
    for path in python_files():
        yield from _strings_of_python(path, errors)
    for path in sorted((SOURCE / "templates").rglob("*.*")):
        if path.suffix in {".html", ".txt", ".svg"}:
            yield from _strings_of_template(path)


def python_files() -> list[Path]:
    """The program's own modules, without migrations."""
    return [p for p in sorted(SOURCE.rglob("*.py")) if "migrations" not in p.parts]


def _strings_of_python(path: Path, errors: frozenset[str]) -> Iterator[Found]:
    name = str(path.relative_to(ROOT))
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield from _strings_of_call(name, node, errors)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            default = any(isinstance(t, ast.Name) and t.id == "default_message" for t in targets)
            if default and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                yield Found(name, node.lineno, node.value.value)


def _strings_of_call(name: str, call: ast.Call, errors: frozenset[str]) -> Iterator[Found]:
    function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    texts = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if not texts:
        return
    if function in errors:
        yield Found(name, call.lineno, texts[0])
    elif function in MARKERS:
        context = texts.pop(0) if "pgettext" in function else None
        if texts:
            plural = texts[1] if "ngettext" in function or "npgettext" in function else None
            yield Found(name, call.lineno, texts[0], plural, context)


def error_names() -> frozenset[str]:
    """The classes of the error tree, wherever a part adds one: their first argument is a message."""
    classes = [
        (node.name, {getattr(base, "id", "") for base in node.bases})
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    names = {"CreditBankError"}
    while more := {name for name, bases in classes if bases & names} - names:
        names |= more
    return frozenset(names)


def _strings_of_template(path: Path) -> Iterator[Found]:
    if not settings.configured:
        settings.configure()
    name = str(path.relative_to(ROOT))
    # The brackets keep the tokenizer from minding the indentation of what is left of the page.
    code = "(" + templatize(path.read_text("utf-8"), origin=name) + ")"
    for line, function, texts, _comments in extract_python(BytesIO(code.encode()), dict.fromkeys(MARKERS), [], {}):
        parts = _parts(texts)
        context = parts.pop(0) if "pgettext" in str(function) else None
        plural = parts[1] if "ngettext" in str(function) and len(parts) > 1 else None
        yield Found(name, line, parts[0], plural, context)


def _parts(texts: object) -> list[str]:
    """Babel gives one string, or a tuple with None for an argument that is no string."""
    if isinstance(texts, str):
        return [texts]
    return [text for text in texts if isinstance(text, str)] if isinstance(texts, tuple | list) else []


def _read() -> Catalog:
    if not CATALOGUE.exists():
        return Catalog(locale="en", project="creditbank", charset="utf-8", header_comment=HEADER, fuzzy=False)
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def _write(catalog: Catalog) -> None:
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, catalog, width=0, include_lineno=False, ignore_obsolete=True, sort_by_file=True)


def _forms(message: Message) -> list[str]:
    string = message.string or ""
    return [string] if isinstance(string, str) else list(string)


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else str(message.id[0])


def _last(message: Message) -> str:
    return message.id if isinstance(message.id, str) else str(message.id[-1])


def _place(message: Message) -> str:
    return ", ".join(f"{path}:{line}" for path, line in message.locations[:2])


def _places(text: str) -> set[str]:
    return {"".join(found) for found in PLACE.findall(text.replace("%%", ""))}


def main(command: str) -> int:
    """Run one command; 0 when there is nothing to complain about."""
    if command == "collect":
        _write(update())
        print(f"{sum(1 for m in _read() if m.id and not all(_forms(m)))} strings wait for their English")
        return 0
    if command == "compile":
        compile_catalogue()
        return 0
    wrong = {"check": findings, "unmarked": unmarked}[command]()
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
