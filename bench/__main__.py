"""``python -m bench [--quick] [PART …]``: every measure as a table on stderr and as JSON on stdout.

A figure stands beside its limit, measured in the same run on the same machine: on a machine that does other work only
the ratios mean something. An aim for times is an upper bound, for all else a lower one.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from typing import Final

from rich.console import Console
from rich.table import Table

from bench import ledger, reading, returns, spending

Measure = dict[str, str | float | None]
PARTS: Final[Mapping[str, Callable[[bool], list[Measure]]]] = {
    "ledger": ledger.run,
    "reading": reading.run,
    "returns": returns.run,
    "spending": spending.run,
}
_COLUMNS: Final = ("part", "engine", "what", "figure", "unit", "limit", "limit is", "ratio", "aim")
_SMALLER_IS_BETTER: Final = frozenset({"ms", "MiB"})


def main() -> None:
    """Measure the parts that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small part of the rows: shows that everything runs")
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="default: all")
    arguments = parser.parse_args()
    measures: list[Measure] = []
    for name in arguments.parts or PARTS:
        measures += [{"part": name, "engine": None, **each} for each in PARTS[name](arguments.quick)]
    Console(stderr=True, width=160).print(_table(measures))
    json.dump(measures, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


def _table(measures: list[Measure]) -> Table:
    table = Table(*_COLUMNS, title="creditbank bench")
    for each in measures:
        keys = ("part", "engine", "name", "value", "unit", "limit_value", "limit_name", "ratio")
        cells = [
            "" if each[key] is None else f"{each[key]:,}" if isinstance(each[key], float) else str(each[key])
            for key in keys
        ]
        table.add_row(*cells, _aim(each))
    return table


def _aim(each: Measure) -> str:
    aim, ratio = each["aim"], each["ratio"]
    if not isinstance(aim, float) or not isinstance(ratio, float):
        return ""
    below = each["unit"] in _SMALLER_IS_BETTER
    met = ratio <= aim if below else ratio >= aim
    return f"{'≤' if below else '≥'} {aim} {'✓' if met else '✗'}"


if __name__ == "__main__":
    main()
