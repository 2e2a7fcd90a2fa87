"""The shipped law, read once from ``law/*.yaml``.

The YAML is read strictly: a key given twice, a key that is no text and any tag are refused, and dates
stay text, so that the data is the same in YAML, in JSON and in the database.
"""

import re
from collections.abc import Hashable, Iterable
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from creditbank.policy.law import SECTIONS, Law, build_law
from creditbank.policy.reader import Duplicate, Reader, refusal

LAW_FOLDER: Final = Path(__file__).parent / "law"


class StrictLoader(yaml.CSafeLoader):
    """SafeLoader that refuses a key given twice; only ``true false null`` and whole numbers are not text.

    So ``on`` is a word and not a truth value, and a date stays as it is written.
    """

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


@cache
def shipped_law() -> Law:
    """The version that ships with the program: the texts as revised in 2021."""
    return load_law(sorted(LAW_FOLDER.glob("*.yaml")))


def load_law(files: Iterable[Path]) -> Law:
    """The law of some YAML files, each with a few sections; lists of one name are joined in the order of the files.

    Raises ``InvalidInput`` whose ``field`` is the file and the path of the key that is wrong.
    """
    sections: dict[str, tuple[Reader, ...]] = {}
    document: dict[str, object] = {}
    for file in files:
        for name, reader in Reader(read_yaml(file), file.name).fields((), SECTIONS).items():
            sections[name] = (*sections.get(name, ()), reader)
            document[name] = _joined(document.get(name), reader)
    for name in SECTIONS:
        if name not in sections:
            raise refusal(name, "缺少这一部分", "expected this section in one of the files")
    return build_law(sections, document)


def read_yaml(file: Path) -> object:
    """The plain data of one strict YAML file; ``InvalidInput`` names the file and the place."""
    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=StrictLoader)  # noqa: S506  (a SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        place = getattr(error, "problem_mark", None)
        where = file.name if place is None else f"{file.name}:{place.line + 1}"
        problem = getattr(error, "problem", None) or "not YAML in UTF-8"
        raise refusal(where, f"应为规范的 YAML（{problem}）", f"expected strict YAML ({problem})") from error


def _joined(before: object, reader: Reader) -> object:
    if before is None:
        return reader.value
    if isinstance(before, list) and isinstance(reader.value, list):
        return [*before, *reader.value]
    raise refusal(reader.path, "这一部分只能出现一次", "expected this section in one file only")


def _construct_mapping(loader: StrictLoader, node: yaml.MappingNode) -> dict[Hashable, object]:
    found: dict[Hashable, object] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise yaml.constructor.ConstructorError(None, None, "a key must be text", key_node.start_mark)
        found[key] = Duplicate() if key in found else loader.construct_object(value_node, deep=True)
    return found


StrictLoader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)
StrictLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"])
StrictLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^null$"), ["n"])
StrictLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^(?:0|[1-9][0-9]*)$"), list("0123456789"))
