"""Every action that the code writes into the audit has words, in both languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils import translation

import creditbank
from creditbank.portals.action_words import ACTIONS, SUBJECTS

ROOT = Path(creditbank.__file__).parent
NAME = re.compile(r"[a-z][a-z-]*\.[a-z-]+")


def written(keyword: str) -> Iterator[str]:
    """Every literal that is given as ``keyword`` to a call of ``record``."""
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record":
                for given in node.keywords:
                    if given.arg == keyword:
                        yield from (
                            each.value
                            for each in ast.walk(given.value)
                            if isinstance(each, ast.Constant) and isinstance(each.value, str)
                        )


def test_every_action_that_is_written_has_words() -> None:
    names = {name for name in written("action") if NAME.fullmatch(name) and not name.endswith(".")}
    assert len(names) > 30
    assert sorted(names - set(ACTIONS)) == []


def test_every_kind_of_subject_has_words() -> None:
    assert sorted(set(written("subject_kind")) - set(SUBJECTS)) == []


def test_the_words_are_in_both_languages() -> None:
    with translation.override("en"):
        chinese = [name for name, words in {**ACTIONS, **SUBJECTS}.items() if re.search("[一-鿿]", str(words))]
    assert chinese == []
