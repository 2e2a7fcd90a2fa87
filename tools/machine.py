"""Is this machine able to run the bank? Runs before there is an environment, on whatever Python there is."""

import importlib.util
import sqlite3
import sys
from collections.abc import Iterator

OLDEST_PYTHON = (3, 11)
# The books' tables are STRICT, which SQLite knows since 3.37.
OLDEST_SQLITE = (3, 37, 0)


def findings() -> Iterator[str]:
    """What is missing, each with its remedy."""
    if sys.version_info < OLDEST_PYTHON:
        yield f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}: try make PYTHON=python3.12"
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        yield "Python's venv and pip are needed. On Debian: apt-get install python3-venv"
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        yield f"SQLite 3.37 or newer is needed, this Python brings {sqlite3.sqlite_version}. Take a newer Python."


if __name__ == "__main__":
    missing = list(findings())
    sys.exit("\n".join(missing) if missing else 0)
